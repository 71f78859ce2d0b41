"""The additions that biases take, which the MACs leave out: one each time that a bias is added.

Where a bias belongs to a unit or a filter it is added once to each output value. A layer that works
in steps, in parts, or with a layer inside adds its biases at each step, in each part, inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sympy import Add, Expr, Symbol

from layermath.algebra.floors import Letter, Size, letter
from layermath.algebra.written import add, mul, put_in
from layermath.messages import Message, _
from layermath.rules.equations import Equation, Filled

ADDITIONS = letter("B")


@cache
def additions_equation(expression: Expr, reason: Message | None) -> Equation:
    """How often a bias is added; ``reason`` says when."""
    return Equation(
        "bias_additions",
        ADDITIONS,
        "bias-additions",
        _("additions of biases"),
        expression,
        reason,
    )


def additions(
    sizes: Sequence[Symbol], where: Mapping[Symbol, Size], use_bias: bool
) -> Filled | None:
    """The additions of the biases of a layer whose output has these axes; None without biases."""
    if not use_bias:
        return None
    reason = _("a bias is added once to each value that comes out")
    return Filled(additions_equation(mul(*sizes), reason), where)


def known_additions(number: Size) -> Filled | None:
    """Additions that no rule of the layer's own leads to; None where there are none."""
    return None if number == 0 else Filled(additions_equation(ADDITIONS, None), {ADDITIONS: number})


def repeated(
    number: Expr, where: Mapping[Symbol, Size], once: Filled | None, reason: Message | None = None
) -> Filled | None:
    """The additions ``number`` times, whose letters are in ``where``; with the reason of a single
    time unless there is another."""
    if once is None:
        return None
    equation = additions_equation(
        mul(number, once.equation.expression), reason or once.equation.reason
    )
    return Filled(equation, {**once.where, **where})


def summed(parts: Mapping[str, Filled | None]) -> Filled | None:
    """The additions of several parts together. A letter that has another value in another part gets
    the part's index, the key: ``U_1`` and ``U_2``. None where no part has biases."""
    found = {index: part for index, part in parts.items() if part is not None}
    if len(found) <= 1:
        return next(iter(found.values()), None)
    own = {index: _letters(part) for index, part in found.items()}
    taken = {one for letters in own.values() for one in letters}
    apart = {one for one in taken if len({own[i][one] for i in own if one in own[i]}) > 1}
    terms: list[Expr] = []
    where: dict[Symbol, Size] = {}
    for index, part in found.items():
        names: dict[Symbol, Size] = {}
        for one in sorted(apart & own[index].keys(), key=str):
            names[one] = _indexed(one, index, taken)
            taken.add(names[one])
        terms += Add.make_args(put_in(part.equation.expression, names))
        where |= {names.get(one, one): size for one, size in own[index].items()}
    return Filled(additions_equation(add(*terms), _shared_reason(found, apart)), where)


def _letters(part: Filled) -> dict[Symbol, Size]:
    """The letters that are in the rule, and their values."""
    rule = part.equation.expression
    return {one: size for one, size in part.where.items() if one in rule.free_symbols}


def _indexed(one: Symbol, index: str, taken: set[Symbol]) -> Letter:
    name = f"{one.name},{index}" if "_" in one.name else f"{one.name}_{index}"
    while letter(name) in taken:
        name = f"{name},{index}"
    return letter(name)


def _shared_reason(parts: Mapping[str, Filled], apart: set[Symbol]) -> Message | None:
    """The reason that all parts have, unless it speaks of a letter that they do not share."""
    reasons = {part.equation.reason for part in parts.values()}
    reason = reasons.pop()
    if reasons or reason is None or any(piece in apart for piece in reason.pieces.values()):
        return None
    return reason
