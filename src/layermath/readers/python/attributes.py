"""Attributes: what stands in a table, of a class of the source, or of the framework's values.
Nothing else can be reached with a dot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from layermath.readers.python import methods
from layermath.readers.python.machine import Machine
from layermath.readers.python.unknown import CannotFollow, lost
from layermath.readers.python.values import (
    Function,
    Method,
    Partial,
    Reference,
    Super,
    UserClass,
    entry_for,
)
from layermath.readers.python.world import NOT_HERE


def attribute(machine: Machine, value: object, name: str) -> object:
    """``value.name``. Raises `CannotFollow` for an attribute that is in no table."""
    instance = machine.instance(value)
    if instance is not None:
        if name in instance.fields:
            return instance.fields[name]
        try:
            return _found(machine, instance.type, value, name)
        except CannotFollow:
            if value is instance:
                raise
    kind = entry_for(value, _KINDS)
    if kind is not None:
        return kind(machine, value, name)
    known = machine.world.attribute(value, name)
    if known is not NOT_HERE:
        return known
    if methods.has(value, name):
        return Method(value, name)
    raise lost(value)


def set_attribute(machine: Machine, value: object, name: str, to: object) -> None:
    """``value.name = to``. What has no table of attributes takes none, in silence."""
    instance = machine.instance(value)
    holder = None if instance is None else instance.fields
    if isinstance(value, UserClass):
        holder = value.names
    if holder is not None:
        machine.changes.attributes[id(holder), name] = holder
    elif machine.world.is_part(value):
        machine.changes.parts = True
    if not machine.world.set_attribute(value, name, to) and holder is not None:
        holder[name] = to


def _of_reference(machine: Machine, value: Reference, name: str) -> object:
    known = machine.reference((*value.path, name))
    if known is NOT_HERE:
        raise CannotFollow
    return known


def _of_super(machine: Machine, above: Super, name: str) -> object:
    for base in above.type.bases:
        try:
            return _found(machine, base, above.instance, name)
        except CannotFollow:
            continue
    return Method(above, name)


def _of_class(machine: Machine, class_: UserClass, name: str) -> object:
    if name == "__name__":
        return class_.name
    found = class_.find(name)
    if isinstance(found, Function) and found.binds == "cls":
        return Partial(found, (class_,), {})
    return found


def _found(machine: Machine, class_: UserClass, instance: object, name: str) -> object:
    """An attribute of a class, as an object of it sees it."""
    found = class_.find(name)
    if isinstance(found, Function) and found.binds == "property":
        return machine.call(found, (instance,), {})
    if isinstance(found, Function) and found.binds:
        owner: object = class_ if found.binds == "cls" else instance
        return Partial(found, (owner,), {})
    return found


_KINDS: Mapping[type, Callable[[Machine, Any, str], object]] = {
    Reference: _of_reference,
    Super: _of_super,
    UserClass: _of_class,
}
