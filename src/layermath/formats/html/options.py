"""What one may choose about the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from layermath.derivation.records import Detail
from layermath.formats.mathml import MathML, MathMLSetter
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import UNICODE

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class HtmlOptions:
    """How a derivation is written in HTML; ``layers`` limits it to layers of these names.

    At full detail every fold stands open. ``anchors`` off leaves out every address, for a page that
    may hold the same derivation twice.
    """

    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None
    language: Language = ENGLISH
    notation: Notation = LAYERMATH
    anchors: bool = True
    links: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False)
    """The addresses of the layers on the page; the page fills them in."""

    @cached_property
    def display(self) -> MathML:
        """The style of a line of its own: quotients have a bar."""
        return MathML(self.notation)

    @cached_property
    def inline(self) -> MathML:
        """The style of running text and tables: quotients stand in the line."""
        return MathML(self.notation, bars=False)

    @cached_property
    def setter(self) -> MathMLSetter:
        """What sets messages; the layers that they name are links."""
        return MathMLSetter(self.inline, self.language, self.links)

    @cached_property
    def unlinked(self) -> MathMLSetter:
        """What sets messages where there must be no link: in what unfolds, and in headings."""
        return MathMLSetter(self.inline, self.language)

    @cached_property
    def plain(self) -> TextSetter:
        """What sets messages without any element, for titles; escaped by who writes them."""
        return TextSetter(replace(UNICODE, notation=self.notation), self.language)
