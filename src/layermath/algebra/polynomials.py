"""Polynomials with integer coefficients, for windows that grow by a product and a sum a layer.

A chain of windows with symbolic kernels and strides has two more terms in each layer. As a SymPy
sum it would be sorted and hashed anew in each; here a layer costs the copy of one dict, and SymPy's
expression is made where it is read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from sympy import Add, Expr, Integer, Mul, Pow, S, Symbol

from layermath.algebra.floors import Size, as_size, expanded

Monomial: TypeAlias = frozenset[tuple[Expr, int]]
"""The powers of a product; those of 1 are none."""

Terms: TypeAlias = dict[Monomial, int]

Polynomial: TypeAlias = "int | Terms"
"""An integer where it is known, else the coefficient of each monomial, none of them 0."""


def polynomial(size: Size) -> Polynomial:
    """A size as a polynomial; what is no sum, product or power in it, a floor, is a letter."""
    if isinstance(size, int):
        return size
    terms: Terms = {}
    for term in Add.make_args(expanded(size)):
        coefficient, rest = term.as_coeff_Mul()
        if not isinstance(coefficient, Integer):
            coefficient, rest = S.One, term
        monomial = frozenset(
            _power(factor) for factor in Mul.make_args(rest) if factor is not S.One
        )
        terms[monomial] = terms.get(monomial, 0) + int(coefficient)
    return _known(terms)


def _power(factor: Expr) -> tuple[Expr, int]:
    if isinstance(factor, Pow) and isinstance(factor.exp, Integer) and factor.exp > 0:
        return factor.base, int(factor.exp)
    return factor, 1


_ONE: Monomial = frozenset()


def _known(terms: Terms) -> Polynomial:
    """Without terms that have cancelled; a number where nothing else is left."""
    if 0 in terms.values():
        terms = {monomial: c for monomial, c in terms.items() if c}
    if not terms:
        return 0
    return terms[_ONE] if len(terms) == 1 and _ONE in terms else terms


def _terms(number: Polynomial) -> Terms:
    return {_ONE: number} if isinstance(number, int) else number


def added(one: Polynomial, other: Polynomial) -> Polynomial:
    """Their sum. The cost is that of the shorter one, and of a copy."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    more, fewer = _terms(one), _terms(other)
    if len(more) < len(fewer):
        more, fewer = fewer, more
    total = more.copy()
    for monomial, coefficient in fewer.items():
        total[monomial] = total.get(monomial, 0) + coefficient
        if not total[monomial]:
            del total[monomial]
    return _known(total)


def multiplied(one: Polynomial, other: Polynomial) -> Polynomial:
    """Their product."""
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    product: Terms = {}
    for left, a in _terms(one).items():
        for right, b in _terms(other).items():
            monomial = _product(left, right)
            product[monomial] = product.get(monomial, 0) + a * b
    return _known(product)


def _product(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    exponents = dict(left)
    for base, exponent in right:
        exponents[base] = exponents.get(base, 0) + exponent
    return frozenset(exponents.items())


def negative(one: Polynomial) -> Polynomial:
    """The polynomial with its signs turned."""
    return multiplied(-1, one)


def larger_of(one: Polynomial, other: Polynomial) -> Polynomial | None:
    """The larger of two; None where that is not known for all positive integers."""
    difference = added(one, negative(other))
    if never_negative(difference):
        return one
    return other if never_negative(negative(difference)) else None


HIGHEST_DEGREE = 12
"""Up to this degree a polynomial is looked at closely for its sign."""


def never_negative(number: Polynomial) -> bool:
    """Whether the polynomial is known to be at least 0 for all positive integers.

    It is, if no coefficient is negative once every letter is written as 1 more than one that may
    be 0: ``K·S − S`` is ``K'·S' + K'``.
    """
    if isinstance(number, int):
        return number >= 0
    letters = {base for monomial in number for base, _exponent in monomial}
    if not all(isinstance(base, Symbol) and base.is_positive for base in letters):
        return False
    if all(coefficient > 0 for coefficient in number.values()):
        return True
    if any(sum(exponent for _base, exponent in m) > HIGHEST_DEGREE for m in number):
        return False
    shifted: Polynomial = 0
    for monomial, coefficient in number.items():
        product: Polynomial = coefficient
        for base, exponent in monomial:
            for _ in range(exponent):
                product = multiplied(product, {_ONE: 1, frozenset({(base, 1)}): 1})
        shifted = added(shifted, product)
    return all(coefficient > 0 for coefficient in _terms(shifted).values())


def size_of(number: Polynomial) -> Size:
    """The polynomial as a size."""
    if isinstance(number, int):
        return number
    return as_size(
        Add(*(coefficient * _expression(monomial) for monomial, coefficient in number.items()))
    )


@lru_cache(maxsize=1 << 14)
def _expression(monomial: Monomial) -> Expr:
    return Mul(*(Pow(base, exponent) for base, exponent in monomial))
