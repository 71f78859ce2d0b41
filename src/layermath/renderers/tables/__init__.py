"""Tables in Markdown, LaTeX, CSV and HTML, all from one table as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from layermath.comparison import Comparison
from layermath.derivation import Derivation, Detail
from layermath.renderers.language import ENGLISH, Language
from layermath.renderers.tables import comparison, summary
from layermath.renderers.tables.csv import csv
from layermath.renderers.tables.html import html
from layermath.renderers.tables.latex import latex
from layermath.renderers.tables.markdown import MarkdownSetter, markdown
from layermath.renderers.tables.table import Page


def _markdown(page: Page, language: Language = ENGLISH) -> str:
    return markdown(page, MarkdownSetter(language=language))


FORMATS: Mapping[str, Callable[[Page, Language], str]] = {
    "markdown": _markdown,
    "latex": latex,
    "csv": csv,
    "html": html,
}


def summary_page(derivation: Derivation, format_: str, language: Language = ENGLISH) -> str:
    """The table of layers in one of `FORMATS`. CSV writes every size out in the model's symbols."""
    return FORMATS[format_](summary.summary_page(derivation, closed=format_ == "csv"), language)


def comparison_page(
    compared: Comparison,
    detail: Detail = Detail.NORMAL,
    format_: str = "markdown",
    language: Language = ENGLISH,
) -> str:
    """Two models side by side in one of `FORMATS`."""
    return FORMATS[format_](comparison.comparison_page(compared, detail), language)
