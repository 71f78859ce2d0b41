"""What a notebook shows of a derivation under a cell, in each of the formats that it may choose.

A notebook keeps what it shows in its file, so that of a large network it is the table alone.
"""

from __future__ import annotations

import re

from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.html import render_cell
from layermath.formats.latex import LatexOptions, render_fragment
from layermath.formats.markdown import MarkdownOptions, render
from layermath.page.outline import Outline

_MOST_SECTIONS = 60


def is_small(derivation: NetworkDerivation) -> bool:
    """Whether a cell shows the derivation of each layer."""
    return len(Outline(derivation).sections) <= _MOST_SECTIONS


def html(derivation: NetworkDerivation) -> str:
    """The table, and the derivation of each layer, folded."""
    return render_cell(derivation, sections=is_small(derivation))


def markdown(derivation: NetworkDerivation) -> str:
    """The page of Markdown."""
    detail = Detail.NORMAL if is_small(derivation) else Detail.BRIEF
    return render(derivation, MarkdownOptions(detail))


def latex(derivation: NetworkDerivation) -> str:
    """The fragment. It has no comments: their text stands between the formulas, and what could be a
    command there is left out."""
    layers = None if is_small(derivation) else frozenset[str]()
    lines = render_fragment(derivation, LatexOptions(layers=layers)).splitlines()
    return "\n".join(
        re.sub(r"[$\\]", "", text.removeprefix("% ")) if text.startswith("%") else text
        for text in lines
    )
