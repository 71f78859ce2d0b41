"""The kernel tape: the positions of one axis, the places of the window, and what none of them
reads.

It is the picture that explains a floor.
"""

from __future__ import annotations

from collections.abc import Sequence

from layermath.derivation.records import Tape
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import Line, Role
from layermath.messages import _
from layermath.setting.measure import right, width

_MOST = 20
"""More positions than this are drawn as the first and the last of them."""
_FIRST, _LAST = 7, 6


def tape(data: Tape, options: TextOptions, equals: int) -> list[Line]:
    """Draw ``data`` with its first position near the column ``equals``; nothing where there is no
    room for a picture that explains anything."""
    names = (options.setter.to_wrap(data.positions), options.setter.to_wrap(_("out")))
    low = min(1, *(first for first, _last in data.windows), 1)
    high = max(data.size, *(last for _first, last in data.windows), 1)
    cell = max(3, len(str(high)) + 1)
    start = max(equals - 2, INDENT + max(map(width, names)) + 1)
    if start + cell * _needed(low, high) > options.columns:
        start = INDENT + max(map(width, names)) + 1
    room = (options.columns - start) // cell
    shown = _shown(low, high, room)
    if shown is None:
        return []
    drawing = _Drawing(data, shown, cell, options)
    return [
        ((right(names[0], start - 1) + " ", Role.PLAIN), *drawing.positions()),
        *(((" " * start, Role.PLAIN), *spans) for spans in drawing.windows()),
        ((right(names[1], start - 1) + " ", Role.PLAIN), *drawing.outputs()),
    ]


def _needed(low: int, high: int) -> int:
    return min(high - low + 1, _FIRST + 1 + _LAST)


def _shown(low: int, high: int, room: int) -> list[int | None] | None:
    """The positions to draw; None stands for those between. Nothing fits: None."""
    if high - low + 1 <= min(_MOST, room):
        return list(range(low, high + 1))
    first, last = _FIRST, _LAST
    while first + 1 + last > room:
        first, last = (first - 1, last) if first > last else (first, last - 1)
    if last < 3:
        return None
    return [*range(low, low + first), None, *range(high - last + 1, high + 1)]


class _Drawing:
    """One tape on its way to lines. Columns are counted from where the tape starts."""

    def __init__(
        self, data: Tape, shown: Sequence[int | None], cell: int, options: TextOptions
    ) -> None:
        self.data = data
        self.shown = shown
        self.cell = cell
        self.signs = options.signs
        self.at = {p: (i + 1) * cell - 1 for i, p in enumerate(shown) if p is not None}
        self.length = len(shown) * cell
        gap = next((i for i, p in enumerate(shown) if p is None), None)
        self.gap = None if gap is None else (gap + 1) * cell - 1

    def positions(self) -> list[tuple[str, Role]]:
        spans = []
        for position in self.shown:
            if position is None:
                text, role = self.signs.ellipsis, Role.PLAIN
            elif not 1 <= position <= self.data.size:
                text, role = self.signs.padding, Role.REASON
            else:
                text = str(position)
                role = Role.LOST if position in self.data.lost else Role.PLAIN
            spans.append((right(text, self.cell), role))
        return spans

    def _drawn(self) -> list[tuple[int, int, int]]:
        """The windows that are wholly in the picture: number, first and last column."""
        gap = self.gap
        found = []
        for number, (first, last) in enumerate(self.data.windows, start=1):
            if first in self.at and last in self.at:
                begin, end = self.at[first], self.at[last]
                if gap is None or not begin < gap < end:
                    found.append((number, begin, end))
        return found

    def windows(self) -> list[list[tuple[str, Role]]]:
        """One row of windows, or more where they overlap; what is lost stands in the first."""
        rows: list[list[str]] = [[" "] * self.length]
        ends = [-1]
        for _number, begin, end in self._drawn():
            row = next((i for i, last in enumerate(ends) if last < begin), None)
            if row is None:
                rows.append([" "] * self.length)
                ends.append(-1)
                row = len(rows) - 1
            ends[row] = end
            if begin == end:
                rows[row][begin] = self.signs.single
            else:
                rows[row][begin : end + 1] = [
                    self.signs.left,
                    *self.signs.middle * (end - begin - 1),
                    self.signs.right,
                ]
        return [
            self._with_losses("".join(row)) if index == 0 else [("".join(row), Role.PLAIN)]
            for index, row in enumerate(rows)
        ]

    def _with_losses(self, row: str) -> list[tuple[str, Role]]:
        spans: list[tuple[str, Role]] = []
        end = 0
        for column in sorted(self.at[p] for p in self.data.lost if p in self.at):
            spans += [(row[end:column], Role.PLAIN), (self.signs.lost, Role.LOST)]
            end = column + 1
        return [*spans, (row[end:], Role.PLAIN)]

    def outputs(self) -> list[tuple[str, Role]]:
        row = [" "] * (self.length + self.cell)
        for number, begin, end in self._drawn():
            text = str(number)
            column = (begin + end - len(text) + 1) // 2
            row[column : column + len(text)] = text
        if self.gap is not None:
            row[self.gap] = self.signs.ellipsis[0]
        return [("".join(row), Role.PLAIN)]
