"""A derivation in Markdown, as GitHub reads it: headings, a table, and formulas between ``$$``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import S

from layermath.algebra.written import in_order
from layermath.derivation.records import Counters, Detail, NetworkDerivation
from layermath.formats.latex.setting import Row, cells, rows_of, spread
from layermath.formats.tables.markdown import MarkdownSetter, escaped, markdown
from layermath.formats.tables.summary import summary_page
from layermath.messages import Count as CountPiece
from layermath.messages import Message, Name, _
from layermath.page.counting import entries, uncounted
from layermath.page.counting import title as counting_title
from layermath.page.headings import call_of, shapes_of
from layermath.page.outline import Section
from layermath.page.page import Page, page_of
from layermath.page.table import Column, Table, TablePage
from layermath.page.whole import TITLE
from layermath.setting.escapes import harmless
from layermath.setting.language import ENGLISH, Language
from layermath.setting.notation import LAYERMATH, Notation
from layermath.setting.sentences import CLOSE, HARD_SPACE, OPEN, LatexSetter
from layermath.setting.styles import LATEX, UNICODE, Latex

_LINE = 44.0
"""How wide a line of a formula and its reason may be, in em: a page of GitHub's."""
_EXPRESSION = 24.0
_NUMBER = re.compile(r"(?<!\\)\$(\d[\d{},]*)\$")
"""A number by itself needs no dollars."""


@dataclass(frozen=True)
class ProseSetter(LatexSetter):
    """For Markdown's text: names and code as code, mathematics between dollars."""

    def times(self) -> str:
        return r" \times "

    def sentence(self, message: Message) -> str:
        return super().sentence(message).replace(HARD_SPACE, " ")

    def prose(self, text: str) -> str:
        return escaped(text)

    def finished(self, text: str) -> str:
        text = text.replace(f"{CLOSE} − {OPEN}", " - ").replace(f"{CLOSE}·{OPEN}", r" \cdot ")
        return _NUMBER.sub(lambda found: found[1].replace("{,}", ","), super().finished(text))

    def name(self, text: str) -> str:
        return code(text)

    def code(self, text: str) -> str:
        return code(text)


def code(text: str) -> str:
    """Text between backticks, where nothing in it is acted on."""
    shown = harmless(text)
    if not shown.strip() or "`" in shown or "|" in shown or shown != shown.strip():
        return escaped(text)
    return f"`{shown}`"


@dataclass(frozen=True)
class MarkdownOptions:
    """How a derivation is written in Markdown; ``layers`` limits it to layers of these names."""

    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None
    language: Language = ENGLISH
    notation: Notation = LAYERMATH

    @cached_property
    def style(self) -> Latex:
        """The style of the formulas between dollars."""
        return replace(LATEX, notation=self.notation)

    @cached_property
    def formulas(self) -> LatexSetter:
        """What sets the reasons beside them."""
        return LatexSetter(self.style, self.language)

    @cached_property
    def prose(self) -> ProseSetter:
        """What sets paragraphs."""
        return ProseSetter(self.style, self.language)

    @cached_property
    def table(self) -> MarkdownSetter:
        """What sets tables and headings: their mathematics is Unicode."""
        return MarkdownSetter(replace(UNICODE, notation=self.notation), self.language)


_DEFAULT = MarkdownOptions()


def render(
    derivation: NetworkDerivation,
    options: MarkdownOptions = _DEFAULT,
    counters: Counters | None = None,
) -> str:
    """The derivation: the table of layers, each layer, the network as a whole; with ``counters``,
    also what other conventions count."""
    page, options = page_of(derivation, options)
    parts = [*_parts(page, options)]
    if counters is not None:
        parts += _counting(page.derivation, counters, options)
    return "\n\n".join(parts) + "\n"


def _counting(
    derivation: NetworkDerivation, counters: Counters, options: MarkdownOptions
) -> Iterator[str]:
    columns = (
        Column("count", _("count")),
        Column("number", _("number"), rightward=True),
        Column("why", _("why")),
    )
    rows = tuple(
        (one.label, CountPiece(in_order(S(one.count))), one.reason)
        for one in entries(derivation, counters)
    )
    table = TablePage(
        counting_title(derivation), (Table(columns, rows),), tuple(uncounted(counters))
    )
    yield markdown(table, options.table).rstrip()


def _parts(page: Page, options: MarkdownOptions) -> Iterator[str]:
    say = options.table.sentence
    if options.layers is None:
        yield markdown(summary_page(page.derivation), options.table).removeprefix("#").strip()
    else:
        yield f"# {say(_('{name}', name=Name(page.derivation.name)))}"
    if options.detail > Detail.BRIEF:
        if page.sections and options.layers is None:
            yield f"## {say(_('Layer by layer'))}"
        yield from _sections(page.sections, options)
    if options.layers is None:
        yield from _whole(page, options)


def _sections(sections: Sequence[Section], options: MarkdownOptions) -> Iterator[str]:
    for section in sections:
        yield _heading(section, options)
        yield options.table.say(shapes_of(section.layer))
        if section.before is not None:
            yield options.prose.sentence(_("As {layer}.", layer=Name(section.before)))
        rows = [
            row
            for derived in section.derived
            for row in rows_of(derived, options.formulas, options.style, _EXPRESSION, _EXPRESSION)
        ]
        if rows:
            yield formulas(rows)
        for messages in (section.sentences, section.behind):
            if messages:
                yield " ".join(options.prose.sentence(one) for one in messages)


def _heading(section: Section, options: MarkdownOptions) -> str:
    said = _(
        "{number} {name}: {call}",
        number=section.number,
        name=Name(section.layer.name),
        call=call_of(section.layer),
    )
    return f"{'#' * min(6, 3 + section.depth)} {options.table.say(said)}"


def formulas(rows: list[Row]) -> str:
    """Rows as one formula of Markdown's."""
    body = " \\\\\n".join(map(cells, spread(rows, _LINE)))
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _whole(page: Page, options: MarkdownOptions) -> Iterator[str]:
    say = options.prose.sentence
    if page.statements:
        yield f"## {say(TITLE)}"
        yield "\n".join(
            line
            for statement in page.statements
            for line in _statement(say(statement.label), [*map(say, statement.lines)])
        )


def _statement(label: str, lines: list[str]) -> list[str]:
    if len(lines) == 1:
        return [f"- **{label}**: {lines[0]}"]
    return [f"- **{label}**", *(f"  - {line}" for line in lines)]
