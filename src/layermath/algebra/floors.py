"""Floor quotients: the division of a size by a stride, exactly.

SymPy's own ``floor`` asks its assumption system about every argument (a millisecond each) and never
merges nested floors. `FloorDiv` is a plain function of two integers, and `floor_div` brings it to a
normal form by the identities below; T1 and T10 are the theorems of ``docs/theory.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import gcd
from typing import Any, TypeAlias

from sympy import Add, Expr, Function, Integer, Mul, S, Symbol, expand_mul
from sympy.core.parameters import global_parameters

Size: TypeAlias = int | Expr
"""A size or a count: a Python integer where it is known, else an exact SymPy expression."""


def is_size(value: object) -> bool:
    """Whether the value is a whole number (not a bool) or an exact expression in symbols."""
    return (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, Expr)


class OfTwo(Function):
    """A function of two integers that is made with less ado than SymPy's: no set of the numbers of
    arguments for each, and no question whether one is a float."""

    nargs = 2
    is_integer = True

    def __new__(cls, left: Expr | int, right: Expr | int, evaluate: bool | None = None) -> Expr:
        arguments = S(left), S(right)
        if global_parameters.evaluate if evaluate is None else evaluate:
            known = cls.eval(*arguments)
            if known is not None:
                return known
        return Expr.__new__(cls, *arguments)


class FloorDiv(OfTwo):
    """``FloorDiv(a, b)`` is the integer part ⌊a/b⌋ of integers ``a`` and ``b`` > 0."""

    @classmethod
    def eval(cls, numerator: Expr, denominator: Expr) -> Expr | None:
        if isinstance(numerator, Integer) and isinstance(denominator, Integer):
            return Integer(int(numerator) // int(denominator))
        return numerator if denominator is S.One else None


class CeilDiv(OfTwo):
    """``CeilDiv(a, b)`` is ⌈a/b⌉, for integers ``a`` and ``b`` > 0."""

    @classmethod
    def eval(cls, numerator: Expr, denominator: Expr) -> Expr | None:
        if isinstance(numerator, Integer) and isinstance(denominator, Integer):
            return Integer(-(-int(numerator) // int(denominator)))
        return numerator if denominator is S.One else None


class Maximum(OfTwo):
    """The larger of two integers. SymPy's own ``Max`` keeps no order of its arguments."""

    @classmethod
    def eval(cls, left: Expr, right: Expr) -> Expr | None:
        if isinstance(left, Integer) and isinstance(right, Integer):
            return max(left, right)
        return None


@cache
def symbol(name: str) -> Symbol:
    """The symbol of a size: a positive integer."""
    return Symbol(name, integer=True, positive=True)


class Letter(Symbol):
    """A letter of a rule. It is not equal to a symbol of a model, whatever name that has: where a
    model writes ``Conv2D(K, 3)``, its K goes in for the rule's F and is not taken for the rule's K.
    """


@cache
def letter(name: str) -> Letter:
    """The letter of a rule: a positive integer."""
    return Letter(name, integer=True, positive=True)


def as_size(value: Any) -> Size:
    """A size with SymPy's integers made Python's."""
    return int(value) if isinstance(value, Integer) else value


def numbers(sizes: Iterable[object]) -> tuple[int, ...] | None:
    """The sizes, where each of them is a number."""
    found = tuple(sizes)
    return found if all(isinstance(size, int) for size in found) else None  # type: ignore[return-value]  # just looked at


def plus(terms: Iterable[Size]) -> Size:
    """The sum of sizes in normal form: ``⌊x/m⌋ + c`` has its ``c`` inside, as ``⌊(x + c·m)/m⌋``."""
    number, others = 0, []
    for term in terms:
        if isinstance(term, int):
            number += term
        else:
            others.append(term)
    if not others:
        return number
    if len(others) == 1 and isinstance(others[0], FloorDiv):
        return _shifted(others[0], number)
    total = others[0] if len(others) == 1 and not number else Add(*others, number)
    return _terms_inside(_alike_gathered(expanded(total)))


