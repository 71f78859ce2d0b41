r"""Tables in LaTeX, with the rules of booktabs; a long one may go over pages (longtable)."""

from __future__ import annotations

from layermath.renderers.escapes import ascii_signs, harmless
from layermath.renderers.sentences import LatexSetter, TextSetter
from layermath.renderers.styles import ASCII
from layermath.renderers.tables.table import Page, Table, cell_text

_SETTER = LatexSetter()
_COMMENTS = TextSetter(style=ASCII, unicode=False)
_LONG = 40
"""A table of more rows than this does not fit on a page."""


def latex(page: Page) -> str:
    r"""The page as a fragment to paste or ``\input``."""
    long = any(_is_long(table) for table in page.tables)
    packages = "booktabs, longtable" if long else "booktabs"
    parts = [
        f"% {ascii_signs(harmless(_COMMENTS.say(page.title)))}, by layermath\n"
        f"% \\usepackage{{{packages}}}"
    ]
    parts += [_table(table) for table in page.tables]
    parts += [_SETTER.sentence(note).replace("\u00a0", " ") for note in page.notes]
    return "\n\n".join(parts) + "\n"


def _is_long(table: Table) -> bool:
    return len(table.rows) > _LONG


def _table(table: Table) -> str:
    environment = "longtable" if _is_long(table) else "tabular"
    letters = "".join("r" if column.rightward else "l" for column in table.columns)
    head = _row([_SETTER.say(column.head) for column in table.columns])
    if environment == "longtable":
        head = f"{head}\n  \\midrule\n  \\endhead"
        start = f"  \\toprule\n{head}"
    else:
        start = f"  \\toprule\n{head}\n  \\midrule"
    rows = [_row([cell_text(cell, _SETTER) for cell in row]) for row in table.rows]
    totals = [_row([cell_text(cell, _SETTER) for cell in row]) for row in table.totals]
    if totals:
        totals.insert(0, "  \\midrule")
    lines = [
        f"\\begin{{{environment}}}{{@{{}}{letters}@{{}}}}",
        start,
        *rows,
        *totals,
        "  \\bottomrule",
        f"\\end{{{environment}}}",
    ]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    text = " & ".join(cells)
    # a row that begins with a bracket would be taken for an argument of the \\ before it
    return f"  {{}}{text} \\\\" if text.startswith(("[", "*")) else f"  {text} \\\\"
