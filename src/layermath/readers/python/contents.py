"""What is in a value: its items, one after another, and whether it counts as true."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sympy import Expr

from layermath.readers.python import sizes
from layermath.readers.python.limits import ITEMS
from layermath.readers.python.machine import Machine
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import (
    Function,
    Instance,
    Method,
    Partial,
    Reference,
    Scope,
    SetValue,
    Super,
    UserClass,
)


def iterator(machine: Machine, value: object) -> Iterator[object]:
    """The items of a value, one after another. Raises `CannotFollow` for what has none."""
    if isinstance(value, (list, tuple, str, range)):
        return iter(value)
    if isinstance(value, (dict, SetValue)):
        # Their keys as they are now: the source may change them while it goes through them.
        machine.budget.items(length(value))
        return iter(list(value if isinstance(value, dict) else value.items))
    if isinstance(value, Expr):
        raise CannotFollow(sizes.symbols_in(value))
    parts = machine.world.items(value)
    if parts is None:
        raise lost(value)
    return iter(parts)


def items(machine: Machine, value: object) -> list[object]:
    """All items of a value, counted."""
    found = iterator(machine, value)
    if isinstance(value, (list, tuple, str, range)):
        machine.budget.items(length(value))
    return list(found)


def length(value: object) -> int:
    """How many items there are."""
    if isinstance(value, (list, tuple, str, dict)):
        return len(value)
    if isinstance(value, SetValue):
        return len(value.items)
    if isinstance(value, range):
        try:
            return len(value)
        except OverflowError:  # longer than the machine counts
            return ITEMS + 1
    raise lost(value)


def truth(machine: Machine, value: object) -> bool:
    """``bool(value)``. Raises `CannotFollow`, with the symbols, where it is open."""
    if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict, range)):
        return bool(value)
    if isinstance(value, Expr):
        return sizes.compare("!=", value, 0, machine.budget)
    if isinstance(value, SetValue):
        return bool(value.items)
    if isinstance(value, Unknown):
        raise lost(value)
    return isinstance(value, _TRUE) or machine.world.truth(value)


_TRUE = (Function, Instance, Method, Partial, Reference, Super, UserClass)


def holds(machine: Machine, node: ast.expr, scope: Scope) -> bool:
    """Whether a condition holds. Raises `CannotFollow`, with the symbols, where it is open."""
    value = machine.value(node, scope)
    # an axis that is left open until run time is None there
    return not machine.letters.is_open(value) and truth(machine, value)