def _shifted(floor: FloorDiv, number: int) -> Expr:
    """``⌊x/m⌋ + c``"""
    numerator, denominator = floor.args
    if not number:
        return floor
    if not isinstance(denominator, Integer):
        return floor + number
    return FloorDiv(numerator + number * denominator, denominator)


def total(counts: Iterable[Size]) -> Size:
    """The sum of counts, multiplied out; a floor in it stays by itself."""
    items = list(counts)
    if all(isinstance(item, int) for item in items):
        return sum(items)
    return as_size(expanded(Add(*items)))


def _alike_gathered(expression: Expr) -> Expr:
    """Floors that differ by a constant are one: ``⌊(x − 2)/2⌋ − ⌊x/2⌋`` is −1."""
    if not isinstance(expression, Add):
        return expression
    floors = [term for term in expression.args if isinstance(term.as_coeff_Mul()[1], FloorDiv)]
    if len(floors) < 2:
        return expression
    opened = [constants_outside(term) for term in floors]
    met = Add(*(part for term in opened for part in Add.make_args(term) if part.has(FloorDiv)))
    if len(Add.make_args(met)) == len(floors) and met is not S.Zero:
        return expression
    return Add(*(term for term in expression.args if term not in floors), *opened)


def times(factors: Iterable[Size]) -> Size:
    """The product of sizes, which stays in factors."""
    items = list(factors)
    if all(isinstance(item, int) for item in items):
        result = 1
        for item in items:
            result *= item
        return result
    return as_size(Mul(*items))


def minus(left: Size, right: Size) -> Size:
    """The difference of sizes in normal form."""
    return plus((left, times((-1, right))))


def ceil_div(numerator: Size, denominator: Size) -> Size:
    """⌈a/b⌉ = ⌊(a + b − 1)/b⌋ in normal form."""
    return floor_div(plus((numerator, denominator, -1)), denominator)


def floor_div(numerator: Size, denominator: Size) -> Size:
    """⌊a/b⌋ in normal form.

    - ⌊a/1⌋ = a
    - ⌊(g·y + c)/(g·k)⌋ = ⌊(y + ⌊c/g⌋)/k⌋: what divides everything but the constant, and the
      denominator, goes out (T10);
    - ⌊(⌊x/m⌋ + n)/k⌋ = ⌊(x + m·n)/(m·k)⌋: nested floors merge (T1).

    ``denominator`` must be positive. What leaves these forms stays nested, and exact.
    """
    if isinstance(numerator, int) and isinstance(denominator, int):
        return numerator // denominator
    if denominator == 1:
        return plus((numerator,))
    terms = _terms(numerator)
    if isinstance(denominator, (int, Integer)):
        terms, denominator = _without_content(terms, int(denominator))
        if denominator == 1:
            return _terms_inside(Add(*terms))
        outside: list[Expr] = []
    else:
        outside, terms = _multiples(terms, denominator)
    merged = _merge_nested(terms, denominator)
    if merged is not None:
        inner = floor_div(*merged)
        return plus((*outside, inner)) if outside else inner
    if not terms:
        return plus(outside)
    quotient = FloorDiv(Add(*terms), denominator)
    return _terms_inside(Add(quotient, *outside))


def expanded(expression: Expr) -> Expr:
    """The same, with products of sums multiplied out. Most are: to see it is far cheaper than to
    have SymPy multiply them out again."""
    return expression if _is_expanded(expression) else expand_mul(expression)


def _is_expanded(expression: Expr) -> bool:
    arguments = expression.args
    if isinstance(expression, Mul) and any(isinstance(factor, Add) for factor in arguments):
        return False
    return all(_is_expanded(argument) for argument in arguments if argument.args)


def _terms(value: Size) -> list[Expr]:
    return list(Add.make_args(expanded(S(value))))


