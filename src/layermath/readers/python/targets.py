"""What is assigned to: a name, several at once, an attribute, an item."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from sympy import Expr

from layermath.readers.python import undecided
from layermath.readers.python.attributes import set_attribute
from layermath.readers.python.contents import items
from layermath.readers.python.machine import Machine
from layermath.readers.python.unknown import CannotFollow, Unknown
from layermath.readers.python.values import Scope, key_of


def assign(machine: Machine, target: ast.expr, value: object, scope: Scope) -> None:
    """``target = value``. A target that cannot be followed is passed over."""
    if isinstance(target, ast.Name):
        if target.id in scope.global_names or target.id in scope.nonlocal_names:
            machine.changes.names[id(scope), target.id] = scope
        scope.set(target.id, _named(machine, target.id, value, scope))
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(machine, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        set_attribute(machine, machine.value(target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        _set_item(machine, target, value, scope)


def _named(machine: Machine, name: str, value: object, scope: Scope) -> object:
    """What the variable holds: a constant of the module may be bound to another value."""
    bindings = machine.letters.bindings
    if isinstance(value, Unknown):
        value = replace(value, name=name)
    if scope.parent is not None or name not in bindings:
        return value
    is_number = isinstance(value, (int, float, Expr)) and not isinstance(value, bool)
    if not is_number and not isinstance(value, Unknown):
        return value
    machine.overridden[name] = value
    return bindings[name]


def _unpack(machine: Machine, targets: Sequence[ast.expr], value: object, scope: Scope) -> None:
    if not targets:
        return
    starred = [n for n, target in enumerate(targets) if isinstance(target, ast.Starred)]
    try:
        parts = None if starred else machine.world.items(value, len(targets))
        found = items(machine, value) if parts is None else parts
    except CannotFollow:
        found = []
    if starred and len(found) >= len(targets) - 1:
        place, end = starred[0], len(found) - (len(targets) - starred[0] - 1)
        found = [*found[:place], found[place:end], *found[end:]]
    if len(found) != len(targets):
        whole = value if isinstance(value, Unknown) else Unknown(machine.written(targets[0]))
        found = [whole] * len(targets)
    for target, item in zip(targets, found, strict=True):
        assign(machine, target.value if isinstance(target, ast.Starred) else target, item, scope)


def _set_item(machine: Machine, target: ast.Subscript, value: object, scope: Scope) -> None:
    owner = machine.value(target.value, scope)
    if machine.world.forget(owner, Unknown(machine.written(target))):  # its shape stays
        return
    if isinstance(target.slice, ast.Slice):
        if isinstance(owner, list):
            undecided.forget_name(machine, target.value, scope, target)
        return
    key = machine.value(target.slice, scope)
    try:
        if isinstance(owner, dict):
            machine.budget.spend()
            machine.changed(owner)
            owner[key_of(key)] = value
        elif isinstance(owner, list) and isinstance(key, int):
            machine.changed(owner)
            owner[key] = value
    except (IndexError, CannotFollow):
        undecided.forget_name(machine, target.value, scope, target)


def delete(machine: Machine, target: ast.expr, scope: Scope) -> None:
    """``del target``"""
    if isinstance(target, ast.Name):
        scope.names.pop(target.id, None)
    if not isinstance(target, ast.Subscript):
        return
    owner = machine.value(target.value, scope)
    key = None if isinstance(target.slice, ast.Slice) else machine.value(target.slice, scope)
    if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        del owner[key]
    elif isinstance(owner, dict) and isinstance(key, (str, int)):
        owner.pop(key, None)
    else:
        undecided.forget_name(machine, target.value, scope, target)
