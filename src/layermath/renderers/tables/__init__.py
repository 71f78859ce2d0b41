"""Tables in Markdown, LaTeX, CSV and HTML, all from one table as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layermath.comparison import Comparison
from layermath.derivation import Derivation, Detail
from layermath.renderers.tables import comparison, summary
from layermath.renderers.tables.csv import csv
from layermath.renderers.tables.html import html
from layermath.renderers.tables.latex import latex
from layermath.renderers.tables.markdown import markdown
from layermath.renderers.tables.table import Page

FORMATS: Mapping[str, Callable[[Page], str]] = {
    "markdown": markdown,
    "latex": latex,
    "csv": csv,
    "html": html,
}


def summary_page(derivation: Derivation, format_: str) -> str:
    """The table of layers in one of `FORMATS`. CSV writes every size out in the model's symbols."""
    return FORMATS[format_](summary.summary_page(derivation, closed=format_ == "csv"))


def comparison_page(
    compared: Comparison, detail: Detail = Detail.NORMAL, format_: str = "markdown"
) -> str:
    """Two models side by side in one of `FORMATS`."""
    return FORMATS[format_](comparison.comparison_page(compared, detail))
