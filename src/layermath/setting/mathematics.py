"""Mathematics as text: one walk over an expression, and a style that sets what it finds.

SymPy's own printers reorder; a derivation shows ``(3·3·32 + 1)·32`` as its author wrote it. The
walk here keeps the order of the arguments, writes ``−`` where there is a factor −1 and a fraction
where there is a power −1, and leaves parentheses to the style: each piece carries the level at
which it binds. The styles stand in `layermath.setting.styles`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from sympy import (
    Add,
    Basic,
    Eq,
    Expr,
    Ge,
    Gt,
    Integer,
    Le,
    Lt,
    Max,
    Min,
    Mod,
    Mul,
    Ne,
    Pow,
    Rational,
    S,
    Symbol,
    ceiling,
    floor,
)
from sympy.core.relational import Relational

from layermath.algebra.floors import CeilDiv, FloorDiv, Letter, Maximum, Size
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order
from layermath.setting.notation import LAYERMATH, Notation, Spelling


class Level(IntEnum):
    """How tightly a piece holds together: what stands in a looser one needs no parentheses."""

    REMAINDER = 0
    SUM = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


class Set(NamedTuple):
    """A piece of mathematics as it was set, and how tightly it holds together."""

    text: str
    level: Level


class Factor(NamedTuple):
    """A factor of a product: what stands above and, where it is a quotient, below the line."""

    above: Set
    below: Set | None = None


class Term(NamedTuple):
    """A term of a sum, without its sign."""

    negative: bool
    body: Set


RELATIONS: tuple[tuple[type[Relational], str], ...] = (
    (Eq, "="),
    (Ne, "≠"),
    (Ge, "≥"),
    (Gt, ">"),
    (Le, "≤"),
    (Lt, "<"),
)


@dataclass(frozen=True)
class Style(ABC):
    """A way to set mathematics: `write` walks an expression, other methods set one operation."""

    notation: Notation = LAYERMATH

    def write(self, expression: Basic | int, *, thousands: bool = False) -> str:
        """Set ``expression`` in the order in which it stands.

        ``thousands`` separates the thousands of its numbers, as in counts; sizes are set bare.
        What depends on something unknown is a question mark.
        """
        if not is_known(expression):
            return "?"
        return _Walk(self, thousands).visit(S(expression)).text

    def size(self, size: Size, *, thousands: bool = False) -> str:
        """Set a size or a count in normal form, in the order in which a person writes it."""
        return self.write(in_order(S(size)), thousands=thousands)

    def condition(self, relation: Relational) -> str:
        """Set a relation between sizes in normal form."""
        ordered = relation.func(*(in_order(side) for side in relation.args), evaluate=False)
        return self.write(ordered)

    def around(self, piece: Set, level: Level) -> str:
        """The text of ``piece``, in parentheses where it holds together more loosely than
        ``level``."""
        return piece.text if piece.level >= level else self.parentheses(piece.text)

    @abstractmethod
    def parentheses(self, text: str) -> str:
        """``(text)``"""

    @abstractmethod
    def number(self, number: int, thousands: bool) -> str:
        """A number that is not negative."""

    @abstractmethod
    def decimal(self, number: Rational, thousands: bool) -> str:
        """A fraction that is not negative, as it stands in a floor that cuts: ``4.5``."""

    @abstractmethod
    def symbol(self, name: str) -> str:
        """A letter. Its name is whatever the model's author called it."""

    def letter(self, letter: Symbol) -> Set:
        """A letter: one of a rule as the notation has it, a symbol of the model as it is."""
        if not isinstance(letter, Letter):
            return Set(self.symbol(letter.name), Level.ATOM)
        spelling = self.notation.spelling(letter.name)
        if spelling.text == letter.name:
            return Set(self.symbol(letter.name), Level.ATOM)
        return Set(self.spelled(spelling), Level.ATOM)

    def spelled(self, spelling: Spelling) -> str:
        """A letter of a book, which may have marks above and below it: ``n_H^[l−1]``."""
        return self.symbol(spelling.text)

    @abstractmethod
    def sum(self, terms: Sequence[Term]) -> str:
        """``a + b − c``; of a single negative term ``−a``."""

    @abstractmethod
    def product(self, factors: Sequence[Factor]) -> Set:
        """``a·b·(c/d)``"""

    @abstractmethod
    def quotient(self, above: Set, below: Set) -> Set:
        """``a/b``"""

    @abstractmethod
    def power(self, base: Set, exponent: Set) -> Set:
        """``a²``"""

    @abstractmethod
    def floor(self, inside: str) -> str:
        """``⌊…⌋``"""

    @abstractmethod
    def ceiling(self, inside: str) -> str:
        """``⌈…⌉``"""

    @abstractmethod
    def remainder(self, number: Set, divisor: Set) -> Set:
        """``a mod b``"""

    @abstractmethod
    def function(self, name: str, arguments: Sequence[str]) -> str:
        """``max(a, b)``"""

    @abstractmethod
    def relation(self, left: str, sign: str, right: str) -> str:
        """``a ≥ b``; ``sign`` is one of ``= ≠ ≥ > ≤ <``."""


