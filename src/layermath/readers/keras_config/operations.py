"""Operations on tensors: ``keras.ops`` as Keras 3 writes them, TensorFlow's as Keras 2 does."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, signature
from typing import Any

from layermath import operations
from layermath.network.growing import KTensor
from layermath.readers.keras_config.records import Record
from layermath.vocabulary.keras.layers import AnyType
from layermath.vocabulary.layer import Layer

_OLD_CLASSES = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})

_OLD_NAMES = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "add": "Add",
    "__operators__.subtract": "Subtract",
    "math.subtract": "Subtract",
    "subtract": "Subtract",
    "math.multiply": "Multiply",
    "multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.divide": "Divide",
    "__operators__.getitem": "GetItem",
    "reshape": "Reshape",
    "concat": "Concatenate",
    "transpose": "Transpose",
    "expand_dims": "ExpandDims",
    "squeeze": "Squeeze",
    "math.reduce_mean": "Mean",
    "math.reduce_sum": "Sum",
    "math.reduce_max": "Max",
    "math.reduce_min": "Min",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.pow": "Power",
    "math.sqrt": "Sqrt",
    "math.exp": "Exp",
    "math.log": "Log",
    "math.abs": "Absolute",
    "math.square": "Square",
    "math.sigmoid": "Sigmoid",
    "math.tanh": "Tanh",
    "linalg.matmul": "Matmul",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.softmax": "Softmax",
    "nn.sigmoid": "Sigmoid",
    "nn.silu": "Silu",
    "nn.gelu": "Gelu",
}
"""TensorFlow's functions by the class of ``keras.ops`` that does the same."""

_CONSTRUCTOR = {
    "shape": "newshape",
    "axis": "axis",
    "keepdims": "keepdims",
    "perm": "axes",
    "slice_spec": "key",
}
"""Keywords of TensorFlow's functions, by the argument of the class that they are."""

_SECOND = ("y", "b")
"""The names of the second operand of TensorFlow's functions."""


def is_old(record: Record) -> bool:
    """Whether it is one of TensorFlow's functions, which Keras 2 wraps as a layer."""
    return record.class_name in _OLD_CLASSES


def find(record: Record) -> type[Layer] | None:
    """The operation's class, None where there is no rule for it."""
    name = _OLD_NAMES.get(_function(record)) if is_old(record) else record.class_name
    return None if name is None else operations.find(name)


def arguments(record: Record, found: AnyType) -> Mapping[str, Any]:
    """What the constructor takes: what is written as its arguments, and of the first call what
    decides a shape there (the key of ``x[key]``)."""
    call = record.nodes[0] if record.nodes else None
    if call is None or not (isinstance(found, type) and issubclass(found, operations.Operation)):
        return record.config
    config = {} if is_old(record) else dict(record.config)
    tensors = _tensor_names(found)
    rest = [one for one in found.parameter_names() if one not in config]
    places = _places(found)
    if places is not None:
        config.update(zip(rest, call.arguments[places:], strict=False))
    renamed = _CONSTRUCTOR if is_old(record) else {}
    for key, item in call.keywords.items():
        name = renamed.get(key, key)
        if name not in tensors and name in rest:
            config[name] = item
    return config


def operands(
    arguments: tuple[object, ...], keywords: Mapping[str, object], found: Layer, *, is_old: bool
) -> tuple[tuple[object, ...], Mapping[str, object]]:
    """What an operation is called on: its tensors alone, and constants as `Fixed` operands."""
    if not isinstance(found, operations.Operation):
        return arguments, keywords
    tensors = _tensor_names(type(found))
    rest = dict(keywords)
    second = [rest.pop(key) for key in _SECOND if is_old and key in rest]
    taken = [*arguments, *second][: _places(type(found))]
    kept = {key: _operand(item) for key, item in rest.items() if key in tensors}
    return tuple(map(_operand, taken)), kept


def _tensor_names(found: type[Layer]) -> list[str]:
    """The parameters of ``apply``: what the operation is called on."""
    return [name for name in signature(found.apply).parameters if name != "self"]


def _places(found: type[Layer]) -> int | None:
    """How many arguments in a row are tensors; None where all of them are."""
    kinds = [one.kind for one in signature(found.apply).parameters.values()]
    return None if Parameter.VAR_POSITIONAL in kinds else len(kinds) - 1


def _operand(item: object) -> Any:
    if isinstance(item, KTensor) or item is None:
        return item
    if isinstance(item, list):
        return [_operand(part) for part in item]
    shape: list[int] = []
    while isinstance(item, tuple) and item:
        shape.append(len(item))
        item = item[0]
    return operations.Fixed(tuple(shape))


def _function(record: Record) -> str:
    function = record.config.get("function")
    if record.class_name == "SlicingOpLambda":
        return "__operators__.getitem"
    return function.removeprefix("tf.") if isinstance(function, str) else ""
