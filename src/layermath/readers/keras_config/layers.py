"""The layer that a record makes: one with a rule, or one of which only the shape is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE, unknown
from layermath.messages import Message
from layermath.problems import Problem
from layermath.readers.keras_config import operations
from layermath.readers.keras_config.records import Record, recorded_shape
from layermath.readers.keras_config.values import MakeLayer, bound
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.frozen import thawed
from layermath.vocabulary.keras import layers
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.opaque import Opaque

Shape = tuple[Size, ...]
Recorded: TypeAlias = "Mapping[str, Mapping[int, tuple[int | None, ...] | None]]"
"""The output shapes that are written down for a layer, by its name and the output's number."""


@dataclass(frozen=True)
class Known:
    """What a live model knows of a layer that has no rule. Shapes have their batch axis."""

    shapes: tuple[tuple[int | None, ...], ...] | None
    params: int | None
    trainable_params: int | None


class Layers:
    """Makes the layers of one model. ``known`` is what a live model knows of its layers, by the
    names that lead to them."""

    def __init__(
        self, known: Mapping[tuple[str, ...], Known], recorded: Recorded, notes: list[Message]
    ) -> None:
        self._known = known
        self._recorded = recorded
        self._notes = notes

    def layer(self, record: Record, path: tuple[str, ...], make: MakeLayer) -> Layer:
        """The layer of a record; ``make`` makes those inside it.

        Raises `ModelProblem` for arguments that Keras would refuse.
        """
        found = self._found(record)
        if found is None:
            return self._opaque(record, path)
        try:
            made, notes = bound(found, operations.arguments(record, found), make)
        except Problem as problem:
            raise problem.at(layer=record.name) from None
        self._notes += notes
        inside = _without_rule(made)
        return made if inside is None else self._around(record, path, made, inside)

    def _around(self, record: Record, path: tuple[str, ...], made: Layer, inside: str) -> Layer:
        """A wrapper around a class without a rule: what is known of it is known from elsewhere."""
        told = self._opaque(record, path)
        if told.shapes is None and told.own_params is None:
            return made
        return replace(told, module=None, inside=inside)

    @staticmethod
    def _found(record: Record) -> layers.AnyType | None:
        if not record.is_keras:
            return None
        if (
            record.class_name == "Lambda"
            and recorded_shape(record.config.get("output_shape")) is None
        ):
            return (
                None  # then the shape that Keras wrote down beside the next layer is all there is
            )
        if record.is_operation or operations.is_old(record):
            return operations.find(record)
        return layers.find(record.class_name)

    def _opaque(self, record: Record, path: tuple[str, ...]) -> Opaque:
        known = self._known.get(path)
        nothing_to_learn = record.class_name == "Lambda" or record.is_operation
        params = known.params if known else 0 if nothing_to_learn else None
        trainable = known.trainable_params if known else params
        shapes = self._shapes(record, known)
        module = None if record.module in (None, "builtins", "__main__") else record.module
        return Opaque(record.class_name, shapes, params, trainable, module)

    def _shapes(self, record: Record, known: Known | None) -> tuple[Shape, ...] | None:
        if known is not None and known.shapes is not None:
            return tuple(_named(record.name, n, shape) for n, shape in enumerate(known.shapes))
        written = self._recorded.get(record.name, {})
        shapes = []
        for number in range(max(written, default=-1) + 1):
            shape = written.get(number)
            shapes.append(UNKNOWN_SHAPE if shape is None else _named(record.name, number, shape))
        return tuple(shapes) if shapes and shapes != [UNKNOWN_SHAPE] else None


def _without_rule(made: Layer) -> str | None:
    """The class without a rule among the layers that a layer was given: the cell of an ``RNN``."""
    for name, value in made.given.items():
        for one in value if isinstance(value, tuple) else (value,):
            inner = thawed(one) if isinstance(one, Layer) else one
            if isinstance(inner, Opaque):
                return inner.class_name
            if isinstance(inner, Unfollowed) and name in _WRAPPED:
                return inner.text
    return None


_WRAPPED = frozenset({"cell", "layer", "backward_layer"})
"""The arguments that are layers."""


def _named(layer: str, number: int, shape: tuple[int | None, ...]) -> Shape:
    """A shape without its batch axis; an axis that is not known has a name of its own."""
    return tuple(
        unknown(f"{layer}.{number}.{axis}") if size is None else size
        for axis, size in enumerate(shape[1:])
    )
