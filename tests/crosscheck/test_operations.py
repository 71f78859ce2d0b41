"""Every operation against real Keras, on random calls: only shapes are asked for."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from layermath.operations import Fixed, TouchesBatch
from layermath.problems import ModelProblem
from tests.operations.drawn import NAMES, Drawn, call_of

pytestmark = pytest.mark.crosscheck


@cache
def keras_class(name: str) -> Any:
    """Keras's class of that name."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    pytest.importorskip("keras")
    for module in ("ops.numpy", "ops.nn", "ops.core", "ops.math", "ops.linalg", "ops.image",
                   "activations.activations"):  # fmt: skip
        found = getattr(import_module(f"keras.src.{module}"), name, None)
        if found is not None:
            return found
    raise AssertionError(name)


def of_keras(drawn: Drawn) -> list[tuple[int | None, ...]] | None:
    """The output shapes, None where Keras refuses."""
    keras, numpy = import_module("keras"), import_module("numpy")

    def put(operand: Any) -> Any:
        if isinstance(operand, list):
            return [put(item) for item in operand]
        if isinstance(operand, Fixed):
            return numpy.zeros(operand.shape) if operand.shape else numpy.asarray(2.0)
        return keras.Input(operand)

    class_ = keras_class(drawn.name)
    operands = [put(operand) for operand in drawn.operands]
    keywords = dict(drawn.keywords)
    if drawn.name == "Take" and not isinstance(drawn.operands[0], Fixed):
        operands[1] = numpy.zeros(drawn.operands[1].shape, dtype="int32")
    try:
        if drawn.name == "FullLike":
            found = class_().symbolic_call(*operands, 1)
        elif drawn.name == "GetItem":
            found = class_().symbolic_call(operands[0], keywords["key"])
        elif drawn.name == "Slice":
            found = class_(keywords["shape"]).symbolic_call(operands[0], keywords["start_indices"])
        else:
            found = class_(**keywords).symbolic_call(*operands)
    except (ValueError, IndexError, TypeError, AssertionError, ZeroDivisionError) as error:
        note(f"Keras: {error}")
        return None
    several = found if isinstance(found, (list, tuple)) else [found]
    return [tuple(one.shape) for one in several]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_keras_answers_as_layermath_does(name: str, data: st.DataObject) -> None:
    drawn = data.draw(call_of(name))
    theirs = of_keras(drawn)
    try:
        ours = drawn.apply()
    except TouchesBatch:
        return
    except ModelProblem as problem:
        note(str(problem.message))
        assert theirs is None
        return
    assert theirs is not None
    assert [(None, *shape) for shape in ours.outputs] == theirs
