"""The table of the architecture: columns for which there is no room are left out."""

from __future__ import annotations

from dataclasses import replace

from layermath.derivation.records import Derivation, Detail
from layermath.formats.latex.measure import prose_width
from layermath.formats.latex.options import LatexOptions
from layermath.formats.tables.architecture import architecture, without
from layermath.formats.tables.latex import tabular
from layermath.formats.tables.table import Cell, Column, Table, cell_text
from layermath.messages import Name, _
from layermath.setting.sentences import LatexSetter

_LESS = (
    ("rule",),
    ("rule", "number"),
    ("rule", "number", "receptive_field"),
    ("rule", "number", "params_formula"),
    ("rule", "number", "params_formula", "receptive_field"),
    ("rule", "number", "params_formula", "receptive_field", "macs"),
)
"""What is left out first, where the table is too wide."""

_LONGEST_NAME = 28
"""In letters."""
_BETWEEN = 1.25
"""The space between two columns, in em."""


def architecture_table(
    derivation: Derivation, options: LatexOptions, room: float, setter: LatexSetter | None = None
) -> Table:
    """The table of layers that fits into ``room``, in em of its font."""
    setter = setter or options.document
    whole = _with_short_names(architecture(derivation, folded=options.detail < Detail.FULL))
    if all(row[-1] is None for row in whole.rows):
        whole = without(whole, "receptive_field")
    for left_out in ((), *_LESS):
        table = without(whole, *left_out)
        if table_width(table, setter) <= room:
            break
    return table


def _with_short_names(table: Table) -> Table:
    """A table has no room for a name that goes over lines."""
    rows = tuple(tuple(map(_shortened, row)) for row in table.rows)
    return replace(table, rows=rows)


def _shortened(cell: Cell) -> Cell:
    if not isinstance(cell, Name) or len(cell.text) <= _LONGEST_NAME:
        return cell
    head, tail = 2 * _LONGEST_NAME // 3, _LONGEST_NAME // 3
    return Name(f"{cell.text[:head]}…{cell.text[-tail:]}")


def table_width(table: Table, setter: LatexSetter) -> float:
    """How wide the table is, in em."""
    heads = tuple(setter.say(column.head) for column in table.columns)
    rows = [tuple(cell_text(cell, setter) for cell in row) for row in (*table.rows, *table.totals)]
    widest = [max(map(prose_width, column)) for column in zip(heads, *rows, strict=True)]
    return sum(widest) + _BETWEEN * (len(widest) - 1)


def set_table(table: Table, options: LatexOptions) -> str:
    """The table as LaTeX, as wide as the text."""
    return tabular(table, options.document, stretched=True)


def sizes_table(derivation: Derivation) -> Table:
    """The named sizes: from the layer before, and from the input."""
    columns = (
        Column("size", _("size")),
        Column("layer", _("after")),
        Column("definition", _("from the layer before")),
        Column("closed_form", _("from the input")),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (size.name, Name(size.layer), size.definition, size.closed_form)
        for size in derivation.sizes
    )
    return _with_short_names(Table(columns, rows))
