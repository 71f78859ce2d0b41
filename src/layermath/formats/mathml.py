"""Mathematics as MathML Core, and sentences in HTML around it.

What browsers differ in is left out. Floors and ceilings around a fraction are drawn by the style
sheet, as lines (``mrow.floor``, ``mrow.ceiling``), since without a mathematics font no browser
stretches the sign; the sign itself stays for who listens. Brackets around flat content are not
stretched, or Chromium takes the next larger ones. No browser breaks a formula: `BREAK` stands where
one may go on in the next line, and `broken` makes one ``math`` of each part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType

from sympy import Basic, Rational

from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Shape
from layermath.setting.escapes import harmless
from layermath.setting.mathematics import Factor, Level, Set, Style, Term
from layermath.setting.notation import Spelling
from layermath.setting.sentences import CLOSE, OPEN, Setter
from layermath.setting.styles import decimal_of, digits

BREAK = "\ue002"
"""Where a formula may go on in the next line; no name can hold it (`escapes.harmless`)."""

_SIGN = r"([=+])"
_JOINED = re.compile(rf"{CLOSE} {_SIGN} {OPEN}")
_SIGNED = re.compile(rf"(?<= ){_SIGN} {OPEN}")
_MATHEMATICS = re.compile(rf"{OPEN}(.*?){CLOSE}", re.DOTALL)

_PUNCTUATED = re.compile(r"(\()?(<math>(?:(?!</math>).)*</math>)([),.;:]+)?", re.DOTALL)

_INDEXED = re.compile(r"([^\W\d_])_?(\d+)")
_TIMES = '<mo lspace=".16em" rspace=".16em">·</mo>'
_SHORT = 3
"""In running text a product may be broken that has more factors, or one that is not simple."""
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class MathML(Style):
    """MathML without its ``math``. With ``bars`` off, quotients stand in the line: for running
    text and tables. ``put_in`` has what is set for symbols of these names."""

    bars: bool = True
    put_in: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def write(self, expression: Basic | int, *, thousands: bool = False) -> str:
        text = super().write(expression, thousands=thousands)
        return "<mtext>?</mtext>" if text == "?" else text

    def parentheses(self, text: str) -> str:
        return _fenced("(", whole(text), ")")

    def number(self, number: int, thousands: bool) -> str:
        return f"<mn>{digits(number, thousands)}</mn>"

    def decimal(self, number: Rational, thousands: bool) -> str:
        return f"<mn>{decimal_of(number, thousands, ',', '…')}</mn>"

    def symbol(self, name: str) -> str:
        if name in self.put_in:
            return self.put_in[name]
        indexed = _INDEXED.fullmatch(name)
        if indexed:
            return f"<msub><mi>{escape(indexed[1])}</mi><mn>{indexed[2]}</mn></msub>"
        head, *subscripts = name.split("_")
        if not subscripts or not head or "" in subscripts or len(head) > 2:
            return f"<mi>{escape(harmless(name))}</mi>"
        below = escape(harmless(",".join(subscripts)))
        return f"<msub><mi>{escape(harmless(head))}</mi><mtext>{below}</mtext></msub>"

    def spelled(self, spelling: Spelling) -> str:
        parts = spelling.parts
        if parts.word:
            return f'<mi class="fn">{escape(harmless(parts.head))}</mi>' + _behind(parts.index)
        head = f"<mi>{escape(harmless(parts.head))}</mi>"
        if parts.hat:
            head = f'<mover>{head}<mo stretchy="false">^</mo></mover>'
        below = f"<mtext>{escape(parts.below)}</mtext>" if parts.below else ""
        marks = parts.prime + parts.above
        above = f"<mtext>{escape(marks)}</mtext>" if marks else ""
        if below and above:
            return f"<msubsup>{head}{below}{above}</msubsup>"
        if below:
            return f"<msub>{head}{below}</msub>"
        return f"<msup>{head}{above}</msup>" if above else head

    def sum(self, terms: Sequence[Term]) -> str:
        (negative, first), *rest = terms
        text = self.around(first, Level.PRODUCT)
        parts = [f'<mo form="prefix">−</mo>{whole(text)}' if negative else whole(text)]
        for minus, body in rest:
            sign = "−" if minus else "+"
            parts.append(f'<mo form="infix">{sign}</mo>{whole(self.around(body, Level.PRODUCT))}')
        return BREAK.join(parts)

    def product(self, factors: Sequence[Factor]) -> Set:
        if len(factors) == 1:
            above, below = factors[0]
            return above if below is None else self.quotient(above, below)
        texts = []
        for index, (above, below) in enumerate(factors):
            if below is None:
                texts.append(self.around(above, Level.POWER))
            elif self.bars:
                texts.append(self.quotient(above, below).text)
            else:
                quotient = self.quotient(above, below).text
                last = index == len(factors) - 1
                texts.append(quotient if last else self.parentheses(quotient))
        many = not self.bars and (len(texts) > _SHORT or any("<mo" in text for text in texts))
        return Set((BREAK if many else "").join([*self._times(texts)]), Level.PRODUCT)

    def _times(self, texts: Sequence[str]) -> Iterator[str]:
        for place, text in enumerate(texts):
            yield f"{_TIMES}{whole(text)}" if place else whole(text)

    def quotient(self, above: Set, below: Set) -> Set:
        if not self.bars:
            left, right = self.around(above, Level.PRODUCT), self.around(below, Level.POWER)
            slash = '<mo lspace="0" rspace="0">/</mo>'
            return Set(f"{whole(left)}{slash}{whole(right)}", Level.PRODUCT)
        top = _row(whole(above.text))
        if "<mfrac" in top:  # else it shrinks to the size of a script
            top = f'<mrow displaystyle="true">{whole(above.text)}</mrow>'
        return Set(f"<mfrac>{top}{_row(whole(below.text))}</mfrac>", Level.POWER)

    def power(self, base: Set, exponent: Set) -> Set:
        below, above = whole(self.around(base, Level.ATOM)), whole(exponent.text)
        return Set(f"<msup>{_row(below)}{_row(above)}</msup>", Level.POWER)

    def floor(self, inside: str) -> str:
        return _cut("floor", "⌊", whole(inside), "⌋")

    def ceiling(self, inside: str) -> str:
        return _cut("ceiling", "⌈", whole(inside), "⌉")

    def remainder(self, number: Set, divisor: Set) -> Set:
        left, right = self.around(number, Level.PRODUCT), self.around(divisor, Level.POWER)
        mod = '<mo lspace=".3em" rspace=".3em">mod</mo>'
        return Set(f"{whole(left)}{mod}{whole(right)}", Level.REMAINDER)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        inside = f'<mo separator="true">,</mo>{BREAK}'.join(arguments)
        if "<mfrac" in inside:
            inside = whole(inside)
        return f'<mi class="fn">{escape(harmless(name))}</mi>{_fenced("(", inside, ")")}'

    def relation(self, left: str, sign: str, right: str) -> str:
        return f'{left}{BREAK}<mo form="infix">{escape(sign)}</mo>{right}'


def _behind(index: str) -> str:
    return f"<mtext>{escape(index)}</mtext>" if index else ""


def whole(text: str) -> str:
    """A formula without the places where it may go on in the next line."""
    return text.replace(BREAK, "")


def broken(text: str, *, display: bool = False) -> str:
    """Finished MathML: one ``math`` for each part that is not broken."""
    opening = '<math displaystyle="true">' if display else "<math>"
    return "".join(f"{opening}{part}</math>" for part in text.split(BREAK) if part)


def _row(text: str) -> str:
    """``text`` as one element: what holds several stands in an ``mrow``."""
    single = re.fullmatch(r"<(m[in])>[^<]*</\1>", text)
    return text if single else f"<mrow>{text}</mrow>"


def _fenced(left: str, inside: str, right: str) -> str:
    """Brackets. Around a fraction they grow, and only as far as it reaches."""
    if "<mfrac" in inside:
        grown = '<mo class="grown" symmetric="false">'
        return f"<mrow>{grown}{left}</mo>{inside}{grown}{right}</mo></mrow>"
    return f'<mo stretchy="false">{left}</mo>{inside}<mo stretchy="false">{right}</mo>'


def _cut(kind: str, left: str, inside: str, right: str) -> str:
    if "<mfrac" not in inside:
        return _fenced(left, inside, right)
    sign = '<mo stretchy="false">'
    return f'<mrow class="{kind}">{sign}{left}</mo>{inside}{sign}{right}</mo></mrow>'


@dataclass(frozen=True)
class MathMLSetter(Setter):
    """For HTML: everything is escaped, mathematics is MathML. ``links`` has the addresses of the
    layers that are named."""

    style: Style = MathML(bars=False)
    links: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def times(self) -> str:
        return '<mo lspace=".16em" rspace=".16em">×</mo>'

    def shape(self, shape: Shape) -> str:
        if shape.sizes == UNKNOWN_SHAPE:
            return "<mtext>?</mtext>"
        sizes = [whole(self._ordered(size)) for size in shape.sizes]
        inside = f'<mo separator="true">,</mo>{BREAK}'.join(sizes)
        return f'<mo stretchy="false">(</mo>{inside}<mo stretchy="false">)</mo>'

    def prose(self, text: str) -> str:
        return escape(text, quote=False)

    def name(self, text: str) -> str:
        code = f"<code>{escape(harmless(text), quote=False)}</code>"
        address = self.links.get(text)
        return code if address is None else f'<a href="#{address}">{code}</a>'

    def code(self, text: str) -> str:
        return f"<code>{escape(harmless(text), quote=False)}</code>"

    def mathematics(self, text: str) -> str:
        return f"{OPEN}{text}{CLOSE}"

    def finished(self, text: str) -> str:
        """Mathematics that stands together is set together: ``K = 3`` is one formula."""
        text = text.replace(f"{CLOSE}·{OPEN}", _TIMES)
        text = text.replace(f"{CLOSE} − {OPEN}", '<mo form="infix">−</mo>')
        text = _JOINED.sub(lambda sign: f'{BREAK}<mo form="infix">{sign[1]}</mo>', text)
        text = _SIGNED.sub(lambda sign: f'{OPEN}<mo form="prefix">{sign[1]}</mo>', text)
        return _PUNCTUATED.sub(_held, _MATHEMATICS.sub(lambda found: broken(found[1]), text))


def _held(found: re.Match[str]) -> str:
    """A formula together with the punctuation at it: no line begins with a comma."""
    before, formula, after = found.groups(default="")
    return f'<span class="held">{found[0]}</span>' if before or after else formula


def attribute(text: str) -> str:
    """Text as it stands in an attribute."""
    return escape(harmless(text))
