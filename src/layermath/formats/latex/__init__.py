"""A derivation in LaTeX, at five levels: from formulas to paste to a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex.article import render_article
from layermath.formats.latex.exam import render_exam
from layermath.formats.latex.fragment import render_fragment
from layermath.formats.latex.included import render_input
from layermath.formats.latex.options import LatexOptions, Level
from layermath.formats.latex.slides import render_beamer
from layermath.notations import in_its_notation

__all__ = ["LatexOptions", "Level", "render", "render_fragment"]

_LEVELS: Mapping[Level, Callable[[NetworkDerivation, LatexOptions], str]] = {
    Level.FRAGMENT: render_fragment,
    Level.INPUT: render_input,
    Level.ARTICLE: render_article,
    Level.BEAMER: render_beamer,
    Level.EXAM: render_exam,
}


def render(derivation: NetworkDerivation, options: LatexOptions, level: Level) -> str:
    """The derivation at one of the levels."""
    derivation, options = in_its_notation(derivation, options)
    return _LEVELS[level](derivation, options)
