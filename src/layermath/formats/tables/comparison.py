"""Two models side by side, in tables: the layers that differ, then what that comes to."""

from __future__ import annotations

from collections.abc import Sequence

from layermath.derivation.records import Detail
from layermath.messages import Message, _
from layermath.page.comparison import ComparedRow, comparison_page
from layermath.page.table import Cell, Column, Table, TablePage
from layermath.questions.records import NetworkComparison


def comparison_tables(comparison: NetworkComparison, detail: Detail = Detail.NORMAL) -> TablePage:
    """The page of two models as tables."""
    page = comparison_page(comparison, detail)
    notes: list[Message] = []
    if page.headline is not None:
        notes.append(_("{statement}.", statement=page.headline))
    if page.same is not None:
        notes.append(_("The same: {layers}.", layers=page.same))
    heads = (_("layer"), page.layers), (_("count"), page.counts)
    return TablePage(
        _("{before} and {after}", before=page.names[0], after=page.names[1]),
        tuple(_table(head, rows, page.names) for head, rows in heads if rows),
        (*notes, *page.notes),
    )


def _table(head: Message, rows: Sequence[ComparedRow], names: tuple[Message, Message]) -> Table:
    return Table(
        (
            Column("layer", head),
            Column("before", names[0], rightward=True),
            Column("after", names[1], rightward=True),
            Column("why", _("why")),
        ),
        tuple(tuple(_cells(row)) for row in rows),
    )


def _cells(row: ComparedRow) -> list[Cell]:
    label: Message = row.label
    if row.depth:
        label = _("{indent}{label}", indent="\N{EM SPACE}" * row.depth, label=row.label)
    return [label, row.before, row.after, row.reasons]
