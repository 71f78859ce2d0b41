"""Arithmetic as someone types it: whole numbers, names, and signs between them."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from layermath.algebra.floors import Size, floor_div, minus, plus, times

Operation: TypeAlias = "Callable[[Size, Size], Size | None]"
"""The value of two sides; None where it cannot be said for these."""


HIGHEST_POWER = 16
MOST_BITS = 4096
"""Larger numbers are not calculated with."""


class Unreadable(ValueError):
    """This is no arithmetic. ``part`` is what cannot be read, None where it is no expression."""

    def __init__(self, part: ast.expr | None = None) -> None:
        super().__init__()
        self.part = part


def _power(left: Size, right: Size) -> Size | None:
    small = isinstance(right, int) and 0 <= right <= HIGHEST_POWER
    return times((left,) * int(right)) if small else None


SIGNS: Mapping[type[ast.operator], Operation] = MappingProxyType(
    {
        ast.Add: lambda left, right: plus((left, right)),
        ast.Sub: minus,
        ast.Mult: lambda left, right: times((left, right)),
        ast.Pow: _power,
    }
)
"""The signs that every arithmetic has: ``+``, ``-``, ``*`` and small powers."""


def floored(left: Size, right: Size) -> Size | None:
    """``//`` by a positive number."""
    return floor_div(left, right) if isinstance(right, int) and right > 0 else None


def parsed(text: str, longest: int) -> ast.expr:
    """What was typed, as Python reads it. Raises `Unreadable` where it does not, or where it is
    longer than so many characters."""
    if len(text) > longest:
        raise Unreadable
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of "1if", which is no arithmetic anyway
            return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unreadable from None


def arithmetic(
    node: ast.expr,
    named: Callable[[ast.expr], Size | None],
    signs: Mapping[type[ast.operator], Operation],
) -> Size:
    """The value of an expression. ``named`` gives that of a name, None where there is none;
    ``signs`` are those that are allowed. Raises `Unreadable`, also for numbers too large to
    calculate with."""

    def size(node: ast.expr) -> Size:
        found: Size | None = None
        match node:
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                found = number
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                found = times((-1, size(operand)))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in signs:
                sides = size(left), size(right)
                if not any(isinstance(one, int) and one.bit_length() > MOST_BITS for one in sides):
                    found = signs[type(operator)](*sides)
            case _:
                found = named(node)
        if found is None:
            raise Unreadable(node)
        return found

    return size(node)
