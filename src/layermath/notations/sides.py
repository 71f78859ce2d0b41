"""The padding of each side, and the strides that a book does not allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import Expr, Integer, Pow, Rational, S, Symbol, floor

from layermath.algebra.floors import CeilDiv, FloorDiv, ceil_div, floor_div
from layermath.algebra.written import mul, worked_off
from layermath.derivation.records import Detail, Quantity, Step
from layermath.messages import Message, Name, _
from layermath.notations.forms import END, SIDE, START, WINDOWS, P
from layermath.setting.notation import Notation, PaddingLetter


def sides(quantity: Quantity, notation: Notation) -> tuple[Quantity, ...]:
    """The padding of each side, where the book has no letter for both together."""
    if not quantity.quantity.startswith("padding.") or quantity.symbol != P:
        return (_cut_told(quantity, notation),)
    if notation.padding in (PaddingLetter.TOTAL, PaddingLetter.NONE):
        return (_odd_told(quantity, notation),)
    if quantity.steps[0].rule == "causal-padding":
        return (replace(quantity, symbol=START),)
    even = isinstance(quantity.result, int) and quantity.result % 2 == 0
    if even and notation.padding is PaddingLetter.EACH_SIDE:
        half = _halved(quantity, SIDE, _divided_by_two, _("on each side"))
        return (replace(half, result=int(quantity.result) // 2),)
    start = _halved(quantity, START, _before, _("before the first position"))
    end = _shortened(_halved(quantity, END, _after, _odd_goes_after(quantity, notation)))
    return (
        replace(start, result=floor_div(quantity.result, 2)),
        replace(
            end,
            result=ceil_div(quantity.result, 2),
            quantity=quantity.quantity.replace("padding.", "padding_end."),
            like=quantity.like and quantity.like.replace("padding.", "padding_end."),
        ),
    )


def _odd_goes_after(quantity: Quantity, notation: Notation) -> Message:
    if isinstance(quantity.result, int) and quantity.result % 2 == 0:
        return _("after the last position")
    if notation.padding is PaddingLetter.EACH_SIDE:
        return _(
            "after the last position: Keras puts the odd one there, which one {p} for both "
            "sides, as in {book}, cannot say",
            book=Name(notation.title),
            p=SIDE,
        )
    return _("after the last position: the odd one goes there")


def _odd_told(quantity: Quantity, notation: Notation) -> Quantity:
    """Which side takes the odd one, where the book has it on the other."""
    result = quantity.result
    if not notation.odd_before or not isinstance(result, int) or result % 2 == 0:
        return quantity
    reason = _(
        "in all: {before} before and {after} after, as Keras has it; in {book} the odd one "
        "goes before",
        before=result // 2,
        after=result - result // 2,
        book=Name(notation.title),
    )
    *steps, last = quantity.steps
    return replace(quantity, steps=(*steps, replace(last, reason=reason)))


def _cut_told(quantity: Quantity, notation: Notation) -> Quantity:
    """Where the book wants a whole number and there is none."""
    if not notation.exact or quantity.steps[0].rule not in WINDOWS:
        return quantity
    return replace(quantity, steps=tuple(_strict(step, notation) for step in quantity.steps))


def _strict(step: Step, notation: Notation) -> Step:
    for number in _cuts(step.expression):
        reason = _(
            "{book} calls this invalid: {divisor} does not divide {number}; Keras rounds down, "
            "and {left} of a step is left over",
            book=Name(notation.title),
            divisor=int(number.q),
            number=int(number.p),
            left=number - int(number.p) // int(number.q),
        )
        return replace(step, reason=reason)
    return step


def _cuts(expression: Expr) -> Iterator[Rational]:
    for part in parts_of(expression):
        if isinstance(part, floor) and isinstance(part.args[0], Rational):
            yield part.args[0]


def shows_a_fraction(expression: Expr) -> bool:
    return any(one.q != 1 for one in _cuts(expression))


def _divided_by_two(expression: Expr) -> Expr:
    return mul(expression, Pow(Integer(2), S.NegativeOne, evaluate=False))


def _before(expression: Expr) -> Expr:
    return FloorDiv(expression, Integer(2), evaluate=False)


def _after(expression: Expr) -> Expr:
    return CeilDiv(expression, Integer(2), evaluate=False)


def _halved(
    quantity: Quantity, symbol: Symbol, divided: Callable[[Expr], Expr], said: Message
) -> Quantity:
    """Half of the padding. Lines that read as numbers are worked off."""
    steps = [replace(step, expression=divided(step.expression)) for step in quantity.steps]
    steps[-1] = replace(steps[-1], reason=None)
    last = steps[-1].expression
    following = worked_off(last)
    while following is not None:
        steps.append(Step("arithmetic", "arithmetic", following))
        following = worked_off(following)
    steps[-1] = replace(steps[-1], reason=said)
    return replace(quantity, symbol=symbol, steps=tuple(steps))


def _shortened(quantity: Quantity) -> Quantity:
    """Of the second side, the lines that the first has not shown: the rule, and the rounding."""
    *first, line, last = quantity.steps
    middle = (replace(step, detail=Detail.FULL) for step in first[1:])
    return replace(quantity, steps=(*first[:1], *middle, line, last) if first else (line, last))


def parts_of(expression: Expr) -> Iterator[Expr]:
    yield expression
    for argument in expression.args:
        yield from parts_of(argument)
