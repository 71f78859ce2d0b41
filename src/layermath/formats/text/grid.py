"""The four columns of a derivation: label, symbol, expression, reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layermath.formats.text.paint import Line, Role, Span
from layermath.setting.measure import left, plain, right, width, wrap, wrap_formula

INDENT = 3
_EQUALS = 21
"""The usual column of the signs of equality, counted from 0."""
_EQUALS_NARROW = 11
_REASONS = 46
"""Where reasons begin at 80 columns; wider windows share what they have more."""
_STACKED_BELOW = 64
"""In a window narrower than this, a reason stands below its line."""


@dataclass(frozen=True)
class Row:
    """One line of a derivation before it is laid out; ``sign`` stands in the equals column, and
    ``result`` is the end of the expression that is the result, if there is one."""

    expression: str
    reason: str = ""
    label: str = ""
    symbol: str = ""
    result: str = ""
    sign: str = "="


@dataclass(frozen=True)
class Grid:
    """Where the columns begin, the same through the whole output."""

    columns: int
    equals: int
    reasons: int | None
    """None: reasons stand below their lines."""

    @classmethod
    def fitting(cls, columns: int, symbols: Sequence[str] = ()) -> Grid:
        """The grid for lines of ``columns``, with these symbols before the signs of equality."""
        if columns < _STACKED_BELOW:
            widest = max(map(width, symbols), default=0)
            equals = max(_EQUALS_NARROW, INDENT + widest + 1)
            return cls(columns, min(equals, columns // 2), None)
        return cls(columns, _EQUALS, _REASONS + max(0, columns - 80) // 2)

    @property
    def expressions(self) -> int:
        """Where expressions begin."""
        return self.equals + 2

    def lay(self, rows: Sequence[Row]) -> list[Line]:
        """Lay out the rows of one quantity. A reason wraps in its column and runs on beside the
        rows that follow while they have none of their own."""
        laid: list[Line] = []
        waiting: list[str] = []
        for row in rows:
            if row.reason and waiting:
                laid += [self._reason_alone(text) for text in waiting]
                waiting = []
            if row.reason:
                waiting = wrap(row.reason, self.columns - self._reason_column)
            begun = not row.reason
            if self._label_stands_alone(row):
                laid.append(((" " * INDENT + row.label, Role.PLAIN),))
            for spans, used in self._row(row):
                if waiting and self.reasons is not None and used <= self.reasons - 2:
                    gap = " " * (self.reasons - used)
                    spans = (*spans, (gap, Role.PLAIN), (waiting.pop(0), Role.REASON))
                    begun = True
                laid.append(spans)
            if self.reasons is None:
                laid += [self._reason_alone(text) for text in waiting]
                waiting = []
            elif not begun:
                laid.append(self._reason_alone(waiting.pop(0)))
        return laid + [self._reason_alone(text) for text in waiting]

    @property
    def _reason_column(self) -> int:
        return self.expressions if self.reasons is None else self.reasons

    def _reason_alone(self, text: str) -> Line:
        return ((" " * self._reason_column, Role.PLAIN), (text, Role.REASON))

    def _label_stands_alone(self, row: Row) -> bool:
        """Whether label and symbol have no room on one line."""
        taken = INDENT + width(row.label) + 1 + width(row.symbol)
        return bool(row.label) and taken > self.equals - 1

    def _row(self, row: Row) -> list[tuple[Line, int]]:
        """The row without its reason: spans, and the columns that they take."""
        head: list[Span] = []
        room = self.equals - 1
        label = " " * INDENT + ("" if self._label_stands_alone(row) else row.label)
        head.append((label, Role.PLAIN))
        head.append((right(row.symbol, room - width(label)), Role.SYMBOL))
        used = sum(width(text) for text, _ in head)
        head.append((" " * max(1, self.equals - used) + left(row.sign, 2), Role.PLAIN))
        used = sum(width(text) for text, _ in head)
        if plain(row.expression) == "":
            return [(tuple(head), used)]
        laid: list[tuple[Line, int]] = []
        for text in wrap_formula(row.expression, self.columns - used):
            body = text.removesuffix(row.result)
            spans = (*head, (body, Role.FORMULA), (text[len(body) :], Role.RESULT))
            laid.append((spans, used + width(text)))
            head = [(" " * used, Role.PLAIN)]
        return laid
