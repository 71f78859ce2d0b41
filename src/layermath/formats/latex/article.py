r"""An article that compiles as it stands, with pdflatex and with lualatex."""

from __future__ import annotations

from collections.abc import Iterator

from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex import drawings
from layermath.formats.latex.columns import MACROS, Columns, quantity
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.pages import (
    call_of,
    comment,
    name_of,
    needs_hangul,
    shapes_of,
)
from layermath.formats.latex.setting import letters, phrase, prose
from layermath.formats.latex.tables import architecture_table, set_table, sizes_of, table_width
from layermath.messages import Message, Name, _
from layermath.page.outline import Section
from layermath.page.page import Page
from layermath.page.table import Table
from layermath.page.whole import TITLE

_COLUMNS = Columns(column=16.2, line=37.0)
_TEXT_WIDTH = 170.0
"""In mm."""
_TABLE = 52.0
"""What a table may take, in em of its font."""

_LAYOUT = r"""
\usepackage{amsmath}
\usepackage{array,booktabs,longtable}
\usepackage{xcolor}
\usepackage{tikz}
\usepackage{fancyhdr}
"""

_STYLE = r"""
\setlength{\parindent}{0pt}
\setlength{\LTleft}{0pt}
\setlength{\LTright}{0pt}
\setlength{\emergencystretch}{2em}
\raggedbottom
\pagestyle{fancy}
\fancyhf{}
\renewcommand{\headrulewidth}{0pt}
"""

HEADINGS = r"""
\newcommand{\hairline}{\par\nobreak\vskip3pt{\color{hairline}\hrule height 0.4pt}\nobreak\vskip7pt}
\newcommand{\heading}[2]{%
  \par\addpenalty{0}\addvspace{13pt plus 5pt}\twosides{#1}{#2}\hairline}
% number, name, call, shapes
\newcommand{\layerheading}[4]{%
  \heading{\textbf{#1}\hspace{1em}\textbf{\ttfamily#2}\hspace{0.8em}{\small#3}}{$#4$}}
% a layer that is derived as another is: number, name, as which, shapes
\newcommand{\layerline}[4]{%
  \par\addpenalty{0}\addvspace{5pt plus 2pt}%
  \twosides{\textbf{#1}\hspace{1em}\texttt{#2}\hspace{0.8em}{\reasonstyle#3}}{$#4$}}
\newcommand{\nextquantity}{\par\addpenalty{0}\addvspace{5pt plus 2pt}}
\newcommand{\samequantity}{\par\nopagebreak}
\newcommand{\note}[1]{\nextquantity\noindent\inset{0pt}%
  \parbox[t]{\dimexpr\linewidth-\labelroom-\symbolroom\relax}{\raggedright#1\par}\par}
\newcommand{\statement}[2]{\nextquantity\noindent
  \parbox[t]{\labelroom}{\leavevmode\reasonstyle\labelface\raggedright#1\par}\hspace*{\symbolroom}%
  \parbox[t]{\dimexpr\linewidth-\labelroom-\symbolroom\relax}{\raggedright#2\par}\par}
% beside the lines that it explains; by itself
\newcommand{\drawing}[1]{\par\nobreak\vskip6pt\noindent\inset{0pt}#1\par\vskip2pt}
\newcommand{\apart}[1]{\par\addvspace{10pt}\noindent\hfil#1\par}
"""


def article(page: Page, options: LatexOptions) -> str:
    """The document."""
    body = "\n".join(_body(page, options))
    head = _preamble(page.derivation, options, body)
    return f"{head}\n\\begin{{document}}\n{body}\\end{{document}}\n"


def _preamble(derivation: NetworkDerivation, options: LatexOptions, body: str) -> str:
    korean = options.language.code == "ko"
    made = _("{name}, derived by layermath", name=Name(derivation.name))
    foot = phrase(options.document, made)
    return (
        f"% {comment(made, options.language)}\n"
        f"\\documentclass[10pt,a4paper]{{article}}\n"
        "\\usepackage[T1]{fontenc}\n\\usepackage{lmodern}\n"
        + fonts(options, body)
        + "\\usepackage[a4paper,left=20mm,right=20mm,top=20mm,bottom=24mm,footskip=10mm]{geometry}"
        + _LAYOUT
        + metadata(made, options)
        + MACROS
        + f"\\newcommand{{\\labelface}}{{{'' if korean else chr(92) + 'itshape'}}}\n"
        + "\\setlength{\\labelroom}{20mm}\n\\setlength{\\symbolroom}{11mm}\n"
        + "\\setlength{\\expressionroom}{62mm}\n"
        + HEADINGS
        + _STYLE
        + f"\\fancyfoot[L]{{\\reasonstyle {foot}}}\n\\fancyfoot[R]{{\\reasonstyle\\thepage}}\n"
    )


