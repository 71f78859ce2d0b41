"""The styles of mathematics: Unicode and ASCII text, SymPy's own syntax, LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Basic, Rational, Symbol

from layermath.setting import escapes
from layermath.setting.mathematics import Factor, Level, Set, Style, Term
from layermath.setting.notation import Parts, Spelling

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INDEXED = re.compile(r"([^\W\d_])_?(\d+)")
"""One letter with a number: ``H_1``, ``F1``."""


def digits(number: int, thousands: bool, separator: str = ",") -> str:
    """The digits of a number, with a separator between its thousands where they are wanted."""
    return f"{number:,}".replace(",", separator) if thousands else str(number)


def decimal_of(number: Rational, thousands: bool, separator: str, ellipsis: str) -> str:
    """Exactly where it ends within three digits, else two digits and an ellipsis."""
    whole, rest = divmod(int(number.p), int(number.q))
    behind, left = divmod(rest * 1000, int(number.q))
    head = digits(whole, thousands, separator)
    if not left:
        return f"{head}.{behind:03}".rstrip("0")
    return f"{head}.{behind // 10:02}{ellipsis}"


@dataclass(frozen=True)
class Linear(Style):
    """Mathematics in a line of text, with the signs that its fields name."""

    times: str = "·"
    minus: str = "−"
    floors: tuple[str, str] = ("⌊", "⌋")
    ceilings: tuple[str, str] = ("⌈", "⌉")
    ellipsis: str = "…"
    relations: tuple[str, ...] = ("=", "≠", "≥", ">", "≤", "<")
    indices: bool = True
    """Whether ``H_1`` is set as ``H₁`` and ``K**2`` as ``K²``."""

    def parentheses(self, text: str) -> str:
        return f"({text})"

    def number(self, number: int, thousands: bool) -> str:
        return digits(number, thousands)

    def decimal(self, number: Rational, thousands: bool) -> str:
        return decimal_of(number, thousands, ",", self.ellipsis)

    def symbol(self, name: str) -> str:
        indexed = _INDEXED.fullmatch(name) if self.indices else None
        if indexed:
            return indexed[1] + indexed[2].translate(_SUBSCRIPTS)
        return escapes.harmless(name)

    def spelled(self, spelling: Spelling) -> str:
        return escapes.harmless(spelling.text if self.indices else spelling.ascii)

    def sum(self, terms: Sequence[Term]) -> str:
        (first_negative, first), *rest = terms
        least = Level.PRODUCT
        text = self.around(first, least)
        parts = [self.minus + text if first_negative else text]
        for negative, body in rest:
            parts.append(f" {self.minus if negative else '+'} {self.around(body, least)}")
        return "".join(parts)

    def product(self, factors: Sequence[Factor]) -> Set:
        if len(factors) == 1:
            above, below = factors[0]
            return above if below is None else self.quotient(above, below)
        texts = []
        for index, (above, below) in enumerate(factors):
            if below is None:
                texts.append(self.around(above, Level.POWER))
                continue
            text = f"{self.around(above, Level.POWER)}/{self.around(below, Level.POWER)}"
            texts.append(text if index == len(factors) - 1 else self.parentheses(text))
        times = self.notation.times if self.indices and self.notation.times else self.times
        return Set(times.join(texts), Level.PRODUCT)

    def quotient(self, above: Set, below: Set) -> Set:
        text = f"{self.around(above, Level.PRODUCT)}/{self.around(below, Level.POWER)}"
        return Set(text, Level.PRODUCT)

    def power(self, base: Set, exponent: Set) -> Set:
        text = self.around(base, Level.ATOM)
        if self.indices and exponent.text.isdecimal():
            return Set(text + exponent.text.translate(_SUPERSCRIPTS), Level.POWER)
        return Set(f"{text}^{self.around(exponent, Level.ATOM)}", Level.POWER)

    def floor(self, inside: str) -> str:
        return inside.join(self.floors)

    def ceiling(self, inside: str) -> str:
        return inside.join(self.ceilings)

    def remainder(self, number: Set, divisor: Set) -> Set:
        left, right = self.around(number, Level.PRODUCT), self.around(divisor, Level.POWER)
        return Set(f"{left} mod {right}", Level.REMAINDER)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        return f"{name}({', '.join(arguments)})"

    def relation(self, left: str, sign: str, right: str) -> str:
        return f"{left} {dict(zip('=≠≥>≤<', self.relations, strict=True))[sign]} {right}"


@dataclass(frozen=True)
class Sympy(Linear):
    """What ``sympy.sympify`` reads back when it is given the symbols as ``locals``."""

    times: str = "*"
    minus: str = "-"
    floors: tuple[str, str] = ("floor(", ")")
    ceilings: tuple[str, str] = ("ceiling(", ")")
    relations: tuple[str, ...] = ("==", "!=", ">=", ">", "<=", "<")
    indices: bool = False

    def number(self, number: int, thousands: bool) -> str:
        return str(number)

    def decimal(self, number: Rational, thousands: bool) -> str:
        return f"{number.p}/{number.q}"

    def symbol(self, name: str) -> str:
        return name

    def power(self, base: Set, exponent: Set) -> Set:
        below, above = self.around(base, Level.ATOM), self.around(exponent, Level.ATOM)
        return Set(f"{below}**{above}", Level.POWER)

    def remainder(self, number: Set, divisor: Set) -> Set:
        return Set(f"Mod({number.text}, {divisor.text})", Level.ATOM)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        name = {"max": "Max", "min": "Min"}.get(name, name)
        return super().function(name, arguments)

    def relation(self, left: str, sign: str, right: str) -> str:
        if sign in "=≠":
            return f"{'Eq' if sign == '=' else 'Ne'}({left}, {right})"
        return super().relation(left, sign, right)


@dataclass(frozen=True)
class Latex(Style):
    """LaTeX's mathematics, without its dollars; amsmath is all it needs."""

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)" if r"\frac" in text else f"({text})"

    def number(self, number: int, thousands: bool) -> str:
        return digits(number, thousands, "{,}")

    def decimal(self, number: Rational, thousands: bool) -> str:
        return decimal_of(number, thousands, "{,}", r"\ldots")

    def symbol(self, name: str) -> str:
        indexed = _INDEXED.fullmatch(name)
        if indexed:
            return f"{_word(indexed[1])}_{{{indexed[2]}}}"
        head, *subscripts = name.split("_")
        if not subscripts or not head or "" in subscripts or len(head) > 2:
            return _word(name)
        return f"{_word(head)}_{{{','.join(_upright(word) for word in subscripts)}}}"

    def spelled(self, spelling: Spelling) -> str:
        return _parts(spelling.parts)

    def sum(self, terms: Sequence[Term]) -> str:
        parts = []
        for index, (negative, body) in enumerate(terms):
            sign = "-" if negative else "+"
            text = self.around(body, Level.PRODUCT)
            if index:
                parts.append(f" {sign} {text}")
            else:
                parts.append(sign + text if negative else text)
        return "".join(parts)

    def product(self, factors: Sequence[Factor]) -> Set:
        if len(factors) == 1:
            above, below = factors[0]
            return above if below is None else self.quotient(above, below)
        texts = [
            self.around(above, Level.POWER) if below is None else self.quotient(above, below).text
            for above, below in factors
        ]
        times = r" \times " if self.notation.times == "×" else r" \cdot "
        return Set(times.join(texts), Level.PRODUCT)

    def quotient(self, above: Set, below: Set) -> Set:
        return Set(rf"\frac{{{above.text}}}{{{below.text}}}", Level.POWER)

    def power(self, base: Set, exponent: Set) -> Set:
        return Set(f"{self.around(base, Level.ATOM)}^{{{exponent.text}}}", Level.POWER)

    def floor(self, inside: str) -> str:
        return rf"\left\lfloor {inside} \right\rfloor"

    def ceiling(self, inside: str) -> str:
        return rf"\left\lceil {inside} \right\rceil"

    def remainder(self, number: Set, divisor: Set) -> Set:
        left, right = self.around(number, Level.PRODUCT), self.around(divisor, Level.POWER)
        return Set(rf"{left} \bmod {right}", Level.REMAINDER)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        command = rf"\{name}" if name in ("max", "min") else rf"\operatorname{{{_plain(name)}}}"
        return f"{command}({', '.join(arguments)})"

    def relation(self, left: str, sign: str, right: str) -> str:
        command = {"≠": r"\neq", "≥": r"\geq", "≤": r"\leq"}.get(sign, sign)
        return f"{left} {command} {right}"


