"""Tables in Markdown, LaTeX, CSV and HTML, all from one table as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.tables import comparison, summary
from layermath.formats.tables.csv import csv
from layermath.formats.tables.html import html
from layermath.formats.tables.latex import latex
from layermath.formats.tables.markdown import MarkdownSetter, markdown
from layermath.notations import in_its_notation
from layermath.page.table import PLAIN, TableOptions, TablePage
from layermath.questions.records import NetworkComparison
from layermath.setting.language import ENGLISH, Language
from layermath.setting.styles import UNICODE

__all__ = ["FORMATS", "TableOptions", "comparison_page", "summary_page"]


def _markdown(page: TablePage, options: TableOptions = PLAIN) -> str:
    return markdown(
        page, MarkdownSetter(replace(UNICODE, notation=options.notation), options.language)
    )


FORMATS: Mapping[str, Callable[[TablePage, TableOptions], str]] = {
    "markdown": _markdown,
    "latex": latex,
    "csv": csv,
    "html": html,
}


def summary_page(derivation: NetworkDerivation, format_: str, options: TableOptions = PLAIN) -> str:
    """The table of layers in one of `FORMATS`. CSV is for programs: it writes every size out in the
    model's symbols, and has no notation."""
    if format_ == "csv":
        return csv(summary.summary_page(derivation, closed=True), options)
    derivation, options = in_its_notation(derivation, options)
    return FORMATS[format_](summary.summary_page(derivation), options)


def comparison_page(
    compared: NetworkComparison,
    detail: Detail = Detail.NORMAL,
    format_: str = "markdown",
    language: Language = ENGLISH,
) -> str:
    """Two models side by side in one of `FORMATS`."""
    return FORMATS[format_](comparison.comparison_tables(compared, detail), TableOptions(language))
