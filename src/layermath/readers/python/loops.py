"""Loops that only make data: each may spend a share of the budget. One that spends more is left
before its end, and what it has changed until then has no value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TypeVar

from layermath.messages import _
from layermath.readers.python import undecided
from layermath.readers.python.budget import LoopEnds
from layermath.readers.python.limits import DATA_NESTING
from layermath.readers.python.machine import Changes, Machine
from layermath.readers.python.source import own_nodes
from layermath.readers.python.unknown import Unknown
from layermath.readers.python.values import Function, Method, Partial, Scope

Result = TypeVar("Result")


def run(
    machine: Machine,
    node: ast.stmt | ast.expr,
    scope: Scope,
    rounds: Callable[[], Result],
    ended: Callable[[Unknown], Result],
) -> Result:
    """``rounds()``; or, where a loop that makes no part of a model has spent its share, ``ended``
    of what stands for all that it would have made."""
    made, told = machine.world.progress(), len(machine.notes)
    changes, outer = Changes(), machine.changes
    machine.changes = changes

    def may_end() -> bool:
        makes = made != machine.world.progress() or changes.parts
        return not (makes or _is_endless(node) or undecided.builds(machine, [node], scope))

    loop = machine.budget.enter(may_end)
    try:
        return rounds()
    except LoopEnds as end:
        if end.loop is not loop:
            raise
    finally:
        machine.budget.leave(loop)
        machine.changes = outer
        outer.include(changes)
    del machine.notes[told:]
    line = node.lineno
    reason = _("The loop in line {line} is too long: it was left before its end.", line=line)
    unknown = Unknown(machine.written(node), reasons=(reason,))
    _Spoil(machine, changes, unknown).everywhere(scope)
    return ended(unknown)


def _is_endless(node: ast.stmt | ast.expr) -> bool:
    """Whether what stands behind the loop is never reached: ``while True:`` that nothing leaves."""
    if not isinstance(node, ast.While) or not isinstance(node.test, ast.Constant):
        return False
    leaves = (ast.Break, ast.Return, ast.Raise)
    return not any(isinstance(one, leaves) for one in own_nodes(node.body))


class _Spoil:
    """Leaves unknown what a loop has changed, wherever it is held."""

    def __init__(self, machine: Machine, changes: Changes, unknown: Unknown) -> None:
        self._machine = machine
        self._changes = changes
        self._unknown = unknown
        self._met: set[int] = set()
        self._tuples: dict[int, bool] = {}

    def everywhere(self, scope: Scope) -> None:
        """In all variables that are alive: those of the functions that are running, and what they
        lead to."""
        for (_id, name), owner in self._changes.names.items():
            owner.set(name, self._named(name))
        for (_id, name), holder in self._changes.attributes.items():
            holder[name] = self._named(name)
        if self._changes.containers:
            for one in (scope, *(frame.scope for frame in self._machine.frames)):
                self._scope(one)

    def _named(self, name: str) -> Unknown:
        return Unknown(self._unknown.written, name=name, reasons=self._unknown.reasons)

    def _scope(self, scope: Scope | None) -> None:
        while scope is not None and id(scope) not in self._met:
            self._met.add(id(scope))
            self._mapping(scope.names)
            scope = scope.parent

    def _mapping(self, held: dict[str, object]) -> None:
        for name, value in list(held.items()):
            if self._is_spoilt(value):
                held[name] = self._named(name)

    def _is_spoilt(self, value: object, depth: int = 0) -> bool:
        """Whether the value is one that was changed, or is a tuple of such; what it holds besides
        is seen to."""
        if id(value) in self._changes.containers or depth > DATA_NESTING:
            return True
        self._machine.budget.spend()
        if isinstance(value, tuple):
            if id(value) not in self._tuples:
                spoilt = [self._is_spoilt(item, depth + 1) for item in value]
                self._tuples[id(value)] = any(spoilt)
            return self._tuples[id(value)]
        if isinstance(value, Method):
            return self._is_spoilt(value.owner, depth + 1)
        if isinstance(value, Partial):
            given = (value.callable, *value.arguments, *value.keywords.values())
            spoilt = [self._is_spoilt(item, depth + 1) for item in given]  # all of them
            return any(spoilt)
        if isinstance(value, Function):
            self._scope(value.scope)
        instance = self._machine.instance(value)
        held = value if instance is None else instance.fields
        if not isinstance(held, (list, dict)) or id(held) in self._met:
            return False
        self._met.add(id(held))
        for place, item in list(enumerate(held) if isinstance(held, list) else held.items()):
            if self._is_spoilt(item, depth + 1):
                held[place] = self._unknown if instance is None else self._named(str(place))
        return False
