r"""Lines of a derivation in LaTeX: the expression, broken where it is too long, and its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import Basic

from layermath.formats.latex.measure import broken, prose_width, width
from layermath.messages import Message, _
from layermath.page.outline import Derived, Line
from layermath.page.page import Page
from layermath.page.steps import is_count, is_number
from layermath.setting.sentences import HARD_SPACE, LatexSetter
from layermath.setting.styles import Latex

_DOLLAR = re.compile(r"(?<!\\)\$")
_REASON = 20.0
_LEAST_REASON = 10.8
_LEAST_ROOM = 14.0
INDENT = r"\quad "
"""Stands before what goes on from the line above."""


@dataclass(frozen=True)
class DocumentSetter(LatexSetter):
    """For a file of its own: names in the typewriter face, quotation marks in code as they are
    typed."""

    def name(self, text: str) -> str:
        return rf"\texttt{{{breakable(super().name(text))}}}"

    def code(self, text: str) -> str:
        return super().code(text).replace("''", r"\char34{}")


@dataclass(frozen=True)
class Row:
    """One line: its symbol, what stands behind ``=``, and the reason. ``continues``: it goes on
    with the formula of the line above, and has no ``=``."""

    symbol: str
    right: str
    reason: str = ""
    continues: bool = False


def breakable(text: str) -> str:
    """A name that may go on in the next line behind ``_``."""
    return text.replace(r"\_", r"\_\allowbreak{}")


def prose(setter: LatexSetter, *messages: Message) -> str:
    """Sentences one after the other."""
    text = " ".join(setter.sentence(message) for message in messages)
    parts = _DOLLAR.split(text)  # between dollars there is a space as mathematics has it
    return "$".join(
        part.replace(HARD_SPACE, " " if place % 2 else "~") for place, part in enumerate(parts)
    )


def letters(setter: LatexSetter, page: Page) -> str:
    """The meanings of letters in a row, and behind them sentences."""
    entries = (
        _("{letters} {meaning}", letters=tuple(names), meaning=meaning)
        for names, meaning in page.letters
    )
    row = r" $\cdot$ ".join(phrase(setter, entry).replace("$ ", "$~", 1) for entry in entries)
    said = (phrase(setter, note) for note in page.remarks)
    return r"\par\noindent ".join([row, *said])


def phrase(setter: LatexSetter, *messages: Message) -> str:
    """What stands beside a line. A formula in it is not broken."""
    return "; ".join(setter.to_wrap(message) for message in messages).replace(HARD_SPACE, " ")


def expression(style: Latex, value: Basic, *, thousands: bool, result: bool) -> str:
    """A formula; a result is bold, with letters in it as well."""
    text = style.write(value, thousands=thousands)
    if not result:
        return text
    return rf"\mathbf{{{text}}}" if is_number(value) else rf"\boldsymbol{{{text}}}"


def rows_of(
    derived: Derived, setter: LatexSetter, style: Latex, room: float, beside: float
) -> list[Row]:
    """The rows of a quantity. No expression is wider than ``room``, in em, and no two stand on a
    line that is wider than ``beside`` where that has a reason."""
    rows: list[Row] = []
    for line in derived.lines:
        chain = beside if line.reasons else room
        for row in _rows(derived, line, setter, style, room, chain):
            symbol = "" if rows else style.write(derived.symbol)
            rows.append(Row(symbol, row.right, row.reason, row.continues))
    return rows


def _rows(
    derived: Derived, line: Line, setter: LatexSetter, style: Latex, room: float, together: float
) -> Iterator[Row]:
    thousands = is_count(derived.quantity)
    texts = [
        expression(
            style, one, thousands=thousands, result=line.result and place == len(line.expressions)
        )
        for place, one in enumerate(line.expressions, start=1)
    ]
    chain = " = ".join(texts)
    reason = phrase(setter, *line.reasons)
    if len(texts) == 1 or width(chain) > together:
        for text in texts:
            yield from cut(text, reason, room)
            reason = ""
    else:
        yield Row("", chain, reason)


def cut(text: str, reason: str, room: float, symbol: str = "") -> Iterator[Row]:
    """A formula in rows; a bold one stays bold in each."""
    before, after = "", ""
    if width(text) > room and text.startswith(r"\boldsymbol{"):
        before, after, text = r"\boldsymbol{", "}", text.removeprefix(r"\boldsymbol{")[:-1]
    for place, part in enumerate(broken(text, room)):
        # an operator at the beginning of a line needs something before it to be one
        start = f"{INDENT}{before}{{}} " if place else before
        right = f"{start}{part}{after}"
        yield Row("", right, continues=True) if place else Row(symbol, right, reason)


def reason_lines(reason: str, room: float) -> list[str]:
    """A reason cut into lines that are ``room`` em wide, at spaces between its words."""
    lines: list[str] = []
    for word in _words(reason):
        if lines and prose_width(f"{lines[-1]} {word}") <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _words(text: str) -> list[str]:
    """The words of a text; a formula between dollars, and a group, is one."""
    words, word, dollars, braces = [], "", False, 0
    for place, sign in enumerate(text):
        escaped = place > 0 and text[place - 1] == "\\"
        if sign == "$" and not escaped:
            dollars = not dollars
        if not escaped:
            braces += {"{": 1, "}": -1}.get(sign, 0)
        if sign == " " and not dollars and braces <= 0:
            words.append(word)
            word = ""
        else:
            word += sign
    return [*words, word]


def groups(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows, each with a reason together with those behind it, of the same quantity, that have
    none."""
    found: list[list[Row]] = []
    for row in rows:
        if row.reason or row.symbol or not found:
            found.append([row])
        else:
            found[-1].append(row)
    return found