def fonts(options: LatexOptions, body: str) -> str:
    """The packages for letters: Korean ones where there are any. Their bold and their space are not
    for microtype."""
    if options.language.code == "ko" or needs_hangul(body):
        return "\\usepackage{kotex}\n"
    return "\\usepackage{microtype}\n"


def metadata(title: Message, options: LatexOptions, *, loaded: bool = False) -> str:
    """The title and the language in the file itself; beamer has hyperref ``loaded``."""
    text = phrase(options.setter, title)
    package = "" if loaded else "\\usepackage[hidelinks]{hyperref}\n"
    return f"{package}\\hypersetup{{pdftitle={{{text}}},pdflang={{{options.language.code}}}}}\n"


def _body(page: Page, options: LatexOptions) -> Iterator[str]:
    derivation = page.derivation
    told = (*page.facts, *page.figures)
    said = r"\quad ".join(phrase(options.document, one) for one in told)
    yield rf"\twosides{{{{\LARGE\bfseries {name_of(derivation.name)}}}}}{{\small {said}}}"
    if options.layers is None:
        yield from _tables(page, options)
        yield _letters(page, options)
        yield from _picture(drawings.graph(derivation, options, _TEXT_WIDTH, 235.0))
    for section in page.sections:
        yield from _section(section, options)
    if options.layers is None:
        yield from _whole(page, options)


def _tables(page: Page, options: LatexOptions) -> Iterator[str]:
    sizes = sizes_of(page)
    if sizes is not None:
        yield from _table(sizes, options)
    yield from _table(architecture_table(page.derivation, options, _TABLE), options)


def _table(table: Table, options: LatexOptions) -> Iterator[str]:
    size = r"\small" if table_width(table, options.document) <= _TABLE else r"\footnotesize"
    yield rf"{{\par\bigskip{size}\setlength{{\tabcolsep}}{{0.6em}}"
    yield set_table(table, options)
    yield from (rf"\par {phrase(options.document, note)}" for note in table.notes)
    yield "\\par}\n"


def _section(section: Section, options: LatexOptions) -> Iterator[str]:
    layer = section.layer
    name, call, shapes = name_of(layer.name), call_of(layer), shapes_of(layer, options)
    if section.before is not None:
        said = phrase(options.document, _("as {layer}", layer=Name(section.before)))
        yield rf"\layerline{{{section.number}}}{{{name}}}{{{said}}}{{{shapes}}}"
    else:
        yield rf"\layerheading{{{section.number}}}{{{name}}}{{{call}}}{{{shapes}}}"
    for place, derived in enumerate(section.derived):
        if place:
            yield r"\nextquantity"
        yield "\n\\samequantity\n".join(quantity(derived, options, _COLUMNS))
        for axis in derived.tapes:
            room = _TEXT_WIDTH - 31
            picture = drawings.tape(layer, axis.letter, options, room)
            if picture:
                yield f"\\drawing{{%\n{picture}}}"
    if section.notes:
        yield _note(options, *section.sentences)
    if section.behind:
        yield _note(options, *section.behind)
    yield ""


def _letters(page: Page, options: LatexOptions) -> str:
    said = letters(options.document, page)
    return rf"{{\medskip\reasonstyle\raggedright {said}\par}}"


def _picture(picture: str) -> Iterator[str]:
    if picture:
        yield f"\\apart{{%\n{picture}}}"


def _note(options: LatexOptions, *messages: Message) -> str:
    return rf"\note{{{prose(options.document, *messages)}}}"


def _whole(page: Page, options: LatexOptions) -> Iterator[str]:
    if page.statements or page.totals:
        yield rf"\heading{{\textbf{{{phrase(options.document, TITLE)}}}}}{{}}"
    for derived in page.totals:
        yield "\n\\samequantity\n".join(quantity(derived, options, _COLUMNS))
    for statement in page.statements:
        label = phrase(options.document, statement.label)
        lines = r"\par ".join(prose(options.document, line) for line in statement.lines)
        yield rf"\statement{{{label}}}{{{lines}}}"
    yield from _picture(drawings.receptive_field(page.derivation, options, _TEXT_WIDTH - 12))
    for note in page.notes:
        yield _note(options, note)
