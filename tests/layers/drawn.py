"""Random layers, and the same with letters in place of some numbers."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from sympy import Eq, Ge, Le, Min, Symbol

from layermath.algebra.conditions import Condition
from layermath.algebra.floors import Size, symbol
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.vocabulary.keras.layers import catalogue
from layermath.vocabulary.layer import Layer
from tests.exact import exact
from tests.layers.configurations import Configuration, configurations, ours
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
