"""Sizes that the data decide: ``len(chars)``, ``lookup.vocabulary_size()``, ``x.shape[1] + 1``.

The data are not there, so that such an expression has no value. Where a layer wants a number, it
is kept as a symbol with a telling name; anywhere else, in a branch or a loop, it has no value.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr

from layermath.algebra.floors import Size, as_size, is_size
from layermath.readers.python import operators
from layermath.readers.python.budget import Budget
from layermath.readers.python.letters import Letters
from layermath.readers.python.unknown import CannotFollow, Count, CountOf, Sum, Unknown
from layermath.readers.python.values import Reference, Scope
from layermath.readers.python.world import World

_SIGNS = frozenset({"+", "-", "*", "//"})
_OF_NUMBERS = frozenset({"numpy", "math", "builtins"})
"""The modules whose functions may count data; one of a framework makes something else."""

LONGEST_NAME = 40


def count_of(
    node: ast.expr, unknown: Unknown, scope: Scope, budget: Budget, world: World
) -> Count | None:
    """What size an expression without a value would be, if it may be one of the data's."""
    if unknown.needs or unknown.foreign is not None:
        return None
    if not _may_count(node):
        return None
    held: list[object] = []
    for part in ast.walk(node):
        budget.walked()
        if isinstance(part, ast.Name):
            owner = scope.find(part.id)
            held.append(None if owner is None else owner.names[part.id])
    if not _counts_data(node, unknown, scope, world):
        return None
    return CountOf(node, tuple(held))


def joined(sign: str, left: object, right: object) -> Count | None:
    """What size ``left sign right`` would be."""
    parts = (left, right)
    counted = [isinstance(one, Unknown) and one.count is not None for one in parts]
    known = [is_size(one) or (isinstance(one, Unknown) and _is_symbol(one)) for one in parts]
    if sign in _SIGNS and any(counted) and all(c or k for c, k in zip(counted, known, strict=True)):
        return Sum(sign, left, right)
    return None


def _is_symbol(unknown: Unknown) -> bool:
    return unknown.name is not None and not unknown.needs


def _counts_data(node: ast.expr, unknown: Unknown, scope: Scope, world: World) -> bool:
    chain = list(_chain(node))
    root = chain[-1]
    value: object = None
    if isinstance(root, ast.Name):
        owner = scope.find(root.id)
        value = None if owner is None else owner.names[root.id]
    if isinstance(value, Reference) and value.path[0] not in _OF_NUMBERS:
        return False
    if world.is_part(value):
        return any(isinstance(one, ast.Attribute) and one.attr in world.learned for one in chain)
    is_free = value is None and isinstance(root, ast.Name)
    return is_free or unknown.cause is not None


def _chain(node: ast.expr) -> Iterator[ast.expr]:
    """The expression, what it is asked of, and so on: ``len(x.shape)``, ``x.shape``, ``x``."""
    while True:
        yield node
        if isinstance(node, ast.Call) and _is_len(node):
            node = node.args[0]
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        else:
            return


def _is_len(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1


def _may_count(node: ast.expr) -> bool:
    """Whether an expression has the form of one that counts data."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
    if isinstance(node, ast.Call):
        return _is_len(node) or isinstance(node.func, ast.Attribute)
    return isinstance(node, ast.Attribute)


def _name(node: ast.expr) -> str:
    """A name that tells what is counted."""
    if isinstance(node, ast.Call) and _is_len(node):
        return f"len_{_said(node.args[0])}"
    return _said(node)


def _said(node: ast.expr) -> str:
    """An expression in a word."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        word = node.attr.removeprefix("get_")
        return word if "_" in word.strip("_") else f"{_said(node.value)}_{word}"
    if isinstance(node, ast.Subscript):
        return f"{_said(node.value)}_{_key(node.slice)}"
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
        return _said(node.args[0])
    if isinstance(node, ast.Call):
        return _said(node.func)
    return "data"


def _key(node: ast.expr) -> str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return "last" if node.operand.value == 1 else f"last{node.operand.value!r}"
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, str)):
        return str(node.value)
    return _said(node)


class Counts:
    """Gives such sizes their symbols: one for each expression on the same data."""

    def __init__(self, budget: Budget, letters: Letters) -> None:
        self._budget = budget
        self._letters = letters
        self._known: dict[object, tuple[Count, Size]] = {}
        self._names: set[str] = set()

    def size(self, value: object) -> Size:
        """The size that a value stands for. Raises `CannotFollow` where it stands for none."""
        if is_size(value):
            assert isinstance(value, (int, Expr))
            return as_size(value)
        if not isinstance(value, Unknown):
            raise CannotFollow
        if _is_symbol(value):
            return self._letters.stand_in(value)
        if isinstance(value.count, Sum):
            left, right = self.size(value.count.left), self.size(value.count.right)
            found = operators.binary(value.count.sign, left, right, self._budget)
            return self.size(found)
        if not isinstance(value.count, CountOf):
            raise CannotFollow
        known = self._known.get(value.count.key)
        if known is None:
            name = self._free_name(_name(value.count.node))
            known = value.count, self._letters.stand_in(replace(value, name=name))
            self._known[value.count.key] = known
        return known[1]

    def is_known_as(self, count: Count | None, size: Size) -> None:
        """The same expression has this size wherever it stands."""
        if isinstance(count, CountOf):
            self._known.setdefault(count.key, (count, size))

    def _free_name(self, wanted: str) -> str:
        name = re.sub(r"\W+", "_", wanted)[:LONGEST_NAME].strip("_") or "data"
        number, found = 1, name
        while found in self._names or self._letters.is_taken(found):
            number += 1
            found = f"{name}_{number}"
        self._names.add(found)
        return found
