"""Attributes: a table for each kind of value. Nothing else can be reached with a dot."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from sympy import Symbol

from layermath.algebra.floors import times
from layermath.network.graph import Weight
from layermath.operations import Fixed
from layermath.readers.keras import keras_names
from layermath.readers.keras.fixed import Variable
from layermath.readers.keras.graph import (
    GraphLayer,
    Group,
    KTensor,
    MadeInput,
    MadeLayer,
    Model,
)
from layermath.readers.python.unknown import CannotFollow, lost
from layermath.readers.python.values import (
    Function,
    Instance,
    Method,
    Partial,
    Reference,
    Super,
    UserClass,
)
from layermath.vocabulary import arguments
from layermath.vocabulary.layer import Layer

if TYPE_CHECKING:
    from layermath.readers.keras.machine import Machine

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


class Attributes:
    """Reads and sets attributes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def of(self, value: object, name: str) -> object:
        """``value.name``. Raises `CannotFollow` for an attribute that is in no table."""
        if isinstance(value, Reference):
            path = keras_names.canonical((*value.path, name))
            return keras_names.NUMBERS.get(path, Reference(path))
        if isinstance(value, Symbol):
            return self._of_module(value, name)
        if isinstance(value, KTensor):
            return self._of_tensor(value, name)
        if isinstance(value, (Fixed, Weight)):
            return self._of_constant(value, name)
        if isinstance(value, Group):
            return self._of_group(value, name)
        if isinstance(value, Super):
            return self._of_super(value, name)
        if isinstance(value, Model):
            return self._of_model(value, name)
        if isinstance(value, MadeLayer):
            return self._of_layer(value, name)
        if isinstance(value, Instance):
            return self._of_instance(value, name)
        if isinstance(value, UserClass):
            return self._of_class(value, name)
        if self._machine.methods.has(value, name):
            return Method(value, name)
        raise lost(value)

    def set(self, value: object, name: str, to: object) -> None:
        """``value.name = to``. What has no table of attributes takes none, in silence."""
        self._machine.loops.attribute_set(value, name)
        reserved = isinstance(value, Group) and name in ("trainable", "_name")
        if isinstance(value, (Group, Instance)) and not reserved:
            value.fields[name] = to
            if isinstance(value, Group):
                self._machine.groups.track(value, to)
        elif isinstance(value, UserClass):
            value.names[name] = to
        elif isinstance(value, GraphLayer) and name == "trainable" and isinstance(to, bool):
            if isinstance(value, Model):
                value.freeze(to)
            else:
                value.trainable = to
        elif isinstance(value, GraphLayer) and name == "_name" and isinstance(to, str):
            value.name = to

    def _of_module(self, value: Symbol, name: str) -> object:
        path = keras_names.MODULES.get(value.name)
        if path is None:
            raise CannotFollow
        return self.of(Reference(path), name)

    def _of_tensor(self, tensor: KTensor, name: str) -> object:
        shape = (None, *tensor.shape)
        if name in ("shape", "_keras_shape"):
            return shape
        if name in ("ndim", "rank"):
            return len(shape)
        if name == "dtype":
            return "float32"
        # Keras's own tensors have these alone; in the call of a layer they are a backend's
        if name in ("get_shape", "reshape", "squeeze") or self._machine.builder.inside is not None:
            return Method(tensor, name)
        raise CannotFollow

    def _of_constant(self, value: Fixed | Weight, name: str) -> object:
        if name == "shape":
            return value.shape
        if name in ("ndim", "rank"):
            return len(value.shape)
        if name == "size":
            return times(self._machine.tensor_operations.constants.known(value.shape))
        if name == "dtype":
            return "float32"
        if name == "T":
            return Fixed(value.shape[::-1])
        return value if name == "value" and isinstance(value, Variable) else Method(value, name)

    def _of_layer(self, layer: MadeLayer, name: str) -> object:
        if name == "name":
            return layer.name
        if name == "trainable":
            return layer.trainable
        if name in _OF_A_CALL:
            return self._of_call(layer, name)
        raise CannotFollow

    def _of_call(self, layer: GraphLayer, name: str) -> object:
        """``layer.output``: of its first call. Raises `CannotFollow` where it was not called."""
        if not layer.nodes:
            raise CannotFollow
        node = layer.nodes[0]
        if name.startswith("output") or isinstance(layer, MadeInput):
            found = list(node.outputs)
        else:
            found = node.inputs
        one = found[0] if len(found) == 1 else found
        return one if not name.endswith("shape") else _shape(one)

    def _of_model(self, model: Model, name: str) -> object:
        if name in _MODEL_METHODS:
            return Method(model, name)
        if name == "name":
            return model.name
        if name == "trainable":
            return model.trainable
        if name == "layers":
            layers = model.listed
            self._machine.budget.items(len(layers))
            return list(layers)
        if not model.is_built or model.broken is not None:
            raise CannotFollow
        if name == "input":
            return model.input_structure
        if name == "output":
            return model.output_structure
        if name == "inputs":
            return list(model.inputs)
        if name == "outputs":
            return list(model.outputs)
        if name == "input_shape":
            return _shape(model.inputs[0] if len(model.inputs) == 1 else model.inputs)
        if name == "output_shape":
            return _shape(model.outputs[0] if len(model.outputs) == 1 else model.outputs)
        raise CannotFollow

    def _of_group(self, group: Group, name: str) -> object:
        if name in group.fields:
            return group.fields[name]
        if group.type is not None:
            try:
                return self._found(group.type, group, name)
            except CannotFollow:
                pass
        if name == "add_weight":
            return Method(group, name)
        called = group if group.stand_in is None or group.nodes else group.stand_in
        if name in _OF_A_CALL and called.nodes and all(map(_is_own_input, group.inputs)):
            return self._of_call(called, name)
        if group.base is not None:
            return _argument(group.base.layer, name)
        return self._of_model(group, name)

    def _of_super(self, above: Super, name: str) -> object:
        for base in above.type.bases:
            try:
                return self._found(base, above.instance, name)
            except CannotFollow:
                continue
        return Method(above, name)

    def _of_instance(self, instance: Instance, name: str) -> object:
        if name in instance.fields:
            return instance.fields[name]
        return self._found(instance.type, instance, name)

    def _found(self, class_: UserClass, instance: object, name: str) -> object:
        """An attribute of a class, as an object of it sees it."""
        found = class_.find(name)
        if isinstance(found, Function) and found.binds == "property":
            return self._machine.calls.call(found, (instance,), {}, self._machine.nowhere)
        if isinstance(found, Function) and found.binds:
            owner: object = class_ if found.binds == "cls" else instance
            return Partial(found, (owner,), {})
        return found

    def _of_class(self, class_: UserClass, name: str) -> object:
        if name == "__name__":
            return class_.name
        found = class_.find(name)
        if isinstance(found, Function) and found.binds == "cls":
            return Partial(found, (class_,), {})
        return found


def _shape(value: KTensor | list[KTensor]) -> object:
    if isinstance(value, KTensor):
        return (None, *value.shape)
    return [(None, *tensor.shape) for tensor in value]


def _is_own_input(tensor: KTensor) -> bool:
    """Whether it stands for what a class of the source's own was called on. A model has inputs of
    its own."""
    return isinstance(tensor.node.layer, MadeInput) and tensor.node.layer.number < 0


def _argument(layer: Layer, name: str) -> object:
    """``self.filters`` of a class on a layer of Keras's: what its constructor was given, as Keras
    keeps it. Raises `CannotFollow` for what is not kept here."""
    kinds = {one.name: one.metadata.get("kind") for one in fields(layer)}
    if name not in _KEPT or name not in kinds:
        raise CannotFollow
    value = getattr(layer, name)
    if name == "data_format":
        return value or "channels_last"
    if kinds[name] is arguments.activation and not isinstance(value, arguments.OwnFunction):
        return Reference(("keras", "activations", value or "linear"))
    if value is None or (name == "padding" and not isinstance(value, str)):
        raise CannotFollow
    return value