@dataclass(frozen=True)
class _Walk:
    style: Style
    thousands: bool

    def visit(self, expression: Basic) -> Set:
        style = self.style
        if isinstance(expression, Symbol):
            return style.letter(expression)
        if isinstance(expression, Rational):
            return self._rational(expression)
        if isinstance(expression, Add):
            return Set(style.sum([self._term(term) for term in expression.args]), Level.SUM)
        if isinstance(expression, Mul):
            term = self._term(expression)
            return Set(style.sum([term]), Level.SUM) if term.negative else term.body
        if isinstance(expression, Pow):
            above, below = self._power(expression)
            if below is None:
                return above
            return style.quotient(above, below)
        if isinstance(expression, Relational):
            return self._relation(expression)
        return self._function(expression)

    def _rational(self, number: Rational) -> Set:
        style = self.style
        if number.p < 0:
            return Set(style.sum([Term(True, self._rational(-number))]), Level.SUM)
        above = Set(style.number(int(number.p), self.thousands), Level.ATOM)
        if number.q == 1:
            return above
        return style.quotient(above, Set(style.number(int(number.q), self.thousands), Level.ATOM))

    def _term(self, term: Basic) -> Term:
        if isinstance(term, Rational) and term.p < 0:
            return Term(True, self._rational(-term))
        if isinstance(term, Mul):
            first, *rest = term.args
            if first is S.NegativeOne and rest:
                return Term(True, self._product(rest))
            if isinstance(first, Rational) and first.p < 0:
                return Term(True, self._product([-first, *rest]))
            return Term(False, self._product(term.args))
        return Term(False, self.visit(term))

    def _product(self, arguments: Sequence[Basic]) -> Set:
        """Factors in their order. A divisor stands below the factor before it, and below the whole
        product where it comes first (SymPy has its coefficient ½ there)."""
        if len(arguments) == 1:
            return self.visit(arguments[0])
        style = self.style
        factors: list[Factor] = []
        below_all: list[Factor] = []
        for argument in arguments:
            above, below = self._fraction(argument)
            if below is None:
                factors.append(Factor(above))
            elif above.text != style.number(1, False):
                factors.append(Factor(above))
                below_all.append(Factor(below))
            elif factors and factors[-1].below is None:
                factors[-1] = Factor(factors[-1].above, below)
            else:
                below_all.append(Factor(below))
        product = style.product(factors) if factors else Set(style.number(1, False), Level.ATOM)
        return style.quotient(product, style.product(below_all)) if below_all else product

    def _fraction(self, argument: Basic) -> tuple[Set, Set | None]:
        if isinstance(argument, Pow):
            return self._power(argument)
        if isinstance(argument, Rational) and argument.q != 1 and argument.p > 0:
            return self._rational(Integer(argument.p)), self._rational(Integer(argument.q))
        return self.visit(argument), None

    def _power(self, power: Pow) -> tuple[Set, Set | None]:
        """Above and below the line."""
        base, exponent = power.args
        if isinstance(exponent, Integer) and exponent.p < 0:
            one = Set(self.style.number(1, False), Level.ATOM)
            if exponent is S.NegativeOne:
                return one, self.visit(base)
            return one, self.style.power(self.visit(base), self.visit(-exponent))
        return self.style.power(self.visit(base), self.visit(exponent)), None

    def _relation(self, relation: Relational) -> Set:
        left, right = (self.visit(side).text for side in relation.args)
        for kind, sign in RELATIONS:
            if isinstance(relation, kind):
                return Set(self.style.relation(left, sign, right), Level.REMAINDER)
        raise TypeError(f"no way to write {relation!r}")

    def _function(self, expression: Basic) -> Set:
        style = self.style
        if isinstance(expression, (FloorDiv, CeilDiv)):
            above, below = (self.visit(argument) for argument in expression.args)
            inside = style.quotient(above, below).text
            cut = style.floor if isinstance(expression, FloorDiv) else style.ceiling
            return Set(cut(inside), Level.ATOM)
        if isinstance(expression, (floor, ceiling)):
            cut = style.floor if isinstance(expression, floor) else style.ceiling
            return Set(cut(self._inside(expression.args[0])), Level.ATOM)
        if isinstance(expression, Mod):
            number, divisor = (self.visit(argument) for argument in expression.args)
            return style.remainder(number, divisor)
        if isinstance(expression, (Max, Maximum)):
            name = "max"
        elif isinstance(expression, Min):
            name = "min"
        elif isinstance(expression, Expr) and expression.args:
            name = type(expression).__name__
        else:
            return Set(style.symbol(str(expression)), Level.ATOM)
        arguments = [self.visit(argument).text for argument in expression.args]
        return Set(style.function(name, arguments), Level.ATOM)

    def _inside(self, argument: Basic) -> str:
        if isinstance(argument, Rational) and argument.q != 1:
            size = self.style.decimal(abs(argument), self.thousands)
            return size if argument.p > 0 else self.style.sum([Term(True, Set(size, Level.ATOM))])
        return self.visit(argument).text
