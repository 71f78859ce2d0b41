"""What holds of every layer type: letters come to what the numbers they stand for come to."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Eq, Expr, Ge, Le, Min, Symbol

from layermath.algebra.conditions import Condition
from layermath.algebra.floors import Size, symbol
from layermath.layers import catalogue
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.vocabulary.layer import Layer
from tests.drawing import tried_on
from tests.exact import exact
from tests.layers.configurations import Configuration, configurations, families, ours
from tests.layers.keras_cases import called

APART = frozenset(
    {
        "InputLayer",
        "Lambda",
        "Layer",
        "Wrapper",
        "TorchModuleWrapper",
        "JaxLayer",
        "FlaxLayer",
        "TFSMLayer",
    }
)
"""An input layer stands for its tensor and a Lambda for its function, which the reader follows; the
next two refuse every call, as Keras's do; and what the others do inside is unknown."""

TYPES = sorted({layer_type.type_name() for layer_type in catalogue().values()} - APART)

every_type = pytest.mark.parametrize("type_name", TYPES)
quickly = tried_on(30)


def layer_of(configuration: Configuration) -> Layer:
    """The layer, where its arguments are right."""
    try:
        return ours(configuration.type_name, configuration.keywords)
    except ModelProblem:
        assume(False)
        raise


def applied(layer: Layer, configuration: Configuration, shapes: Any) -> Applied | None:
    """The layer applied, None where it refuses."""
    try:
        return called(layer, configuration.call, list(shapes))
    except ModelProblem:
        return None


def lettered(data: st.DataObject, configuration: Configuration) -> tuple[Any, dict[Symbol, int]]:
    """The shapes with a letter in place of some sizes above 1, and what each letter stands for.

    A size of 1 stays: a letter is not taken for one that is repeated in a merge.
    """
    values: dict[Symbol, int] = {}
    shapes = []
    for index, shape in enumerate(configuration.shapes):
        one: list[Size] = []
        for place, size in enumerate(shape):
            assert size is not None
            letter = symbol(f"n{index}_{place}")
            if size > 1 and data.draw(st.booleans()):
                values[letter] = size
                one.append(letter)
            else:
                one.append(size)
        shapes.append(tuple(one))
    return shapes, values


SIZES = frozenset(
    {
        "filters",
        "kernel_size",
        "pool_size",
        "strides",
        "dilation_rate",
        "groups",
        "depth_multiplier",
        "units",
        "size",
        "n",
        "padding",
        "cropping",
        "output_padding",
        "target_shape",
        "input_dim",
        "output_dim",
        "lora_rank",
        "num_heads",
        "key_dim",
        "value_dim",
        "output_shape",
        "head_dim",
        "num_query_heads",
        "num_key_value_heads",
        "output_size",
        "projection_dim",
        "height",
        "width",
        "max_number",
        "num_tokens",
        "num_bins",
        "max_tokens",
        "output_sequence_length",
        "num_mel_bins",
        "sequence_stride",
        "frame_step",
        "fft_length",
    }
)
"""Arguments that may be letters."""


def lettered_arguments(
    data: st.DataObject, configuration: Configuration, values: dict[Symbol, int]
) -> dict[str, Any]:
    """The arguments with a letter in place of some numbers, each put among the ``values``."""

    def letter(value: Any, name: str) -> Any:
        if isinstance(value, (tuple, list)):
            return type(value)(letter(item, f"{name}_{i}") for i, item in enumerate(value))
        if type(value) is not int or value < 1 or data.draw(st.booleans()):
            return value
        values[symbol(name)] = value
        return symbol(name)

    return {
        name: letter(value, name) if name in SIZES else value
        for name, value in configuration.keywords.items()
    }


def holds(condition: Condition, values: dict[Symbol, int]) -> bool:
    """Whether a condition holds where the letters have these values."""
    if isinstance(condition, bool):
        return condition
    left, right = (
        min(exact(part, values) for part in (side.args if isinstance(side, Min) else (side,)))
        for side in condition.args
    )
    return {Eq: left == right, Ge: left >= right, Le: left <= right}[type(condition)]


def without_unknown_sizes(data: st.DataObject, type_name: str) -> Configuration:
    configuration = data.draw(configurations(type_name))
    assume(all(size is not None for shape in configuration.shapes for size in shape))
    return configuration


@every_type
@quickly
@given(data=st.data())
def test_letters_come_to_what_numbers_come_to(type_name: str, data: st.DataObject) -> None:
    configuration = without_unknown_sizes(data, type_name)
    layer = layer_of(configuration)
    shapes, values = lettered(data, configuration)
    arguments = lettered_arguments(data, configuration, values)
    numbers = applied(layer, configuration, configuration.shapes)
    letters = applied(ours(configuration.type_name, arguments), configuration, shapes)
    if numbers is None:
        assert letters is None or not all(
            holds(requirement.condition, values) for requirement in letters.requirements
        )
        return
    assert letters is not None
    assert all(holds(requirement.condition, values) for requirement in letters.requirements)
    for one, other in zip(letters.outputs, numbers.outputs, strict=True):
        assert [exact(size, values) for size in one] == list(other)
    assert exact(letters.params, values) == numbers.params
    assert exact(letters.trainable_params, values) == numbers.trainable_params
    assert exact(letters.macs, values) == numbers.macs
    assert exact(letters.bias_additions, values) == numbers.bias_additions


@every_type
@quickly
@given(data=st.data())
def test_a_quantity_comes_to_what_its_equation_says(type_name: str, data: st.DataObject) -> None:
    configuration = without_unknown_sizes(data, type_name)
    result = applied(layer_of(configuration), configuration, configuration.shapes)
    assume(result is not None)
    assert result is not None
    additions = () if result.additions is None else (result.additions,)
    for filled in (*result.quantities, *additions):
        where = {letter: int(size) for letter, size in filled.where.items()}
        assert exact(filled.equation.expression, where) == filled.value
        for drop in filled.drops:
            assert where[drop.letter] == drop.value


@every_type
@quickly
@given(data=st.data())
def test_the_rules_lead_to_the_output(type_name: str, data: st.DataObject) -> None:
    """Every size of the output that is not one of the input has a rule that comes to it."""
    configuration = without_unknown_sizes(data, type_name)
    result = applied(layer_of(configuration), configuration, configuration.shapes)
    assume(result is not None)
    assert result is not None
    ruled = {
        filled.value
        for filled in result.quantities
        if filled.equation.quantity.startswith("output")
    }
    kept = {size for shape in configuration.shapes for size in shape}
    assert {size for shape in result.outputs for size in shape} <= ruled | kept


@every_type
@quickly
@given(data=st.data())
def test_checked_arguments_pass_their_checks_again(type_name: str, data: st.DataObject) -> None:
    """Values are put into a layer by making it again from its own arguments."""
    layer = layer_of(without_unknown_sizes(data, type_name))
    written = {field.name: getattr(layer, field.name) for field in fields(layer)}
    assert type(layer).bind((), written) == layer
    assert isinstance(hash(layer), int)


@every_type
def test_general_rules_are_in_letters_of_their_own(type_name: str) -> None:
    rules = catalogue()[type_name].equations()
    assert any(rule.quantity == "params" for rule in rules)
    for rule in rules:
        assert isinstance(rule.expression, Expr)
        assert rule.symbol not in rule.expression.free_symbols


def test_every_layer_type_has_configurations() -> None:
    assert set(families()) >= set(TYPES)
