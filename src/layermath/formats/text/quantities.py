"""The derivation of one quantity, as rows of the grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from layermath.formats.text.grid import Grid, Row
from layermath.formats.text.options import TextOptions
from layermath.messages import Message
from layermath.page.outline import Derived, Line
from layermath.page.steps import is_count, is_number
from layermath.setting.measure import width


def rows(derived: Derived, options: TextOptions, grid: Grid) -> list[Row]:
    """The rows of a quantity: label and symbol in the first."""
    beside = grid.columns if grid.reasons is None else grid.reasons - 2
    room = beside if derived.known is not None else grid.columns
    lines = [[*_rows(derived, line, options, room - grid.expressions)] for line in derived.lines]
    for place, line in enumerate(derived.lines):
        for message in line.reasons:
            _move(message, place, derived, lines, beside - grid.expressions)
    first, *rest = [row for line in lines for row in line]
    label = options.setter.to_wrap(derived.quantity.label)
    return [replace(first, label=label, symbol=options.style.write(derived.symbol)), *rest]


def _rows(derived: Derived, line: Line, options: TextOptions, room: int) -> Iterator[Row]:
    """A line, in one row where that has room."""
    thousands = is_count(derived.quantity)
    texts = [options.style.write(one, thousands=thousands) for one in line.expressions]
    reason = "; ".join(map(options.setter.to_wrap, line.reasons))
    result = texts[-1] if line.result and is_number(line.expressions[-1]) else ""
    chain = " = ".join(texts)
    if width(chain) <= room:
        texts = [chain]
    for place, text in enumerate(texts):
        last = place == len(texts) - 1
        yield Row(text, "" if place else reason, result=result if last else "")


def _move(
    message: Message, place: int, derived: Derived, lines: list[list[Row]], room: int
) -> None:
    """A reason for which its line leaves no room, to the first below that leaves it some."""
    holds = [index for index, line in enumerate(derived.lines) if line.again == message]
    first = lines[place][0]
    fitting = [index for index in holds if width(lines[index][0].expression) <= room]
    if fitting and width(first.expression) > room and len(derived.lines[place].reasons) == 1:
        lines[fitting[0]][0] = replace(lines[fitting[0]][0], reason=first.reason)
        lines[place][0] = replace(first, reason="")
