"""The shapes that are written down in a configuration, beside the layers and their calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from layermath.readers.keras_config.layers import Recorded
from layermath.readers.keras_config.records import (
    Record,
    Reference,
    record_of,
    recorded_shape,
    references_in,
)


def batched(config: Mapping[str, Any]) -> tuple[int | None, ...] | None:
    """The shape that a layer's own arguments give its input, with the batch axis."""
    for key in ("batch_shape", "batch_input_shape"):
        shape = recorded_shape(config.get(key))
        if shape is not None:
            return shape
    shape = recorded_shape(config.get("input_shape") or config.get("shape"))
    return None if shape is None else (None, *shape)


def all_references(records: Mapping[str, Record], outputs: Sequence[Reference]) -> list[Reference]:
    return [
        *outputs,
        *(
            one
            for record in records.values()
            for call in record.nodes
            for one in references_in([*call.arguments, *call.keywords.values()])
        ),
    ]


def recorded(records: Mapping[str, Record]) -> Recorded:
    """The output shapes that Keras wrote beside the calls; None where two differ."""
    found: dict[str, dict[int, tuple[int | None, ...] | None]] = {}
    for one in all_references(records, ()):
        shapes = found.setdefault(one.layer, {})
        if shapes.setdefault(one.tensor, one.shape) != one.shape:
            shapes[one.tensor] = None
    return found


def recorded_in_stack(stack: Sequence[Record]) -> Recorded:
    """In a stack, the shape that a layer was built on is what the one before it gave."""
    return {
        before.name: {0: recorded_shape(after.build_config.get("input_shape"))}
        for before, after in pairwise(stack)
    }


def made_input(model: Record, first: Record, taken: Mapping[str, Record]) -> Record:
    """The input layer that a Sequential is given by Keras, where it has none written down."""
    name = f"{first.name}_input" if first.module is None else "input_layer"
    while name in taken:
        name += "_1"
    return replace(model, name=name, class_name="InputLayer", config={}, nodes=())


def first_shape(model: Record, first: Record) -> tuple[int | None, ...] | None:
    """The input shape of a Sequential without an input layer, as far as it is written down: with
    the model, or with the layer that stands first in it, however deep."""
    shape = recorded_shape(model.config.get("build_input_shape"))
    shape = shape or recorded_shape(model.build_config.get("input_shape"))
    while shape is None:
        shape = batched(first.config) or recorded_shape(first.build_config.get("input_shape"))
        layers = first.config.get("layers")
        if not first.is_model or not layers:
            break
        first = record_of(layers[0], first.name)
    return shape
