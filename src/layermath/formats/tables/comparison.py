"""Two models side by side, in tables: the layers that differ, then what that comes to."""

from __future__ import annotations

from collections.abc import Sequence

from layermath.derivation.records import Detail
from layermath.formats.compared import (
    ComparedRow,
    count_rows,
    headline,
    layer_rows,
    model_names,
    reasons,
    same_layers,
    total_rows,
)
from layermath.messages import Message, _
from layermath.page.table import Cell, Column, Table, TablePage
from layermath.questions.records import NetworkComparison


def comparison_page(comparison: NetworkComparison, detail: Detail = Detail.NORMAL) -> TablePage:
    """The same rows as the text's."""
    first, second = model_names(comparison)
    brief = detail is Detail.BRIEF
    groups = [
        [] if brief else layer_rows(comparison, detail),
        [*([] if brief else count_rows(comparison, detail)), *total_rows(comparison, detail)],
    ]
    notes: list[Message] = []
    said, same = headline(comparison), same_layers(comparison)
    if said is not None:
        notes.append(_("{statement}.", statement=said))
    if same is not None and detail < Detail.FULL:
        notes.append(_("The same: {layers}.", layers=same))
    for derivation, name in zip(
        (comparison.before, comparison.after), (first, second), strict=True
    ):
        notes += [_("{name}: {note}", name=name, note=note) for note in derivation.notes]
    return TablePage(
        _("{before} and {after}", before=first, after=second),
        tuple(
            _table(rows, first, second, layers=not place)
            for place, rows in enumerate(groups)
            if rows
        ),
        tuple(notes),
    )


def _table(rows: Sequence[ComparedRow], first: Message, second: Message, *, layers: bool) -> Table:
    return Table(
        (
            Column("layer", _("layer") if layers else _("count")),
            Column("before", first, rightward=True),
            Column("after", second, rightward=True),
            Column("why", _("why")),
        ),
        tuple(tuple(_cells(row)) for row in rows),
    )


def _cells(row: ComparedRow) -> list[Cell]:
    label: Message = row.label
    if row.depth:
        label = _("{indent}{label}", indent="\N{EM SPACE}" * row.depth, label=row.label)
    return [label, row.before, row.after, reasons(row)]
