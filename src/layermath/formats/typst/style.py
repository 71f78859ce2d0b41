"""Mathematics and sentences in Typst.

Whatever the model's author wrote stands in formulas as a string, in text letter by letter: nothing
of it is read as Typst. Signs are Unicode, which Typst has had from its first version on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Rational

from layermath.setting.escapes import GREEK, harmless
from layermath.setting.mathematics import Factor, Level, Set, Style, Term
from layermath.setting.notation import Parts, Spelling
from layermath.setting.sentences import CLOSE, HARD_SPACE, OPEN, Setter
from layermath.setting.styles import decimal_of, digits

_INDEXED = re.compile(r"([^\W\d_])_?(\d+)")
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
_PROSE = re.compile(r"[\\#$\[\]*_`<>@~\"/+=]|-(?!\w)|(?<!\w)-|(?<=\d)\.(?!\d)")

_JOINED = re.compile(rf"{CLOSE} \\?([=+−·×≤≥≠<>→]) {OPEN}")
_SIGNED = re.compile(rf"(?<= )\\?([=+−]) {OPEN}")


def escaped(text: str) -> str:
    """``text`` letter by letter, outside mathematics: a name, of which nothing is known."""
    return _MARKUP.sub(lambda sign: "\\" + sign[0], harmless(text))


def string(text: str) -> str:
    """``text`` as a string, in mathematics and in code."""
    inside = harmless(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


@dataclass(frozen=True)
class TypstStyle(Style):
    """Typst's mathematics, without its dollars. ``bars`` off: quotients stand in the line."""

    bars: bool = True

    def parentheses(self, text: str) -> str:
        return f"({text})"

    def number(self, number: int, thousands: bool) -> str:
        text = digits(number, thousands)
        return f'"{text}"' if "," in text else text

    def decimal(self, number: Rational, thousands: bool) -> str:
        text = decimal_of(number, thousands, ",", "…")
        return f'"{text}"' if "," in text or "…" in text else text

    def symbol(self, name: str) -> str:
        indexed = _INDEXED.fullmatch(name)
        if indexed:
            return f"{_word(indexed[1])}_({indexed[2]})"
        head, *subscripts = name.split("_")
        if not subscripts or not head or "" in subscripts or len(head) > 2:
            return _word(name)
        return f"{_word(head)}_({' '.join(_upright(word) for word in subscripts)})"

    def spelled(self, spelling: Spelling) -> str:
        return _parts(spelling.parts)

    def sum(self, terms: Sequence[Term]) -> str:
        parts = []
        for index, (negative, body) in enumerate(terms):
            text = self.around(body, Level.PRODUCT)
            sign = "-" if negative else "+"
            if index:
                parts.append(f" {sign} {text}")
            else:
                parts.append(f"-{text}" if negative else text)
        return "".join(parts)

    def product(self, factors: Sequence[Factor]) -> Set:
        if len(factors) == 1:
            above, below = factors[0]
            return above if below is None else self.quotient(above, below)
        texts = []
        for above, below in factors:
            piece = above if below is None else self.quotient(above, below)
            texts.append(self.around(piece, Level.POWER))
        times = " × " if self.notation.times == "×" else " ⋅ "
        return Set(times.join(texts), Level.PRODUCT)

    def quotient(self, above: Set, below: Set) -> Set:
        if self.bars:
            return Set(f"frac({above.text}, {below.text})", Level.POWER)
        left, right = self.around(above, Level.PRODUCT), self.around(below, Level.POWER)
        return Set(rf"{left}\/{right}", Level.PRODUCT)

    def power(self, base: Set, exponent: Set) -> Set:
        return Set(f"{self.around(base, Level.ATOM)}^({exponent.text})", Level.POWER)

    def floor(self, inside: str) -> str:
        return f"floor({inside})"

    def ceiling(self, inside: str) -> str:
        return f"ceil({inside})"

    def remainder(self, number: Set, divisor: Set) -> Set:
        left, right = self.around(number, Level.PRODUCT), self.around(divisor, Level.POWER)
        return Set(f"{left} mod {right}", Level.REMAINDER)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        operator = name if name in ("max", "min") else f"op({string(name)})"
        return f"{operator} ({', '.join(arguments)})"

    def relation(self, left: str, sign: str, right: str) -> str:
        return f"{left} {sign} {right}"


def _parts(parts: Parts) -> str:
    """``n_(H)^([l-1])``, ``"kernel_size"[0]``"""
    if parts.word:
        return f"upright({string(parts.head)}) {parts.index}".rstrip()
    head = f"hat({_word(parts.head)})" if parts.hat else _word(parts.head)
    below, above = (text.replace("−", "-") for text in (parts.below, parts.above))
    if below:
        marks = [mark if _is_formula(mark) else _upright(mark) for mark in below.split("_")]
        head += f"_({' '.join(marks)})"
    if above:
        return f"{head}^({above})"
    return head + "'" * len(parts.prime)


def _is_formula(mark: str) -> bool:
    """``l-1``"""
    return all(letter in "ijkl0123456789+-" for letter in mark)


def _word(word: str) -> str:
    """A name as it stands for a quantity: one letter, or more of them set as a word."""
    if (len(word) == 1 and word.isascii() and word.isalpha()) or word in GREEK:
        return word
    return f"italic({string(word)})"


def _upright(word: str) -> str:
    if word.isascii() and word.isdecimal():
        return word
    return _word(word) if len(word) == 1 else string(word)


TYPST = TypstStyle()
"""``floor(frac(H_("in") - K, S)) + 1``"""


@dataclass(frozen=True)
class TypstSetter(Setter):
    """For Typst's markup: inside ``[…]`` or a paragraph."""

    style: Style = TypstStyle(bars=False)

    def times(self) -> str:
        return " × "

    def prose(self, text: str) -> str:
        return _PROSE.sub(lambda sign: "\\" + sign[0], harmless(text))

    def name(self, text: str) -> str:
        return escaped(text)

    def code(self, text: str) -> str:
        # the semicolon ends the code: what stands behind it is text, also where it is a bracket
        return f"#raw({string(text)});"

    def mathematics(self, text: str) -> str:
        return f"{OPEN}{text}{CLOSE}"

    def finished(self, text: str) -> str:
        """Mathematics that stands together is set together: ``$K = 3$``, not ``$K$ = $3$``."""
        text = _JOINED.sub(r" \1 ", text)
        text = _SIGNED.sub(rf"{OPEN}\1 ", text)
        return text.replace(OPEN, "$").replace(CLOSE, "$").replace(HARD_SPACE, " ")
