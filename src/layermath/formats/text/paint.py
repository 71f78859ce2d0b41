"""Lines as spans with a role each, and what a role looks like.

ANSI codes are written here and not by Rich: a derivation needs four of them, and Rich's import is a
tenth of a run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import TypeAlias

from layermath.setting.measure import plain


class Role(Enum):
    """What a span is; colour says one thing each, and all is readable without."""

    PLAIN = ""
    FORMULA = "formula"
    SYMBOL = "36"
    RESULT = "1"
    REASON = "2"
    LOST = "31"


Span: TypeAlias = "tuple[str, Role]"
Line: TypeAlias = "tuple[Span, ...]"

_LETTERS = re.compile(r"[^\W\d_]\w*")
_WORDS = frozenset({"floor", "ceil", "max", "min", "mod"})


def line(text: str, role: Role = Role.PLAIN) -> Line:
    """A line of one span."""
    return ((text, role),)


BLANK: Line = ()


def lines(texts: Iterable[str], role: Role = Role.PLAIN) -> list[Line]:
    """Lines of one span each."""
    return [line(text, role) for text in texts]


def painted(page: Iterable[Line], colour: bool) -> str:
    """The page as one string, without spaces at the ends of lines."""
    return plain("".join(f"{_painted_line(spans, colour)}\n" for spans in page))


def _painted_line(spans: Line, colour: bool) -> str:
    if not colour:
        return "".join(text for text, _ in spans).rstrip()
    return "".join(_painted_span(text, role) for text, role in _stripped(spans))


def _stripped(spans: Line) -> Line:
    kept = list(spans)
    while kept:
        text, role = kept.pop()
        if text.rstrip():
            return (*kept, (text.rstrip(), role))
    return ()


def _painted_span(text: str, role: Role) -> str:
    if role is Role.FORMULA:
        return _LETTERS.sub(
            lambda word: word[0] if word[0] in _WORDS else _coded(word[0], Role.SYMBOL), text
        )
    return _coded(text, role)


def _coded(text: str, role: Role) -> str:
    body = text.strip()
    if role is Role.PLAIN or not body:
        return text
    before, after = text[: text.index(body)], text[text.index(body) + len(body) :]
    return f"{before}\x1b[{role.value}m{body}\x1b[0m{after}"
