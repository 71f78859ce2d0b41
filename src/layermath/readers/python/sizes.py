"""Arithmetic on sizes that hold symbols: exact, and bounded before it is done."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Basic, Expr, Integer, Mul, Pow, Rational, S

from layermath.algebra.conditions import at_least, equal
from layermath.algebra.floors import Size, as_size, ceil_div, floor_div, larger, minus, plus
from layermath.readers.python.budget import Budget
from layermath.readers.python.limits import SIZE_BITS, SIZE_NESTING, TERMS
from layermath.readers.python.unknown import CannotFollow

EXACT_FRACTIONS = 1024
"""A float times a symbol is followed where it is a fraction with a denominator up to this one."""


def symbols_in(*values: object) -> frozenset[str]:
    """The names of the symbols of these sizes."""
    return frozenset(
        str(name) for value in values if isinstance(value, Expr) for name in value.free_symbols
    )


def terms(size: Size) -> int:
    """How many terms the size has, at most, when it is multiplied out."""
    if isinstance(size, int) or not size.args:
        return 1
    if isinstance(size, Add):
        return sum(terms(item) for item in size.args)
    if isinstance(size, Pow):
        base, exponent = terms(size.base), size.exp
        if base == 1 or not isinstance(exponent, Integer):
            return base + terms(exponent)
        return int(base ** min(abs(int(exponent)), TERMS))
    if isinstance(size, Mul):
        product = 1
        for item in size.args:
            product *= terms(item)
        return product
    return sum(terms(item) for item in size.args)


def measured(size: Size, budget: Budget) -> Size:
    """The size, counted by its parts. Raises `CannotFollow` for one that nests too deep, or has too
    long a number in it, to be part of a model."""
    if isinstance(size, int):
        budget.bits(size.bit_length())
        return size
    waiting: list[tuple[Basic, int]] = [(size, 0)]
    while waiting:
        part, depth = waiting.pop()
        budget.spend()
        is_long = isinstance(part, Rational) and max(part.p.bit_length(), part.q.bit_length())
        if depth > SIZE_NESTING or is_long > SIZE_BITS:
            raise CannotFollow
        waiting.extend((child, depth + 1) for child in part.args)
    return size


def exact(value: object) -> Expr:
    """A plain number or a size as a SymPy number. Raises `CannotFollow` for one that has no exact
    value."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, int):
        return Integer(int(value))
    if isinstance(value, float) and value.is_integer():
        return Integer(int(value))
    if isinstance(value, float) and value == value and abs(value) < EXACT_FRACTIONS:
        fraction = Rational(value)
        if fraction.q <= EXACT_FRACTIONS:
            return fraction
    raise CannotFollow


def arithmetic(operator: str, left: object, right: object, budget: Budget) -> Size:
    """``left operator right`` where one of them holds a symbol.

    Raises `CannotFollow` where the result is no size, `LimitReached` where it grows too large.
    """
    budget.algebra()
    return measured(_result(operator, exact(left), exact(right), budget), budget)


def _result(operator: str, a: Expr, b: Expr, budget: Budget) -> Size:
    if operator in ("+", "-"):
        budget.terms(terms(a) + terms(b))
        return plus((a, b)) if operator == "+" else minus(a, b)
    if operator == "*":
        budget.terms(terms(a) * terms(b))
        return as_size(a * b)
    if operator == "**":
        return _power(a, b, budget)
    if operator == "/":
        budget.terms(terms(a) * terms(b))
        if b == 0:
            raise CannotFollow
        return as_size(a / b)
    if operator == "//":
        return quotient(a, b)
    if operator == "%":
        whole = quotient(a, b)
        return minus(a, as_size(b * S(whole)))
    raise CannotFollow


