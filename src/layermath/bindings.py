"""Values for symbols and shapes for inputs, as they are written on the command line.

``--set F=32``, ``--set F=2*G``, ``--input H,W,3``, ``--input image=(28, 28, 1)``
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from layermath.algebra.floors import Size, floor_div, minus, plus, symbol, times
from layermath.messages import Code, Message, _
from layermath.problems import CallProblem

LONGEST = 1000
"""Characters of one value, at most."""

HIGHEST_POWER = 16
MOST_BITS = 4096


def bindings(values: Iterable[str]) -> dict[str, Size]:
    """``NAME=VALUE``, again and again. Raises `CallProblem` for what is not a positive integer or
    an expression in symbols."""
    found: dict[str, Size] = {}
    for text in values:
        name, sign, written = text.partition("=")
        option = f"--set {text}"
        name = name.strip()
        if not sign or not name.isidentifier():
            raise wrong(option, _("it must be NAME=VALUE, as in {example}", example=Code("F=32")))
        if name in found:
            raise wrong(option, _("{name} is set twice", name=Code(name)))
        found[name] = checked(expression(written, option), option)
    return found


def checked(value: object, option: str) -> Size:
    """A positive whole number, or an expression. Raises `CallProblem`."""
    if isinstance(value, int):
        if value < 1:
            raise wrong(option, _("it must be a positive whole number"))
        return value
    return value


def shapes(values: Iterable[str]) -> dict[str | None, tuple[Size, ...]]:
    """``SHAPE`` for the only input, ``NAME=SHAPE`` for one of several. Raises `CallProblem`."""
    found: dict[str | None, tuple[Size, ...]] = {}
    for text in values:
        option = f"--input {text}"
        name, sign, written = text.rpartition("=")
        key = name.strip() if sign else None
        if key in found:
            raise wrong(option, _("this input is given twice"))
        items = written.strip().removeprefix("(").removesuffix(")").split(",")
        if items and not items[-1].strip():
            items = items[:-1]
        found[key] = tuple(checked(expression(item, option), option) for item in items)
    return found


def wrong(option: str, message: Message) -> CallProblem:
    """A problem with one option of the call."""
    return CallProblem(_("{option}: {message}", option=Code(option), message=message))


def expression(text: str, option: str) -> Size:
    """Whole numbers, names, ``+ - * // %``-free of anything that is not arithmetic."""
    try:
        if len(text) > LONGEST:
            raise ValueError
        tree = ast.parse(text.strip(), mode="eval")
        return _size(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise wrong(
            option,
            _(
                "{value} is not a positive whole number, nor an expression in letters",
                value=Code(text[:60] or "''"),
            ),
        ) from None


def _size(node: ast.expr) -> Size:
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case ast.Name(id=name):
            return symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return times((-1, _size(operand)))
        case ast.BinOp(left=left, op=operator, right=right):
            return _operation(_size(left), operator, _size(right))
    raise ValueError


def _operation(left: Size, operator: ast.operator, right: Size) -> Size:
    for side in (left, right):
        if isinstance(side, int) and side.bit_length() > MOST_BITS:
            raise ValueError
    match operator:
        case ast.Add():
            return plus((left, right))
        case ast.Sub():
            return minus(left, right)
        case ast.Mult():
            return times((left, right))
        case ast.FloorDiv() if isinstance(right, int) and right > 0:
            return floor_div(left, right)
        case ast.Pow() if isinstance(right, int) and 0 <= right <= HIGHEST_POWER:
            return times((left,) * right)
    raise ValueError
