"""The answer first: a few sentences, and where parameters and MACs are."""

from __future__ import annotations

from collections.abc import Iterator

from layermath.algebra.floors import total
from layermath.derivation.records import NetworkDerivation
from layermath.formats.html.marks import element, kind_of
from layermath.formats.html.options import HtmlOptions
from layermath.formats.mathml import attribute
from layermath.messages import Count, Message, Name, Piece, _
from layermath.page.answer import lost, sentences
from layermath.page.glance import rows_of
from layermath.page.headings import row_name


def glance(derivation: NetworkDerivation, options: HtmlOptions) -> str:
    """The sentences as one paragraph; what is lost in red."""
    setter = options.setter
    text = [setter.sentence(one) for one in sentences(derivation)]
    red = lost(derivation)
    if red is not None:
        text.append(element("em", setter.sentence(red), class_="lost"))
    return element("p", " ".join(text), class_="glance")


def bars(derivation: NetworkDerivation, options: HtmlOptions) -> str:
    """Two bars: whose the parameters are, and whose the MACs. Nothing where they are letters."""
    totals = derivation.totals
    figures = [
        _bar(derivation, options, "params", _("Where the parameters are"), totals.params),
        _bar(derivation, options, "macs", _("Where the MACs are"), totals.macs),
    ]
    return element("div", "".join(figures), class_="bars") if all(figures) else ""


def _counted(derivation: NetworkDerivation, count: str) -> Iterator[tuple[Piece, str, int]]:
    """Name, kind and count of all that has some: of each layer, or of each row of a large
    network."""
    for row in rows_of(derivation, folded=True):
        counts = [getattr(layer, count) for layer in row.layers]
        number = total(one for one in counts if one is not None)
        single = len(row.layers) == 1
        name = Name(row.layers[0].name) if single else row_name(row)
        if isinstance(number, int) and number > 0:
            yield name, kind_of(row.layers[0]) if single or row.joined else "conv", number


def _bar(
    derivation: NetworkDerivation, options: HtmlOptions, count: str, label: Message, whole: object
) -> str:
    counted = list(_counted(derivation, count))
    if not isinstance(whole, int) or len(counted) < 2:
        return ""
    say = options.unlinked.say
    parts = "".join(
        element(
            "span",
            say(_("{layer}", layer=name)) if number * 5 > whole else "",
            class_=kind,
            style=f"flex-grow:{number}",
        )
        for name, kind, number in counted
    )
    largest = sorted(counted, key=lambda one: -one[2])[:3]
    listed = [
        _("{layer} {number}", layer=name, number=Count(number)) for name, _kind, number in largest
    ]
    described = options.plain.say(_("{parts}", parts=tuple(listed)))
    head = element("b", say(label)) + element("span", say(_("{total}", total=Count(whole))))
    return element(
        "figure",
        element("figcaption", head)
        + element("div", parts, class_="bar", role="img", aria_label=attribute(described))
        + element("p", say(_("{parts}", parts=tuple(listed))), class_="small"),
    )
