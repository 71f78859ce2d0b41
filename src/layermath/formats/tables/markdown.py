"""Tables in Markdown, as GitHub and most others read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from layermath.page.table import Cell, Table, TablePage, cell_text
from layermath.setting.escapes import harmless
from layermath.setting.sentences import Setter

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$]")


def escaped(text: str) -> str:
    """``text`` with nothing left in it that Markdown, or HTML in it, would act on."""
    return _SPECIAL.sub(lambda sign: "\\" + sign[0], harmless(text))


@dataclass(frozen=True)
class MarkdownSetter(Setter):
    """For Markdown: mathematics in Unicode, names and code escaped."""

    def times(self) -> str:
        return "×"

    def prose(self, text: str) -> str:
        return escaped(text)

    def name(self, text: str) -> str:
        return escaped(text)

    def code(self, text: str) -> str:
        return escaped(text)

    def mathematics(self, text: str) -> str:
        return escaped(text)


_SETTER = MarkdownSetter()


def markdown(page: TablePage, setter: Setter = _SETTER) -> str:
    """The page: a heading, its tables, a line for each sentence."""
    parts = [f"## {setter.say(page.title)}"]
    for table in page.tables:
        if table.caption is not None:
            parts.append(f"### {setter.say(table.caption)}")
        parts.append(_table(table, setter))
    parts += [setter.sentence(note) for note in page.notes]
    return "\n\n".join(parts) + "\n"


def _table(table: Table, setter: Setter) -> str:
    heads = [setter.say(column.head) for column in table.columns]
    rules = ["---:" if column.rightward else "---" for column in table.columns]
    rows = [[cell_text(cell, setter) for cell in row] for row in table.rows]
    totals = [[_strong(cell, setter) for cell in row] for row in table.totals]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, rules, *rows, *totals])


def _strong(cell: Cell, setter: Setter) -> str:
    text = cell_text(cell, setter)
    return f"**{text}**" if text else ""
