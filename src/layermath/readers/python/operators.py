"""The operators of Python on plain values and on sizes, bounded before they are done."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from sympy import Expr

from layermath.readers.python import sizes
from layermath.readers.python.budget import Budget
from layermath.readers.python.limits import BITS, DATA_NESTING
from layermath.readers.python.text import percent
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import SetValue

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
}
UNARY: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_NUMBERS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "|": operator.or_,
    "&": operator.and_,
    "^": operator.xor,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_number(value: object) -> bool:
    """An int, a float or a bool."""
    return isinstance(value, (int, float))


def binary(sign: str, left: object, right: object, budget: Budget) -> object:
    """``left sign right``. Raises `CannotFollow` where Python would raise, or the value is open."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        raise lost(left, right)
    if is_number(left) and is_number(right):
        return _numbers(sign, left, right, budget)
    if isinstance(left, str) and sign == "%":
        return percent(left, right, budget)
    if isinstance(left, Expr) or isinstance(right, Expr):
        sequences = (str, list, tuple)
        if sign == "@" or isinstance(left, sequences) or isinstance(right, sequences):
            raise CannotFollow(sizes.symbols_in(left, right))
        return sizes.arithmetic(sign, left, right, budget)
    if sign == "+":
        return _joined(left, right, budget)
    if sign == "*":
        return _repeated(left, right, budget)
    if sign == "|" and isinstance(left, dict) and isinstance(right, dict):
        budget.items(len(left) + len(right))
        return left | right
    raise CannotFollow


def _numbers(sign: str, left: Any, right: Any, budget: Budget) -> object:
    if isinstance(left, int) and isinstance(right, int):
        _bounded(sign, left, right, budget)
    if sign not in _NUMBERS:
        raise CannotFollow
    try:
        result = _NUMBERS[sign](left, right)
    except (ArithmeticError, TypeError, ValueError):
        raise CannotFollow from None
    if isinstance(result, complex):
        raise CannotFollow
    return result


def _bounded(sign: str, left: int, right: int, budget: Budget) -> None:
    bits, other = left.bit_length(), right.bit_length()
    if sign == "*":
        budget.bits(bits + other - 1)
    elif sign == "**" and bits > 1:
        budget.bits(BITS + 1 if other > 32 else bits * abs(right))
    elif sign == "<<" and right > 0:
        budget.bits(BITS + 1 if other > 32 else bits + right)
    else:
        budget.bits(max(bits, other))


def _joined(left: object, right: object, budget: Budget) -> object:
    if isinstance(left, str) and isinstance(right, str):
        budget.characters(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        budget.items(len(left) + len(right))
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        budget.items(len(left) + len(right))
        return left + right
    raise CannotFollow


def _repeated(left: object, right: object, budget: Budget) -> object:
    if isinstance(left, int):
        left, right = right, left
    if not isinstance(right, int) or not isinstance(left, (str, list, tuple)):
        raise CannotFollow
    length = len(left) * max(right, 0)
    if isinstance(left, str):
        budget.characters(length)
    else:
        budget.items(length)
    return left * right


def unary(sign: str, value: object, budget: Budget) -> object:
    """``-value``, ``+value``, ``~value``."""
    if isinstance(value, Expr) and sign != "~":
        return value if sign == "+" else sizes.arithmetic("*", -1, value, budget)
    if isinstance(value, int) and sign == "~":
        return ~int(value)
    if isinstance(value, (int, float)) and sign != "~":
        return -value if sign == "-" else +value
    raise lost(value)


def compare(sign: str, left: object, right: object, budget: Budget) -> bool:
    """``left sign right``. Raises `CannotFollow` where it is open."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        raise lost(left, right)
    if sign in ("==", "is"):
        return same(left, right, budget)
    if sign in ("!=", "is not"):
        return not same(left, right, budget)
    if sign in ("in", "not in"):
        return contains(right, left, budget) == (sign == "in")
    if isinstance(left, Expr) or isinstance(right, Expr):
        return sizes.compare(sign, left, right, budget)
    if (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return bool(_NUMBERS[sign](left, right))
    if isinstance(left, (list, tuple)) and type(left) is type(right):
        return _in_order(sign, left, right, budget)
    raise CannotFollow


def _in_order(sign: str, left: Any, right: Any, budget: Budget) -> bool:
    """As Python orders sequences: by the first items that differ."""
    for one, other in zip(left, right, strict=False):
        budget.spend()
        if not same(one, other, budget):
            return compare(sign, one, other, budget)
    return bool(_NUMBERS[sign](len(left), len(right)))


def same(left: object, right: object, budget: Budget, depth: int = 0) -> bool:
    """Equality as Python has it, with symbols: the same expression is equal, others by algebra."""
    budget.spend()
    if depth > DATA_NESTING:
        raise CannotFollow
    if left is right:
        return True
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        raise lost(left, right)
    if isinstance(left, Expr) or isinstance(right, Expr):
        if is_number(left) or is_number(right) or isinstance(left, Expr) == isinstance(right, Expr):
            return sizes.compare("==", left, right, budget)
        # A size is not None and not a tuple; a name without a value might be any word.
        if isinstance(left, str) or isinstance(right, str):
            raise CannotFollow(sizes.symbols_in(left, right))
        return False
    if isinstance(left, (list, tuple)) and type(left) is type(right):
        other: Any = right
        return len(left) == len(other) and all(
            same(one, two, budget, depth + 1) for one, two in zip(left, other, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            same(left[key], right[key], budget, depth + 1) for key in left
        )
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return isinstance(left, range) and isinstance(right, range) and left == right


def contains(container: object, item: object, budget: Budget) -> bool:
    """``item in container``."""
    if isinstance(container, str) and isinstance(item, str):
        return item in container
    if isinstance(container, range) and isinstance(item, int):
        return item in container
    if isinstance(container, SetValue):
        return any(same(item, known, budget) for known in container.items)
    if isinstance(container, (list, tuple, dict)):
        return any(same(item, known, budget) for known in container)
    raise lost(container)
