"""A derivation in LaTeX, at five levels: from formulas to paste to a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex.article import article
from layermath.formats.latex.exam import render_exam
from layermath.formats.latex.fragment import fragment
from layermath.formats.latex.included import included
from layermath.formats.latex.options import PLAIN, LatexOptions, Level
from layermath.formats.latex.slides import slides
from layermath.page.page import Page, page_of

__all__ = ["LatexOptions", "Level", "render", "render_fragment"]

_LEVELS: Mapping[Level, Callable[[Page, LatexOptions], str]] = {
    Level.FRAGMENT: fragment,
    Level.INPUT: included,
    Level.ARTICLE: article,
    Level.BEAMER: slides,
    Level.EXAM: render_exam,
}


def render(derivation: NetworkDerivation, options: LatexOptions, level: Level) -> str:
    """The derivation at one of the levels."""
    page, options = page_of(derivation, options)
    return _LEVELS[level](page, options)


def render_fragment(derivation: NetworkDerivation, options: LatexOptions = PLAIN) -> str:
    """The derivation as a fragment to paste or ``\\input`` where amsmath is loaded."""
    return render(derivation, options, Level.FRAGMENT)
