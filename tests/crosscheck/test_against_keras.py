"""Every layer type against real Keras, on random configurations.

Keras runs on its JAX backend, on the CPU, and is only asked for shapes: `layer(keras.Input(…))`.
"""

from __future__ import annotations

import inspect
import math
import os
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sympy import Expr

from layermath.algebra.floors import Size, symbol
from layermath.layers import catalogue
from layermath.problems import ModelProblem
from tests.layers.configurations import FAMILIES, Configuration, configurations

pytestmark = pytest.mark.crosscheck

TYPES = sorted({layer_type.type_name() for layer_type in catalogue().values()})


@cache
def keras() -> ModuleType:
    """Keras on its JAX backend, imported where a test asks for it; skipped where it is missing."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    module: ModuleType = pytest.importorskip("keras")
    return module


@dataclass(frozen=True)
class Answer:
    """The output shape, the parameters, and those of them that are trained."""

    shape: tuple[Size | None, ...]
    params: Size
    trainable: Size


def of_keras(configuration: Configuration) -> Answer | None:
    """What Keras answers, None where it refuses."""
    layer_type = getattr(keras().layers, configuration.type_name)
    try:
        layer = layer_type(**configuration.keywords)
        if configuration.type_name == "InputLayer":
            return Answer(tuple(layer.output.shape[1:]), 0, 0)
        tensors = [keras().Input(shape) for shape in configuration.shapes]
        output = layer(tensors if configuration.listed else tensors[0])
    except Exception:  # Keras refuses with any exception: TypeError, IndexError, …
        return None
    trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
    return Answer(tuple(output.shape[1:]), layer.count_params(), trainable)


def of_layermath(configuration: Configuration) -> Answer | None:
    """What layermath answers, None where it refuses.

    An unknown size is a letter; that no weight depends on one is checked by the network.
    """
    shapes: list[tuple[Size, ...]] = [
        tuple(
            symbol(f"n{index}_{place}") if size is None else size
            for place, size in enumerate(shape)
        )
        for index, shape in enumerate(configuration.shapes)
    ]
    try:
        layer = catalogue()[configuration.type_name].bind((), configuration.keywords)
        if configuration.type_name == "InputLayer":
            applied = layer.apply()
        else:
            applied = layer.apply(shapes if configuration.listed else shapes[0])
    except ModelProblem:
        return None
    if any(isinstance(count, Expr) for count in (applied.params, applied.trainable_params)):
        return None
    return Answer(applied.outputs[0], applied.params, applied.trainable_params)


def test_every_layer_type_has_configurations() -> None:
    assert sorted(FAMILIES) == TYPES


@pytest.mark.parametrize("type_name", TYPES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_layer_type_answers_as_keras_does(type_name: str, data: st.DataObject) -> None:
    configuration = data.draw(configurations(type_name))
    note(str(configuration))
    theirs, ours = of_keras(configuration), of_layermath(configuration)
    if theirs is None or ours is None:
        assert ours == theirs
        return
    assert len(ours.shape) == len(theirs.shape)
    assert all(
        known is None or size == known for size, known in zip(ours.shape, theirs.shape, strict=True)
    )
    assert (ours.params, ours.trainable) == (theirs.params, theirs.trainable)


@pytest.mark.parametrize("type_name", TYPES)
def test_arguments_stand_in_keras_order(type_name: str) -> None:
    taken = inspect.signature(getattr(keras().layers, type_name).__init__).parameters.values()
    theirs = [
        parameter.name
        for parameter in taken
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        and parameter.name not in ("self", "name", "dtype")
    ]
    ours = catalogue()[type_name].in_a_row()
    assert list(ours) == theirs[: len(ours)]


def test_aliases_are_those_of_keras() -> None:
    for name, layer_type in catalogue().items():
        assert getattr(keras().layers, name) is getattr(keras().layers, layer_type.type_name())