def _power(base: Expr, exponent: Expr, budget: Budget) -> Size:
    if isinstance(exponent, Integer):
        power = abs(int(exponent))
        budget.terms(power)
        budget.terms(terms(base) ** power)
    elif terms(exponent) > 1 or not isinstance(base, (Integer, Rational)):
        raise CannotFollow(symbols_in(base, exponent))
    return as_size(base**exponent)


def quotient(left: Expr, right: Expr) -> Size:
    """⌊left/right⌋. Raises `CannotFollow` where the sign of the divisor is open."""
    numerator, denominator = (left / right).as_numer_denom() if right != 0 else (left, right)
    if left.is_integer and right.is_integer:
        numerator, denominator = left, right
    if at_least(as_size(denominator), 1) is not True:
        raise CannotFollow(symbols_in(denominator))
    return floor_div(as_size(numerator), as_size(denominator))


def floor(size: Expr) -> Size:
    """What ``int()`` and ``math.floor`` make of a size, which is not negative."""
    if size.is_integer:
        return size
    numerator, denominator = size.as_numer_denom()
    if at_least(as_size(denominator), 1) is not True:
        raise CannotFollow(symbols_in(size))
    return floor_div(as_size(numerator), as_size(denominator))


def ceiling(size: Expr) -> Size:
    """What ``math.ceil`` makes of a size."""
    if size.is_integer:
        return size
    numerator, denominator = size.as_numer_denom()
    if at_least(as_size(denominator), 1) is not True:
        raise CannotFollow(symbols_in(size))
    return ceil_div(as_size(numerator), as_size(denominator))


def compare(operator: str, left: object, right: object, budget: Budget) -> bool:
    """``left operator right`` where one of them holds a symbol, if algebra decides it.

    Raises `CannotFollow`, with the symbols, where it does not.
    """
    budget.algebra()
    a, b = _cleared(exact(left), exact(right))
    if operator == "==":
        answer = equal(a, b)
    elif operator == "!=":
        answer = equal(a, b)
        answer = (not answer) if isinstance(answer, bool) else answer
    elif operator in (">=", "<="):
        low, high = (b, a) if operator == ">=" else (a, b)
        answer = _decided(high, low, 0)
    else:
        low, high = (b, a) if operator == ">" else (a, b)
        answer = _decided(high, low, 1)
    if not isinstance(answer, bool):
        raise CannotFollow(symbols_in(left, right))
    return answer


def _cleared(left: Expr, right: Expr) -> tuple[Size, Size]:
    """Both sides times their common denominator, which is positive."""
    (a, p), (b, q) = left.as_numer_denom(), right.as_numer_denom()
    if p == 1 and q == 1:
        return as_size(left), as_size(right)
    if at_least(as_size(p), 1) is not True or at_least(as_size(q), 1) is not True:
        raise CannotFollow(symbols_in(left, right))
    return as_size(a * q), as_size(b * p)


def _decided(high: Size, low: Size, margin: int) -> object:
    """``high ≥ low + margin``, from both sides: it holds, or ``low ≥ high + 1 − margin`` does."""
    answer = at_least(minus(high, low), margin)
    if isinstance(answer, bool):
        return answer
    return False if at_least(minus(low, high), 1 - margin) is True else answer


def maximum(values: Sequence[object], budget: Budget) -> Size:
    """The largest of several sizes."""
    budget.algebra(len(values))
    result = as_size(exact(values[0]))
    for value in values[1:]:
        result = _larger(result, as_size(exact(value)))
    return result


def minimum(values: Sequence[object], budget: Budget) -> Size:
    """The smallest of several sizes: ``a + b − max(a, b)``."""
    budget.algebra(len(values))
    result = as_size(exact(values[0]))
    for value in values[1:]:
        size = as_size(exact(value))
        result = minus(plus((result, size)), _larger(result, size))
        budget.terms(terms(result))
    return result


def _larger(left: Size, right: Size) -> Size:
    if at_least(minus(left, right), 0) is True:
        return left
    if at_least(minus(right, left), 0) is True:
        return right
    return larger(left, right)
