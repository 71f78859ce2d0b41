"""Korean particles behind a piece of a sentence: ``9은(는)`` is written ``9는``.

A Korean particle has two forms, one after a consonant and one after a vowel. A translation writes
both, as Korean forms do where a name is filled in; which one is right can be heard once the piece
is there, if it is a number, a letter or a Korean word. After anything else both forms stay. No
other language writes these signs, so that nothing here depends on which language is spoken.
"""

from __future__ import annotations

import re

_FORMS = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)": ("이", ""),
}
"""Both forms as they are written; the one after a consonant, the one after a vowel."""

_PARTICLE = re.compile("|".join(map(re.escape, _FORMS)))
_SPOKEN = re.compile(r"(?:(?<![^\W\d_])[A-Za-z]|[0-9,.]*[0-9](?: %)?|[가-힣])\Z")
"""What can be heard at the end: a letter by itself, a number, a Korean syllable."""

_OPEN_LETTERS = frozenset("ABCDEFGHIJKOPQSTUVWXYZ")
"""Letters whose Korean names end with a vowel: 에이, but 엘, 엠, 엔, 알."""
_OPEN_DIGITS = frozenset("2459")
_L = 8
"""The number of the final consonant ㄹ, after which 로 stands, not 으로."""


def may_fit(text: str) -> bool:
    """Whether ``text`` begins with a particle in both forms."""
    return _PARTICLE.match(text) is not None


def fitting(before: str, text: str) -> str:
    """``text``, which follows ``before``, with the form of its particle that is heard there."""
    found = _PARTICLE.match(text)
    end = None if found is None else _final(before)
    if found is None or end is None:
        return text
    closed, opened = _FORMS[found[0]]
    form = opened if end == 0 or (end == _L and found[0] == "(으)로") else closed
    return form + text[found.end() :]


def _final(before: str) -> int | None:
    """The number of the consonant at the end of what is said, 0 for a vowel; None where it cannot
    be told."""
    if before.endswith(")") and before[-2:-1].isdecimal():
        before = before.rstrip(")")
    found = _SPOKEN.search(before)
    if found is None or "/" in before:
        return None
    last = found[0][-1]
    if last == "%":
        return 0
    if last.isdecimal():
        return 0 if last in _OPEN_DIGITS else _L if last in "178" else 1
    if last.isascii():
        return 0 if last.upper() in _OPEN_LETTERS else _L if last.upper() in "LR" else 1
    return (ord(last) - ord("가")) % 28
