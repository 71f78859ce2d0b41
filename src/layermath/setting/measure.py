"""Widths on a terminal, and breaking lines: of prose at spaces, of formulas before operators."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from layermath.setting.sentences import HARD_SPACE

_SIGN = r"(?:[=≥≤≠<>+−·×/*-]|[<>!]=|->|→|mod)"
_BOUND = re.compile(rf"(?<=[^\s,;:]) ({_SIGN}) (?=\S)")
_BEFORE_SIGN = re.compile(rf"{HARD_SPACE}(?={_SIGN}{HARD_SPACE})")
_BREAK = re.compile(r" (?=(?:[=≥≤≠<>+−-]|[<>!]=|mod) )|(?=[·*])|(?=×(?:\(|[A-Za-z]\w))|(?<=,) ")
_LONG = 28
"""A formula in prose that is wider than this may be broken before an operator."""


def width(text: str) -> int:
    """The columns that ``text`` takes: two for a wide East Asian character, none for a mark."""
    if text.isascii():
        return len(text)
    return sum(
        2
        if unicodedata.east_asian_width(character) in "WF"
        else 0
        if unicodedata.category(character) in ("Mn", "Me")
        else 1
        for character in text
    )


def left(text: str, room: int) -> str:
    """``text`` filled with spaces on its right."""
    return text + " " * (room - width(text))


def right(text: str, room: int) -> str:
    """``text`` filled with spaces on its left."""
    return " " * (room - width(text)) + text


def shortened(text: str, room: int, ellipsis: str = "…") -> str:
    """``text``, cut in its middle where it is wider than ``room``."""
    if width(text) <= room or room <= 2 * width(ellipsis) + 2:
        return text
    keep = room - width(ellipsis)
    head, tail = "", ""
    while width(head) < keep - keep // 2:
        head += text[len(head)]
    while width(tail) < keep // 2:
        tail = text[len(text) - len(tail) - 1] + tail
    while width(head + tail) > keep:
        head = head[:-1]
    return head + ellipsis + tail


def plain(text: str) -> str:
    """``text`` with every hard space a space."""
    return text.replace(HARD_SPACE, " ")


def wrap(text: str, room: int) -> list[str]:
    """Prose in lines of ``room`` columns. Formulas stay whole as long as they are short."""
    lines: list[str] = []
    for word in _words(text, room):
        if lines and width(lines[-1]) + 1 + width(word) <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return [plain(line) for line in lines]


def _words(text: str, room: int) -> Iterator[str]:
    for word in _BOUND.sub(rf"{HARD_SPACE}\1{HARD_SPACE}", text).split(" "):
        if not word:
            continue
        if width(word) <= min(room, _LONG):
            yield word
            continue
        for part in _BEFORE_SIGN.sub(" ", word).split(" "):
            if width(part) <= room:
                yield part
            else:
                yield from part.split(HARD_SPACE)


def wrap_formula(text: str, room: int) -> list[str]:
    """A formula in lines of ``room`` columns: each goes on with an operator, and a break outside
    parentheses is better than one inside."""
    lines: list[str] = []
    rest = plain(text)
    while width(rest) > room:
        cut = _best_break(rest, room)
        if cut is None:
            break
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, rest]


def _best_break(text: str, room: int) -> int | None:
    best, place = None, None
    for found in _BREAK.finditer(text):
        position = found.start()
        if not position:
            continue
        before = text[:position]
        columns = width(before)
        if columns > room:
            if place is None:  # too wide anyway: the first place there is
                place = position
            break
        depth = sum(before.count(sign) for sign in "(⌊⌈") - sum(before.count(s) for s in ")⌋⌉")
        tight = not found[0] and text[position] in "·*×"
        worth = columns - room * (depth / 3 + tight / 4)
        if best is None or worth >= best:
            best, place = worth, position
    return place
