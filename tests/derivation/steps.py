"""Every line of a derivation equals the line above it."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Symbol

from layermath.derivation.records import Quantity
from tests.exact import exact


def check(quantity: Quantity, values: Mapping[Symbol, int]) -> None:
    """Each step comes to the same number, with the letters of the rule at what they stand for."""
    known = dict(values)
    for letter, size in quantity.where.items():
        known[letter] = int(exact(size, values))
    numbers = [exact(step.expression, known) for step in quantity.steps]
    assert len(set(numbers)) == 1, (quantity.steps, numbers)
    assert numbers[0] == exact(quantity.result, values)
