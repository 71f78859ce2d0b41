"""Loops that only make data: each may spend a share of the budget. One that spends more is left
before its end, and what it has changed until then has no value."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from layermath.messages import _
from layermath.readers.keras.graph import GraphLayer, Group
from layermath.readers.python import undecided
from layermath.readers.python.budget import LoopEnds
from layermath.readers.python.limits import DATA_NESTING
from layermath.readers.python.unknown import Unknown
from layermath.readers.python.values import (
    Function,
    Instance,
    Method,
    Partial,
    Scope,
    SetValue,
    UserClass,
)

if TYPE_CHECKING:
    from layermath.readers.keras.machine import Machine

Result = TypeVar("Result")


@dataclass
class Changes:
    """What a loop has changed so far, the variables of its own scope left out: lists, dicts and
    sets, attributes, variables of other scopes; whether it has changed layers."""

    containers: dict[int, object] = field(default_factory=dict)
    attributes: dict[tuple[int, str], object] = field(default_factory=dict)
    names: dict[tuple[int, str], Scope] = field(default_factory=dict)
    layers: bool = False

    def include(self, other: Changes) -> None:
        """What a loop inside has changed was changed by the outer one."""
        self.containers |= other.containers
        self.attributes |= other.attributes
        self.names |= other.names
        self.layers |= other.layers


class Loops:
    """Runs the loops of one reading."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._changes = Changes()

    def run(
        self,
        node: ast.stmt | ast.expr,
        scope: Scope,
        rounds: Callable[[], Result],
        ended: Callable[[Unknown], Result],
    ) -> Result:
        """``rounds()``; or, where a loop that makes no layer has spent its share, ``ended`` of what
        stands for all that it would have made."""
        machine = self._machine
        made = machine.builder.made_so_far
        changes, outer = Changes(), self._changes
        self._changes = changes

        def may_end() -> bool:
            makes = made != machine.builder.made_so_far or changes.layers
            return not (makes or _is_endless(node) or undecided.builds(machine, [node], scope))

        told = len(machine.builder.notes)
        loop = machine.budget.enter(may_end)
        try:
            return rounds()
        except LoopEnds as end:
            if end.loop is not loop:
                raise
        finally:
            machine.budget.leave(loop)
            self._changes = outer
            outer.include(changes)
        del machine.builder.notes[told:]
        line = node.lineno
        reason = _("The loop in line {line} is too long: it was left before its end.", line=line)
        unknown = Unknown(machine.source.written(node), reasons=(reason,))
        _Spoil(machine, changes, unknown).everywhere(scope)
        return ended(unknown)

    # what is changed

    def changed(self, owner: object) -> None:
        """Something was put into a list, dict or set, or taken out of it."""
        if isinstance(owner, (list, dict, SetValue)):
            self._changes.containers[id(owner)] = owner

    def attribute_set(self, owner: object, name: str) -> None:
        """An attribute was set."""
        if isinstance(owner, (Group, Instance, UserClass)):
            self._changes.attributes[id(owner), name] = owner
        elif isinstance(owner, GraphLayer):
            self._changes.layers = True

    def name_set(self, scope: Scope, name: str) -> None:
        """A variable was set that is declared global or nonlocal."""
        if name in scope.global_names or name in scope.nonlocal_names:
            self._changes.names[id(scope), name] = scope


def _is_endless(node: ast.stmt | ast.expr) -> bool:
    """Whether what stands behind the loop is never reached: ``while True:`` that nothing leaves."""
    if not isinstance(node, ast.While) or not isinstance(node.test, ast.Constant):
        return False
    leaves = (ast.Break, ast.Return, ast.Raise)
    return not any(isinstance(one, leaves) for one in undecided.own_nodes(node.body))


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
            if isinstance(holder, (Group, Instance)):
                holder.fields[name] = self._named(name)
            elif isinstance(holder, UserClass):
                holder.names[name] = self._named(name)
        if self._changes.containers:
            for one in (scope, *self._machine.calls.scopes):
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
            spoilt = [self._is_spoilt(item, depth + 1) for item in given]
            return any(spoilt)
        if id(value) in self._met:
            return False
        if isinstance(value, (list, dict)):
            self._met.add(id(value))
            self._items(value, depth)
        elif isinstance(value, (Group, Instance)):
            self._met.add(id(value))
            self._mapping(value.fields)
        elif isinstance(value, Function):
            self._scope(value.scope)
        return False

    def _items(self, value: list[object] | dict[object, object], depth: int) -> None:
        if isinstance(value, list):
            for place, item in enumerate(value):
                if self._is_spoilt(item, depth + 1):
                    value[place] = self._unknown
        else:
            for key, item in list(value.items()):
                if self._is_spoilt(item, depth + 1):
                    value[key] = self._unknown
