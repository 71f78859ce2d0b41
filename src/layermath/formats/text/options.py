"""What one may choose about the text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from layermath.derivation.records import Detail
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import ASCII, UNICODE, Linear

_WIDEST = 120
"""Lines longer than this are hard to follow, however wide the window."""
_NARROWEST = 30


@dataclass(frozen=True)
class TextOptions:
    """How a derivation is written for a terminal.

    ``width`` is the terminal's; ``unicode`` off writes ASCII signs; ``colour`` adds ANSI codes;
    ``layers`` limits the derivation to layers of these names; ``hints`` says at the end which
    options show more.
    """

    width: int = 80
    detail: Detail = Detail.NORMAL
    unicode: bool = True
    colour: bool = False
    layers: frozenset[str] | None = None
    language: Language = ENGLISH
    notation: Notation = LAYERMATH
    hints: bool = True

    @cached_property
    def columns(self) -> int:
        """The width that is used."""
        return max(_NARROWEST, min(self.width, _WIDEST))

    @cached_property
    def style(self) -> Linear:
        """The style of mathematics."""
        return replace(UNICODE if self.unicode else ASCII, notation=self.notation)

    @cached_property
    def setter(self) -> TextSetter:
        """What sets messages."""
        return TextSetter(self.style, self.language, self.unicode)

    @cached_property
    def signs(self) -> Signs:
        """What lines and pictures are drawn with."""
        return UNICODE_SIGNS if self.unicode else ASCII_SIGNS

    def with_detail(self, detail: Detail) -> TextOptions:
        """The same with another detail."""
        return replace(self, detail=detail)


@dataclass(frozen=True)
class Signs:
    """The characters of rules, pictures and separators."""

    rule: str
    dot: str
    arrow: str
    none: str
    left: str
    middle: str
    right: str
    single: str
    lost: str
    ellipsis: str
    padding: str
    at_most: str


UNICODE_SIGNS = Signs("─", "·", "→", "–", "└", "─", "┘", "┴", "╳", "…", "·", "≤")
ASCII_SIGNS = Signs("-", "-", "->", "-", "\\", "_", "/", "^", "X", "..", ".", "<=")
