r"""Slides: a frame a layer, a line an overlay. What an earlier layer said has no frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from layermath.formats.latex import drawings
from layermath.formats.latex.article import metadata
from layermath.formats.latex.columns import MACROS, Columns, apart, is_wide, overlaid
from layermath.formats.latex.measure import is_tall, prose_width
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.pages import comment, name_of, needs_hangul, shapes_of
from layermath.formats.latex.setting import Row, phrase, prose, reason_lines, rows_of
from layermath.formats.latex.tables import architecture_table, set_table, sizes_of
from layermath.messages import Message, Name, _
from layermath.page.outline import Derived, Section
from layermath.page.page import Page
from layermath.page.table import Table
from layermath.page.whole import TITLE

_COLUMNS = Columns(column=11.8, line=22.0, labels=False)
_REASON = 14.0
"""The column of reasons, in em of their font."""
_TEXT_WIDTH = 141.0
_PICTURE_HIGH = 60.0
_TABLE = 33.0
_TABLE_ROWS = 9
_MOST_LINES, _MOST_HEIGHT = 6, 8.0
_MOST_QUANTITIES = 2
_TALL, _REASON_LINE, _BETWEEN = 1.75, 0.68, 0.35
"""The heights of a line with a fraction, of a line of a reason, and of the space between two
quantities, in lines."""
_PARAGRAPH = 215.0
"""What stands on a slide in words, in em."""

_PREAMBLE = r"""
\usepackage{amsmath}
\usepackage{array,booktabs,longtable}
\usepackage{tikz}
\usefonttheme[onlymath]{serif}
\setbeamertemplate{navigation symbols}{}
\setbeamersize{text margin left=9.5mm,text margin right=9.5mm}
\setbeamercolor{frametitle}{fg=black}
\setbeamerfont{frametitle}{size=\large,series=\bfseries}
\setbeamertemplate{frametitle}{\vskip5mm\insertframetitle\par\nobreak
  \vskip0.5mm{\color{hairline}\hrule height 0.4pt}\vskip4mm}
