"""Expressions: what each kind of node of the syntax tree is worth."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from layermath.readers.python import counts, loops, operators
from layermath.readers.python.attributes import attribute
from layermath.readers.python.builtins import NAMES
from layermath.readers.python.contents import holds, items, iterator, truth
from layermath.readers.python.limits import BITS
from layermath.readers.python.machine import Machine
from layermath.readers.python.methods import CHANGING
from layermath.readers.python.source import Written
from layermath.readers.python.targets import assign
from layermath.readers.python.text import formatted
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import Function, Reference, Scope, SetValue, key_of
from layermath.readers.python.world import NOT_HERE

# names


def _name(machine: Machine, node: ast.Name, scope: Scope) -> object:
    """The value of a name: the source's own, Python's or the framework's, or else a symbol."""
    owner = scope.find(node.id)
    if owner is not None:
        return owner.names[node.id]
    if node.id in NAMES:
        return Reference(("builtins", node.id))
    known = machine.world.bare(node.id)
    return machine.letters.free(node.id) if known is NOT_HERE else known


def _walrus(machine: Machine, node: ast.NamedExpr, scope: Scope) -> object:
    value = machine.value(node.value, scope)
    assign(machine, node.target, value, scope)
    return value


def _attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> object:
    return attribute(machine, machine.value(node.value, scope), node.attr)


# plain values


def _constant(machine: Machine, node: ast.Constant, scope: Scope) -> object:
    value = node.value
    if isinstance(value, str):
        machine.budget.characters(len(value))
    elif isinstance(value, int) and value.bit_length() > BITS:
        machine.budget.bits(value.bit_length())
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise CannotFollow


def _joined(machine: Machine, node: ast.JoinedStr, scope: Scope) -> object:
    pieces: list[str] = []
    for part in node.values:
        value = machine.value(part, scope)
        if not isinstance(value, str):
            raise lost(value)
        pieces.append(value)
    machine.budget.characters(sum(len(piece) for piece in pieces))
    return "".join(pieces)


def _formatted(machine: Machine, node: ast.FormattedValue, scope: Scope) -> object:
    value = machine.value(node.value, scope)
    spec = "" if node.format_spec is None else machine.value(node.format_spec, scope)
    if not isinstance(spec, str):
        raise CannotFollow
    conversion = chr(node.conversion) if node.conversion > 0 else ""
    return formatted(value, conversion, spec, machine.budget)


def _items(machine: Machine, nodes: Sequence[ast.expr], scope: Scope) -> list[object]:
    found: list[object] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            found.extend(items(machine, machine.value(node.value, scope)))
        else:
            found.append(machine.value(node, scope))
    machine.budget.items(len(found))
    return found


def _list(machine: Machine, node: ast.List, scope: Scope) -> object:
    return _items(machine, node.elts, scope)


def _tuple(machine: Machine, node: ast.Tuple, scope: Scope) -> object:
    return tuple(_items(machine, node.elts, scope))


def _set(machine: Machine, node: ast.Set, scope: Scope) -> object:
    return SetValue({key_of(item): None for item in _items(machine, node.elts, scope)})


def _dict(machine: Machine, node: ast.Dict, scope: Scope) -> object:
    found: dict[object, object] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        item = machine.value(value, scope)
        if key is not None:
            found[key_of(machine.value(key, scope))] = item
        elif isinstance(item, dict):
            machine.budget.items(len(found) + len(item))
            found.update(item)
        else:
            raise lost(item)
    return found


# operators


def _binary(machine: Machine, node: ast.BinOp, scope: Scope) -> object:
    sign = operators.BINARY[type(node.op)]
    left, right = machine.value(node.left, scope), machine.value(node.right, scope)
    written = machine.written(node)
    try:
        return operate(machine, sign, left, right, written)
    except CannotFollow as why:
        count = counts.joined(sign, left, right)
        if count is None:
            raise
        return replace(Unknown.of(written, why), count=count)


def operate(machine: Machine, sign: str, left: object, right: object, written: Written) -> object:
    """``left sign right``; a variable whose value is not known counts as a symbol beside a size."""
    made = machine.world.binary(sign, left, right, written)
    if made is not NOT_HERE:
        return made
    if isinstance(left, Unknown) and isinstance(right, (int, Expr)):
        left = _as_symbol(machine, left)
    if isinstance(right, Unknown) and isinstance(left, (int, Expr)):
        right = _as_symbol(machine, right)
    return operators.binary(sign, left, right, machine.budget)


def _as_symbol(machine: Machine, value: Unknown) -> object:
    if value.name is None or value.needs:
        return value
    return machine.letters.stand_in(value)


def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> object:
    if isinstance(node.op, ast.Not):
        return not holds(machine, node.operand, scope)
    value, sign = machine.value(node.operand, scope), operators.UNARY[type(node.op)]
    made = machine.world.unary(sign, value, machine.written(node))
    return operators.unary(sign, value, machine.budget) if made is NOT_HERE else made


def _boolean(machine: Machine, node: ast.BoolOp, scope: Scope) -> object:
    stops = isinstance(node.op, ast.Or)
    undecided: CannotFollow | None = None
    value: object = None
    for part in node.values:
        value = machine.value(part, scope)
        try:
            verdict = truth(machine, _closed(machine, value))
        except CannotFollow as why:
            undecided = undecided or why
            continue
        if verdict == stops:
            # What decides the whole does so whatever the undecided parts are, as a truth value.
            return value if undecided is None else verdict
    if undecided is not None:
        raise undecided
    return value


def _closed(machine: Machine, value: object) -> object:
    """The value; None for a size that is left open until run time."""
    return None if machine.letters.is_open(value) else value


