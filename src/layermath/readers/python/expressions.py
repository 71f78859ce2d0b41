"""Expressions: one method for each kind of node of the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sympy import Expr

from layermath.readers.keras import keras_names
from layermath.readers.keras.architecture_arguments import ARCHITECTURES
from layermath.readers.keras.graph import KTensor
from layermath.readers.keras.tensor_operations import is_tensor
from layermath.readers.python import counts, operators
from layermath.readers.python.builtins import NAMES
from layermath.readers.python.limits import BITS, STEPS_OF_AN_EXPRESSION
from layermath.readers.python.methods import CHANGING, key_of
from layermath.readers.python.source import Written
from layermath.readers.python.text import formatted
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import Function, Reference, Scope, SetValue

if TYPE_CHECKING:
    from layermath.readers.keras.machine import Machine


class Expressions:
    """Evaluates the expressions of one reading. What cannot be followed is `Unknown`."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._budget = machine.budget
        self._kinds: dict[type[ast.expr], Callable[[Any, Scope], object]] = {
            ast.Attribute: self._attribute,
            ast.BinOp: self._binary,
            ast.BoolOp: self._boolean,
            ast.Call: self._call,
            ast.Compare: self._compare,
            ast.Constant: self._constant,
            ast.Dict: self._dict,
            ast.DictComp: self._dict_comprehension,
            ast.FormattedValue: self._formatted,
            ast.GeneratorExp: self._list_comprehension,
            ast.IfExp: self._conditional,
            ast.JoinedStr: self._joined,
            ast.Lambda: self._lambda,
            ast.List: self._list,
            ast.ListComp: self._list_comprehension,
            ast.Name: self._name,
            ast.NamedExpr: self._walrus,
            ast.Set: self._set,
            ast.SetComp: self._set_comprehension,
            ast.Subscript: self._subscript,
            ast.Tuple: self._tuple,
            ast.UnaryOp: self._unary,
        }

    def of(self, node: ast.expr, scope: Scope) -> object:
        """The value of an expression, `Unknown` where it cannot be followed.

        Raises `Problem` for an error in the model, `LimitReached` at a limit.
        """
        self._budget.spend(STEPS_OF_AN_EXPRESSION)
        kind = self._kinds.get(type(node))
        if kind is None:
            return Unknown(self._machine.source.written(node))
        try:
            return kind(node, scope)
        except CannotFollow as why:
            unknown = Unknown.of(self._machine.source.written(node), why)
            count = counts.count_of(node, unknown, scope, self._budget)
            return unknown if count is None else replace(unknown, count=count)

    def truth(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a condition holds. Raises `CannotFollow`, with the symbols, where it is open."""
        value = self.of(node, scope)
        if self._machine.letters.is_open(value):
            return False  # None, for Keras
        return self._machine.builtins.truth(value)

    # names

    def _name(self, node: ast.Name, scope: Scope) -> object:
        return self.name(node.id, scope)

    def name(self, name: str, scope: Scope) -> object:
        """The value of a name: the source's own, Python's or Keras's, or else a symbol."""
        owner = scope.find(name)
        if owner is not None:
            return owner.names[name]
        if name in NAMES:
            return Reference(("builtins", name))
        known = keras_names.without_import(name)
        if known is not None and self._machine.may_be_keras(name):
            return Reference(known)
        if name in ARCHITECTURES and name not in self._machine.imported:
            return Reference(("keras", "applications", name))
        return self._machine.letters.free(name)

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> object:
        value = self.of(node.value, scope)
        self._machine.statements.assign(node.target, value, scope)
        return value

    def _attribute(self, node: ast.Attribute, scope: Scope) -> object:
        return self._machine.attributes.of(self.of(node.value, scope), node.attr)

    # plain values

    def _constant(self, node: ast.Constant, scope: Scope) -> object:
        value = node.value
        if isinstance(value, str):
            self._budget.characters(len(value))
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            if value.bit_length() > BITS:
                self._budget.bits(value.bit_length())
            return value
        if value is None or isinstance(value, (bool, float)):
            return value
        raise CannotFollow

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> object:
        pieces: list[str] = []
        for part in node.values:
            value = self.of(part, scope)
            if not isinstance(value, str):
                raise lost(value)
            pieces.append(value)
        self._budget.characters(sum(len(piece) for piece in pieces))
        return "".join(pieces)

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> object:
        value = self.of(node.value, scope)
        spec = "" if node.format_spec is None else self.of(node.format_spec, scope)
        if not isinstance(spec, str):
            raise CannotFollow
        conversion = chr(node.conversion) if node.conversion > 0 else ""
        return formatted(value, conversion, spec, self._budget)

    def _items(self, nodes: Sequence[ast.expr], scope: Scope) -> list[object]:
        found: list[object] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found.extend(self._machine.builtins.items(self.of(node.value, scope)))
            else:
                found.append(self.of(node, scope))
        self._budget.items(len(found))
        return found

    def _list(self, node: ast.List, scope: Scope) -> object:
        return self._items(node.elts, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> object:
        return tuple(self._items(node.elts, scope))

    def _set(self, node: ast.Set, scope: Scope) -> object:
        return SetValue({key_of(item): None for item in self._items(node.elts, scope)})

    def _dict(self, node: ast.Dict, scope: Scope) -> object:
        found: dict[object, object] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            item = self.of(value, scope)
            if key is not None:
                found[key_of(self.of(key, scope))] = item
            elif isinstance(item, dict):
                self._budget.items(len(found) + len(item))
                found.update(item)
            else:
                raise lost(item)
        return found

    # operators

    def _binary(self, node: ast.BinOp, scope: Scope) -> object:
        sign = operators.BINARY.get(type(node.op))
        left, right = self.of(node.left, scope), self.of(node.right, scope)
        if sign is None:
            raise CannotFollow
        written = self._machine.source.written(node)
        try:
            return self.operate(sign, left, right, written)
        except CannotFollow as why:
            count = counts.joined(sign, left, right)
            if count is None:
                raise
            return replace(Unknown.of(written, why), count=count)

    def operate(
        self, sign: str, left: object, right: object, written: Written | None = None
    ) -> object:
        """``left sign right``; a variable whose value is not known counts as a symbol beside a
        size."""
        if is_tensor(left) or is_tensor(right):
            return self._machine.tensor_operations.binary(
                sign, left, right, written or self._machine.nowhere
            )
        if isinstance(left, Unknown) and isinstance(right, (int, Expr)):
            left = self._as_symbol(left)
        if isinstance(right, Unknown) and isinstance(left, (int, Expr)):
            right = self._as_symbol(right)
        return operators.binary(sign, left, right, self._budget)

    def _as_symbol(self, value: Unknown) -> object:
        if value.name is None or value.needs:
            return value
        return self._machine.letters.stand_in(value)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> object:
        if isinstance(node.op, ast.Not):
            return not self.truth(node.operand, scope)
        value = self.of(node.operand, scope)
        if is_tensor(value):
            written = self._machine.source.written(node)
            return self._machine.tensor_operations.unary(node.op, value, written)
        return operators.unary(node.op, value, self._budget)

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> object:
        stops = isinstance(node.op, ast.Or)
        undecided: CannotFollow | None = None
        value: object = None
        for part in node.values:
            value = self.of(part, scope)
            try:
                holds = self._machine.builtins.truth(
                    None if self._machine.letters.is_open(value) else value
                )
            except CannotFollow as why:
                undecided = undecided or why
                continue
            if holds == stops:
                # What decides the whole does so whatever the undecided parts are, as a truth value.
                return value if undecided is None else holds
        if undecided is not None:
            raise undecided
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> object:
        left = self.of(node.left, scope)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.of(comparator, scope)
            sign = operators.COMPARE[type(operator)]
            inside = self._machine.builder.inside is not None
            if len(node.ops) == 1 and _compares_tensors(sign, left, right, inside=inside):
                written = self._machine.source.written(node)
                return self._machine.tensor_operations.binary(sign, left, right, written)
            if not self._holds(sign, left, right):
                return False
            left = right
        return True

    def _holds(self, sign: str, left: object, right: object) -> bool:
        is_open = self._machine.letters.is_open
        if sign in ("==", "!=", "is", "is not") and (is_open(left) or is_open(right)):
            left = None if is_open(left) else left
            right = None if is_open(right) else right
        return operators.compare(sign, left, right, self._budget)

    def _conditional(self, node: ast.IfExp, scope: Scope) -> object:
        return self.of(node.body if self.truth(node.test, scope) else node.orelse, scope)

    # parts

    def _subscript(self, node: ast.Subscript, scope: Scope) -> object:
        owner = self.of(node.value, scope)
        if is_tensor(owner):
            written = self._machine.source.written(node)
            return self._machine.tensor_operations.item(
                owner, self._key(node.slice, scope), written
            )
        if isinstance(node.slice, ast.Slice):
            parts = [
                None if part is None else self.of(part, scope)
                for part in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            return self._slice(owner, parts)
        return self.item(owner, self.of(node.slice, scope))

    def _key(self, node: ast.expr, scope: Scope) -> object:
        """What stands between the brackets of ``x[key]``, for a tensor."""
        if isinstance(node, ast.Tuple):
            return tuple(self._key(item, scope) for item in node.elts)
        if isinstance(node, ast.Slice):
            return slice(
                *(
                    None if part is None else self.of(part, scope)
                    for part in (node.lower, node.upper, node.step)
                )
            )
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            return Ellipsis
        return self.of(node, scope)

    def _slice(self, owner: object, parts: list[object]) -> object:
        if not isinstance(owner, (list, tuple, str, range)) or not all(
            part is None or isinstance(part, int) for part in parts
        ):
            raise lost(owner, *parts)
        try:
            found = owner[slice(*(part if isinstance(part, int) else None for part in parts))]
        except (ValueError, OverflowError):
            raise CannotFollow from None
        if not isinstance(found, range):
            self._budget.items(len(found))
        return found

    def item(self, owner: object, key: object) -> object:
        """``owner[key]``"""
        try:
            if isinstance(owner, (list, tuple, str, range)) and isinstance(key, int):
                return owner[key]
            if isinstance(owner, dict):
                return owner[key_of(key)]
        except (IndexError, KeyError):
            pass
        raise lost(owner, key)

    # calls

    def _call(self, node: ast.Call, scope: Scope) -> object:
        function = self.of(node.func, scope)
        arguments = self._items(node.args, scope)
        keywords: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.of(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                keywords.update(value)
            else:
                raise lost(value)
        if isinstance(function, Unknown) and isinstance(node.func, ast.Attribute):
            self._data_changed(node.func, scope)
        written = self._machine.source.written(node)
        if self._budget.line is None:
            self._budget.line = node.lineno
        return self._machine.calls.call(function, arguments, keywords, written)

    def _data_changed(self, function: ast.Attribute, scope: Scope) -> None:
        """``words.append(x)`` of data that have no value: from here on they are others."""
        owner = scope.find(function.value.id) if isinstance(function.value, ast.Name) else None
        if owner is not None and function.attr in CHANGING:
            assert isinstance(function.value, ast.Name)
            value = owner.names[function.value.id]
            if isinstance(value, Unknown):
                owner.names[function.value.id] = replace(value)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> object:
        return self.function("lambda", node, scope)

    def function(
        self, name: str, node: ast.FunctionDef | ast.Lambda, scope: Scope, binds: str = ""
    ) -> Function:
        """A function of the source, its defaults evaluated where it is defined."""
        defaults = tuple(self.of(default, scope) for default in node.args.defaults)
        keyword_defaults = {
            parameter.arg: self.of(default, scope)
            for parameter, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default is not None
        }
        return Function(name, node, scope, defaults, keyword_defaults, binds)

    # comprehensions

    def _list_comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
        def rounds() -> object:
            found: list[object] = []
            for inner in self._rounds(node.generators, scope):
                found.append(self.of(node.elt, inner))
            self._budget.items(len(found))
            return found

        return self._machine.loops.run(node, scope, rounds, _itself)

    def _set_comprehension(self, node: ast.SetComp, scope: Scope) -> object:
        def rounds() -> object:
            return SetValue(
                {
                    key_of(self.of(node.elt, inner)): None
                    for inner in self._rounds(node.generators, scope)
                }
            )

        return self._machine.loops.run(node, scope, rounds, _itself)

    def _dict_comprehension(self, node: ast.DictComp, scope: Scope) -> object:
        def rounds() -> object:
            return {
                key_of(self.of(node.key, inner)): self.of(node.value, inner)
                for inner in self._rounds(node.generators, scope)
            }

        return self._machine.loops.run(node, scope, rounds, _itself)

    def _rounds(self, generators: list[ast.comprehension], scope: Scope) -> Iterator[Scope]:
        """A scope for each round of a comprehension, its variables set."""
        inner = Scope(scope)
        return self._round(generators, inner, 0)

    def _round(
        self, generators: list[ast.comprehension], inner: Scope, place: int
    ) -> Iterator[Scope]:
        if place == len(generators):
            yield inner
            return
        generator = generators[place]
        value = self.of(generator.iter, inner)
        for item in self._machine.builtins.iterator(value):
            self._budget.spend()
            self._machine.statements.assign(generator.target, item, inner)
            if all(self.truth(condition, inner) for condition in generator.ifs):
                yield from self._round(generators, inner, place + 1)


def _itself(unknown: Unknown) -> object:
    """What a comprehension is that was left before its end."""
    return unknown


def _compares_tensors(sign: str, left: object, right: object, *, inside: bool) -> bool:
    """Whether a comparison is one of values. Of Keras's own tensors ``x == y`` asks whether they
    are the same one; of arrays, and of what ``call`` is given, it compares values."""
    if not is_tensor(left) and not is_tensor(right):
        return False
    if sign == "==" and not inside and (isinstance(left, KTensor) or isinstance(right, KTensor)):
        return False
    return sign in ("<", "<=", ">", ">=") or (
        sign in ("==", "!=") and left is not None and right is not None
    )
