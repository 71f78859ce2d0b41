"""Every line of every derivation equals the line above it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Symbol

from layermath.derivation.explain import explain
from layermath.derivation.records import Quantity
from tests.drawing import tried_on
from tests.exact import exact
from tests.layers.configurations import ours
from tests.layers.test_symbols_and_numbers import (
    TYPES,
    applied,
    layer_of,
    lettered,
    lettered_arguments,
    without_unknown_sizes,
)

quickly = tried_on(25)


def check(quantity: Quantity, values: Mapping[Symbol, int]) -> None:
    """Each step comes to the same number, with the letters of the rule at what they stand for."""
    known = dict(values)
    for letter, size in quantity.where.items():
        known[letter] = int(exact(size, values))
    numbers = [exact(step.expression, known) for step in quantity.steps]
    assert len(set(numbers)) == 1, (quantity.steps, numbers)
    assert numbers[0] == exact(quantity.result, values)


@pytest.mark.parametrize("type_name", TYPES)
@quickly
@given(st.data())
def test_every_step_equals_the_step_before(type_name: str, data: st.DataObject) -> None:
    configuration = without_unknown_sizes(data, type_name)
    layer_of(configuration)
    shapes, values = lettered(data, configuration)
    keywords = lettered_arguments(data, configuration, values)
    layer = ours(type_name, keywords)
    done = applied(layer, configuration, shapes)
    if done is None:
        return
    for filled in done.quantities:
        check(explain(filled, filled.value, MappingProxyType({})), values)
