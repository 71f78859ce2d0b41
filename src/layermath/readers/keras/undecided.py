"""Which calls in a source make a model, or part of one, as far as their text tells."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from layermath.network.growing import KTensor, Model
from layermath.readers.keras import keras_names
from layermath.readers.python.source import own_nodes
from layermath.readers.python.values import Function, Reference

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


def builds(
    call: ast.Call, value_of: Callable[[ast.AST], object], imported: Mapping[str, str]
) -> bool:
    """Whether a call would make a layer or a model, call one on a tensor or change a Sequential.

    ``value_of`` gives the value of a bare name, None for one without; ``imported`` are the names
    that imports bind, with their modules.
    """
    function, called = call.func, value_of(call.func)
    if isinstance(function, ast.Attribute):
        if function.attr in _BUILDING and _may_be_of_keras(function, value_of, imported):
            return True
        owner = value_of(function.value)
        if isinstance(owner, Model) and function.attr in ("add", "pop", "build"):
            return True
    if isinstance(called, Reference):
        if called.path[0] == "keras" and called.path[-1] in _BUILDING | {"add"}:
            return True
    elif isinstance(function, ast.Name) and called is None and function.id in _BUILDING:
        return keras_names.may_be(function.id, imported)
    return any(isinstance(value_of(argument), KTensor) for argument in call.args)


def _may_be_of_keras(
    function: ast.Attribute, value_of: Callable[[ast.AST], object], imported: Mapping[str, str]
) -> bool:
    """Whether a dotted name may be one of Keras's: ``layers.dot``, and neither ``np.dot`` nor
    ``x.dot``; a class of any name that nobody knows may be."""
    node: ast.expr = function
    while isinstance(node, ast.Attribute):
        node = node.value
    value = value_of(node)
    path = value.path if isinstance(value, Reference) else None
    if isinstance(node, ast.Name) and value is None:
        path = keras_names.MODULES.get(node.id)
        if path is None and not keras_names.may_be(node.id, imported):
            return False
    if path is not None:
        return path[0] in ("keras", "tensorflow")
    return function.attr not in keras_names.MERGES
