"""Tables as one page of HTML that needs nothing beside it: no script, no font, no network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from layermath.page.table import (
    PLAIN,
    Cell,
    Column,
    Table,
    TableOptions,
    TablePage,
    cell_text,
)
from layermath.setting.escapes import harmless
from layermath.setting.sentences import Setter, TextSetter
from layermath.setting.styles import UNICODE

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { font-weight: 600; padding: .3rem 0; text-align: left; }
th, td { padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid; }
tfoot tr:first-child > * { border-top: 2px solid; }
tbody tr + tr > * { border-top: 1px solid rgba(128, 128, 128, .25); }
tbody th { font-weight: inherit; }
.n { text-align: right; white-space: nowrap; }
code, .m { font-family: ui-monospace, monospace; font-size: .92em; }
"""


@dataclass(frozen=True)
class HtmlSetter(Setter):
    """For HTML: everything is escaped; mathematics is Unicode."""

    def times(self) -> str:
        return "×"

    def prose(self, text: str) -> str:
        return escape(text)

    def name(self, text: str) -> str:
        return escape(harmless(text))

    def code(self, text: str) -> str:
        return f"<code>{escape(harmless(text))}</code>"

    def mathematics(self, text: str) -> str:
        return f'<span class="m">{escape(text)}</span>'


def html(page: TablePage, options: TableOptions = PLAIN) -> str:
    """The whole page."""
    language = options.language
    setter = HtmlSetter(replace(UNICODE, notation=options.notation), language)
    body = [f"<h1>{setter.say(page.title)}</h1>", *(_table(one, setter) for one in page.tables)]
    body += [f"<p>{setter.sentence(note)}</p>" for note in page.notes]
    plain_title = escape(TextSetter(language=language).say(page.title))  # for a browser's bar
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{escape(language.code)}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{plain_title}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def _table(table: Table, setter: HtmlSetter) -> str:
    caption = "" if table.caption is None else f"<caption>{setter.say(table.caption)}</caption>"
    heads = "".join(
        f'<th scope="col"{_number(column)}>{setter.say(column.head)}</th>'
        for column in table.columns
    )
    rows = "\n".join(_row(table, row, setter) for row in table.rows)
    totals = "\n".join(_row(table, row, setter) for row in table.totals)
    foot = f"\n<tfoot>\n{totals}\n</tfoot>" if totals else ""
    return (
        f'<div class="scroll"><table>{caption}\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>{foot}\n</table></div>"
    )


def _row(table: Table, row: tuple[Cell, ...], setter: HtmlSetter) -> str:
    cells = []
    for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
        text = cell_text(cell, setter)
        tag = "td" if place else 'th scope="row"'
        cells.append(f"<{tag}{_number(column)}>{text}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>"


def _number(column: Column) -> str:
    return ' class="n"' if column.rightward else ""
