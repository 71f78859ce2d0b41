"""Statements: run one after another; what cannot be followed is passed over."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sympy import Expr

from layermath.messages import Code, _
from layermath.readers.keras import keras_names
from layermath.readers.keras.graph import KTensor
from layermath.readers.keras.refusals import needs_value
from layermath.readers.keras.tensor_operations import forget, is_tensor
from layermath.readers.python import undecided
from layermath.readers.python.limits import ROUNDS
from layermath.readers.python.methods import key_of
from layermath.readers.python.operators import BINARY
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Unknown
from layermath.readers.python.values import Reference, Scope, UserClass

if TYPE_CHECKING:
    from layermath.readers.keras.machine import Machine


@dataclass(frozen=True)
class Returned:
    """A function ends with this value."""

    value: object


class _Leave:
    """A loop, or a function, is left: ``break``, ``continue``, ``raise``."""


MOST_COMPARED = 64
"""How many of the last notes are looked through for one that is there already."""

BREAK, CONTINUE, RAISED = _Leave(), _Leave(), _Leave()
Signal = Returned | _Leave | None
"""How a block ended: None at its end."""


class Statements:
    """Runs the statements of one reading."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._generators: dict[int, bool] = {}
        self._kinds: dict[type[ast.stmt], Callable[[Any, Scope], Signal]] = {
            ast.AnnAssign: self._annotated,
            ast.Assert: self._nothing,
            ast.Assign: self._assignment,
            ast.AsyncFor: self._passed_over,
            ast.AsyncFunctionDef: self._passed_over,
            ast.AsyncWith: self._passed_over,
            ast.AugAssign: self._augmented,
            ast.Break: lambda node, scope: BREAK,
            ast.ClassDef: self._class,
            ast.Continue: lambda node, scope: CONTINUE,
            ast.Delete: self._delete,
            ast.Expr: self._expression,
            ast.For: lambda node, scope: self._loop(self._for, node, scope),
            ast.FunctionDef: self._function,
            ast.Global: self._global,
            ast.If: self._if,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Nonlocal: self._nonlocal,
            ast.Pass: self._nothing,
            ast.Raise: lambda node, scope: RAISED,
            ast.Return: self._return,
            ast.Try: self._try,
            ast.While: lambda node, scope: self._loop(self._while, node, scope),
            ast.With: self._with,
        }
        self.last_value: object = None
        """The value of the last statement of the module, if that is an expression."""

    def run(self, statements: Sequence[ast.stmt], scope: Scope) -> Signal:
        """Run a block. Raises `Problem` for an error in the model, `LimitReached` at a limit."""
        budget = self._machine.budget
        for node in statements:
            budget.line = node.lineno
            budget.spend()
            if self._machine.source.is_too_deep(node):
                undecided.forget(self._machine, [node], scope, node)
                continue
            signal = self._kinds.get(type(node), self._passed_over)(node, scope)
            if signal is not None:
                return signal
        return None

    def run_module(self, statements: Sequence[ast.stmt], scope: Scope) -> None:
        """Run a module to its end."""
        rest = list(statements)
        while rest:
            # What stands after a raise at the top of a module is read all the same.
            for place, node in enumerate(rest):
                self.last_value = None
                if self.run([node], scope) is not None:
                    rest = rest[place + 1 :]
                    break
            else:
                return

    def run_function(self, node: ast.FunctionDef, scope: Scope, written: Written) -> object:
        """Run the body of a function: the value that it returns. Raises `CannotFollow` where it
        ends in a ``raise``."""
        signal = self.run(node.body, scope)
        if signal is RAISED:
            raise CannotFollow
        return signal.value if isinstance(signal, Returned) else None

    def is_generator(self, node: ast.FunctionDef) -> bool:
        """Whether the function yields."""
        known = self._generators.get(id(node))
        if known is None:
            known = any(
                isinstance(part, (ast.Yield, ast.YieldFrom))
                for part in undecided.own_nodes(node.body)
            )
            self._generators[id(node)] = known
        return known

    # assignment

    def assign(self, target: ast.expr, value: object, scope: Scope) -> None:
        """``target = value``. A target that cannot be followed is passed over."""
        if isinstance(target, ast.Name):
            self._machine.loops.name_set(scope, target.id)
            scope.set(target.id, self._named(target.id, value, scope))
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Attribute):
            owner = self._machine.expressions.of(target.value, scope)
            self._machine.attributes.set(owner, target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._set_item(target, value, scope)

    def _named(self, name: str, value: object, scope: Scope) -> object:
        """What the variable holds: a constant of the module may be bound to another value."""
        bindings = self._machine.plan.bindings
        if isinstance(value, Unknown):
            value = replace(value, name=name)
        if scope.parent is not None or name not in bindings:
            return value
        is_number = isinstance(value, (int, float, Expr)) and not isinstance(value, bool)
        if not is_number and not isinstance(value, Unknown):
            return value
        self._machine.overridden[name] = value
        return bindings[name]

    def _unpack(self, targets: Sequence[ast.expr], value: object, scope: Scope) -> None:
        if not targets:
            return
        try:
            items = self._machine.builtins.items(value)
        except CannotFollow:
            items = []
        if isinstance(value, KTensor) and not any(isinstance(n, ast.Starred) for n in targets):
            items = self._machine.models.unpacked(value, len(targets))
        starred = [n for n, target in enumerate(targets) if isinstance(target, ast.Starred)]
        if starred and len(items) >= len(targets) - 1:
            place = starred[0]
            after = len(targets) - place - 1
            middle = items[place : len(items) - after]
            items = [*items[:place], middle, *items[len(items) - after :]]
        if len(items) != len(targets):
            written = self._machine.source.written(targets[0])
            whole = value if isinstance(value, Unknown) else Unknown(written)
            items = [whole] * len(targets)
        for target, item in zip(targets, items, strict=True):
            self.assign(target.value if isinstance(target, ast.Starred) else target, item, scope)

    def _set_item(self, target: ast.Subscript, value: object, scope: Scope) -> None:
        owner = self._machine.expressions.of(target.value, scope)
        if is_tensor(owner):  # the shape stays
            forget(owner)
            return
        if isinstance(target.slice, ast.Slice):
            if isinstance(owner, list):
                undecided.forget_name(self._machine, target.value, scope, target)
            return
        key = self._machine.expressions.of(target.slice, scope)
        try:
            if isinstance(owner, dict):
                self._machine.budget.spend()
                self._machine.loops.changed(owner)
                owner[key_of(key)] = value
            elif isinstance(owner, list) and isinstance(key, int):
                self._machine.loops.changed(owner)
                owner[key] = value
        except (IndexError, CannotFollow):
            undecided.forget_name(self._machine, target.value, scope, target)

    def _assignment(self, node: ast.Assign, scope: Scope) -> Signal:
        value = self._machine.expressions.of(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)
        return None

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> Signal:
        if node.value is not None:
            self.assign(node.target, self._machine.expressions.of(node.value, scope), scope)
        return None

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> Signal:
        sign = BINARY.get(type(node.op))
        expressions = self._machine.expressions
        load = _loaded(node.target)
        left, right = expressions.of(load, scope), expressions.of(node.value, scope)
        value: object
        try:
            if isinstance(left, list) and sign == "+":
                self._machine.methods.call(left, "extend", (right,), {})
                return None
            if sign is None:
                raise CannotFollow
            value = expressions.operate(sign, left, right, self._machine.source.written(node))
            forget(left)  # an array is changed in place, for other names of it too
        except CannotFollow as why:
            value = Unknown.of(self._machine.source.written(node), why)
        self.assign(node.target, value, scope)
        return None

    def _delete(self, node: ast.Delete, scope: Scope) -> Signal:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                owner = self._machine.expressions.of(target.value, scope)
                key = None
                if not isinstance(target.slice, ast.Slice):
                    key = self._machine.expressions.of(target.slice, scope)
                if (
                    isinstance(owner, list)
                    and isinstance(key, int)
                    and -len(owner) <= key < len(owner)
                ):
                    del owner[key]
                elif isinstance(owner, dict) and isinstance(key, (str, int)):
                    owner.pop(key, None)
                else:
                    undecided.forget_name(self._machine, target.value, scope, target)
        return None

    # definitions and names

    def _function(self, node: ast.FunctionDef, scope: Scope) -> Signal:
        binds = "self" if scope.is_class else ""
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Name) and decorator.id in _BINDS and scope.is_class:
                binds = _BINDS[decorator.id]
        function = self._machine.expressions.function(node.name, node, scope, binds)
        scope.set(node.name, function)
        return None

    def _class(self, node: ast.ClassDef, scope: Scope) -> Signal:
        inner = Scope(scope, is_class=True)
        bases = [self._machine.expressions.of(base, scope) for base in node.bases]
        self.run(node.body, inner)
        own = tuple(base for base in bases if isinstance(base, UserClass))
        plain = Reference(("builtins", "object"))
        opaque = any(
            base.opaque if isinstance(base, UserClass) else base != plain for base in bases
        )
        paths = [base.path for base in bases if isinstance(base, Reference) and base != plain]
        paths += [base.keras for base in own if base.keras is not None]
        keras = next((path for path in paths if path[0] == "keras"), None)
        scope.set(node.name, UserClass(node.name, inner.names, own, opaque, keras))
        return None

    def _global(self, node: ast.Global, scope: Scope) -> Signal:
        scope.global_names.update(node.names)
        return None

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> Signal:
        scope.nonlocal_names.update(node.names)
        return None

    def _import(self, node: ast.Import, scope: Scope) -> Signal:
        for alias in node.names:
            path = keras_names.canonical(tuple(alias.name.split(".")))
            if alias.asname is None:
                root = alias.name.split(".")[0]
                self._import_as(root, (root,), scope)
            else:
                self._import_as(alias.asname, path, scope)
        return None

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> Signal:
        module = tuple((node.module or "").split("."))
        for alias in node.names:
            if alias.name == "*":
                for name, path in keras_names.star(keras_names.canonical(module)).items():
                    scope.set(name, Reference(path))
                continue
            path = keras_names.canonical((*module, alias.name))
            if node.level:
                path = ("", alias.name)
            self._import_as(alias.asname or alias.name, path, scope)
        return None

    def _import_as(self, name: str, path: tuple[str, ...], scope: Scope) -> None:
        """What comes from a module that is known is known by its path; anything else has no value,
        and its name is as if the source had never set it."""
        path = keras_names.canonical(path)
        if path[0] in keras_names.ROOTS or path == ("collections", "OrderedDict"):
            scope.set(name, keras_names.NUMBERS.get(path, Reference(path)))
        else:
            scope.names.pop(name, None)

    # flow

    def _nothing(self, node: ast.stmt, scope: Scope) -> Signal:
        return None

    def _passed_over(self, node: ast.stmt, scope: Scope) -> Signal:
        undecided.forget(self._machine, [node], scope, node)
        return None

    def _expression(self, node: ast.Expr, scope: Scope) -> Signal:
        value = self._machine.expressions.of(node.value, scope)
        if scope.parent is None:
            self.last_value = value
        return None

    def _return(self, node: ast.Return, scope: Scope) -> Signal:
        if node.value is None:
            return Returned(None)
        return Returned(self._machine.expressions.of(node.value, scope))

    def _if(self, node: ast.If, scope: Scope) -> Signal:
        while True:
            self._machine.budget.line = node.lineno
            try:
                holds = self._machine.expressions.truth(node.test, scope)
            except CannotFollow as why:
                return self._undecided(node, why.needs, scope)
            if holds:
                return self.run(node.body, scope)
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                continue
            return self.run(node.orelse, scope)

    def _undecided(self, node: ast.If, needs: frozenset[str], scope: Scope) -> Signal:
        """A branch that is not known to be taken. It may be passed over where it builds nothing;
        where one branch alone builds a model from scratch, that is the one."""
        machine = self._machine
        branches = [branch for branch in (node.body, node.orelse) if branch]
        weighty = [branch for branch in branches if undecided.matters(machine, branch, scope)]
        if not weighty:
            undecided.forget(machine, branches_of(node), scope, node, needs)
            return None
        if needs:
            raise needs_value(machine.source.segment(node.test), needs, node.lineno)
        if len(weighty) == 1 and not undecided.touches(machine, weighty[0], scope):
            note = _(
                "{code} (line {line}) cannot be followed: the branch that builds a model is taken",
                code=Code(machine.source.segment(node.test)),
                line=node.lineno,
            )
            if note not in machine.builder.notes[-MOST_COMPARED:]:
                machine.builder.notes.append(note)
            return self.run(weighty[0], scope)
        undecided.forget(machine, branches_of(node), scope, node)
        if any(undecided.leaves(branch) for branch in branches):
            return Returned(Unknown(machine.source.written(node.test)))
        return None

    def _loop(
        self, run: Callable[[Any, Scope], Signal], node: ast.For | ast.While, scope: Scope
    ) -> Signal:
        """A loop. Where a limit ends it, what it was building is not complete; one that only makes
        data is left when it has taken its share of the steps."""

        def ended(unknown: Unknown) -> Signal:
            undecided.forget(self._machine, [node], scope, node)
            returns = any(isinstance(one, ast.Return) for one in undecided.own_nodes([node]))
            return Returned(unknown) if returns else None

        depth = self._machine.enter_loop()
        signal = self._machine.loops.run(node, scope, lambda: run(node, scope), ended)
        # not where a limit is reached: then it is asked which loop ran
        self._machine.leave_loop(depth)
        return signal

    def _for(self, node: ast.For, scope: Scope) -> Signal:
        machine = self._machine
        value = machine.expressions.of(node.iter, scope)
        try:
            iterator = machine.builtins.iterator(value)
        except CannotFollow as why:
            if why.needs and undecided.matters(machine, node.body, scope):
                raise needs_value(
                    machine.source.segment(node.iter), why.needs, node.lineno
                ) from None
            undecided.forget(machine, [node], scope, node)
            return None
        for rounds, item in enumerate(iterator):
            machine.budget.spend()
            trains = rounds == ROUNDS and isinstance(value, range)
            if trains and not undecided.matters(machine, node.body, scope):
                machine.budget.end_loop()
            self.assign(node.target, item, scope)
            signal = self.run(node.body, scope)
            if signal is BREAK:
                return None
            if signal is not None and signal is not CONTINUE:
                return signal
        return self.run(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> Signal:
        machine = self._machine
        while True:
            machine.budget.line = node.lineno
            try:
                holds = machine.expressions.truth(node.test, scope)
            except CannotFollow as why:
                if why.needs and undecided.matters(machine, node.body, scope):
                    raise needs_value(
                        machine.source.segment(node.test), why.needs, node.lineno
                    ) from None
                undecided.forget(machine, [node], scope, node)
                return None
            if not holds:
                return self.run(node.orelse, scope)
            machine.budget.spend()
            signal = self.run(node.body, scope)
            if signal is BREAK:
                return None
            if signal is not None and signal is not CONTINUE:
                return signal

    def _with(self, node: ast.With, scope: Scope) -> Signal:
        for item in node.items:
            value = self._machine.expressions.of(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value, scope)
        return self.run(node.body, scope)

    def _try(self, node: ast.Try, scope: Scope) -> Signal:
        signal = self.run(node.body, scope)
        if signal is RAISED and node.handlers:
            signal = self.run(node.handlers[0].body, scope)
        elif signal is None:
            signal = self.run(node.orelse, scope)
        last = self.run(node.finalbody, scope)
        return signal if last is None else last


_BINDS = {"staticmethod": "", "classmethod": "cls", "property": "property"}


def branches_of(node: ast.If) -> list[ast.stmt]:
    """The statements of both branches."""
    return [*node.body, *node.orelse]


def _loaded(target: ast.expr) -> ast.expr:
    """The target of ``+=`` as an expression that is read."""
    return target
