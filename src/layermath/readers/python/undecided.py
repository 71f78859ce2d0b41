"""What to do with statements that are not known to run: do they matter, and what do they leave
unknown?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from layermath.operations import Fixed
from layermath.readers.keras import keras_names
from layermath.readers.keras.fixed import Literal
from layermath.readers.keras.graph import GraphLayer, Group, KTensor, Model
from layermath.readers.keras.refusals import not_followed
from layermath.readers.python.methods import CHANGING
from layermath.readers.python.source import stored_names
from layermath.readers.python.unknown import Unknown
from layermath.readers.python.values import Function, Instance, Partial, Reference, Scope

if TYPE_CHECKING:
    from layermath.readers.keras.machine import Machine

_BUILDING = keras_names.LAYERS | keras_names.TOP | keras_names.MERGES.keys() - {"add"}


def makes_model(function: Function) -> bool:
    """Whether the function returns something and has a call in it that makes a model."""
    if isinstance(function.node, ast.Lambda):
        return False
    nodes = list(own_nodes(function.node.body))
    returns = any(isinstance(node, ast.Return) and node.value is not None for node in nodes)
    return returns and not _called_names(nodes).isdisjoint(("Model", "Sequential"))


def names_called(function: Function) -> set[str]:
    """The last parts of the names that the function calls, those inside it included."""
    return _called_names(ast.walk(function.node))


def _called_names(nodes: Iterable[ast.AST]) -> set[str]:
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in called
        if isinstance(node, (ast.Attribute, ast.Name))
    }


def own_nodes(statements: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every node in these statements but those of functions defined in them."""
    waiting = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))


def matters(machine: Machine, statements: Sequence[ast.stmt], scope: Scope) -> bool:
    """Whether a model depends on these statements running: they make layers or models, call
    functions of the source that do, change a Sequential, or leave the block with something."""
    return leaves(statements) or builds(machine, statements, scope)


def builds(machine: Machine, statements: Sequence[ast.AST], scope: Scope) -> bool:
    """Whether these statements, or functions of the source that they call, make layers or models,
    call them on tensors or change a Sequential."""
    return _builds(machine, statements, scope, set())


def leaves(statements: Sequence[ast.stmt]) -> bool:
    """Whether the statements end the function or the loop that they stand in."""
    return any(isinstance(node, (ast.Return, ast.Break, ast.Continue)) for node in statements)


def _builds(
    machine: Machine, statements: Sequence[ast.AST], scope: Scope, met: set[ast.AST]
) -> bool:
    for node in own_nodes(statements):
        machine.budget.spend()
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute):
            if function.attr in _BUILDING and _may_be_of_keras(machine, function, scope):
                return True
            owner = _value(function.value, scope)
            if isinstance(owner, Model) and function.attr in ("add", "pop", "build"):
                return True
        called = _value(function, scope)
        if isinstance(called, Reference) and called.path[-1] in _BUILDING | {"add"}:
            return called.path[0] == "keras"
        if isinstance(called, Partial):
            called = called.callable
        name = function.id if isinstance(function, ast.Name) and called is None else ""
        if name in _BUILDING and machine.may_be_keras(name):
            return True
        if isinstance(called, Function) and called.node not in met:
            met.add(called.node)
            body = called.node.body
            inside: Sequence[ast.AST] = body if isinstance(body, list) else [body]
            if _builds(machine, inside, called.scope, met):
                return True
        if any(isinstance(_value(argument, scope), KTensor) for argument in node.args):
            return True
    return False


def _may_be_of_keras(machine: Machine, function: ast.Attribute, scope: Scope) -> bool:
    """Whether a dotted name may be one of Keras's: ``layers.dot``, and neither ``np.dot`` nor
    ``x.dot``; a class of any name that nobody knows may be."""
    node: ast.expr = function
    while isinstance(node, ast.Attribute):
        node = node.value
    value = _value(node, scope)
    if isinstance(node, ast.Name) and value is None:
        path = keras_names.MODULES.get(node.id)
        if path is None and not machine.may_be_keras(node.id):
            return False
        value = None if path is None else Reference(path)
    if isinstance(value, Reference):
        return value.path[0] in ("keras", "tensorflow")
    return function.attr not in keras_names.MERGES


def touches(machine: Machine, statements: Sequence[ast.stmt], scope: Scope) -> bool:
    """Whether the statements use or replace a tensor, layer or model that is there already."""
    names = {node.id for node in own_nodes(statements) if isinstance(node, ast.Name)}
    found = [owner.names[name] for name in names if (owner := scope.find(name)) is not None]
    return any(isinstance(value, (KTensor, GraphLayer)) for value in found)


def forget(
    machine: Machine,
    statements: Sequence[ast.stmt],
    scope: Scope,
    why: ast.stmt,
    needs: frozenset[str] = frozenset(),
) -> None:
    """Leave unknown what these statements would assign or change. ``needs`` are the symbols whose
    values would decide it."""
    unknown = Unknown(machine.source.written(why), needs)
    for name in stored_names(list(statements)):
        machine.budget.spend()
        scope.set(name, Unknown(unknown.written, needs, name))
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
    unknown = Unknown(machine.source.written(why))
    if isinstance(value, Model):
        value.broken = value.broken or not_followed(unknown)
    elif isinstance(value, Fixed):
        if isinstance(value, Literal):
            value.memory.known = False  # its shape stays
    elif isinstance(owner, ast.Name) and value is not None:
        scope.set(owner.id, unknown)
    elif isinstance(owner, ast.Attribute):
        holder = _value(owner.value, scope)
        if isinstance(holder, (Group, Instance)) and owner.attr != "trainable":
            holder.fields[owner.attr] = replace(unknown, name=owner.attr)


def _value(node: ast.AST, scope: Scope) -> object:
    """The value of a bare name, None for anything else."""
    if not isinstance(node, ast.Name):
        return None
    owner = scope.find(node.id)
    return None if owner is None else owner.names[node.id]
