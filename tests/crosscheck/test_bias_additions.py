"""How often biases are added, counted in the program that Keras makes of a layer: JAX writes down
its operations, and each addition with a bias among its operands counts for each value it gives."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from layermath.problems import ModelProblem
from tests.crosscheck.test_against_keras import keras, keras_class
from tests.drawing import FULL
from tests.layers.configurations import Configuration, configurations, made, ours
from tests.layers.keras_cases import called

pytestmark = pytest.mark.crosscheck

TYPES = (
    "Dense",
    "EinsumDense",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SimpleRNN",
    "LSTM",
    "GRU",
    "RNN",
    "SimpleRNNCell",
    "LSTMCell",
    "GRUCell",
    "StackedRNNCells",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Bidirectional",
    "TimeDistributed",
    "MultiHeadAttention",
    "GroupQueryAttention",
    "SpectralNormalization",
)

MOVING = frozenset(
    {
        "broadcast_in_dim",
        "concatenate",
        "convert_element_type",
        "copy",
        "dynamic_slice",
        "expand_dims",
        "gather",
        "reshape",
        "select_n",
        "slice",
        "split",
        "squeeze",
        "transpose",
    }
)
"""Operations after which a bias is still a bias, in another place or shape."""


def needed(program: Any) -> list[Any]:
    """The operations that lead to a result: Keras runs one step of an RNN for its shapes alone."""
    used = {one for one in program.outvars if not hasattr(one, "val")}
    kept = []
    for step in reversed(program.eqns):
        if used & set(step.outvars):
            kept.append(step)
            used |= {one for one in step.invars if not hasattr(one, "val")}
    return kept[::-1]


def additions(program: Any, biases: list[bool]) -> tuple[int, list[bool]]:
    """How many values additions of biases give, and which of the results are biases still."""
    marked = {one for one, bias in zip(program.invars, biases, strict=True) if bias}
    found = 0

    def is_bias(operand: Any) -> bool:
        return not hasattr(operand, "val") and operand in marked

    for step in needed(program):
        operands = [is_bias(one) for one in step.invars]
        inner = step.params.get("jaxpr", step.params.get("call_jaxpr"))
        if inner is not None:
            assert step.primitive.name != "while"
            more, kept = additions(getattr(inner, "jaxpr", inner), operands)
            found += more * step.params.get("length", 1)
            marked |= {one for one, bias in zip(step.outvars, kept, strict=True) if bias}
        elif step.primitive.name in MOVING and any(operands):
            marked |= set(step.outvars)
        elif step.primitive.name in ("add", "add_any") and any(operands):
            found += math.prod(step.outvars[0].aval.shape)
        else:
            # nothing else is done with a bias
            assert not any(operands), step
    return found, [is_bias(one) for one in program.outvars]


def of_keras(configuration: Configuration) -> int | None:
    """The additions in the program of one call, on a batch of one; None where Keras refuses."""
    jax = pytest.importorskip("jax")

    def make(type_name: str, keywords: dict[str, Any]) -> Any:
        return keras_class(type_name)(**made(keywords, make))

    try:
        layer = make(configuration.type_name, configuration.keywords)
        data = [keras().ops.ones((1, *shape)) for shape in configuration.shapes]
        called(layer, configuration.call, data)
    except Exception:  # Keras refuses with any exception: TypeError, IndexError, …
        return None
    fixed = [one.value for one in layer.non_trainable_variables]
    biases = [one.path.rpartition("/")[2] == "bias" for one in layer.trainable_variables]

    def run(weights: list[Any]) -> Any:
        def stateless(*arguments: Any, **keywords: Any) -> Any:
            return layer.stateless_call(weights, fixed, *arguments, **keywords)[0]

        return called(stateless, configuration.call, data)

    program = jax.make_jaxpr(run)([one.value for one in layer.trainable_variables])
    return additions(program.jaxpr, biases)[0]


@pytest.mark.parametrize("type_name", TYPES)
@settings(max_examples=5 if FULL else 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_biases_are_added_as_often_as_in_keras(type_name: str, data: st.DataObject) -> None:
    configuration = data.draw(configurations(type_name))
    note(str(configuration))
    assume(all(size is not None for shape in configuration.shapes for size in shape))
    try:
        layer = ours(configuration.type_name, configuration.keywords)
        applied = called(layer, configuration.call, list(configuration.shapes))
    except ModelProblem:
        assume(False)
        raise
    theirs = of_keras(configuration)
    assume(theirs is not None)
    assert applied.bias_additions == theirs
