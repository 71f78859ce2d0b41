"""The formula sheet in Markdown: the general rules of layer types, from their equations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sympy import Symbol

from layermath.formats.markdown import MarkdownOptions
from layermath.formats.tables.markdown import markdown
from layermath.formats.tables.rules import Sheet, rules_pages
from layermath.messages import _
from layermath.page.legend import MEANINGS
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation


def render_sheet(
    sheets: Sequence[Sheet],
    notation: Notation = LAYERMATH,
    language: Language = ENGLISH,
    *,
    title: bool = True,
) -> str:
    """The rules, a table for each layer type; ``title`` adds a heading and the letters."""
    options = MarkdownOptions(notation=notation, language=language)
    pages = list(_pages(sheets, options))
    if not title:
        return "\n".join(pages)
    say = options.prose.sentence
    parts = [f"# {say(_('The rules of every layer type'))}\n"]
    if notation == LAYERMATH:
        parts.append(f"{_letters(options)}\n")
    return "\n".join([*parts, *pages])


def _letters(options: MarkdownOptions) -> str:
    """What the letters mean that most rules share."""
    said = (
        _("{letters} {meaning}", letters=Symbol(letter), meaning=meaning)
        for letter, meaning in MEANINGS
    )
    return " · ".join(map(options.prose.say, said))


def _pages(sheets: Sequence[Sheet], options: MarkdownOptions) -> Iterator[str]:
    for page, notation in rules_pages(sheets, options.notation):
        yield markdown(page, replace(options, notation=notation).prose)
