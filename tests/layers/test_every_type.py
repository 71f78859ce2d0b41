"""What holds of every layer type, on random layers of it, in numbers and in letters.

Drawing a layer takes many times as long as a check of it: one is drawn for all that holds of it.
"""

from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from sympy import Expr, Symbol

from layermath.derivation.explain import explain
from layermath.notations.files import PRESETS
from layermath.notations.restating import Restating
from layermath.rules.equations import Applied
from layermath.vocabulary.keras.layers import catalogue
from layermath.vocabulary.layer import Layer
from tests.derivation import steps
from tests.drawing import tried_on
from tests.exact import exact
from tests.formats import restated
from tests.layers.configurations import Configuration, families, ours
from tests.layers.drawn import (
    TYPES,
    applied,
    holds,
    layer_of,
    lettered,
    lettered_arguments,
    without_unknown_sizes,
)

every_type = pytest.mark.parametrize("type_name", TYPES)


@every_type
@tried_on(30)
@given(data=st.data())
def test_every_layer_of_a_type(type_name: str, data: st.DataObject) -> None:
    configuration = without_unknown_sizes(data, type_name)
    layer = layer_of(configuration)
    checked_arguments_pass_their_checks_again(layer)
    shapes, values = lettered(data, configuration)
    arguments = lettered_arguments(data, configuration, values)
    numbers = applied(layer, configuration, configuration.shapes)
    letters = applied(ours(type_name, arguments), configuration, shapes)
    if numbers is None:
        letters_are_refused_where_numbers_are(letters, values)
        reject()
    assert letters is not None
    letters_come_to_what_numbers_come_to(letters, numbers, values)
    a_quantity_comes_to_what_its_equation_says(numbers)
    the_rules_lead_to_the_output(numbers, configuration)
    every_step_equals_the_step_before(letters, values)
    every_line_keeps_its_value_in_every_notation(letters, values)


def checked_arguments_pass_their_checks_again(layer: Layer) -> None:
    """Values are put into a layer by making it again from its own arguments."""
    assert catalogue()[layer.type_name()].bind((), layer.given) == layer
    assert isinstance(hash(layer), int)


def letters_are_refused_where_numbers_are(
    letters: Applied | None, values: dict[Symbol, int]
) -> None:
    assert letters is None or not all(
        holds(requirement.condition, values) for requirement in letters.requirements
    )


def letters_come_to_what_numbers_come_to(
    letters: Applied, numbers: Applied, values: dict[Symbol, int]
) -> None:
    assert all(holds(requirement.condition, values) for requirement in letters.requirements)
    for one, other in zip(letters.outputs, numbers.outputs, strict=True):
        assert [exact(size, values) for size in one] == list(other)
    assert exact(letters.params, values) == numbers.params
    assert exact(letters.trainable_params, values) == numbers.trainable_params
    assert exact(letters.macs, values) == numbers.macs
    assert exact(letters.bias_additions, values) == numbers.bias_additions


def a_quantity_comes_to_what_its_equation_says(result: Applied) -> None:
    additions = () if result.additions is None else (result.additions,)
    for filled in (*result.quantities, *additions):
        where = {letter: int(size) for letter, size in filled.where.items()}
        assert exact(filled.equation.expression, where) == filled.value
        for drop in filled.drops:
            assert where[drop.letter] == drop.value


def the_rules_lead_to_the_output(result: Applied, configuration: Configuration) -> None:
    """Every size of the output that is not one of the input has a rule that comes to it."""
    ruled = {
        filled.value
        for filled in result.quantities
        if filled.equation.quantity.startswith("output")
    }
    kept = {size for shape in configuration.shapes for size in shape}
    assert {size for shape in result.outputs for size in shape} <= ruled | kept


def every_step_equals_the_step_before(letters: Applied, values: dict[Symbol, int]) -> None:
    for filled in letters.quantities:
        steps.check(explain(filled, filled.value, MappingProxyType({})), values)


def every_line_keeps_its_value_in_every_notation(
    letters: Applied, values: dict[Symbol, int]
) -> None:
    names = [one.equation.quantity for one in letters.quantities]
    rank = sum(name in ("output.H", "output.W", "output.Z") for name in names)
    rank = rank or names.count("output.L")
    for filled in letters.quantities:
        old = explain(filled, filled.value, MappingProxyType({}))
        for notation in PRESETS.values():
            for new in Restating(notation).quantity(old, rank):
                restated.check(old, new, values)


@every_type
def test_general_rules_are_in_letters_of_their_own(type_name: str) -> None:
    rules = catalogue()[type_name].equations()
    assert any(rule.quantity == "params" for rule in rules)
    for rule in rules:
        assert isinstance(rule.expression, Expr)
        assert rule.symbol not in rule.expression.free_symbols


def test_every_layer_type_has_configurations() -> None:
    assert set(families()) >= set(TYPES)
