"""A derivation in LaTeX, at five levels: from formulas to paste to a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layermath.derivation import Derivation
from layermath.renderers.latex.article import render_article
from layermath.renderers.latex.exam import render_exam
from layermath.renderers.latex.fragment import render_fragment
from layermath.renderers.latex.included import render_input
from layermath.renderers.latex.options import LatexOptions, Level
from layermath.renderers.latex.slides import render_beamer
from layermath.renderers.notations import in_its_notation

__all__ = ["LatexOptions", "Level", "render", "render_fragment"]

_LEVELS: Mapping[Level, Callable[[Derivation, LatexOptions], str]] = {
    Level.FRAGMENT: render_fragment,
    Level.INPUT: render_input,
    Level.ARTICLE: render_article,
    Level.BEAMER: render_beamer,
    Level.EXAM: render_exam,
}


def render(derivation: Derivation, options: LatexOptions, level: Level) -> str:
    """The derivation at one of the levels."""
    derivation, options = in_its_notation(derivation, options)
    return _LEVELS[level](derivation, options)
