"""The key of letters, and the network as a whole."""

from __future__ import annotations

from layermath.formats.html import figures
from layermath.formats.html.marks import element
from layermath.formats.html.options import HtmlOptions
from layermath.formats.html.tables import Tables
from layermath.messages import _
from layermath.page.page import Page
from layermath.page.table import Table

_MANY_SIZES = 14


def key(page: Page, options: HtmlOptions) -> str:
    """The letters of the rules that occur, and what is counted."""
    say = options.setter.say
    entries = [
        element("li", say(_("{letters} {meaning}", letters=tuple(letters), meaning=meaning)))
        for letters, meaning in page.letters
    ]
    said = "".join(element("p", say(note), class_="small") for note in page.remarks)
    return (element("ul", "".join(entries), class_="key") if entries else "") + said


def whole(page: Page, tables: Tables, options: HtmlOptions) -> list[str]:
    """Named sizes, what one value sees, and the statements on the whole."""
    say = options.setter.sentence
    parts = []
    if page.sizes is not None:
        parts += [element("h3", say(_("Named sizes"))), _sizes(page.sizes, tables, options)]
    parts.append(figures.receptive_field(page.derivation, options))
    rows = []
    for statement in page.statements:
        lines = "".join(element("p", say(one)) for one in statement.lines)
        rows.append(element("dt", say(statement.label)) + element("dd", lines))
    if rows:
        parts.append(element("dl", "\n".join(rows), class_="whole"))
    parts += [element("p", say(note), class_="note") for note in page.notes]
    return [*filter(None, parts)]


def _sizes(sizes: Table, tables: Tables, options: HtmlOptions) -> str:
    table = tables.sizes(sizes)
    if len(sizes.rows) <= _MANY_SIZES:
        return table
    label = options.unlinked.sentence(_("from the layer before, and from the input"))
    summary = element("summary", element("span", label, class_="label"))
    return element("details", summary + table)
