"""A table whose last column is prose: cells wrap, each in the way of its column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layermath.formats.text.options import TextOptions
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
_INDENT = 3
_PROSE = 22
"""The last column is at least so wide, before others become narrower."""
_STACKED_BELOW = 72
"""In a window narrower than this, prose stands below its row."""
_LEAST_STACKED = 8


@dataclass(frozen=True)
class Head:
    """A column's head, and how its cells stand; ``least`` is how narrow it may become."""

    text: str
    rightward: bool = False
    formula: bool = False
    least: int = 8


def ruled(
    heads: Sequence[Head], groups: Sequence[Sequence[Sequence[str]]], options: TextOptions
) -> list[Line]:
    """The rows of each group, with a rule before each; the last column is prose, and takes what
    room is left."""
    stacked = options.columns < _STACKED_BELOW
    if stacked:
        heads = [replace(head, least=_LEAST_STACKED) for head in heads]
    shown = heads[:-1] if stacked else heads
    rows = [row for group in groups for row in group]
    cells = [[head.text for head in shown], *(row[: len(shown)] for row in rows)]
    widths = _widths(shown, cells, options.columns - _INDENT, prose=not stacked)
    rule = line(
        " " * _INDENT + options.signs.rule * (sum(widths) + _GAP * (len(widths) - 1)), Role.REASON
    )
    page = _laid(shown, [plain(head.text) for head in shown], widths, options, head=True)
    for group in groups:
        if group:
            page.append(rule)
        for row in group:
            page += _laid(shown, row[: len(shown)], widths, options, prose=not stacked)
            if stacked:
                page += _below(row[-1], options)
    return page


def _below(prose: str, options: TextOptions) -> list[Line]:
    room = options.columns - 2 * _INDENT
    return [line(" " * 2 * _INDENT + part, Role.REASON) for part in wrap(prose, room)]


def _widths(
    heads: Sequence[Head], rows: Sequence[Sequence[str]], room: int, *, prose: bool
) -> list[int]:
    widths = [max(width(plain(row[place])) for row in rows) for place in range(len(heads))]
    spare = room - _GAP * (len(heads) - 1)
    fixed = len(heads) - 1 if prose else len(heads)
    wanted = min(widths[-1], _PROSE) if prose else 0
    while sum(widths[:fixed]) + wanted > spare:
        wide = max(range(fixed), key=lambda place: widths[place] - heads[place].least)
        if widths[wide] <= heads[wide].least:
            break
        widths[wide] -= 1
    if prose:
        widths[-1] = max(wanted, min(widths[-1], spare - sum(widths[:fixed])))
    return widths


def _wrapped(column: Head, cell: str, room: int, options: TextOptions, *, head: bool) -> list[str]:
    if column.formula and not head:
        return wrap_formula(cell, room)
    parts = wrap(cell, room) or [""]
    indent = cell[: len(cell) - len(cell.lstrip(" "))]
    return [shortened(indent + part, room, options.signs.ellipsis) for part in parts]


def _laid(
    heads: Sequence[Head],
    cells: Sequence[str],
    widths: Sequence[int],
    options: TextOptions,
    *,
    head: bool = False,
    prose: bool = False,
) -> list[Line]:
    last = len(heads) - 1
    wrapped = [
        _wrapped(column, cell, room, options, head=head)
        for column, cell, room in zip(heads, cells, widths, strict=True)
    ]
    page: list[Line] = []
    for number in range(max(map(len, wrapped))):
        spans: list[tuple[str, Role]] = [(" " * _INDENT, Role.PLAIN)]
        for place, (column, cell, room) in enumerate(zip(heads, wrapped, widths, strict=True)):
            text = cell[number] if number < len(cell) else ""
            role = Role.FORMULA if column.formula and not head else Role.PLAIN
            if prose and place == last:
                role = Role.REASON
            fill = right if column.rightward else left
            spans.append((fill(text, room) + ("" if place == last else " " * _GAP), role))
        page.append(tuple(spans))
    return page
