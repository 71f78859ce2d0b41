r"""A file to ``\input`` into lecture notes: numbered formulas with labels, tables and pictures.

Its macros are provided, so that the notes may define them otherwise; it needs no package's option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from layermath.formats.latex import drawings
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.pages import call_of, comment, name_of, needs_hangul, shapes_of
from layermath.formats.latex.setting import (
    Row,
    cells,
    letters,
    narrowed,
    phrase,
    prose,
    rows_of,
    spread,
)
from layermath.formats.latex.tables import architecture_table, set_table, sizes_of
from layermath.messages import Message, Name, _
from layermath.page.outline import Derived, Section
from layermath.page.page import Page
from layermath.page.whole import TITLE

_LINE, _EXPRESSION, _BESIDE = 33.0, 19.0, 16.5
"""What there is in LaTeX's own ``article``, in em, next to the number of a formula."""
_TABLE = 37.0
_TEXT_WIDTH = 115.0
"""In mm."""
_SMALLER = 0.85
"""How wide letters in ``\\footnotesize`` are."""

_MACROS = r"""
\providecommand{\layermathlayer}[4]{\medskip\noindent\parbox[b]{\linewidth}{\raggedright
  \textbf{#1}\quad\textbf{\texttt{#2}}\quad{\small#3}\hfill\mbox{} \hspace*{\fill}\mbox{$#4$}}}
\providecommand{\layermathreason}[1]{\text{\footnotesize#1}}
\providecommand{\layermathtable}[1]{\begin{center}\footnotesize#1\end{center}}
\providecommand{\layermathpicture}[1]{\begin{center}#1\end{center}}
"""

REASON = r"\layermathreason"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


class Labels:
    """Names for ``\\label``: letters, digits and ``_ . -`` only, and none twice."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def label(self, layer: str, quantity: str) -> str:
        """``eq:conv2d_1:params``"""
        wanted = f"eq:{_safe(layer)}:{_safe(quantity)}"
        name, number = wanted, 1
        while name in self._given:
            number += 1
            name = f"{wanted}-{number}"
        self._given.add(name)
        return name


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name) or "-"


def included(page: Page, options: LatexOptions) -> str:
    r"""The file."""
    body = "\n".join(_body(page, options))
    needed = ["amsmath", "booktabs"]
    needed += [name for name in ("longtable", "tikz") if f"{{{name}" in body]
    needed += ["kotex"] if needs_hangul(body) else []
    made = _("{name}, derived by layermath", name=Name(page.derivation.name))
    need = _("it needs these packages in the preamble:")
    packages = "".join(f"%   \\usepackage{{{name}}}\n" for name in needed)
    head = "".join(f"% {comment(one, options.language)}\n" for one in (made, need))
    return f"{head}{packages}{_MACROS}\n{body}"


def _body(page: Page, options: LatexOptions) -> Iterator[str]:
    if options.layers is None:
        sizes = sizes_of(page)
        if sizes is not None:
            below = (rf"\par {phrase(options.document, note)}" for note in sizes.notes)
            yield rf"\layermathtable{{{''.join([set_table(sizes, options), *below])}}}"
        table = architecture_table(page.derivation, options, _TABLE)
        text = set_table(table, options)
        if r"\begin{longtable}" in text:  # it may not stand among others
            yield f"{{\\footnotesize\n{text}}}"
        else:
            yield f"\\layermathtable{{%\n{text}}}"
        said = letters(options.document, page)
        yield f"{{\\footnotesize\\sloppy\\noindent {said}\\par}}"
        yield from _picture(drawings.graph(page.derivation, options, _TEXT_WIDTH, 180.0))
    labels = Labels()
    for section in page.sections:
        yield from _section(section, labels, options)
    if options.layers is None:
        yield from _whole(page, labels, options)


def _section(section: Section, labels: Labels, options: LatexOptions) -> Iterator[str]:
    layer = section.layer
    name, call, shapes = name_of(layer.name), call_of(layer), shapes_of(layer, options)
    number = section.number
    yield rf"\layermathlayer{{{number}}}{{{name}}}{{{call}}}{{{shapes}}}"
    pictures: list[str] = []
    for derived in section.derived:
        for axis in derived.tapes:
            pictures.append(drawings.tape(layer, axis.letter, options, _TEXT_WIDTH))
    yield "\n".join(_numbered(_rows(layer.name, section.derived, labels, options)))
    for picture in pictures:
        yield from _picture(picture)
    before = [_("As {layer}.", layer=Name(section.before))] if section.before else []
    said: list[Message] = [*before, *section.sentences, *section.behind]
    if said:
        yield _paragraph(prose(options.document, *said))
    yield ""


def _rows(
    name: str, every: Sequence[Derived], labels: Labels, options: LatexOptions
) -> list[tuple[str, list[Row]]]:
    """The rows of quantities, each with its label."""
    symbols = (options.style.write(one.symbol) for one in every)
    room = narrowed(_EXPRESSION, symbols, _LINE)
    return [
        (
            labels.label(name, one.quantity.quantity),
            rows_of(one, options.document, options.style, room, min(room, _BESIDE)),
        )
        for one in every
    ]


def _numbered(quantities: Sequence[tuple[str, Sequence[Row]]]) -> Iterator[str]:
    """The lines of a layer: each result has a number and a label. Behind it a page may end."""
    if not quantities:
        return
    yield r"\begin{align}"
    labels = [label for label, _rows in quantities]
    rows = spread([row for _label, rows in quantities for row in rows], _LINE, _SMALLER, REASON)
    starts = [place for place, row in enumerate(rows) if row.symbol]
    for label, start, end in zip(labels, starts, [*starts[1:], len(rows)], strict=True):
        result = max(
            place for place in range(start, end) if rows[place].right and not rows[place].continues
        )
        for place in range(start, end):
            number = rf"\label{{{label}}}" if place == result else r"\notag"
            text = f"  {cells(rows[place], REASON)} {number}"
            if place < end - 1:
                yield rf"{text} \\"
            else:
                yield text if end == len(rows) else rf"{text} \displaybreak[1] \\[1ex]"
    yield r"\end{align}"


def _picture(picture: str) -> Iterator[str]:
    if picture:
        yield f"\\layermathpicture{{%\n{picture}}}"


def _whole(page: Page, labels: Labels, options: LatexOptions) -> Iterator[str]:
    if page.statements or page.totals:
        yield f"\\medskip\\noindent\\textbf{{{phrase(options.document, TITLE)}}}\n"
    yield "\n".join(_numbered(_rows("total", page.totals, labels, options)))
    for statement in page.statements:
        label = phrase(options.document, statement.label)
        lines = " ".join(prose(options.document, line) for line in statement.lines)
        yield _paragraph(rf"\textit{{{label}}}: {lines}")
    yield from _picture(drawings.receptive_field(page.derivation, options, _TEXT_WIDTH))
    for note in page.notes:
        yield _paragraph(prose(options.document, note))


def _paragraph(text: str) -> str:
    """Words without an indent, with wider spaces sooner than a name in the margin."""
    return f"{{\\sloppy\\noindent {text}\\par}}"
