"""A table before any format: its columns, its cells as pieces, and the sentences under it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from layermath.messages import Message, Piece, _
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation
from layermath.setting.sentences import Setter

Cell: TypeAlias = "Piece | None"
"""A cell; None where there is nothing to say."""


@dataclass(frozen=True)
class TableOptions:
    """How tables are written: the words' language, and whose letters and shapes they have."""

    language: Language = ENGLISH
    notation: Notation = LAYERMATH


PLAIN = TableOptions()
"""In English, in layermath's own notation."""


@dataclass(frozen=True)
class Column:
    """A column: ``key`` names it for programs, ``head`` for readers. ``rightward`` columns hold
    numbers."""

    key: str
    head: Message
    rightward: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, one for each column; ``totals`` stand below a rule, ``notes`` under all."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[Cell, ...], ...] = ()
    caption: Message | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class TablePage:
    """What one file holds: a title, tables, and the sentences under them."""

    title: Message
    tables: tuple[Table, ...]
    notes: tuple[Message, ...] = ()


def without(table: Table, *keys: str) -> Table:
    """The table without the columns of these keys."""
    kept = [place for place, column in enumerate(table.columns) if column.key not in keys]

    def chosen(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(row[place] for place in kept)

    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(map(chosen, table.rows)),
        totals=tuple(map(chosen, table.totals)),
    )


def cell_text(cell: Cell, setter: Setter) -> str:
    """A cell as its format sets it."""
    return "" if cell is None else setter.say(_("{cell}", cell=cell))