def _parts(parts: Parts) -> str:
    r"""``n_{H}^{[l-1]}``, ``\text{kernel\_size}[0]``"""
    if parts.word:
        return _text(parts.head, "text") + parts.index
    head = rf"\hat{{{_word(parts.head)}}}" if parts.hat else _word(parts.head)
    below, above = (text.replace("−", "-") for text in (parts.below, parts.above))
    if below:
        marks = (mark if _is_formula(mark) else _upright(mark) for mark in below.split("_"))
        head += f"_{{{','.join(marks)}}}"
    if above:
        return head + f"^{{{above}}}"
    return head + "'" * len(parts.prime)


def _is_formula(mark: str) -> bool:
    """``l-1``"""
    return all(letter in "ijkl0123456789+-" for letter in mark)


def _word(word: str) -> str:
    """A name as it stands for a quantity: one letter, or more of them set as a word."""
    if len(word) == 1 and word.isascii() and word.isalpha():
        return word
    if word in escapes.GREEK:
        return escapes.GREEK[word]
    return rf"\mathit{{{word}}}" if word.isascii() and word.isalpha() else _text(word, "textit")


def _upright(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word if len(word) == 1 or word.isdecimal() else rf"\mathrm{{{word}}}"
    return escapes.GREEK.get(word, _text(word, "textrm"))


def _text(word: str, command: str) -> str:
    return rf"\{command}{{{escapes.latex(word)}}}"


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and letter.isalpha())


UNICODE = Linear()
"""``⌊(H_in − K)/S⌋ + 1``, ``K²·F₁``"""

ASCII = Linear(
    times="*",
    minus="-",
    floors=("floor(", ")"),
    ceilings=("ceil(", ")"),
    ellipsis="...",
    relations=("=", "!=", ">=", ">", "<=", "<"),
    indices=False,
)
"""``floor((H_in - K)/S) + 1``, ``K^2*F_1``"""


def renamed(expression: Basic, letters: Mapping[str, str]) -> str:
    """An expression as text with other letters in it, to compare the form of two."""
    return _Renamed(letters=letters).write(expression)


@dataclass(frozen=True)
class _Renamed(Sympy):
    letters: Mapping[str, str] = field(default_factory=dict)

    def letter(self, letter: Symbol) -> Set:
        return Set(self.letters.get(letter.name, letter.name), Level.ATOM)


SYMPY = Sympy()
"""``floor((H_in - K)/S) + 1``, ``K**2*F_1``"""

LATEX = Latex()
r"""``\left\lfloor \frac{H_{\mathrm{in}} - K}{S} \right\rfloor + 1``"""
