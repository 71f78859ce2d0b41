"""One reading of a source: its state, and what the parts of the interpreter ask of each other."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from layermath.messages import Message, _
from layermath.readers.python import counts
from layermath.readers.python.budget import Budget, LimitReached
from layermath.readers.python.letters import Letters
from layermath.readers.python.limits import STEPS_OF_AN_EXPRESSION
from layermath.readers.python.source import Source, Written, own_nodes
from layermath.readers.python.unknown import CannotFollow, Unknown
from layermath.readers.python.values import Function, Instance, Path, Reference, Scope, SetValue
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords, World


@dataclass(frozen=True)
class Returned:
    """A function ends with this value."""

    value: object


class _Leave:
    """A loop, or a function, is left: ``break``, ``continue``, ``raise``."""


BREAK, CONTINUE, RAISED = _Leave(), _Leave(), _Leave()
Signal = Returned | _Leave | None
"""How a block ended: None at its end."""


@dataclass(frozen=True)
class Language:
    """What each kind of node of the syntax tree means, and how calls are answered."""

    expressions: Mapping[type[ast.expr], Callable[[Machine, Any, Scope], object]]
    statements: Mapping[type[ast.stmt], Callable[[Machine, Any, Scope], Signal]]
    passed_over: Callable[[Machine, ast.stmt, Scope], Signal]
    """What becomes of any other statement."""
    call: Callable[[Machine, object, Arguments, Keywords, Written], object]


@dataclass
class Changes:
    """What a loop has changed so far, the variables of its own scope left out: lists, dicts and
    sets, attributes, variables of other scopes; whether it has changed a part of a model."""

    containers: dict[int, object] = field(default_factory=dict)
    attributes: dict[tuple[int, str], dict[str, object]] = field(default_factory=dict)
    names: dict[tuple[int, str], Scope] = field(default_factory=dict)
    parts: bool = False

    def include(self, other: Changes) -> None:
        """What a loop inside has changed was changed by the outer one."""
        self.containers |= other.containers
        self.attributes |= other.attributes
        self.names |= other.names
        self.parts |= other.parts


@dataclass(frozen=True)
class Frame:
    """A function of the source that is running, with the object whose method it is."""

    function: Function
    instance: object
    scope: Scope


class Machine:
    """Reads one source once.

    ``scope`` holds the names of its module; ``imported`` the names that its imports bind, each with
    its module; ``world`` is what the framework adds. ``source`` is the text that is read just now.
    """

    def __init__(
        self,
        source: Source,
        imported: Mapping[str, str],
        letters: Letters,
        language: Language,
        world: Callable[[Machine], World],
    ) -> None:
        self.source = source
        self.imported = imported
        self.letters = letters
        self.budget = Budget()
        self.scope = Scope(names={"__name__": "__main__"})
        self.nowhere = Written(source, None)
        self.notes: list[Message] = []
        """What the user should know."""
        self.overridden: dict[str, object] = {}
        """What the source itself gives the constants that are bound to other values."""
        self.last_value: object = None
        """The value of the last statement of the module, if that is an expression."""
        self.frames: list[Frame] = []
        self.changes = Changes()
        self.loops: list[int] = []
        """For each statement that is a loop and runs, what had been made before it."""
        self._language = language
        self._yields: dict[ast.FunctionDef, bool] = {}
        self.world = world(self)

    def read(self) -> LimitReached | None:
        """Read the source to its end, or to a limit, which is given back.

        Raises `Problem` for an error in a model.
        """
        try:
            self.run_module(self.source.tree.body, self.scope)
        except LimitReached as limit:
            return limit
        except RecursionError:
            return LimitReached(_("the source nests too deep"), self.budget.line)
        return None

    def run_module(self, statements: Sequence[ast.stmt], scope: Scope) -> None:
        """Run a module to its end."""
        for node in statements:
            self.last_value = None
            # what stands after a raise at the top of a module is read all the same
            self.run([node], scope)

    def run(self, statements: Sequence[ast.stmt], scope: Scope) -> Signal:
        """Run a block. Raises `Problem` for an error in the model, `LimitReached` at a limit."""
        language = self._language
        for node in statements:
            self.budget.line = node.lineno
            self.budget.spend()
            kind = language.statements.get(type(node))
            if kind is None or self.source.is_too_deep(node):
                kind = language.passed_over
            signal = kind(self, node, scope)
            if signal is not None:
                return signal
        return None

    def value(self, node: ast.expr, scope: Scope) -> object:
        """The value of an expression, `Unknown` where it cannot be followed.

        Raises `Problem` for an error in the model, `LimitReached` at a limit.
        """
        self.budget.spend(STEPS_OF_AN_EXPRESSION)
        kind = self._language.expressions.get(type(node))
        if kind is None:
            return Unknown(self.written(node))
        try:
            return kind(self, node, scope)
        except CannotFollow as why:
            unknown = Unknown.of(self.written(node), why)
            count = counts.count_of(node, unknown, scope, self.budget, self.world)
            return unknown if count is None else replace(unknown, count=count)

    def call(
        self,
        callable_: object,
        arguments: Arguments,
        keywords: Keywords,
        written: Written | None = None,
    ) -> object:
        """``callable_(*arguments, **keywords)``. Raises `CannotFollow` for what is not followed,
        `Problem` for an error in the model."""
        return self._language.call(self, callable_, arguments, keywords, written or self.nowhere)

    def written(self, node: ast.expr | ast.stmt) -> Written:
        """The node, to be quoted later."""
        return self.source.written(node)

    def instance(self, value: object) -> Instance | None:
        """The object of a class of the source that a value is."""
        return value if isinstance(value, Instance) else self.world.instance(value)

    def yields(self, function: ast.FunctionDef) -> bool:
        """Whether a function is a generator."""
        if function not in self._yields:
            kinds = (ast.Yield, ast.YieldFrom)
            self._yields[function] = any(isinstance(n, kinds) for n in own_nodes(function.body))
        return self._yields[function]

    def changed(self, owner: object) -> None:
        """Something was put into a list, dict or set, or taken out of it."""
        if isinstance(owner, (list, dict, SetValue)):
            self.changes.containers[id(owner)] = owner

    def reference(self, path: Path) -> object:
        """What a dotted path means; `NOT_HERE` where it leads to a module that is not known."""
        known = self.world.reference(path)
        if known is not NOT_HERE:
            return known
        if path[0] not in MODULES and path != ("collections", "OrderedDict"):
            return NOT_HERE
        return _NUMBERS.get(path, Reference(path))


MODULES = frozenset({"builtins", "copy", "functools", "itertools", "math", "numpy"})
"""Modules of Python whose attributes are looked at."""

_NUMBERS: Mapping[Path, float] = {
    (module, name): number
    for module in ("math", "numpy")
    for name, number in (("e", math.e), ("inf", math.inf), ("pi", math.pi))
}
"""The numbers that have names."""
