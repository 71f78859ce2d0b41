"""A quantity in a notation comes to what it comes to in ours, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sympy import Symbol

from layermath.derivation.records import Quantity
from tests.exact import exact


def meant(quantity: Quantity, original: Fraction) -> Fraction:
    """What the quantity says of the original's value: the padding may be that of one side."""
    base = quantity.symbol.name.partition("@")[0]
    if base == "P_side":
        return original / 2
    if base == "P_start" and not quantity.steps[0].rule.startswith("causal"):
        return Fraction(original // 2)
    if base == "P_end":
        return Fraction(-(-original // 2))
    return original


def check(old: Quantity, new: Quantity, values: Mapping[Symbol, int]) -> None:
    """Each line of the quantity in a notation comes to what the original comes to."""
    known = dict(values)
    for one, size in new.where.items():
        known[one] = int(exact(size, values))
    numbers = [exact(step.expression, known) for step in new.steps]
    assert set(numbers) == {meant(new, exact(old.result, values))}, (old.steps, new.steps)
    assert exact(new.result, values) == numbers[0]
