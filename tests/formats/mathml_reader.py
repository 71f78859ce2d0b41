"""Reads presentation MathML back to a number, with no code of the package's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from xml.etree import ElementTree

_FENCES = {"(": ")", "⌊": "⌋", "⌈": "⌉"}


def value(text: str, values: Mapping[str, int]) -> Fraction:
    """The value of MathML where every name has a value."""
    tokens = list(_tokens(ElementTree.fromstring(f"<mrow>{text}</mrow>")))
    reader = _Reader(tokens, values)
    result = reader.remainder()
    assert reader.place == len(tokens), (tokens, reader.place)
    return result


def plain(element: ElementTree.Element) -> str:
    """All that is read in an element."""
    return "".join(element.itertext())


def _tokens(element: ElementTree.Element) -> Iterator[str]:
    tag, children = element.tag, list(element)
    if tag in ("mn", "mi", "mo", "mtext"):
        yield plain(element).replace(",", "") if tag == "mn" else plain(element)
    elif tag == "mfrac":
        above, below = children
        yield from ("(", "(", *_tokens(above), ")", "/", "(", *_tokens(below), ")", ")")
    elif tag == "msub":
        yield "_".join(map(plain, children))
    elif tag == "msup":
        base, exponent = children
        yield from ("(", *_tokens(base), ")", "^", "(", *_tokens(exponent), ")")
    else:
        assert tag in ("mrow", "math"), tag
        for child in children:
            yield from _tokens(child)


class _Reader:
    def __init__(self, tokens: list[str], values: Mapping[str, int]) -> None:
        self.tokens, self.values, self.place = tokens, values, 0

    def _next(self, *signs: str) -> str | None:
        if self.place < len(self.tokens) and self.tokens[self.place] in signs:
            self.place += 1
            return self.tokens[self.place - 1]
        return None

    def remainder(self) -> Fraction:
        left = self.sum()
        return left % self.sum() if self._next("mod") else left

    def sum(self) -> Fraction:
        result = -self.product() if self._next("−") else self.product()
        while sign := self._next("+", "−"):
            result += self.product() if sign == "+" else -self.product()
        return result

    def product(self) -> Fraction:
        result = self.power()
        while sign := self._next("·", "/"):
            result = result * self.power() if sign == "·" else result / self.power()
        return result

    def power(self) -> Fraction:
        base = self.atom()
        return Fraction(base ** int(self.power())) if self._next("^") else base

    def atom(self) -> Fraction:
        token = self.tokens[self.place]
        self.place += 1
        if token in _FENCES:
            inside = self.remainder()
            assert self._next(_FENCES[token]), (self.tokens, self.place)
            return {"(": inside, "⌊": Fraction(math.floor(inside))}.get(
                token, Fraction(math.ceil(inside))
            )
        if re.fullmatch(r"[\d.]+…?", token):
            return Fraction(token.rstrip("…"))
        if token in ("max", "min"):
            choose: Callable[[list[Fraction]], Fraction] = max if token == "max" else min
            assert self._next("(")
            found = [self.remainder()]
            while self._next(","):
                found.append(self.remainder())
            assert self._next(")")
            return choose(found)
        return Fraction(self.values[token])
