"""Tables of a given width: cells wrap where their column is narrower than they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from layermath.formats.text.options import Signs
from layermath.formats.text.paint import Line, Role, line
from layermath.setting.measure import (
    left,
    plain,
    right,
    shortened,
    width,
    wrap,
    wrap_formula,
)

_GAP = 2
_WIDEST_GAP = 4


@dataclass(frozen=True)
class Column:
    """A column: its head, and how its cells stand. ``least`` is how narrow it may become;
    a column with ``optional`` goes, the highest first, where even that is too wide."""

    head: str
    rightward: bool = False
    formula: bool = False
    least: int = 8
    optional: int = 0


def _cell(column: Column, text: str, room: int, signs: Signs) -> list[str]:
    """A formula goes on in the next line; a name that is too wide is cut in its middle."""
    return (
        wrap_formula(text, room)
        if column.formula
        else [shortened(plain(text), room, signs.ellipsis)]
    )


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    room: int,
    *,
    signs: Signs,
    totals: Sequence[Sequence[str]] = (),
    indent: int = 3,
) -> list[Line]:
    """The table within ``room`` columns; ``totals`` stand below the closing rule."""
    every = [[column.head for column in columns], *rows, *totals]
    kept = list(range(len(columns)))
    widths = _widths(columns, every, room - indent, kept)
    while sum(widths) + _GAP * (len(kept) - 1) > room - indent:
        optional = [index for index in kept if columns[index].optional]
        if not optional:
            break
        kept.remove(max(optional, key=lambda index: columns[index].optional))
        widths = _widths(columns, every, room - indent, kept)

    spare = (room - indent - sum(widths)) // max(1, len(kept) - 1)
    gap = max(_GAP, min(spare, _WIDEST_GAP))

    def laid(cells: Sequence[str], *, head: bool = False) -> list[Line]:
        shown = [cells[index] for index in kept]
        return _row([columns[index] for index in kept], shown, widths, indent, gap, signs, head)

    closing = line(" " * indent + signs.rule * (sum(widths) + gap * (len(kept) - 1)), Role.REASON)
    result = [*laid(every[0], head=True), closing]
    for row in rows:
        result += laid(row)
    result.append(closing)
    for row in totals:
        result += laid(row)
    return result


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int, kept: Sequence[int]
) -> list[int]:
    """The natural width of each column, the widest ones made narrower until they fit."""
    widths = [max(width(row[index]) for row in rows) for index in kept]
    least = [_least(columns[index], [row[index] for row in rows]) for index in kept]
    while sum(widths) + _GAP * (len(widths) - 1) > room:
        spare = [
            (have - need, index)
            for index, (have, need) in enumerate(zip(widths, least, strict=True))
        ]
        most, index = max(spare)
        if most <= 0:
            break
        widths[index] -= 1
    return widths


def _least(column: Column, cells: Sequence[str]) -> int:
    """How narrow a column may become: its head and its formulas break only where they can."""
    head, *rest = cells
    broken = [part for cell in rest for part in wrap_formula(cell, column.least)]
    parts = [*head.split(), *(broken if column.formula else [])]
    return max(column.least, *map(width, parts))


def _row(
    columns: Sequence[Column],
    cells: Sequence[str],
    widths: Sequence[int],
    indent: int,
    gap: int,
    signs: Signs,
    head: bool,
) -> list[Line]:
    wrapped = [
        wrap(cell, room) or [""] if head else _cell(column, cell, room, signs)
        for column, cell, room in zip(columns, cells, widths, strict=True)
    ]
    result: list[Line] = []
    for number in range(max(len(cell) for cell in wrapped)):
        spans: list[tuple[str, Role]] = [(" " * indent, Role.PLAIN)]
        for index, (column, cell, room) in enumerate(zip(columns, wrapped, widths, strict=True)):
            fill: Callable[[str, int], str] = right if column.rightward else left
            text = fill(cell[number] if number < len(cell) else "", room)
            role = Role.FORMULA if column.formula and not head else Role.PLAIN
            spans.append((text + ("" if index == len(cells) - 1 else " " * gap), role))
        result.append(tuple(spans))
    return result
