"""Polynomials with integer coefficients, for windows that grow by a product and a sum a layer.

A chain of windows with symbolic kernels and strides has two more terms in each layer. As a SymPy
sum it would be sorted and hashed anew in each; here a layer costs the copy of one dict, and SymPy's
expression is made where it is read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from sympy import Add, Expr, Integer, Mul, Pow, S

from layermath.algebra.floors import Size, as_size, expanded

Monomial: TypeAlias = frozenset[tuple[Expr, int]]
"""The powers of a product; those of 1 are none."""

Terms: TypeAlias = dict[Monomial, int]

Polynomial: TypeAlias = "int | Terms"
"""An integer where it is known, else the coefficient of each monomial, none of them 0."""


def polynomial(size: Size) -> Polynomial:
    """A size as a polynomial; what is no sum, product or power in it (a floor) counts as a letter."""
    if isinstance(size, int):
        return size
    terms: Terms = {}
    for term in Add.make_args(expanded(size)):
        coefficient, rest = term.as_coeff_Mul()
        if not isinstance(coefficient, Integer):
            coefficient, rest = S.One, term
        monomial = frozenset(_power(factor) for factor in Mul.make_args(rest) if factor is not S.One)
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
