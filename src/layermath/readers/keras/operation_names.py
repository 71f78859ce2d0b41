"""Which operation a function of ``keras.ops``, TensorFlow or ``keras.backend`` makes.

A `Form` is the name of the operation and the function's parameters in their order. ``*x`` is an
operand; ``perm=axes`` is the parameter ``perm``, which the operation calls ``axes``; what it does
not have changes no shape and is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from inspect import signature
from types import MappingProxyType

from layermath import operations

Path = tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A function: the operation, the parameters in their order, and what it gives those that are
    left out."""

    operation: str
    parameters: tuple[str, ...]
    defaults: Mapping[str, object]


def _form(text: str, **defaults: object) -> Form:
    name, *parameters = text.split()
    return Form(name, tuple(parameters), MappingProxyType(defaults))


BINARY: Mapping[str, str] = {
    "+": "Add",
    "-": "Subtract",
    "*": "Multiply",
    "/": "TrueDivide",
    "//": "FloorDivide",
    "%": "Mod",
    "**": "Power",
    "@": "Matmul",
    "&": "LogicalAnd",
    "|": "LogicalOr",
    "^": "LogicalXor",
    "<": "Less",
    "<=": "LessEqual",
    ">": "Greater",
    ">=": "GreaterEqual",
    "!=": "NotEqual",
    "==": "Equal",
}
"""The operation that each operator of Python makes of a tensor."""


