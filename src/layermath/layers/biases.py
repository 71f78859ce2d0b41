"""The additions that biases take: one for each output value, which the MACs leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sympy import Expr, Mul, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers.rules import Equation, Filled
from layermath.messages import _

ADDITIONS = letter("B")


@written
def one_for_each(sizes: tuple[Expr, ...]) -> Expr:
    """A bias is added once to each value that comes out."""
    return Mul(*sizes)


@cache
def additions_equation(sizes: tuple[Symbol, ...]) -> Equation:
    """``sizes`` are the letters of the output's axes."""
    return Equation(
        "bias_additions",
        ADDITIONS,
        "bias-additions",
        _("additions of biases"),
        one_for_each(sizes),
        _("each output value takes one bias"),
    )


def additions(
    sizes: Sequence[Symbol], where: Mapping[Symbol, Size], use_bias: bool
) -> Filled | None:
    """The additions of the biases of a layer whose output has these axes; None without biases."""
    return Filled(additions_equation(tuple(sizes)), where) if use_bias else None
