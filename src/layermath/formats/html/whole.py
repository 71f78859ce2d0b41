"""The key of letters, and the network as a whole."""

from __future__ import annotations

from layermath.derivation.records import Derivation
from layermath.formats.html import figures
from layermath.formats.html.marks import element
from layermath.formats.html.options import HtmlOptions
from layermath.formats.html.tables import Tables
from layermath.formats.text.legend import meanings, notes
from layermath.messages import _

_MANY_SIZES = 14


def key(derivation: Derivation, options: HtmlOptions) -> str:
    """The letters of the rules that occur, and what is counted."""
    say = options.setter.say
    entries = [
        element("li", say(_("{letters} {meaning}", letters=tuple(letters), meaning=meaning)))
        for letters, meaning in meanings(derivation, options.notation)
    ]
    told = notes(derivation, options.notation, options.detail)
    said = "".join(element("p", say(note), class_="small") for note in told)
    return (element("ul", "".join(entries), class_="key") if entries else "") + said


def whole(derivation: Derivation, tables: Tables, options: HtmlOptions) -> list[str]:
    """Named sizes, what one value sees, and the statements on the whole."""
    say = options.setter.sentence
    parts = []
    if derivation.sizes:
        parts += [element("h3", say(_("Named sizes"))), _sizes(derivation, tables, options)]
    parts.append(figures.receptive_field(derivation, options))
    rows = []
    for statement in derivation.whole:
        lines = "".join(element("p", say(one)) for one in statement.lines)
        if lines:
            rows.append(element("dt", say(statement.label)) + element("dd", lines))
    if rows:
        parts.append(element("dl", "\n".join(rows), class_="whole"))
    parts += [element("p", say(note), class_="note") for note in derivation.notes]
    return [*filter(None, parts)]


def _sizes(derivation: Derivation, tables: Tables, options: HtmlOptions) -> str:
    table = tables.sizes()
    if len(derivation.sizes) <= _MANY_SIZES:
        return table
    label = options.unlinked.sentence(_("from the layer before, and from the input"))
    summary = element("summary", element("span", label, class_="label"))
    return element("details", summary + table)
