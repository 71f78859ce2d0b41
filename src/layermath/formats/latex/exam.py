r"""An exam: questions with room for the answers, and the solutions behind one switch.

`Exam` is all that the frame needs to know; `exam_of` makes one from a derivation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layermath.derivation.records import Detail, LayerDerivation, NetworkDerivation
from layermath.formats.latex.article import fonts, metadata
from layermath.formats.latex.columns import MACROS, Columns, quantity
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.pages import comment
from layermath.formats.latex.setting import phrase, prose
from layermath.messages import Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.page.headings import call_of
from layermath.page.outline import Derived, Outline
from layermath.page.page import Page

_COLUMNS = Columns(column=14.5, line=33.0, labels=False)
_MOST_QUESTIONS = 8

_PREAMBLE = r"""
\usepackage[a4paper,left=24mm,right=32mm,top=20mm,bottom=24mm,footskip=10mm]{geometry}
\usepackage{amsmath}
\usepackage{array,booktabs}
\usepackage{xcolor}
\usepackage{tikz}
\usepackage{fancyhdr}
"""

_STYLE = r"""
\definecolor{solution}{RGB}{31,95,168}
\setlength{\labelroom}{0pt}
\setlength{\symbolroom}{17mm}
\setlength{\expressionroom}{62mm}
\newcommand{\labelface}{}
\setlength{\parindent}{0pt}
\raggedbottom
\pagestyle{fancy}
\fancyhf{}
\renewcommand{\headrulewidth}{0pt}
\newsavebox{\answerbox}
\newlength{\answerheight}
\newlength{\writing}
\setlength{\writing}{9mm}
\newcommand{\question}[2]{%
  \par\addvspace{16pt plus 6pt}\noindent\hbox to 8mm{\textbf{#1}\hss}%
  \parbox[t]{\dimexpr\linewidth-8mm\relax}{\raggedright#2\par}\par\nobreak}
% letter, question, points
\newcommand{\asked}[3]{%
  \par\addvspace{8pt plus 3pt}\noindent\hspace*{8mm}\hbox to 8mm{#1\hss}%
  \parbox[t]{\dimexpr\linewidth-16mm\relax}{\raggedright#2\par}%
  \rlap{\hspace{4mm}\textcolor{quiet}{\underline{\hspace{7mm}}\,/\,#3}}\par\nobreak}
% number, question, points: where nothing else is given
\newcommand{\alone}[3]{%
  \par\addvspace{16pt plus 6pt}\noindent\hbox to 8mm{\textbf{#1}\hss}%
  \parbox[t]{\dimexpr\linewidth-8mm\relax}{\raggedright#2\par}%
  \rlap{\hspace{4mm}\textcolor{quiet}{\underline{\hspace{7mm}}\,/\,#3}}\par\nobreak}
% lines at least, solution: what is written by hand has exactly the room of the solution
\newcommand{\answer}[2]{%
  \setbox\answerbox\vbox{\hsize\dimexpr\linewidth-16mm\relax\linewidth\hsize\parindent0pt
    \begingroup\vskip4pt\color{solution}#2\par\endgroup}%
  \answerheight\dimexpr#1\writing\relax
  \loop\ifdim\answerheight<\dimexpr\ht\answerbox+\dp\answerbox\relax
    \advance\answerheight\writing\repeat
  \noindent\hspace*{16mm}\ifsolutions
    \vbox to \answerheight{\unvbox\answerbox\vfil}%
  \else
    \vbox to \answerheight{\hsize\dimexpr\linewidth-16mm\relax
      \leaders\vbox to \writing{\vfil\hbox to \hsize{\textcolor{quiet}{\dotfill}}}%
      \vskip\answerheight}%
  \fi\par}
"""


@dataclass(frozen=True)
class Wrong:
    """A wrong number, the one mistake that leads to it, and what it is still worth."""

    number: Piece
    mistake: Message
    points: int | None = None


@dataclass(frozen=True)
class Part:
    """One thing that is asked. The solution is a derivation, with ``remarks`` under it; ``lines``
    to write on are left at least."""

    question: Message
    points: int
    answer: tuple[Derived, ...] = ()
    remarks: tuple[Message, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    lines: int = 2


@dataclass(frozen=True)
class Question:
    """What is given, which may be the empty sentence, and what is asked about it."""

    given: Message
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Exam:
    """An exam. ``about`` stands beside the sum of the points, ``foot`` at the end of a page."""

    title: Message
    questions: tuple[Question, ...]
    about: tuple[Message, ...] = ()
    foot: Message | None = None

    @property
    def points(self) -> int:
        """The sum."""
        return sum(part.points for question in self.questions for part in question.parts)


def render_exam(page: Page, options: LatexOptions) -> str:
    """The document with questions about the layers of a derivation."""
    return render_questions(exam_of(page.derivation, options), options)


def render_questions(exam: Exam, options: LatexOptions) -> str:
    """The document."""
    body = "\n".join(_body(exam, options))
    switch = _("The one switch: with true for false the solutions are printed.")
    foot = "" if exam.foot is None else phrase(options.document, exam.foot)
    solutions = phrase(options.document, _("solutions"))
    return (
        f"% {comment(exam.title, options.language)}\n"
        "\\documentclass[11pt,a4paper]{article}\n"
        f"% {comment(switch, options.language)}\n\\newif\\ifsolutions\n\\solutionsfalse\n"
        "\\usepackage[T1]{fontenc}\n\\usepackage{lmodern}\n"
        + fonts(options, body)
        + _PREAMBLE.lstrip("\n")
        + metadata(exam.title, options)
        + MACROS
        + _STYLE
        + f"\\fancyfoot[L]{{\\reasonstyle {foot}}}\n"
        + f"\\fancyfoot[R]{{\\reasonstyle\\ifsolutions {solutions}\\quad\\fi\\thepage}}\n"
        + f"\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def _body(exam: Exam, options: LatexOptions) -> Iterator[str]:
    setter = options.document
    sum_ = ngettext("{number} point", "{number} points", exam.points)
    about = r"\quad ".join(phrase(setter, one) for one in (*exam.about, sum_))
    solutions, name = phrase(setter, _("Solutions")), phrase(setter, _("Name"))
    dots = rf"{name} \makebox[65mm]{{\dotfill}}"
    yield rf"{{\Large\bfseries {phrase(setter, exam.title)}\par}}\medskip"
    yield (
        rf"\twosides{{\small {about}}}{{\small\ifsolutions"
        rf"\textcolor{{solution}}{{\bfseries {solutions}}}\else {dots}\fi}}"
    )
    yield r"\vskip3pt{\color{hairline}\hrule height 0.4pt}"
    for number, question in enumerate(exam.questions, start=1):
        alone = not question.given.id and len(question.parts) == 1
        if not alone:
            yield rf"\question{{{number}}}{{{prose(setter, question.given)}}}"
        for place, part in enumerate(question.parts):
            letter = f"({chr(ord('a') + place)})" if len(question.parts) > 1 else ""
            asked = f"{{{prose(setter, part.question)}}}{{{part.points}}}"
            yield rf"\alone{{{number}}}{asked}" if alone else rf"\asked{{{letter}}}{asked}"
            solution = "\n".join(_solution(part, options))
            yield f"\\answer{{{part.lines}}}{{%\n{solution}}}"


def _solution(part: Part, options: LatexOptions) -> Iterator[str]:
    for place, derived in enumerate(part.answer):
        if place:
            yield r"\vskip4pt"
        yield from quantity(derived, options, _COLUMNS)
    if part.remarks:
        text = prose(options.document, *part.remarks)
        yield rf"\vskip3pt{{\raggedright {text}\par}}"
    if part.wrong:
        yield from _wrong(part.wrong, options)


def _wrong(wrong: Sequence[Wrong], options: LatexOptions) -> Iterator[str]:
    """The table of wrong numbers."""
    setter = options.document
    points = any(one.points is not None for one in wrong)
    head = [phrase(setter, _("wrong number")), phrase(setter, _("its mistake"))]
    head += [phrase(setter, _("points"))] if points else []
    letters = r"r>{\raggedright\arraybackslash}p{75mm}" + ("r" if points else "")
    yield r"\vskip5pt{\footnotesize\color{black}"
    yield rf"\begin{{tabular}}{{@{{}}{letters}@{{}}}}"
    yield rf"  \toprule {' & '.join(head)} \\ \midrule"
    for one in wrong:
        row = [setter.say(_("{number}", number=one.number)), phrase(setter, one.mistake)]
        row += ["" if one.points is None else str(one.points)] if points else []
        yield rf"  {' & '.join(row)} \\"
    yield r"  \bottomrule"
    yield r"\end{tabular}\par}"


# From a derivation ---------------------------------------------------------------------------


def exam_of(derivation: NetworkDerivation, options: LatexOptions) -> Exam:
    """Questions about the layers that bring something new, or about the chosen ones."""
    questions = [
        _question(derivation, layer, options) for layer in _asked(derivation, options.layers)
    ]
    return Exam(
        _("Shapes and counts of {name}", name=Name(derivation.name)),
        tuple(question for question in questions if question.parts),
        foot=_("{name}, derived by layermath", name=Name(derivation.name)),
    )


def _asked(
    derivation: NetworkDerivation, layers: frozenset[str] | None
) -> Iterator[LayerDerivation]:
    """The first layer of each type that has anything to derive, in their order."""
    every = Outline(derivation, Detail.FULL, layers).sections
    seen: set[str] = set()
    for section in every:
        layer = section.layer
        asks = any(len(one.steps) > 1 for one in layer.quantities)
        if layers is None and (layer.type in seen or not asks):
            continue
        seen.add(layer.type)
        yield layer
        if layers is None and len(seen) == _MOST_QUESTIONS:
            return


def _question(
    derivation: NetworkDerivation, layer: LayerDerivation, options: LatexOptions
) -> Question:
    outline = Outline(derivation, options.detail, frozenset({layer.name}))
    (section, *_rest) = outline.sections
    given = _(
        "{shapes} goes into {layer}.",
        shapes=tuple(ShapePiece(shape) for shape in layer.shown_inputs),
        layer=call_of(layer),
    )
    kinds = (
        ("output", _("What is the shape of its output?")),
        ("params", _("How many parameters has it?")),
        ("macs", _("How many multiply-accumulates (MACs) does it take?")),
    )
    parts = []
    for kind, asked in kinds:
        answer = tuple(
            one for one in section.derived if one.quantity.quantity.partition(".")[0] == kind
        )
        if answer:
            points = len(answer) if kind == "output" else min(3, len(answer[0].lines))
            remarks: tuple[Message, ...] = ()
            if kind == "output":
                shapes = tuple(ShapePiece(shape) for shape in layer.shown_outputs)
                remarks = (_("The output is {shapes}.", shapes=shapes),)
            parts.append(Part(asked, points, answer, remarks))
    return Question(given, tuple(parts))
