"""The key of letters, and the network as a whole."""

from __future__ import annotations

from layermath.derivation.records import NetworkDerivation
from layermath.formats.html import figures
from layermath.formats.html.marks import element
from layermath.formats.html.options import HtmlOptions
from layermath.formats.html.tables import Tables
from layermath.messages import _
from layermath.page.legend import meanings, notes
from layermath.page.sizes import sizes_table
from layermath.page.table import Table
from layermath.page.whole import statements

_MANY_SIZES = 14


def key(derivation: NetworkDerivation, options: HtmlOptions) -> str:
    """The letters of the rules that occur, and what is counted."""
    say = options.setter.say
    entries = [
        element("li", say(_("{letters} {meaning}", letters=tuple(letters), meaning=meaning)))
        for letters, meaning in meanings(derivation, options.notation)
    ]
    told = notes(derivation, options.notation, options.detail)
    said = "".join(element("p", say(note), class_="small") for note in told)
    return (element("ul", "".join(entries), class_="key") if entries else "") + said


def whole(derivation: NetworkDerivation, tables: Tables, options: HtmlOptions) -> list[str]:
    """Named sizes, what one value sees, and the statements on the whole."""
    say = options.setter.sentence
    parts = []
    page = sizes_table(derivation.sizes)
    if page is not None:
        parts += [element("h3", say(_("Named sizes"))), _sizes(page, tables, options)]
    parts.append(figures.receptive_field(derivation, options))
    rows = []
    for statement in statements(derivation):
        lines = "".join(element("p", say(one)) for one in statement.lines)
        rows.append(element("dt", say(statement.label)) + element("dd", lines))
    if rows:
        parts.append(element("dl", "\n".join(rows), class_="whole"))
    parts += [element("p", say(note), class_="note") for note in derivation.notes]
    return [*filter(None, parts)]


def _sizes(page: Table, tables: Tables, options: HtmlOptions) -> str:
    table = tables.sizes(page)
    if len(page.rows) <= _MANY_SIZES:
        return table
    label = options.unlinked.sentence(_("from the layer before, and from the input"))
    summary = element("summary", element("span", label, class_="label"))
    return element("details", summary + table)
