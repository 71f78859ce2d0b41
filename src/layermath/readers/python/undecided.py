"""What to do with statements that are not known to run: do they matter, and what do they leave
unknown?"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from layermath.readers.python.attributes import set_attribute
from layermath.readers.python.machine import Machine
from layermath.readers.python.methods import CHANGING
from layermath.readers.python.source import own_nodes, stored_names
from layermath.readers.python.unknown import Unknown
from layermath.readers.python.values import Function, Partial, Scope


def matters(machine: Machine, statements: Sequence[ast.stmt], scope: Scope) -> bool:
    """Whether a model depends on these statements running: they make a part of one, call functions
    of the source that do, change one, or leave the block with something."""
    return leaves(statements) or builds(machine, statements, scope)


def leaves(statements: Sequence[ast.stmt]) -> bool:
    """Whether the statements end the function or the loop that they stand in."""
    return any(isinstance(node, (ast.Return, ast.Break, ast.Continue)) for node in statements)


def builds(machine: Machine, statements: Sequence[ast.AST], scope: Scope) -> bool:
    """Whether these statements, or functions of the source that they call, make parts of a model
    or change one."""
    return _builds(machine, statements, scope, set())


def _builds(
    machine: Machine, statements: Sequence[ast.AST], scope: Scope, met: set[ast.AST]
) -> bool:
    for node in own_nodes(statements):
        machine.budget.spend()
        if not isinstance(node, ast.Call):
            continue
        if machine.world.builds(node, lambda name: _value(name, scope)):
            return True
        called = _value(node.func, scope)
        if isinstance(called, Partial):
            called = called.callable
        if isinstance(called, Function) and called.node not in met:
            met.add(called.node)
            body = called.node.body
            inside: Sequence[ast.AST] = body if isinstance(body, list) else [body]
            if _builds(machine, inside, called.scope, met):
                return True
    return False


def touches(machine: Machine, statements: Sequence[ast.stmt], scope: Scope) -> bool:
    """Whether the statements use or replace a part of a model that is there already."""
    names = {node.id for node in own_nodes(statements) if isinstance(node, ast.Name)}
    found = [owner.names[name] for name in names if (owner := scope.find(name)) is not None]
    return any(map(machine.world.is_part, found))


def forget(
    machine: Machine,
    statements: Sequence[ast.stmt],
    scope: Scope,
    why: ast.stmt,
    needs: frozenset[str] = frozenset(),
) -> None:
    """Leave unknown what these statements would assign or change. ``needs`` are the symbols whose
    values would decide it."""
    written = machine.written(why)
    for name in stored_names(list(statements)):
        machine.budget.spend()
        scope.set(name, Unknown(written, needs, name))
    for node in own_nodes(statements):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in CHANGING:
                forget_name(machine, node.func.value, scope, why)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            forget_name(machine, node, scope, why)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            forget_name(machine, node.value, scope, why)


def forget_name(machine: Machine, owner: ast.expr, scope: Scope, why: ast.stmt | ast.expr) -> None:
    """Leave a variable unknown whose contents may have changed; a model is then not followed."""
    value = _value(owner, scope)
    unknown = Unknown(machine.written(why))
    if machine.world.forget(value, unknown):
        return
    if isinstance(owner, ast.Name) and value is not None:
        scope.set(owner.id, unknown)
    elif isinstance(owner, ast.Attribute):
        holder = _value(owner.value, scope)
        set_attribute(machine, holder, owner.attr, Unknown(unknown.written, name=owner.attr))


def _value(node: ast.AST, scope: Scope) -> object:
    """The value of a bare name, None for anything else."""
    if not isinstance(node, ast.Name):
        return None
    owner = scope.find(node.id)
    return None if owner is None else owner.names[node.id]