def _compare(machine: Machine, node: ast.Compare, scope: Scope) -> object:
    left = machine.value(node.left, scope)
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = machine.value(comparator, scope)
        sign = operators.COMPARE[type(operator)]
        if len(node.ops) == 1:
            made = machine.world.binary(sign, left, right, machine.written(node))
            if made is not NOT_HERE:
                return made
        if sign in ("==", "!=", "is", "is not"):
            one, other = _closed(machine, left), _closed(machine, right)
        else:
            one, other = left, right
        if not operators.compare(sign, one, other, machine.budget):
            return False
        left = right
    return True


def _conditional(machine: Machine, node: ast.IfExp, scope: Scope) -> object:
    return machine.value(node.body if holds(machine, node.test, scope) else node.orelse, scope)


# parts


def _subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> object:
    owner, key = machine.value(node.value, scope), _key(machine, node.slice, scope)
    made = machine.world.item(owner, key, machine.written(node))
    if made is not NOT_HERE:
        return made
    try:
        if isinstance(owner, (list, tuple, str, range)) and isinstance(key, (int, slice)):
            found: object = owner[key]
            if isinstance(key, slice) and isinstance(found, (list, tuple, str)):
                machine.budget.items(len(found))
            return found
        if isinstance(owner, dict):
            return owner[key_of(key)]
    except (IndexError, KeyError, TypeError, ValueError, OverflowError):
        pass
    parts = (key.start, key.stop, key.step) if isinstance(key, slice) else (key,)
    raise lost(owner, *parts)


def _key(machine: Machine, node: ast.expr, scope: Scope) -> object:
    """What stands between the brackets of ``x[key]``."""
    if isinstance(node, ast.Tuple):
        return tuple(_key(machine, item, scope) for item in node.elts)
    if isinstance(node, ast.Slice):
        parts = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else machine.value(part, scope) for part in parts))
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return Ellipsis
    return machine.value(node, scope)


# calls


def _call(machine: Machine, node: ast.Call, scope: Scope) -> object:
    function = machine.value(node.func, scope)
    arguments = _items(machine, node.args, scope)
    keywords: dict[str, object] = {}
    for keyword in node.keywords:
        value = machine.value(keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
            keywords.update(value)
        else:
            raise lost(value)
    if isinstance(function, Unknown) and isinstance(node.func, ast.Attribute):
        _data_changed(node.func, scope)
    if machine.budget.line is None:
        machine.budget.line = node.lineno
    return machine.call(function, arguments, keywords, machine.written(node))


def _data_changed(function: ast.Attribute, scope: Scope) -> None:
    """``words.append(x)`` of data that have no value: from here on they are others."""
    name = function.value.id if isinstance(function.value, ast.Name) else ""
    owner = scope.find(name)
    value = None if owner is None else owner.names[name]
    if owner is not None and function.attr in CHANGING and isinstance(value, Unknown):
        owner.names[name] = replace(value)


def _lambda(machine: Machine, node: ast.Lambda, scope: Scope) -> object:
    return function(machine, "lambda", node, scope)


def function(
    machine: Machine,
    name: str,
    node: ast.FunctionDef | ast.Lambda,
    scope: Scope,
    binds: str = "",
) -> Function:
    """A function of the source, its defaults evaluated where it is defined."""
    defaults = tuple(machine.value(default, scope) for default in node.args.defaults)
    keyword_defaults = {
        parameter.arg: machine.value(default, scope)
        for parameter, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    }
    return Function(name, node, scope, defaults, keyword_defaults, binds)


# comprehensions


def _comprehension(
    of_round: Callable[[Machine, Any, Scope], object],
    gathered: Callable[[Machine, list[Any]], object],
) -> Callable[[Machine, Any, Scope], object]:
    """A comprehension: what each round gives, and what becomes of all that."""

    def run(machine: Machine, node: Any, scope: Scope) -> object:
        def rounds() -> object:
            scopes = _round(machine, node.generators, Scope(scope))
            return gathered(machine, [of_round(machine, node, inner) for inner in scopes])

        return loops.run(machine, node, scope, rounds, lambda unknown: unknown)

    return run


def _round(
    machine: Machine, generators: Sequence[ast.comprehension], inner: Scope
) -> Iterator[Scope]:
    """The scope, once for each round, its variables set."""
    if not generators:
        yield inner
        return
    first, *rest = generators
    for item in iterator(machine, machine.value(first.iter, inner)):
        machine.budget.spend()
        assign(machine, first.target, item, inner)
        if all(holds(machine, condition, inner) for condition in first.ifs):
            yield from _round(machine, rest, inner)


def _element(machine: Machine, node: Any, scope: Scope) -> object:
    return machine.value(node.elt, scope)


def _counted(machine: Machine, found: list[object]) -> object:
    machine.budget.items(len(found))
    return found


_LISTED = _comprehension(_element, _counted)

EXPRESSIONS: Mapping[type[ast.expr], Callable[[Machine, Any, Scope], object]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _comprehension(
        lambda machine, node, scope: (
            key_of(machine.value(node.key, scope)),
            machine.value(node.value, scope),
        ),
        lambda machine, found: dict(found),
    ),
    ast.FormattedValue: _formatted,
    ast.GeneratorExp: _LISTED,
    ast.IfExp: _conditional,
    ast.JoinedStr: _joined,
    ast.Lambda: _lambda,
    ast.List: _list,
    ast.ListComp: _LISTED,
    ast.Name: _name,
    ast.NamedExpr: _walrus,
    ast.Set: _set,
    ast.SetComp: _comprehension(
        lambda machine, node, scope: key_of(machine.value(node.elt, scope)),
        lambda machine, found: SetValue(dict.fromkeys(found)),
    ),
    ast.Subscript: _subscript,
    ast.Tuple: _tuple,
    ast.UnaryOp: _unary,
}