def snake_case(name: str) -> str:
    """``TopK`` is ``top_k``: the function of ``keras.ops`` that makes an operation."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


@cache
def _of_ops() -> Mapping[str, Form]:
    """The functions of ``keras.ops``: their parameters are the operands, then the arguments."""
    found = {}
    for name, operation in operations.catalogue().items():
        if name == "Constant":  # it stands for what is no operation in Keras
            continue
        operands = [one for one in signature(operation.apply).parameters if one != "self"]
        arguments = operation.parameter_names()
        found[snake_case(name)] = Form(
            name, (*(f"*{one}" for one in operands), *arguments), MappingProxyType({})
        )
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"):
        found[name] = Form(found[name].operation, ("*x=x1", "*y=x2"), MappingProxyType({}))
    return MappingProxyType(
        found
        | {
            "abs": _form("Absolute *x"),
            "conj": _form("Conjugate *x"),
            "full_like": _form("FullLike *x fill_value dtype"),
            "hard_swish": _form("HardSilu *x"),
            "stop_gradient": _form("StopGradient *variable=x"),
            "swish": _form("Silu *x"),
        }
    )


_ACTIVATIONS = {
    "relu": _form("ReLU *x negative_slope max_value threshold"),
    "exponential": _form("Exp *x"),
    "hard_swish": _form("HardSilu *x"),
    "mish": _form("Mish *x"),
    "swish": _form("Silu *x"),
}

_REDUCTIONS = {
    "all": "All",
    "any": "Any",
    "logsumexp": "Logsumexp",
    "max": "Max",
    "mean": "Mean",
    "min": "Min",
    "prod": "Prod",
    "std": "Std",
    "sum": "Sum",
    "variance": "Var",
}

_TENSORFLOW = {
    **{
        f"reduce_{name}": _form(f"{operation} *input_tensor axis keepdims")
        for name, operation in _REDUCTIONS.items()
    },
    "abs": _form("Absolute *x"),
    "argmax": _form("Argmax *input axis", axis=0),
    "argmin": _form("Argmin *input axis", axis=0),
    "band_part": _form("Tril *input num_lower num_upper"),
    "avg_pool": _form("AveragePool *input ksize=pool_size strides padding"),
    "avg_pool2d": _form("AveragePool *input ksize=pool_size strides padding"),
    "bias_add": _form("Add *value=x1 *bias=x2"),
    "broadcast_to": _form("BroadcastTo *input shape"),
    "cast": _form("Cast *x dtype"),
    "clip_by_value": _form("Clip *t clip_value_min=x_min clip_value_max=x_max"),
    "concat": _form("Concatenate *values axis"),
    "cumsum": _form("Cumsum *x axis", axis=0),
    "depth_to_space": _form("DepthToSpace *input block_size"),
    "crop_to_bounding_box": _form(
        "CropImages *image offset_height=top_cropping offset_width=left_cropping target_height "
        "target_width"
    ),
    "divide": _form("TrueDivide *x *y"),
    "elu": _form("Elu *features"),
    "expand_dims": _form("ExpandDims *input axis"),
    "flip_left_right": _form("Flip *image axis", axis=-2),
    "flip_up_down": _form("Flip *image axis", axis=-3),
    "floormod": _form("Mod *x *y"),
    "gather": _form("Take *params *indices validate_indices axis", axis=0),
    "gelu": _form("Gelu *features approximate"),
    "is_finite": _form("Isfinite *x"),
    "is_nan": _form("Isnan *x"),
    "l2_normalize": _form("Normalize *x axis epsilon", axis=None),
    "leaky_relu": _form("LeakyRelu *features alpha=negative_slope"),
    "log_softmax": _form("LogSoftmax *logits axis", axis=-1),
    "matmul": _form("Matmul *a *b transpose_a transpose_b"),
    "max_pool": _form("MaxPool *input ksize=pool_size strides padding"),
    "max_pool2d": _form("MaxPool *input ksize=pool_size strides padding"),
    "moments": _form("Moments *x axes shift keepdims"),
    "norm": _form("Norm *tensor ord axis keepdims", ord=None),
    "not_equal": _form("NotEqual *x *y"),
    "one_hot": _form("OneHot *indices depth=num_classes on_value off_value axis", axis=-1),
    "pad": _form("Pad *tensor paddings=pad_width mode constant_values"),
    "pad_to_bounding_box": _form(
        "PadImages *image offset_height=top_padding offset_width=left_padding target_height "
        "target_width"
    ),
    "pow": _form("Power *x *y"),
    "relu": _form("Relu *features"),
    "relu6": _form("Relu6 *features"),
    "repeat": _form("Repeat *input repeats axis"),
    "reshape": _form("Reshape *tensor shape=newshape"),
    "resize": _form("Resize *images size method=interpolation"),
    "resize_bilinear": _form("Resize *images size"),
    "resize_nearest_neighbor": _form("Resize *images size"),
    "reverse": _form("Flip *tensor axis"),
    "hsv_to_rgb": _form("HSVToRGB *images"),
    "rgb_to_grayscale": _form("RGBToGrayscale *images"),
    "rgb_to_hsv": _form("RGBToHSV *images"),
    "roll": _form("Roll *input shift axis"),
    "selu": _form("Selu *features"),
    "sigmoid": _form("Sigmoid *x"),
    "silu": _form("Silu *features"),
    "softmax": _form("Softmax *logits axis", axis=-1),
    "softplus": _form("Softplus *features"),
    "softsign": _form("Softsign *features"),
    "space_to_depth": _form("SpaceToDepth *input block_size"),
    "squeeze": _form("Squeeze *input axis"),
    "stack": _form("Stack *values axis"),
    "stop_gradient": _form("StopGradient *input"),
    "swish": _form("Silu *features"),
    "tensordot": _form("Tensordot *a *b axes"),
    "tile": _form("Tile *input multiples=repeats"),
    "top_k": _form("TopK *input k sorted", k=1),
    "transpose": _form("Transpose *a perm=axes"),
    "unstack": _form("Unstack *value num axis"),
    "where": _form("Where *condition *x *y"),
    "zeros_like": _form("ZerosLike *input"),
    "ones_like": _form("OnesLike *input"),
    **{
        name: _form(f"{operation} *x *y")
        for name, operation in {
            "add": "Add",
            "subtract": "Subtract",
            "multiply": "Multiply",
            "maximum": "Maximum",
            "minimum": "Minimum",
            "equal": "Equal",
            "greater": "Greater",
            "greater_equal": "GreaterEqual",
            "less": "Less",
            "less_equal": "LessEqual",
            "logical_and": "LogicalAnd",
            "logical_or": "LogicalOr",
            "divide_no_nan": "DivideNoNan",
            "floordiv": "FloorDivide",
        }.items()
    },
    **{
        name: _form(f"{operation} *x")
        for name, operation in {
            "ceil": "Ceil",
            "cos": "Cos",
            "erf": "Erf",
            "exp": "Exp",
            "floor": "Floor",
            "log": "Log",
            "log1p": "Log1p",
            "log_sigmoid": "LogSigmoid",
            "logical_not": "LogicalNot",
            "negative": "Negative",
            "reciprocal": "Reciprocal",
            "round": "Round",
            "rsqrt": "Rsqrt",
            "sign": "Sign",
            "sin": "Sin",
            "sqrt": "Sqrt",
            "square": "Square",
            "tan": "Tan",
            "tanh": "Tanh",
        }.items()
    },
}
"""The functions of ``tf``, ``tf.math``, ``tf.nn``, ``tf.linalg`` and ``tf.image``."""

_BACKEND = {
    **{
        {"variance": "var"}.get(name, name): _form(f"{operation} *x axis keepdims")
        for name, operation in _REDUCTIONS.items()
    },
    "argmax": _form("Argmax *x axis", axis=-1),
    "argmin": _form("Argmin *x axis", axis=-1),
    "clip": _form("Clip *x min_value=x_min max_value=x_max"),
    "concatenate": _form("Concatenate *tensors axis", axis=-1),
    "dot": _form("Dot *x *y"),
    "elu": _form("Elu *x alpha"),
    "expand_dims": _form("ExpandDims *x axis", axis=-1),
    "gather": _form("Take *reference *indices", axis=0),
    "l2_normalize": _form("Normalize *x axis", axis=None),
    "one_hot": _form("OneHot *indices num_classes"),
    "permute_dimensions": _form("Transpose *x pattern=axes"),
    "pow": _form("Power *x *a"),
    "relu": _form("Relu *x"),
    "repeat_elements": _form("Repeat *x rep=repeats axis"),
    "reshape": _form("Reshape *x shape=newshape"),
    "reverse": _form("Flip *x axes=axis"),
    "softmax": _form("Softmax *x axis", axis=-1),
    "softplus": _form("Softplus *x"),
    "softsign": _form("Softsign *x"),
    "squeeze": _form("Squeeze *x axis"),
    "stack": _form("Stack *x axis"),
    "tile": _form("Tile *x n=repeats"),
}
"""The functions of ``keras.backend``, which Keras 3 has no more. Those that are not here have the
parameters of ``keras.ops``."""

_OF_NUMPY = {
    "concat": _form("Concatenate *xs axis"),
    "mod": _form("Mod *x *y"),
    "permute_dims": _form("Transpose *x axes"),
    "pow": _form("Power *x *y"),
    "remainder": _form("Mod *x *y"),
    "round_": _form("Round *x"),
    "empty_like": _form("ZerosLike *x"),
}
"""The functions of NumPy, and of those modules that are written as it, which have other names in
``keras.ops``."""

_NUMPY = frozenset(
    {
        ("jax", "numpy"),
        ("numpy",),
        ("numpy", "linalg"),
        ("numpy", "random"),
        ("tensorflow", "experimental", "numpy"),
    }
)

_INITIALIZERS = frozenset({("keras", "initializers"), ("tensorflow", "initializers")})

_TENSORFLOW_ROOMS = frozenset({"image", "keras", "linalg", "math", "nn"})
_OPS_ROOMS = frozenset({"backend", "core", "image", "linalg", "math", "nn", "numpy"})

SHAPES = frozenset({"int_shape", "shape"})
"""Functions that give the shape of a tensor."""


def room(path: Path) -> str | None:
    """Where a function is from: ``ops``, ``activations``, ``backend``, ``tensorflow``, ``random``,
    ``numpy``, ``utils``, ``constants``; None for one that is no function on tensors."""
    if path == ("keras", "Variable") or path[:2] in _INITIALIZERS:
        return "constants"
    if path[:-1] in _NUMPY:
        return "numpy"
    if path[:-1] == ("jax", "nn"):
        return "activations"
    if path[:2] == ("keras", "ops") and set(path[2:-1]) <= _OPS_ROOMS and len(path) > 2:
        return "ops"
    if path[0] == "keras" and len(path) == 3:
        known = path[1] in ("activations", "backend", "random", "utils")
        return path[1] if known else None
    if path[0] == "tensorflow" and len(path) > 1:
        if path[1:-1] == ("random",):
            return "random"
        return "tensorflow" if set(path[1:-1]) <= _TENSORFLOW_ROOMS else None
    return None


def form(path: Path) -> Form | None:
    """What the function at a path makes, None where it makes no operation."""
    name, where = path[-1], room(path)
    if where == "ops":
        return _of_ops().get(name)
    if where == "activations":
        return _ACTIVATIONS.get(name) or _of_ops().get(name)
    if where == "tensorflow":
        return _TENSORFLOW.get(name)
    if where == "numpy":
        return _OF_NUMPY.get(name) or _of_ops().get(name)
    if where == "backend":
        return _BACKEND.get(name) or _of_ops().get(name)
    return _form("Normalize *x axis order") if path == ("keras", "utils", "normalize") else None
