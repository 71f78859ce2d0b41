"""The derivation of one quantity, as rows: which steps are shown, and which share a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, S, Symbol

from layermath.algebra.written import in_order
from layermath.derivation.records import Detail, Quantity, Step
from layermath.formats.steps import (
    as_before,
    from_the_numbers,
    is_count,
    is_number,
    is_short,
    shows_a_cut,
    visible,
)
from layermath.formats.text.grid import Grid, Row
from layermath.formats.text.measure import width
from layermath.formats.text.options import TextOptions
from layermath.messages import Message, _


@dataclass(frozen=True)
class Explained:
    """What stands on the page already: the reasons given where the rule was explained, and the
    symbols that this layer has derived for itself."""

    reasons: frozenset[Message]
    symbols: frozenset[Symbol]


class QuantityRows:
    """Makes the rows of quantities, in one grid and with one set of options."""

    def __init__(self, options: TextOptions, grid: Grid) -> None:
        self.options = options
        self.grid = grid
        self.setter = options.setter

    def rows(
        self, quantity: Quantity, symbol: Symbol | None = None, explained: Explained | None = None
    ) -> list[Row]:
        """The rows of ``quantity``. Where an earlier layer ``explained`` its rule, they start at
        the numbers, and what was said there is not said again."""
        steps = quantity.steps if explained is None else from_the_numbers(quantity.steps)
        steps = visible(steps, self.options.detail)
        texts = [self._expression(quantity, step.expression) for step in steps]
        said = frozenset[Message]() if explained is None else explained.reasons
        reasons = self._without_repeats([self._reason(step.reason, said) for step in steps], texts)
        if explained is not None:
            shown = [
                index
                for index, step in enumerate(steps)
                if reasons[index]
                or step.kind != "arithmetic"
                or shows_a_cut(step.expression)
                or index == len(steps) - 1
            ]
            steps = [steps[index] for index in shown]
            texts = [texts[index] for index in shown]
            reasons = [reasons[index] for index in shown]
            before = self.setter.to_wrap(as_before(quantity, explained.symbols))
            reasons[0] = "; ".join(filter(None, (before, reasons[0])))
        rows = self._on_one_line(quantity, steps, texts, reasons, explained is not None) or [
            Row(
                text,
                reason,
                result=text if step is steps[-1] and is_number(step.expression) else "",
            )
            for step, text, reason in zip(steps, texts, reasons, strict=True)
        ]
        first = rows[0]
        rows[0] = Row(
            first.expression,
            first.reason,
            self.label(quantity),
            self.options.style.write(symbol or quantity.symbol),
            first.result,
        )
        return rows

    def in_the_same_way(self, quantity: Quantity, symbol: Symbol | None = None) -> list[Row]:
        """``W_out = 26   in the same way``"""
        text = self._expression(quantity, in_order(S(quantity.result)))
        return [
            Row(
                text,
                self.setter.to_wrap(_("in the same way")),
                self.label(quantity),
                self.options.style.write(symbol or quantity.symbol),
                text if is_number(S(quantity.result)) else "",
            )
        ]

    def label(self, quantity: Quantity) -> str:
        """What the quantity is called."""
        return self.setter.to_wrap(quantity.label)

    def _expression(self, quantity: Quantity, expression: Expr) -> str:
        return self.options.style.write(expression, thousands=is_count(quantity))

    def _reason(self, reason: Message | None, said: frozenset[Message]) -> str:
        return "" if reason is None or reason in said else self.setter.to_wrap(reason)

    def _without_repeats(self, reasons: Sequence[str], texts: Sequence[str]) -> list[str]:
        """Each reason once: where it fits beside its line, if it does so anywhere."""
        room = (self.grid.reasons or self.grid.columns) - 2 - self.grid.expressions
        kept = [""] * len(reasons)
        for reason in dict.fromkeys(filter(None, reasons)):
            places = [index for index, other in enumerate(reasons) if other == reason]
            fitting = [index for index in places if width(texts[index]) <= room]
            kept[(fitting or places)[0]] = reason
        return kept

    def _on_one_line(
        self,
        quantity: Quantity,
        steps: Sequence[Step],
        texts: Sequence[str],
        reasons: Sequence[str],
        explained: bool,
    ) -> list[Row] | None:
        """``13 − 3 + 1 = 11``, where it was explained before or no reader could slip."""
        if self.options.detail is Detail.FULL or len(steps) < 2 or any(reasons[1:-1]):
            return None
        if (reasons[0] and reasons[-1]) or any(shows_a_cut(step.expression) for step in steps):
            return None
        if explained and is_number(steps[-1].expression):
            texts = (texts[0], texts[-1])
            room = self.grid.columns - self.grid.expressions
            if self.grid.reasons is not None:
                room = self.grid.reasons - 2 - self.grid.expressions
        elif all(is_short(step.expression) for step in steps) and len(steps) <= 3:
            room = self.grid.columns - self.grid.expressions
        else:
            return None
        text = " = ".join(texts)
        if width(text) > room:
            return None
        result = texts[-1] if is_number(steps[-1].expression) else ""
        return [Row(text, reasons[0] or reasons[-1], result=result)]
