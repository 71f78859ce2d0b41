"""Formulas on the page: the numbers that were just put in, results, how wide a formula is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Basic, Expr, S, Symbol

from layermath.algebra.written import in_order, put_in
from layermath.derivation.records import Quantity, Step
from layermath.formats.html.marks import element
from layermath.formats.html.options import HtmlOptions
from layermath.formats.mathml import BREAK, MathML, broken, whole
from layermath.page.steps import is_count

_LONG = 34
"""A formula of more characters leaves no room for a reason beside it."""
_MARK = "\ue003{}"
"""Names of symbols that stand for what was put in; no model has them, as they are of no use."""


_EQUALS = '<mo form="infix">=</mo>'


def line(
    quantity: Quantity, expressions: Sequence[Expr], options: HtmlOptions, *, result: bool
) -> str:
    """``= a = b``; a result has a rule under it."""
    *before, last = [_one(quantity, one, options) for one in expressions]
    start = "".join(f"{_EQUALS}{one}{BREAK}" for one in before) + _EQUALS
    if not result:
        return broken(start + last, display=True)
    return broken(start, display=True) + element(
        "span", broken(last, display=True), class_="result"
    )


def _one(quantity: Quantity, expression: Expr, options: HtmlOptions) -> str:
    thousands = is_count(quantity)
    text = options.display.write(expression, thousands=thousands)
    before: Step | None = None
    for step in quantity.steps:
        if step.expression is expression and step.kind == "substituted" and before is not None:
            return _coloured(quantity, before, text, options.display, thousands) or text
        if step.kind in ("rule", "reduced"):
            before = step
    return text


def _coloured(
    quantity: Quantity, before: Step, text: str, style: MathML, thousands: bool
) -> str | None:
    """The rule with values for its letters, each marked; None where that is not ``text``."""
    marks, put = {}, {}
    for number, (letter, size) in enumerate(quantity.where.items()):
        mark = _MARK.format(number)
        marks[letter] = Symbol(mark)
        put[mark] = whole(style.write(in_order(S(size)), thousands=thousands))
    wrapped = {mark: f'<mrow class="put">{value}</mrow>' for mark, value in put.items()}
    filled = put_in(before.expression, marks)
    if replace(style, put_in=put).write(filled, thousands=thousands) != text:
        return None
    return replace(style, put_in=wrapped).write(filled, thousands=thousands)


def is_long(expressions: Sequence[Basic], thousands: bool, options: HtmlOptions) -> bool:
    """Whether a line needs the room of its reason."""
    texts = [options.plain.style.write(one, thousands=thousands) for one in expressions]
    return len(" = ".join(texts)) > _LONG
