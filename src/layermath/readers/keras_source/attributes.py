"""Attributes: a table for each kind of value. Nothing else can be reached with a dot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Symbol

from layermath.operations import Fixed
from layermath.readers.keras_source import keras_names
from layermath.readers.keras_source.graph import (
    GraphLayer,
    Group,
    KTensor,
    MadeInput,
    MadeLayer,
    Model,
)
from layermath.readers.keras_source.limits import CannotFollow
from layermath.readers.keras_source.values import (
    Function,
    Instance,
    Method,
    Partial,
    Reference,
    Super,
    UserClass,
    lost,
)

if TYPE_CHECKING:
    from layermath.readers.keras_source.machine import Machine

_MODEL_METHODS = frozenset({"add", "build", "get_layer", "pop"})


class Attributes:
    """Reads and sets attributes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def of(self, value: object, name: str) -> object:
        """``value.name``. Raises `CannotFollow` for an attribute that is in no table."""
        if isinstance(value, Reference):
            return Reference(keras_names.canonical((*value.path, name)))
        if isinstance(value, Symbol):
            return self._of_module(value, name)
        if isinstance(value, KTensor):
            return self._of_tensor(value, name)
        if isinstance(value, Fixed) and name in ("shape", "ndim"):
            return value.shape if name == "shape" else len(value.shape)
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
        reserved = isinstance(value, Group) and name in ("trainable", "_name")
        if isinstance(value, (Group, Instance)) and not reserved:
            value.fields[name] = to
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
        return Reference(keras_names.canonical((*path, name)))

    def _of_tensor(self, tensor: KTensor, name: str) -> object:
        shape = (None, *tensor.shape)
        if name in ("shape", "_keras_shape"):
            return shape
        if name in ("ndim", "rank"):
            return len(shape)
        if name == "dtype":
            return "float32"
        if name in ("get_shape", "reshape", "squeeze"):
            return Method(tensor, name)
        raise CannotFollow

    def _of_layer(self, layer: MadeLayer, name: str) -> object:
        if name == "name":
            return layer.name
        if name == "trainable":
            return layer.trainable
        if name in ("output", "input", "output_shape", "input_shape"):
            if not layer.nodes:
                raise CannotFollow
            node = layer.nodes[0]
            if name.startswith("output") or isinstance(layer, MadeInput):
                found = list(node.outputs)
            else:
                found = node.inputs
            one = found[0] if len(found) == 1 else found
            return one if not name.endswith("shape") else _shape(one)
        raise CannotFollow

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