def narrowed(room: float, symbols: Iterable[str], line: float) -> float:
    """The room of expressions where a symbol is wider than most; the whole ``line`` where it leaves
    so little that reasons stand under the formulas."""
    widest = max([1.7, *map(width, symbols)])
    left = room - (widest - 1.7)
    return left if left >= _LEAST_ROOM else line - widest - 3.2


def spread(
    rows: Sequence[Row], line: float, smaller: float = 1.0, command: str = r"\text"
) -> list[Row]:
    """The rows of one ``align``, ``line`` em wide. A reason that is too long goes on beside the
    next lines of its quantity, where those have none, or else beside empty ones. Reasons are in
    letters that are so much ``smaller``."""
    symbol = max(width(row.symbol) for row in rows)
    taken = symbol + max(width(row.right) for row in rows)
    room = min(_REASON, line - taken - 3.2) / smaller
    if room * smaller < _LEAST_REASON:
        under = min(line - 8, line - symbol - 2.5) / smaller
        return [one for group in groups(rows) for one in _above_its_reason(group, under, command)]
    found: list[Row] = []
    for group in groups(rows):
        parts = reason_lines(group[0].reason, room)
        reasons = [*parts, *[""] * (len(group) - len(parts))]
        lines = [*group, *[Row("", "")] * (len(parts) - len(group))]
        found += [replace(row, reason=text) for row, text in zip(lines, reasons, strict=True)]
    return found


def _above_its_reason(group: Sequence[Row], room: float, command: str) -> Iterator[Row]:
    """A reason under its formula, where formulas leave no room beside them."""
    first, *rest = group
    own = 1
    while own < len(group) and group[own].continues:
        own += 1
    yield replace(first, reason="")
    yield from rest[: own - 1]
    if first.reason:
        for part in reason_lines(first.reason, room):
            yield Row("", rf"{INDENT}{command}{{{part}}}", continues=True)
    yield from rest[own - 1 :]


def cells(row: Row, command: str = r"\text") -> str:
    """A row of an ``align``; ``command`` sets the reason."""
    sign = "&" if row.continues or not row.right else "&="
    text = f"{row.symbol} {sign} {row.right}".strip()
    return f"{text} && {command}{{{row.reason}}}" if row.reason else text
