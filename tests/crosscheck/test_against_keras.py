"""Every layer type against real Keras, on random configurations.

Keras runs on its JAX backend, on the CPU, and is only asked for shapes: `layer(keras.Input(…))`.
"""

from __future__ import annotations

import inspect
import math
import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from sympy import Expr

from layermath.algebra.floors import Size
from layermath.problems import ModelProblem
from layermath.vocabulary.keras.layers import catalogue
from tests.layers.configurations import Configuration, configurations, families, made, ours
from tests.layers.keras_cases import called, with_letters
from tests.layers.test_keras_cases import agrees

pytestmark = pytest.mark.crosscheck

TYPES = sorted(
    {
        layer_type.type_name()
        for layer_type in catalogue().values()
        if not getattr(layer_type, "own", False)
    }
    - {"Lambda"}
)
"""A Lambda is what its function is, which the reader follows: sources with one are compared."""

NOT_ON_THIS_BACKEND = {
    **dict.fromkeys(
        ("Hashing", "HashedCrossing", "IntegerLookup", "StringLookup", "TextVectorization"),
        "Keras makes it only where TensorFlow is installed",
    ),
    "TFSMLayer": "Keras makes it only where TensorFlow is installed",
    "TorchModuleWrapper": "Keras makes it only where PyTorch is installed",
    "JaxLayer": "what comes out depends on a function that is not read",
    "FlaxLayer": "what comes out depends on a module that is not read",
}
"""Layer types that cannot be asked here: the recorded cases hold their answers."""


@cache
def keras() -> ModuleType:
    """Keras on its JAX backend, imported where a test asks for it; skipped where it is missing."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    module: ModuleType = pytest.importorskip("keras")
    return module


def keras_class(type_name: str) -> Any:
    """Keras's class: of ``keras.layers``, or of a model of ``keras.applications``."""
    place: str | None = getattr(catalogue()[type_name], "keras_module", None)
    home = keras().layers if place is None else import_module(place)
    return getattr(home, type_name)


@dataclass(frozen=True)
class Answer:
    """The output shapes, the parameters, and those of them that are trained."""

    shapes: tuple[tuple[Size | None, ...], ...]
    params: Size
    trainable: Size


def of_keras(configuration: Configuration) -> Answer | None:
    """What Keras answers, None where it refuses."""

    def make(type_name: str, keywords: dict[str, Any]) -> Any:
        return keras_class(type_name)(**made(keywords, make))

    try:
        layer = make(configuration.type_name, configuration.keywords)
        if configuration.type_name == "InputLayer":
            return Answer((tuple(layer.output.shape[1:]),), 0, 0)
        tensors = [keras().Input(shape) for shape in configuration.shapes]
        outputs = keras().tree.flatten(called(layer, configuration.call, tensors))
    except Exception:  # Keras refuses with any exception: TypeError, IndexError, …
        return None
    trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
    shapes = tuple(tuple(output.shape[1:]) for output in outputs)
    return Answer(shapes, layer.count_params(), trainable)


def of_layermath(configuration: Configuration) -> Answer | None:
    """What layermath answers, None where it refuses.

    An unknown size is a letter; that no weight depends on one is checked by the network.
    """
    shapes = with_letters(configuration.shapes)
    try:
        layer = ours(configuration.type_name, configuration.keywords)
        if configuration.type_name == "InputLayer":
            applied = layer.apply()
        else:
            applied = called(layer, configuration.call, shapes)
    except ModelProblem:
        return None
    fixed = (applied.params, applied.trainable_params, *applied.needs_known)
    if applied.needs_batch or any(isinstance(size, Expr) for size in fixed):
        return None
    return Answer(applied.outputs, applied.params, applied.trainable_params)


def test_every_layer_type_has_configurations() -> None:
    assert sorted(families()) == TYPES


@pytest.mark.parametrize("type_name", TYPES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_layer_type_answers_as_keras_does(type_name: str, data: st.DataObject) -> None:
    if type_name in NOT_ON_THIS_BACKEND:
        pytest.skip(NOT_ON_THIS_BACKEND[type_name])
    configuration = data.draw(configurations(type_name))
    note(str(configuration))
    theirs, mine = of_keras(configuration), of_layermath(configuration)
    if theirs is None or mine is None:
        assert mine == theirs
        return
    assert len(mine.shapes) == len(theirs.shapes)
    for one, other in zip(mine.shapes, theirs.shapes, strict=True):
        assert agrees(one, other)
    assert (mine.params, mine.trainable) == (theirs.params, theirs.trainable)


@pytest.mark.parametrize("type_name", TYPES)
def test_arguments_stand_in_keras_order(type_name: str) -> None:
    taken = inspect.signature(keras_class(type_name).__init__).parameters.values()
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
        if name in layer_type.aliases:
            assert getattr(keras().layers, name) is keras_class(layer_type.type_name())
