"""What one may choose about a document in Typst."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from layermath.derivation.records import Detail
from layermath.formats.typst.style import TYPST, TypstSetter, TypstStyle
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation


@dataclass(frozen=True)
class TypstOptions:
    """How a derivation is written in Typst; ``layers`` limits it to layers of these names."""

    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None
    language: Language = ENGLISH
    notation: Notation = LAYERMATH

    @cached_property
    def display(self) -> TypstStyle:
        """The style of a line of its own: quotients have a bar."""
        return replace(TYPST, notation=self.notation)

    @cached_property
    def setter(self) -> TypstSetter:
        """What sets messages; quotients in them stand in the line."""
        return TypstSetter(replace(self.display, bars=False), self.language)
