"""What one may choose about a picture, and what it takes of the options of any page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation


class PageOptions(Protocol):
    """The part of a page's options that its pictures need."""

    @property
    def language(self) -> Language:
        """In which the words are."""

    @property
    def notation(self) -> Notation:
        """Of the letters."""


@dataclass(frozen=True)
class PictureOptions:
    """How a picture by itself is written."""

    language: Language = ENGLISH
    notation: Notation = LAYERMATH


BY_ITSELF = PictureOptions()
"""In English and in layermath's own letters."""