"""

_STYLE = r"""
\setlength{\labelroom}{0pt}
\setlength{\symbolroom}{17mm}
\setlength{\expressionroom}{66mm}
\newcommand{\labelface}{}
\setlength{\LTleft}{0pt}
\setlength{\LTright}{0pt}
"""


@dataclass
class _Slide:
    """Groups of lines that stand on one slide."""

    groups: list[list[Row]] = field(default_factory=list)
    height: float = 0.0
    lines: int = 0
    quantities: int = 0

    def takes(self, groups: Sequence[Sequence[Row]]) -> bool:
        """Whether there is room for these as well."""
        height = self.height + sum(map(_height, groups)) + _BETWEEN
        return height <= _MOST_HEIGHT and self.lines + sum(map(len, groups)) <= _MOST_LINES


def slides(page: Page, options: LatexOptions) -> str:
    """The document."""
    body = "\n".join(_body(page, options))
    derivation = page.derivation
    made = _("{name}, derived by layermath", name=Name(derivation.name))
    korean = options.language.code == "ko" or needs_hangul(body)
    foot = name_of(derivation.name)
    return (
        f"% {comment(made, options.language)}\n"
        "\\documentclass[14pt,aspectratio=169,t]{beamer}\n"
        "\\usepackage[T1]{fontenc}\n\\usepackage{lmodern}\n"
        + ("\\usepackage{kotex}\n" if korean else "")
        + _PREAMBLE.lstrip("\n")
        + metadata(made, options, loaded=True)
        + MACROS
        + _STYLE
        + "\\setbeamertemplate{footline}{\\hspace*{9.5mm}{\\reasonstyle\\scriptsize\\texttt{"
        + f"{foot}}}}}\\hfill{{\\reasonstyle\\scriptsize\\insertframenumber}}\\hspace*{{9.5mm}}"
        + "\\vskip4mm}\n"
        + f"\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def _body(page: Page, options: LatexOptions) -> Iterator[str]:
    derivation = page.derivation
    name = name_of(derivation.name)
    if options.layers is None:
        told = (*page.facts, *page.figures)
        said = r"\par ".join(phrase(options.document, one) for one in told)
        yield _frame(rf"\texttt{{{name}}}", "", said)
        sizes = sizes_of(page)
        if sizes is not None:
            yield from _tables(sizes, name, options)
        yield from _tables(architecture_table(derivation, options, _TABLE), name, options)
        graph = drawings.graph(derivation, options, _TEXT_WIDTH, _PICTURE_HIGH)
        if graph:
            yield _frame(rf"\texttt{{{name}}}", "", f"\\centering\n{graph}")
    for section in page.sections:
        yield from _section(section, options)
    if options.layers is None:
        title = phrase(options.document, TITLE)
        for slide in _slides(page.totals, options):
            yield _frame(title, "", _overlays(slide))
        texts = [
            rf"\textit{{{phrase(options.document, one.label)}}}: "
            + " ".join(prose(options.document, line) for line in one.lines)
            for one in page.statements
        ]
        texts += [prose(options.document, note) for note in page.notes]
        yield from _words(title, "", texts)


def _tables(table: Table, name: str, options: LatexOptions) -> Iterator[str]:
    """A table over as many slides as it takes."""
    for start in range(0, len(table.rows), _TABLE_ROWS):
        rows = table.rows[start : start + _TABLE_ROWS]
        last = start + _TABLE_ROWS >= len(table.rows)
        part = replace(table, rows=rows, totals=table.totals if last else ())
        below = (rf"\par {phrase(options.document, note)}" for note in table.notes if last)
        text = "\n".join([set_table(part, options), *below])
        body = f"\\footnotesize\\setlength{{\\tabcolsep}}{{0.4em}}\n{text}"
        yield _frame(rf"\texttt{{{name}}}", "", body)


def _section(section: Section, options: LatexOptions) -> Iterator[str]:
    layer = section.layer
    title, shapes = rf"\texttt{{{name_of(layer.name)}}}", f"${shapes_of(layer, options)}$"
    if section.before is None:
        for slide in _slides(section.derived, options):
            yield _frame(title, shapes, _overlays(slide))
        for derived in section.derived:
            for axis in derived.tapes:
                picture = drawings.tape(
                    layer, axis.letter, options, _TEXT_WIDTH, _PICTURE_HIGH, 9.0
                )
                if picture:
                    yield _frame(title, shapes, f"\\centering\n{picture}")
    said: Sequence[Message] = (
        section.behind if section.before else (*section.sentences, *section.behind)
    )
    yield from _words(title, shapes, [prose(options.document, one) for one in said])


def _slides(every: Sequence[Derived], options: LatexOptions) -> Iterator[_Slide]:
    """The lines of a layer, at most so many on a slide."""
    slide = _Slide()
    for derived in every:
        rows = rows_of(derived, options.document, options.style, _COLUMNS.line, _COLUMNS.column)
        new = True
        parts = [part for whole in apart(rows, _COLUMNS) for part in _parted(whole)]
        if slide.groups and not slide.takes(parts) and _Slide().takes(parts):
            yield slide
            slide = _Slide()
        for group in parts:
            height = _height(group) + (_BETWEEN if new else 0)
            full = not slide.takes([group])
            if slide.groups and (full or (new and slide.quantities == _MOST_QUANTITIES)):
                yield slide
                slide = _Slide()
            if not slide.groups and not group[0].symbol:
                group = [replace(group[0], symbol=rows[0].symbol), *group[1:]]
            slide.groups.append(group)
            slide.height += height
            slide.lines += len(group)
            slide.quantities += new
            new = False
    if slide.groups:
        yield slide


def _parted(group: Sequence[Row]) -> Iterator[list[Row]]:
    """A group in parts that fit on a slide."""
    part: list[Row] = []
    for row in group:
        full = len(part) == _MOST_LINES or _height([*part, row]) > _MOST_HEIGHT
        if part and full and not row.continues:
            yield part
            part = []
        part.append(row)
    yield part


def _height(group: Sequence[Row]) -> float:
    """The height of a group, in lines."""
    lines = sum(_TALL if is_tall(row.right) else 1 for row in group)
    words = _REASON_LINE * len(reason_lines(group[0].reason, _REASON)) if group[0].reason else 0
    if any(is_wide(row, _COLUMNS) for row in group):
        return lines + words
    return max(lines, words + (0.4 if is_tall(group[0].right) else 0))


def _overlays(slide: _Slide) -> str:
    """The lines of a slide, one after the other; none moves another."""
    texts, number = [], 1
    for place, group in enumerate(slide.groups):
        lines = []
        first = number
        for row in group:
            lines.append(overlaid(row, number, _COLUMNS.line))
            number += not row.continues
        reason = rf"\uncover<{first}->{{{group[0].reason}}}" if group[0].reason else ""
        if place and group[0].symbol:
            texts.append(r"\vskip1.5mm")
        rows = " \\\\\n    ".join(lines)
        texts.append(f"\\derived{{}}{{%\n    {rows}}}{{{reason}}}")
    return "\n".join(texts)


def _words(title: str, shapes: str, texts: Sequence[str]) -> Iterator[str]:
    """Sentences, in paragraphs, on as many slides as they take."""
    page: list[str] = []
    for text in texts:
        if page and sum(map(prose_width, [*page, text])) > _PARAGRAPH:
            yield _frame(title, shapes, _paragraphs(page))
            page = []
        page.append(text)
    if page:
        yield _frame(title, shapes, _paragraphs(page))


def _paragraphs(texts: Sequence[str]) -> str:
    return "\\small\\raggedright\n" + "\\par\\medskip\n".join(texts) + "\\par"


def _frame(title: str, shapes: str, body: str) -> str:
    head = rf"\twosides{{{title}}}{{\normalfont\normalsize {shapes}}}"
    return f"\\begin{{frame}}{{{head}}}\n{body}\n\\end{{frame}}\n"
