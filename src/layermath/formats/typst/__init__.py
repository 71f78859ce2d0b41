"""A derivation as a document in Typst: it compiles as it stands, and needs no package."""

from __future__ import annotations

from layermath.formats.typst.document import render
from layermath.formats.typst.options import TypstOptions

__all__ = ["TypstOptions", "render"]
