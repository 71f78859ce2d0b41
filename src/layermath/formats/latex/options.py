"""How a derivation is written in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from layermath.derivation.records import Detail
from layermath.formats.latex.setting import DocumentSetter
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation
from layermath.setting.sentences import LatexSetter
from layermath.setting.styles import LATEX, Latex


class Level(StrEnum):
    """How much of a document it is."""

    FRAGMENT = "fragment"
    INPUT = "input"
    ARTICLE = "article"
    BEAMER = "beamer"
    EXAM = "exam"


@dataclass(frozen=True)
class LatexOptions:
    """How a derivation is written in LaTeX; ``layers`` limits it to layers of these names."""

    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None
    language: Language = ENGLISH
    notation: Notation = LAYERMATH

    @cached_property
    def style(self) -> Latex:
        """The style of mathematics."""
        return replace(LATEX, notation=self.notation)

    @cached_property
    def setter(self) -> LatexSetter:
        """What sets messages in a fragment, where there is no command of anyone's own."""
        return LatexSetter(self.style, self.language)

    @cached_property
    def document(self) -> DocumentSetter:
        """What sets messages in a document, and in a file that is input into one."""
        return DocumentSetter(self.style, self.language)


PLAIN = LatexOptions()
"""What nobody chose otherwise."""
