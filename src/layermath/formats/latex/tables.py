"""The table of the architecture: columns for which there is no room are left out."""

from __future__ import annotations

from dataclasses import replace

from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.latex.measure import prose_width
from layermath.formats.latex.options import LatexOptions
from layermath.formats.tables.latex import tabular
from layermath.messages import Name
from layermath.page.glance import GLANCE, glance
from layermath.page.page import Page
from layermath.page.table import Cell, Table, cell_text, without
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
    derivation: NetworkDerivation,
    options: LatexOptions,
    room: float,
    setter: LatexSetter | None = None,
) -> Table:
    """The table of layers that fits into ``room``, in em of its font."""
    setter = setter or options.document
    folded = options.detail < Detail.FULL
    whole = _with_short_names(glance(derivation, *GLANCE, folded=folded))
    for left_out in ((), *_LESS):
        table = without(whole, *left_out)
        if table_width(table, setter) <= room:
            break
    return table


def sizes_of(page: Page) -> Table | None:
    """The table of the named sizes, where there are any."""
    return None if page.sizes is None else _with_short_names(page.sizes)


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
