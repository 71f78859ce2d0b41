"""Statements: run one after another; what cannot be followed is passed over."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from layermath.messages import Code, _
from layermath.readers.python import loops, methods, undecided
from layermath.readers.python.contents import holds, iterator
from layermath.readers.python.expressions import function, operate
from layermath.readers.python.limits import ROUNDS
from layermath.readers.python.machine import (
    BREAK,
    CONTINUE,
    RAISED,
    Machine,
    Returned,
    Signal,
)
from layermath.readers.python.operators import BINARY
from layermath.readers.python.refusals import needs_value
from layermath.readers.python.source import own_nodes
from layermath.readers.python.targets import assign, delete
from layermath.readers.python.unknown import CannotFollow, Unknown
from layermath.readers.python.values import Reference, Scope, UserClass
from layermath.readers.python.world import NOT_HERE

MOST_COMPARED = 64
"""How many of the last notes are looked through for one that is there already."""

# assignment


def _assignment(machine: Machine, node: ast.Assign, scope: Scope) -> Signal:
    value = machine.value(node.value, scope)
    for target in node.targets:
        assign(machine, target, value, scope)
    return None


def _annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> Signal:
    if node.value is not None:
        assign(machine, node.target, machine.value(node.value, scope), scope)
    return None


def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> Signal:
    sign, written = BINARY[type(node.op)], machine.written(node)
    left, right = machine.value(node.target, scope), machine.value(node.value, scope)
    value: object
    try:
        if isinstance(left, list) and sign == "+":
            methods.call(machine, left, "extend", (right,), {})
            return None
        value = operate(machine, sign, left, right, written)
        # an array is changed in place, for other names of it too
        machine.world.forget(left, Unknown(written))
    except CannotFollow as why:
        value = Unknown.of(written, why)
    assign(machine, node.target, value, scope)
    return None


def _delete(machine: Machine, node: ast.Delete, scope: Scope) -> Signal:
    for target in node.targets:
        delete(machine, target, scope)
    return None


# definitions and names


def _function(machine: Machine, node: ast.FunctionDef, scope: Scope) -> Signal:
    binds = "self" if scope.is_class else ""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Name) and decorator.id in _BINDS and scope.is_class:
            binds = _BINDS[decorator.id]
    scope.set(node.name, function(machine, node.name, node, scope, binds))
    return None


def _class(machine: Machine, node: ast.ClassDef, scope: Scope) -> Signal:
    inner = Scope(scope, is_class=True)
    plain = Reference(("builtins", "object"))
    bases = [base for one in node.bases if (base := machine.value(one, scope)) != plain]
    machine.run(node.body, inner)
    own = tuple(base for base in bases if isinstance(base, UserClass))
    opaque = len(own) < len(bases) or any(base.opaque for base in own)
    known = [base.path for base in bases if isinstance(base, Reference)]
    known += [path for base in own for path in base.known]
    scope.set(node.name, UserClass(node.name, inner.names, own, opaque, tuple(known)))
    return None


def _global(machine: Machine, node: ast.Global, scope: Scope) -> Signal:
    scope.global_names.update(node.names)
    return None


def _nonlocal(machine: Machine, node: ast.Nonlocal, scope: Scope) -> Signal:
    scope.nonlocal_names.update(node.names)
    return None


def _import(machine: Machine, node: ast.Import, scope: Scope) -> Signal:
    for alias in node.names:
        path = tuple(alias.name.split("."))
        if alias.asname is None:
            path = path[:1]
        _import_as(machine, alias.asname or path[0], path, scope)
    return None


def _import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> Signal:
    module = tuple((node.module or "").split("."))
    for alias in node.names:
        if alias.name == "*":
            for name, value in machine.world.star(module).items():
                scope.set(name, value)
            continue
        path = ("", alias.name) if node.level else (*module, alias.name)
        _import_as(machine, alias.asname or alias.name, path, scope)
    return None


def _import_as(machine: Machine, name: str, path: tuple[str, ...], scope: Scope) -> None:
    """What comes from a module that is known is known by its path; anything else has no value, and
    its name is as if the source had never set it."""
    known = machine.reference(path)
    if known is NOT_HERE:
        scope.names.pop(name, None)
    else:
        scope.set(name, known)


# flow


def _nothing(machine: Machine, node: ast.stmt, scope: Scope) -> Signal:
    return None


def passed_over(machine: Machine, node: ast.stmt, scope: Scope) -> Signal:
    """A statement that is not followed."""
    undecided.forget(machine, [node], scope, node)
    return None


def _expression(machine: Machine, node: ast.Expr, scope: Scope) -> Signal:
    value = machine.value(node.value, scope)
    if scope.parent is None:
        machine.last_value = value
    return None


def _return(machine: Machine, node: ast.Return, scope: Scope) -> Signal:
    return Returned(None if node.value is None else machine.value(node.value, scope))


def _if(machine: Machine, node: ast.If, scope: Scope) -> Signal:
    while True:
        machine.budget.line = node.lineno
        try:
            verdict = holds(machine, node.test, scope)
        except CannotFollow as why:
            return _undecided(machine, node, why.needs, scope)
        if verdict:
            return machine.run(node.body, scope)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            continue
        return machine.run(node.orelse, scope)


def _undecided(machine: Machine, node: ast.If, needs: frozenset[str], scope: Scope) -> Signal:
    """A branch that is not known to be taken. It may be passed over where it builds nothing; where
    one branch alone builds a model from scratch, that is the one."""
    branches = [branch for branch in (node.body, node.orelse) if branch]
    weighty = [branch for branch in branches if undecided.matters(machine, branch, scope)]
    both = [*node.body, *node.orelse]
    if not weighty:
        undecided.forget(machine, both, scope, node, needs)
        return None
    if needs:
        raise needs_value(machine.source.segment(node.test), needs, node.lineno)
    if len(weighty) == 1 and not undecided.touches(machine, weighty[0], scope):
        note = _(
            "{code} (line {line}) cannot be followed: the branch that builds a model is taken",
            code=Code(machine.source.segment(node.test)),
            line=node.lineno,
        )
        if note not in machine.notes[-MOST_COMPARED:]:
            machine.notes.append(note)
        return machine.run(weighty[0], scope)
    undecided.forget(machine, both, scope, node)
    if any(undecided.leaves(branch) for branch in branches):
        return Returned(Unknown(machine.written(node.test)))
    return None


def _loop(rounds: Callable[[Machine, Any, Scope], Signal]) -> Callable[..., Signal]:
    """A loop. Where a limit ends it, what it was building is not complete; one that only makes data
    is left when it has taken its share of the steps."""

    def run(machine: Machine, node: ast.For | ast.While, scope: Scope) -> Signal:
        def ended(unknown: Unknown) -> Signal:
            undecided.forget(machine, [node], scope, node)
            returns = any(isinstance(one, ast.Return) for one in own_nodes([node]))
            return Returned(unknown) if returns else None

        depth = len(machine.loops)
        machine.loops.append(machine.world.progress())
        signal = loops.run(machine, node, scope, lambda: rounds(machine, node, scope), ended)
        # not where a limit is reached: then it is asked which loop ran
        del machine.loops[depth:]
        return signal

    return run


def _open_loop(
    machine: Machine, node: ast.For | ast.While, head: ast.expr, why: CannotFollow, scope: Scope
) -> Signal:
    """A loop of which it is not known how often it runs."""
    if why.needs and undecided.matters(machine, node.body, scope):
        raise needs_value(machine.source.segment(head), why.needs, node.lineno) from None
    return passed_over(machine, node, scope)


def _for(machine: Machine, node: ast.For, scope: Scope) -> Signal:
    value = machine.value(node.iter, scope)
    try:
        found = iterator(machine, value)
    except CannotFollow as why:
        return _open_loop(machine, node, node.iter, why, scope)
    for rounds, item in enumerate(found):
        machine.budget.spend()
        trains = rounds == ROUNDS and isinstance(value, range)
        if trains and not undecided.matters(machine, node.body, scope):
            machine.budget.end_loop()
        assign(machine, node.target, item, scope)
        signal = machine.run(node.body, scope)
        if signal is not None and signal is not CONTINUE:
            return None if signal is BREAK else signal
    return machine.run(node.orelse, scope)


def _while(machine: Machine, node: ast.While, scope: Scope) -> Signal:
    while True:
        machine.budget.line = node.lineno
        try:
            verdict = holds(machine, node.test, scope)
        except CannotFollow as why:
            return _open_loop(machine, node, node.test, why, scope)
        if not verdict:
            return machine.run(node.orelse, scope)
        machine.budget.spend()
        signal = machine.run(node.body, scope)
        if signal is not None and signal is not CONTINUE:
            return None if signal is BREAK else signal


def _with(machine: Machine, node: ast.With, scope: Scope) -> Signal:
    for item in node.items:
        value = machine.value(item.context_expr, scope)
        if item.optional_vars is not None:
            assign(machine, item.optional_vars, value, scope)
    return machine.run(node.body, scope)


def _try(machine: Machine, node: ast.Try, scope: Scope) -> Signal:
    signal = machine.run(node.body, scope)
    if signal is RAISED and node.handlers:
        signal = machine.run(node.handlers[0].body, scope)
    elif signal is None:
        signal = machine.run(node.orelse, scope)
    last = machine.run(node.finalbody, scope)
    return signal if last is None else last


_BINDS = {"staticmethod": "", "classmethod": "cls", "property": "property"}

STATEMENTS: Mapping[type[ast.stmt], Callable[[Machine, Any, Scope], Signal]] = {
    ast.AnnAssign: _annotated,
    ast.Assert: _nothing,
    ast.Assign: _assignment,
    ast.AugAssign: _augmented,
    ast.Break: lambda machine, node, scope: BREAK,
    ast.ClassDef: _class,
    ast.Continue: lambda machine, node, scope: CONTINUE,
    ast.Delete: _delete,
    ast.Expr: _expression,
    ast.For: _loop(_for),
    ast.FunctionDef: _function,
    ast.Global: _global,
    ast.If: _if,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Nonlocal: _nonlocal,
    ast.Pass: _nothing,
    ast.Raise: lambda machine, node, scope: RAISED,
    ast.Return: _return,
    ast.Try: _try,
    ast.While: _loop(_while),
    ast.With: _with,
}