def _without_content(terms: list[Expr], denominator: int) -> tuple[list[Expr], int]:
    """Divide by the greatest common factor of the denominator and of all but the constant."""
    content, constant = denominator, 0
    split = [term.as_coeff_Mul(rational=True) for term in terms]
    for coefficient, rest in split:
        if rest is S.One and isinstance(coefficient, Integer):
            constant += int(coefficient)
        elif isinstance(coefficient, Integer):
            content = gcd(content, int(coefficient))
        else:
            return terms, denominator
    if content == 1:
        return terms, denominator
    reduced = [Integer(int(c) // content) * rest for c, rest in split if rest is not S.One]
    return [*reduced, Integer(constant // content)], denominator // content


def _multiples(terms: list[Expr], denominator: Expr) -> tuple[list[Expr], list[Expr]]:
    """Split off the terms that a symbolic denominator divides: ⌊(b·q + r)/b⌋ = q + ⌊r/b⌋."""
    quotients: list[Expr] = []
    rest: list[Expr] = []
    needed = [factor.as_base_exp() for factor in Mul.make_args(denominator)]
    for term in terms:
        (quotients if _has_factors(term, needed) else rest).append(term)
    return [term / denominator for term in quotients], rest


def _has_factors(term: Expr, needed: Iterable[tuple[Expr, Expr]]) -> bool:
    """Whether a product has these powers; the number in front must be divisible by their number."""
    coefficient, product = term.as_coeff_Mul()
    if not isinstance(coefficient, Integer):
        return False
    powers = dict(factor.as_base_exp() for factor in Mul.make_args(product))
    for base, exponent in needed:
        if isinstance(base, Integer):
            if int(coefficient) % int(base**exponent):
                return False
        else:
            left = powers.get(base, S.Zero) - exponent
            if not (left.is_Integer and left >= 0):
                return False
    return True


def _merge_nested(terms: list[Expr], denominator: Size) -> tuple[Size, Size] | None:
    """T1, where exactly one term is a floor and its coefficient is 1."""
    floors = [term for term in terms if _holds_floor(term)]
    if len(floors) != 1 or not isinstance(floors[0], FloorDiv):
        return None
    inner_numerator, inner_denominator = floors[0].args
    others = [term * inner_denominator for term in terms if term is not floors[0]]
    return as_size(expanded(Add(inner_numerator, *others))), times((inner_denominator, denominator))


def _holds_floor(expression: Expr) -> bool:
    return isinstance(expression, FloorDiv) or any(map(_holds_floor, expression.args))


def _terms_inside(expression: Expr) -> Size:
    """``⌊x/m⌋ + c`` with a number m: the ``c`` goes into the floor, as ``c·m``."""
    if not isinstance(expression, Add):
        return as_size(expression)
    floors = [term for term in expression.args if _holds_floor(term)]
    if len(floors) != 1 or not isinstance(floors[0], FloorDiv):
        return as_size(expression)
    numerator, denominator = floors[0].args
    others = [term for term in expression.args if term is not floors[0]]
    if not isinstance(denominator, Integer) or any(
        not isinstance(term.as_coeff_Mul()[0], Integer) for term in others
    ):
        return as_size(expression)
    return FloorDiv(Add(numerator, *(term * denominator for term in others)), denominator)


def constants_outside(size: Size) -> Size:
    """The same size with every ``⌊(x + c)/m⌋`` written ``⌊(x + c mod m)/m⌋ + ⌊c/m⌋``.

    In this form two sizes that differ by a constant are seen to do so. It is for comparing: for
    reading, the constant stands better inside.
    """
    if isinstance(size, int):
        return size
    opened = {floor: _opened(floor) for floor in size.atoms(FloorDiv)}
    return as_size(expanded(size.xreplace(opened)))


def _opened(floor: FloorDiv) -> Expr:
    numerator, denominator = floor.args
    constant, rest = numerator.as_coeff_Add()
    if not isinstance(denominator, Integer) or not isinstance(constant, Integer):
        return floor
    whole, left = divmod(int(constant), int(denominator))
    return FloorDiv(rest + left, denominator) + whole


def larger(left: Size, right: Size) -> Size:
    """The larger of two sizes."""
    if isinstance(left, int) and isinstance(right, int):
        return max(left, right)
    return left if left == right else as_size(Maximum(S(left), S(right)))
