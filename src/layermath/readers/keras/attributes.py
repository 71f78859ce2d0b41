"""The attributes of Keras's values: a table for each kind. Nothing else can be reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from layermath.algebra.floors import times
from layermath.network.graph import Weight
from layermath.network.growing import GraphLayer, KTensor, MadeInput, MadeLayer, Model
from layermath.operations import Fixed
from layermath.readers.keras.builder import Builder
from layermath.readers.keras.constants import known_sizes
from layermath.readers.keras.fixed import Variable
from layermath.readers.keras.graph import Group, WrittenInput
from layermath.readers.python.unknown import CannotFollow
from layermath.readers.python.values import Method, Reference, entry_for
from layermath.readers.python.world import NOT_HERE
from layermath.vocabulary.arguments import OwnFunction
from layermath.vocabulary.layer import Layer

_OF_A_CALL = frozenset({"output", "input", "output_shape", "input_shape"})
_KEPT = frozenset(
    [
        "activation",
        "data_format",
        "depth_multiplier",
        "dilation_rate",
        "filters",
        "go_backwards",
        "groups",
        "input_dim",
        "kernel_size",
        "key_dim",
        "num_heads",
        "output_dim",
        "padding",
        "pool_size",
        "rate",
        "recurrent_activation",
        "return_sequences",
        "return_state",
        "strides",
        "target_shape",
        "units",
        "use_bias",
    ]
)
"""The arguments that Keras's layers keep under their names, and as they are kept here."""
_MODEL_METHODS = frozenset({"add", "build", "fit", "get_layer", "pop", "save"})


def attribute(builder: Builder, value: object, name: str) -> object:
    """``value.name``; `NOT_HERE` for what is no value of Keras's. Raises `CannotFollow` for an
    attribute that is in no table."""
    kind = entry_for(value, _KINDS)
    return NOT_HERE if kind is None else kind(builder, value, name)


def set_flag(layer: GraphLayer, name: str, to: object) -> None:
    """``layer.trainable = False``, ``layer._name = "first"``. Others are set in silence."""
    if name == "trainable" and isinstance(to, bool):
        if isinstance(layer, Model):
            layer.freeze(to)
        else:
            layer.trainable = to
    elif name == "_name" and isinstance(to, str):
        layer.name = to


def _of_tensor(builder: Builder, tensor: KTensor, name: str) -> object:
    shape = (None, *tensor.shape)
    if name in ("shape", "_keras_shape"):
        return shape
    if name in ("ndim", "rank"):
        return len(shape)
    if name == "dtype":
        return "float32"
    # Keras's own tensors have these alone; in the call of a layer they are a backend's
    if name in ("get_shape", "reshape", "squeeze") or builder.inside is not None:
        return Method(tensor, name)
    raise CannotFollow


def _of_constant(builder: Builder, value: Fixed | Weight, name: str) -> object:
    if name == "shape":
        return value.shape
    if name in ("ndim", "rank"):
        return len(value.shape)
    if name == "size":
        return times(known_sizes(value.shape))
    if name == "dtype":
        return "float32"
    if name == "T":
        return Fixed(value.shape[::-1])
    return value if name == "value" and isinstance(value, Variable) else Method(value, name)


def _of_layer(builder: Builder, layer: GraphLayer, name: str) -> object:
    if name == "name":
        return layer.name
    if name == "trainable":
        return layer.trainable
    if name in _OF_A_CALL:
        return _of_call(layer, name)
    raise CannotFollow


def _of_call(layer: GraphLayer, name: str) -> object:
    """``layer.output``: of its first call. Raises `CannotFollow` where it was not called."""
    if not layer.nodes:
        raise CannotFollow
    node = layer.nodes[0]
    if name.startswith("output") or isinstance(layer, MadeInput):
        found = list(node.outputs)
    else:
        found = node.inputs
    return _one_or_all(found, name)


def _one_or_all(found: list[KTensor], name: str) -> object:
    one = found[0] if len(found) == 1 else found
    return one if not name.endswith("shape") else _shape(one)


def _of_model(builder: Builder, model: Model, name: str) -> object:
    if name in _MODEL_METHODS:
        return Method(model, name)
    if name in ("name", "trainable"):
        return _of_layer(builder, model, name)
    if name == "layers":
        layers = model.listed
        builder.budget.items(len(layers))
        return list(layers)
    if not model.is_built or model.broken is not None:
        raise CannotFollow
    if name == "input":
        return model.input_structure
    if name == "output":
        return model.output_structure
    ends = model.inputs if name.startswith("input") else model.outputs
    if name in ("inputs", "outputs"):
        return list(ends)
    if name in _OF_A_CALL:
        return _one_or_all(ends, name)
    raise CannotFollow


def _of_group(builder: Builder, group: Group, name: str) -> object:
    if name == "add_weight":
        return Method(group, name)
    called = group if group.stand_in is None or group.nodes else group.stand_in
    if name in _OF_A_CALL and called.nodes and all(map(_is_own_input, group.inputs)):
        return _of_call(called, name)
    if group.base is not None:
        return _argument(group.base.layer, name)
    return _of_model(builder, group, name)


_KINDS: Mapping[type, Callable[[Builder, Any, str], object]] = {
    KTensor: _of_tensor,
    Fixed: _of_constant,
    Weight: _of_constant,
    Group: _of_group,
    Model: _of_model,
    MadeLayer: _of_layer,
}


def _shape(value: KTensor | list[KTensor]) -> object:
    if isinstance(value, KTensor):
        return (None, *value.shape)
    return [(None, *tensor.shape) for tensor in value]


def _is_own_input(tensor: KTensor) -> bool:
    """Whether it stands for what a class of the source's own was called on. A model has inputs of
    its own."""
    return isinstance(tensor.node.layer, WrittenInput) and tensor.node.layer.number < 0


def _argument(layer: Layer, name: str) -> object:
    """``self.filters`` of a class on a layer of Keras's: what its constructor was given, as Keras
    keeps it. Raises `CannotFollow` for what is not kept here."""
    given = layer.given
    if name not in _KEPT or name not in given:
        raise CannotFollow
    value = given[name]
    if name == "data_format":
        return value or "channels_last"
    if name.endswith("activation") and not isinstance(value, OwnFunction):
        return Reference(("keras", "activations", value or "linear"))
    if value is None or (name == "padding" and not isinstance(value, str)):
        raise CannotFollow
    return value
