"""Answers as someone writes them: ``9216``, ``9,216``, ``(13, 13, 32)``, ``12.5``, ``9*C*F``."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from fractions import Fraction

from sympy import Rational, S, Symbol

from layermath.algebra.floors import Size, as_size, floor_div, minus, plus, symbol, times
from layermath.messages import Code, _
from layermath.problems import CallProblem
from layermath.questions.records import Value

LONGEST = 1000
"""Characters of an answer."""
_MOST_DIGITS = 40
_HIGHEST_POWER = 8
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
    if len(written) > LONGEST:
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(written, mode="eval")
        return _value(tree.body, frozenset(symbols), whole)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _wrong(whole) from None


def _value(node: ast.expr, symbols: frozenset[Symbol], text: str) -> Size:
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            if abs(number) >= 10**_MOST_DIGITS:
                raise _wrong(text)
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return times((-1, _value(operand, symbols, text)))
        case ast.Name(id=name) if symbol(name) in symbols:
            return symbol(name)
        case ast.Name(id=name):
            raise CallProblem(
                _("{option}: the model has no {name}", option=_option(text), name=Code(name)),
                *(
                    (_("Its letters are {letters}.", letters=tuple(sorted(symbols, key=str))),)
                    if symbols
                    else ()
                ),
            )
        case ast.BinOp(left=left, op=op, right=right):
            return _operation(_value(left, symbols, text), op, _value(right, symbols, text), text)
    raise _wrong(text)


def _operation(left: Size, op: ast.operator, right: Size, text: str) -> Size:
    match op:
        case ast.Add():
            return plus((left, right))
        case ast.Sub():
            return minus(left, right)
        case ast.Mult():
            return times((left, right))
        case ast.Pow() if isinstance(right, int) and 0 <= right <= _HIGHEST_POWER:
            return times((left,) * right)
        case ast.FloorDiv() if isinstance(right, int) and right > 0:
            return floor_div(left, right)
        case ast.Div() if isinstance(right, int) and right > 0:
            return as_size(S(left) / right)
    raise _wrong(text)


def _option(text: str) -> Code:
    return Code(f"--answer {text!r}" if len(text) <= 80 else "--answer")


def _wrong(text: str) -> CallProblem:
    return CallProblem(
        _("{option}: it cannot be read", option=_option(text)),
        _("It may be a number, a shape as 13,13,32, or an expression in the model's letters."),
    )
