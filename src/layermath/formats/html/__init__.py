"""A derivation as one page of HTML that needs nothing beside it: no script, no font, no network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape

from layermath.derivation.records import Counters, Detail, NetworkDerivation
from layermath.formats.html import figures, glance
from layermath.formats.html.marks import element
from layermath.formats.html.options import HtmlOptions
from layermath.formats.html.sections import Sections
from layermath.formats.html.stylesheet import NOTEBOOK, PAGE
from layermath.formats.html.tables import Tables
from layermath.formats.html.whole import key, whole
from layermath.formats.mathml import attribute
from layermath.messages import Code, Message, Name, _
from layermath.page import answer
from layermath.page.counting import title as counting_title
from layermath.page.headings import row_name
from layermath.page.outline import Section
from layermath.page.page import page_of
from layermath.page.whole import TITLE
from layermath.setting.escapes import harmless

__all__ = ["HtmlOptions", "render", "render_cell"]

_DEFAULT = HtmlOptions()
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_OWN = ("contents", "glance", "layers", "whole", "counting")


def render(
    derivation: NetworkDerivation, options: HtmlOptions = _DEFAULT, counters: Counters | None = None
) -> str:
    """The whole page; with ``counters``, also what other conventions count."""
    page = _Page(derivation, options, counters)
    title = escape(harmless(options.plain.say(answer.title(derivation))), quote=False)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{attribute(options.language.code)}" xmlns="http://www.w3.org/1999/xhtml">',
            "<head>",
            '<meta charset="utf-8"/>',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            '<meta name="color-scheme" content="light dark"/>',
            f"<title>{title}</title>",
            f"<style>{PAGE}</style>",
            "</head>",
            '<body class="lm">',
            *page.body(),
            "</body>",
            "</html>",
            "",
        ]
    )


def render_cell(
    derivation: NetworkDerivation, options: HtmlOptions = _DEFAULT, *, sections: bool = True
) -> str:
    """What a notebook shows under a cell: the page without its frame and without any address, its
    parts folded; without ``sections``, the glance and the table."""
    page = _Page(derivation, replace(options, anchors=False))
    parts = [f"<style>{NOTEBOOK}</style>", *page.cell(sections=sections)]
    language = attribute(options.language.code)
    return element("div", "\n".join(parts), class_="lm cell", lang=language)


class _Page:
    def __init__(
        self, derivation: NetworkDerivation, options: HtmlOptions, counters: Counters | None = None
    ) -> None:
        self.counters = counters
        self.page, options = page_of(derivation, options)
        self.derivation = derivation = self.page.derivation
        if options.detail is Detail.BRIEF:
            self.sections: Sequence[Section] = ()
        else:
            self.sections = self.page.sections
        self.addresses = _addresses(self.sections) if options.anchors else {}
        links: dict[str, str] = {}
        for section in self.sections if options.anchors else ():
            links.setdefault(section.layer.name, self.addresses[id(section)])
        self.options = replace(options, links=links)
        self.tables = Tables(derivation, self.options)
        self.say = self.options.unlinked.sentence

    def body(self) -> Iterator[str]:
        """Skip link, contents, and the parts of the page."""
        skip = self.say(_("To the text"))
        yield f'<a class="skip" href="#glance">{skip}</a>'
        yield self._contents()
        yield "<main>"
        yield self._head()
        yield from self._layers()
        if self.options.layers is None:
            yield self._part(
                "whole",
                TITLE,
                whole(self.page, self.tables, self.options),
            )
        if self.counters is not None:
            parts = self.tables.counting(self.counters)
            yield self._part("counting", counting_title(self.derivation), parts)
        said = self.say(
            _("Every line on this page is computed from the model and equals the line before it.")
        )
        yield element("footer", said)
        yield "</main>"

    def cell(self, *, sections: bool) -> Iterator[str]:
        """What a notebook shows."""
        yield glance.glance(self.derivation, self.options)
        yield element("div", self.tables.layers(), class_="scroll")
        if not sections:
            said = _("The derivation of each layer is in {call}.", call=Code("derivation.html()"))
            yield element("p", self.options.setter.sentence(said), class_="note")
            return
        for title, parts in (
            (_("Layer by layer"), self._section_texts(self.sections)),
            (TITLE, whole(self.page, self.tables, self.options)),
        ):
            if parts:
                summary = element("summary", element("span", self.say(title), class_="label"))
                yield element("details", "\n".join([summary, *parts]), class_="block")

    def _head(self) -> str:
        source = self.derivation.source
        parts = []
        if source is not None:
            said = _("Derivation of {file}", file=Name(source))
            parts.append(element("p", self.options.unlinked.say(said), class_="source"))
        parts.append(element("h1", self.options.unlinked.say(answer.title(self.derivation))))
        parts.append(glance.glance(self.derivation, self.options))
        parts.append(figures.graph(self.derivation, self.options))
        parts.append(element("div", self.tables.layers(), class_="scroll"))
        parts.append(glance.bars(self.derivation, self.options))
        return element("section", "\n".join(filter(None, parts)), id="glance")

    def _layers(self) -> Iterator[str]:
        if not self.sections:
            return
        say = self.options.setter.say
        lead = say(_("Each line follows from the one above it; beside it stands why."))
        put = say(_("What is coloured has just been put in."))
        parts = [element("p", f"{lead} {element('span', put, class_='put')}")]
        parts.append(key(self.page, self.options))
        yield self._part("layers", _("Layer by layer"), parts)
        yield from self._section_texts(self.sections)

    def _section_texts(self, sections: Sequence[Section]) -> list[str]:
        return [*Sections(sections, self.options, self.addresses).page()]

    def _part(self, address: str, title: Message, parts: list[str]) -> str:
        head = element("h2", self.say(title))
        return element("section", "\n".join([head, *parts]), id=address)

    def _contents(self) -> str:
        links = [(self.say(_("At a glance")), "glance", False)]
        if self.sections:
            links.append((self.say(_("Layer by layer")), "layers", False))
            links += [(text, address, True) for text, address in self._names()]
        if self.options.layers is None:
            links.append((self.say(TITLE), "whole", False))
        if self.counters is not None:
            links.append((self.say(counting_title(self.derivation)), "counting", False))
        items = "\n".join(
            element(
                "li",
                element("a", text, href=f"#{address}"),
                class_="deep" if deep else None,
            )
            for text, address, deep in links
        )
        label = self.say(_("Contents"))
        inside = element("h2", label) + element("ol", items)
        return element("nav", inside, id="contents", aria_label=attribute(label))

    def _names(self) -> Iterator[tuple[str, str]]:
        """The layers, or what repeats, with their addresses."""
        say, links = self.options.unlinked.say, self.options.links
        rows = self.derivation.rows if self.options.layers is None else ()
        if rows and self.options.detail < Detail.FULL:
            for row in rows:
                if row.layers[0].name in links:
                    yield say(_("{name}", name=row_name(row))), links[row.layers[0].name]
            return
        for section in self.sections:
            if not section.depth:
                name = _("{name}", name=Name(section.layer.name))
                yield say(name), self.addresses[id(section)]


def _addresses(sections: Sequence[Section]) -> Mapping[int, str]:
    """An address for each section, by its identity: the layer's name where that can be one."""
    taken = set(_OWN)
    found: dict[int, str] = {}
    for section in sections:
        name = section.layer.name
        plain = _PLAIN_NAME.fullmatch(name) and name not in taken
        address = name if plain else f"layer-{section.number}"
        while address in taken:
            address += "-"
        taken.add(address)
        found[id(section)] = address
    return found
