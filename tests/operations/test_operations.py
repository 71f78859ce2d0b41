"""What holds of every operation: letters come to what numbers come to, and rules to the output."""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from sympy import Symbol

from layermath.algebra.floors import Size, symbol
from layermath.algebra.unknown import is_known
from layermath.derivation.explain import explain
from layermath.operations import Fixed, Operation, find
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.vocabulary.layer import Layer
from tests.derivation.steps import check
from tests.drawing import tried_on
from tests.exact import exact
from tests.layers.drawn import holds
from tests.operations.drawn import NAMES, Drawn, call_of

every_operation = pytest.mark.parametrize("name", NAMES)


def applied(drawn: Drawn, operands: tuple[Any, ...] | None = None) -> Applied | None:
    try:
        return drawn.apply(operands)
    except ModelProblem:
        return None


def lettered(data: st.DataObject, drawn: Drawn) -> tuple[tuple[Any, ...], dict[Symbol, int]]:
    """The operands with letters in place of some sizes above 1; one size, one letter."""
    values: dict[Symbol, int] = {}

    def letter(size: int) -> Size:
        if size < 2 or not data.draw(st.booleans()):
            return size
        values[symbol(f"n{size}")] = size
        return symbol(f"n{size}")

    def put(operand: Any) -> Any:
        if isinstance(operand, Fixed):
            return Fixed(put(operand.shape))
        if isinstance(operand, list):
            return [put(item) for item in operand]
        return tuple(letter(size) for size in operand)

    return tuple(put(operand) for operand in drawn.operands), values


@every_operation
@tried_on(30)
@given(data=st.data())
def test_every_call_of_an_operation(name: str, data: st.DataObject) -> None:
    """Drawing a call takes many times as long as a check: one is drawn for all that holds of it."""
    drawn = data.draw(call_of(name))
    try:
        checked_arguments_pass_their_checks_again(drawn.operation)
    except ModelProblem:
        reject()
    done = applied(drawn)
    assume(done is not None)
    assert done is not None
    the_rules_lead_to_the_output(drawn, done)
    letters_come_to_what_numbers_come_to(data, drawn, done)


def checked_arguments_pass_their_checks_again(operation: Operation) -> None:
    written = {field.name: getattr(operation, field.name) for field in fields(operation)}
    assert type(operation).bind((), written) == operation
    assert isinstance(hash(operation), int)


def the_rules_lead_to_the_output(drawn: Drawn, done: Applied) -> None:
    """Every size of the output that is not one of the operands has a rule that comes to it."""
    ruled = {f.value for f in done.quantities if f.equation.quantity.startswith("output")}
    given_sizes = {
        size
        for operand in drawn.operands
        for shape in (operand if isinstance(operand, list) else [operand])
        for size in (shape.shape if isinstance(shape, Fixed) else shape)
    }
    assert {size for shape in done.outputs for size in shape} <= ruled | given_sizes
    assert done.params == 0


def letters_come_to_what_numbers_come_to(
    data: st.DataObject, drawn: Drawn, numbers: Applied
) -> None:
    operands, values = lettered(data, drawn)
    letters = applied(drawn, operands)
    # a number of parts, or a reshape, may need the number itself
    assert letters is not None or drawn.name in ("Unstack", "Reshape")
    assume(letters is not None)
    assert letters is not None
    hold = all(holds(requirement.condition, values) for requirement in letters.requirements)
    # a slice that ends beyond its axis is cut off where the size is known, and excluded elsewhere
    assert hold or drawn.name in ("GetItem", "Split")
    assume(hold)
    for one, other in zip(letters.outputs, numbers.outputs, strict=True):
        assert [exact(size, values) for size in one] == list(other)
    if is_known(numbers.macs):
        assert exact(letters.macs, values) == numbers.macs
    for filled in letters.quantities:
        if is_known(filled.value):
            check(explain(filled, filled.value, MappingProxyType({})), values)


@every_operation
def test_an_operation_is_a_layer_without_parameters(name: str) -> None:
    found = find(name)
    assert found is not None
    assert issubclass(found, Operation)
    assert issubclass(found, Layer)
    assert found.type_name() == name
    assert found.__doc__
    assert all(rule.quantity != "params" for rule in found.equations())


def test_names_that_are_no_operation() -> None:
    assert find("Conv2D") is None
    assert find("Broadcast") is None
