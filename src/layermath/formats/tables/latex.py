r"""Tables in LaTeX, with the rules of booktabs; a long one may go over pages (longtable)."""

from __future__ import annotations

from dataclasses import replace

from layermath.messages import _
from layermath.page.table import PLAIN, Table, TableOptions, TablePage, cell_text
from layermath.setting.escapes import ascii_signs, harmless, is_hangul
from layermath.setting.sentences import LatexSetter, TextSetter
from layermath.setting.styles import ASCII, LATEX

_LONG = 40
"""A table of more rows than this does not fit on a page."""


def latex(page: TablePage, options: TableOptions = PLAIN) -> str:
    r"""The page as a fragment to paste or ``\input``."""
    long = any(_is_long(table) for table in page.tables)
    setter = LatexSetter(replace(LATEX, notation=options.notation), options.language)
    comments = TextSetter(ASCII, options.language, unicode=False)
    title = _("{title}, by layermath", title=page.title)
    body = [tabular(table, setter) for table in page.tables]
    body += [setter.sentence(note).replace("\u00a0", " ") for note in page.notes]
    packages = ["booktabs", *(["longtable"] if long else [])]
    packages += ["kotex"] if any(map(is_hangul, "".join(body))) else []
    parts = [
        f"% {ascii_signs(harmless(comments.say(title)))}\n% \\usepackage{{{', '.join(packages)}}}",
        *body,
    ]
    return "\n\n".join(parts) + "\n"


def _is_long(table: Table) -> bool:
    return len(table.rows) > _LONG


def tabular(table: Table, setter: LatexSetter, *, stretched: bool = False) -> str:
    """A ``tabular``, or a ``longtable`` where it may not fit on a page; its head comes again on
    each page. ``stretched``: as wide as the text."""
    environment = "longtable" if _is_long(table) else "tabular*" if stretched else "tabular"
    letters = "".join("r" if column.rightward else "l" for column in table.columns)
    fill = r"\extracolsep{\fill}" if stretched else ""
    if table.columns[0].key == "number":  # it stands close to what it numbers
        letters, fill = f"l@{{\\hspace{{0.8em}}{fill}}}{letters[1:]}", ""
    head = _row([setter.say(column.head) for column in table.columns])
    if environment == "longtable":
        head = f"{head}\n  \\midrule\n  \\endhead"
        start = f"  \\toprule\n{head}"
    else:
        start = f"  \\toprule\n{head}\n  \\midrule"
    rows = [_row([cell_text(cell, setter) for cell in row]) for row in table.rows]
    totals = [_row([cell_text(cell, setter) for cell in row]) for row in table.totals]
    if totals and stretched:
        sums = [cell_text(cell, setter) for cell in table.totals[0]]
        totals[0] = _row([*sums[:2], *(_bold(text) for text in sums[2:])])
    if totals:
        totals.insert(0, "  \\midrule")
    room = r"{\linewidth}" if environment == "tabular*" else ""
    lines = [
        f"\\begin{{{environment}}}{room}{{@{{{fill}}}{letters}@{{}}}}",
        start,
        *rows,
        *totals,
        "  \\bottomrule",
        f"\\end{{{environment}}}",
    ]
    return "\n".join(lines)


def _bold(text: str) -> str:
    return rf"\bfseries\boldmath {text}" if text else ""


def _row(cells: list[str]) -> str:
    text = " & ".join(cells)
    # a row that begins with a bracket would be taken for an argument of the \\ before it
    return f"  {{}}{text} \\\\" if text.startswith(("[", "*")) else f"  {text} \\\\"
