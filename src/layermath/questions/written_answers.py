"""Answers as someone writes them: ``9216``, ``9,216``, ``(13, 13, 32)``, ``12.5``, ``9*C*F``."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from fractions import Fraction

from sympy import Rational, S, Symbol

from layermath.algebra.floors import Size, as_size, symbol
from layermath.algebra.typed import SIGNS, Unreadable, arithmetic, floored, parsed
from layermath.messages import Code, _
from layermath.problems import CallProblem
from layermath.questions.records import Value

LONGEST = 1000
"""Characters of an answer."""
_TOO_MANY_DIGITS = re.compile(r"\d{41}")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[,_\u202f\u00a0 ]\d{3})+")
_DECIMAL = re.compile(r"[+-]?\d+\.\d+")
_SIGNS = {
    "·": "*",
    "×": "*",
    "⋅": "*",
    "−": "-",
    "–": "-",
    "^": "**",
    "²": "**2",
    "³": "**3",
    "÷": "/",
}


def read_answer(text: str, symbols: Collection[Symbol], like: Value) -> Value:
    """The answer, as the right value is: one number, or the sizes of a shape.

    It may hold whole numbers, decimals, the model's ``symbols`` and ``+ - * / // **``. Raises
    `CallProblem` where it cannot be read.
    """
    written = text.strip()
    if len(written) > LONGEST or _TOO_MANY_DIGITS.search(written):
        raise _wrong(text)
    if not like.is_shape:
        return Value((_size(written, symbols, text),), is_count=like.is_count)
    if len(like.sizes) == 1 and _THOUSANDS.fullmatch(written):
        return Value((_size(written, symbols, text),), True)
    parts = [*_parts(written)]
    if len(parts) == len(like.sizes) + 1 and parts[0].strip() == "None":
        del parts[0]  # the batch, as Keras shows it
    return Value(tuple(_size(part, symbols, text) for part in parts), True)


def _parts(text: str) -> Iterator[str]:
    """The sizes of a shape, in parentheses or not, between commas or ``×``."""
    inside = text[1:-1] if text[:1] + text[-1:] in ("()", "[]") else text
    if "," not in inside and ("×" in inside or re.fullmatch(r"\s*\d+(\s*x\s*\d+)+\s*", inside)):
        inside = re.sub("[×x]", ",", inside)
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(inside):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append(inside[start:place])
            start = place + 1
    parts.append(inside[start:])
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    yield from parts


def _size(text: str, symbols: Collection[Symbol], whole: str) -> Size:
    written = text.strip()
    if _THOUSANDS.fullmatch(written):
        written = re.sub(r"[^\d+-]", "", written)
    if _DECIMAL.fullmatch(written):
        number = Fraction(written)
        return as_size(Rational(number.numerator, number.denominator))
    for sign, plain in _SIGNS.items():
        written = written.replace(sign, plain)
    try:
        return arithmetic(
            parsed(written, LONGEST), lambda node: _named(node, symbols, whole), _OPERATIONS
        )
    except (Unreadable, RecursionError):
        raise _wrong(whole) from None


def _named(node: ast.expr, symbols: Collection[Symbol], text: str) -> Size | None:
    if not isinstance(node, ast.Name):
        return None
    if symbol(node.id) in symbols:
        return symbol(node.id)
    letters = tuple(sorted(symbols, key=str))
    raise CallProblem(
        _("{option}: the model has no {name}", option=_option(text), name=Code(node.id)),
        *((_("Its letters are {letters}.", letters=letters),) if letters else ()),
    )


def _divided(left: Size, right: Size) -> Size | None:
    return as_size(S(left) / right) if isinstance(right, int) and right > 0 else None


_OPERATIONS = {**SIGNS, ast.FloorDiv: floored, ast.Div: _divided}


def _option(text: str) -> Code:
    return Code(f"--answer {text!r}" if len(text) <= 80 else "--answer")


def _wrong(text: str) -> CallProblem:
    return CallProblem(
        _("{option}: it cannot be read", option=_option(text)),
        _("It may be a number, a shape as 13,13,32, or an expression in the model's letters."),
    )
