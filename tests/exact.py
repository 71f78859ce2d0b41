"""An evaluator that shares no code with the package: fractions, and Python's own floor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from sympy import Add, Expr, Integer, Max, Mod, Mul, Pow, Rational, Symbol, ceiling, floor

from layermath.algebra.floors import CeilDiv, FloorDiv, Maximum


def exact(expression: Expr | int, values: Mapping[Symbol, int]) -> Fraction:
    """The value of an expression where every symbol has a value."""
    if isinstance(expression, int):
        return Fraction(expression)
    if isinstance(expression, Symbol):
        return Fraction(values[expression])
    if isinstance(expression, (Integer, Rational)):
        return Fraction(int(expression.p), int(expression.q))
    arguments = [exact(argument, values) for argument in expression.args]
    if isinstance(expression, Add):
        return sum(arguments, Fraction(0))
    if isinstance(expression, Mul):
        return math.prod(arguments, start=Fraction(1))
    if isinstance(expression, Pow):
        return arguments[0] ** int(arguments[1])
    if isinstance(expression, FloorDiv):
        return Fraction(math.floor(arguments[0] / arguments[1]))
    if isinstance(expression, CeilDiv):
        return Fraction(math.ceil(arguments[0] / arguments[1]))
    if isinstance(expression, floor):
        return Fraction(math.floor(arguments[0]))
    if isinstance(expression, ceiling):
        return Fraction(math.ceil(arguments[0]))
    if isinstance(expression, (Maximum, Max)):
        return max(arguments)
    if isinstance(expression, Mod):
        return arguments[0] % arguments[1]
    raise AssertionError(f"unexpected {type(expression)}: {expression}")
