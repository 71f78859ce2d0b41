r"""Derivations in fixed columns: label, symbol, expression, reason, the same on every page.

Each reason stands with the lines that it explains in one ``\derived``; TeX itself measures, and
puts the reason under lines that are too wide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from layermath.formats.latex.measure import width
from layermath.formats.latex.options import LatexOptions
from layermath.formats.latex.setting import Row, groups, phrase, rows_of
from layermath.page.outline import Derived

MACROS = r"""
\definecolor{quiet}{gray}{0.36}
\definecolor{hairline}{gray}{0.72}
\newlength{\labelroom}
\newlength{\symbolroom}
\newlength{\expressionroom}
\newsavebox{\linesbox}
\newcommand{\reasonstyle}{\footnotesize\color{quiet}}
\newcommand{\lhs}[1]{\hbox to \symbolroom{\hss$\displaystyle#1$}}
\newcommand{\inset}[1]{\hspace*{\dimexpr\labelroom+\symbolroom+#1\relax}}
% the words beside lines, in their column
\newcommand{\reason}[1]{%
  \parbox[t]{\dimexpr\linewidth-\labelroom-\symbolroom-\expressionroom\relax}%
    {\leavevmode\reasonstyle\raggedright#1\par}}
% label, lines, reason
\newcommand{\derived}[3]{%
  \par\begingroup
  \sbox{\linesbox}{$\displaystyle\begin{aligned}[t]#2\end{aligned}$}%
  \lineskip\jot\lineskiplimit\jot\noindent
  \parbox[t]{\labelroom}{\leavevmode\reasonstyle\labelface\raggedright#1\par}%
  \ifdim\wd\linesbox>\dimexpr\symbolroom+\expressionroom\relax
    \usebox{\linesbox}%
    \if\relax\detokenize{#3}\relax\else
      \par\nobreak\noindent\inset{\expressionroom}\reason{#3}%
    \fi
  \else
    \hbox to \dimexpr\symbolroom+\expressionroom\relax{\usebox{\linesbox}\hss}\reason{#3}%
  \fi
  \par\endgroup}
\newsavebox{\headbox}
\newsavebox{\shapebox}
% on the left, on the right: in one line where there is room
\newcommand{\twosides}[2]{%
  \sbox{\headbox}{#1}\sbox{\shapebox}{#2}%
  \ifdim\dimexpr\wd\headbox+\wd\shapebox+1em\relax>\linewidth
    {\raggedright#1\par}\nobreak{\raggedleft#2\par}%
  \else
    \noindent\usebox{\headbox}\hfill\usebox{\shapebox}\par
  \fi}
"""
"""What the lines need. ``\\labelface`` and the lengths are the document's own."""


@dataclass(frozen=True)
class Columns:
    """The room that a document has, in em: in the column of expressions, and in a line without
    reasons; ``labels`` says whether there is a column of labels."""

    column: float
    line: float
    labels: bool = True


def quantity(derived: Derived, options: LatexOptions, columns: Columns) -> list[str]:
    r"""A quantity as ``\derived{…}{…}{…}``, again and again."""
    rows = rows_of(derived, options.document, options.style, columns.line, columns.column)
    label = phrase(options.document, derived.quantity.label) if columns.labels else ""
    texts = []
    for group in apart(rows, columns):
        texts.append(set_group(group, label))
        label = ""
    return texts


def apart(rows: Sequence[Row], columns: Columns) -> Iterator[list[Row]]:
    """The rows with their reasons. The reason of a row that takes the whole line stands beside the
    rows behind it, where those leave room for it."""
    for group in groups(rows):
        wide = [is_wide(row, columns) for row in group]
        if group[0].reason and wide[0] and not all(wide):
            first = wide.index(False)
            yield [replace(row, reason="") for row in group[:first]]
            head = group[first]
            yield [replace(head, reason=group[0].reason), *group[first + 1 :]]
        else:
            yield group


def is_wide(row: Row, columns: Columns) -> bool:
    """Whether a row leaves no room for a reason."""
    return width(row.right) > columns.column


def set_group(group: Sequence[Row], label: str = "") -> str:
    r"""``\derived{label}{lines}{reason}``"""
    lines = " \\\\\n    ".join(map(line, group))
    return f"\\derived{{{label}}}{{%\n    {lines}}}{{{group[0].reason}}}"


def line(row: Row) -> str:
    """``symbol & = expression``"""
    return rf"\lhs{{{row.symbol}}} & {_right(row)}"


def overlaid(row: Row, number: int, line: float) -> str:
    """A line that a slide shows from this overlay on, and that takes its room before."""
    on = f"\\uncover<{number}->"
    right = _right(row)
    if width(row.right) > line:  # a fraction, which cannot be broken
        right = rf"\text{{\footnotesize$\displaystyle {right}$}}"
    return rf"{on}{{\lhs{{{row.symbol}}}}} & {on}{{{right}}}"


def _right(row: Row) -> str:
    return row.right if row.continues else f"{{}}= {row.right}"
