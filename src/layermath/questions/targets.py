"""What may be asked of a network: its right value, and the values that mistakes lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from layermath.algebra.floors import Size, minus
from layermath.algebra.unknown import is_known
from layermath.network.walk import Walk
from layermath.questions.misreading import Reading, read
from layermath.questions.mistakes import MISTAKES, Mistake
from layermath.questions.records import Value, WrongValue
from layermath.rules.axes import axes_of

COUNTS = ("params", "trainable_params", "macs")
"""Quantities that count things."""


@dataclass(frozen=True)
class Target:
    """A quantity of a layer, or of the whole network where ``layer`` is None.

    ``quantity`` is ``output``, ``output.H`` (or ``output.axis0``), ``params``,
    ``trainable_params``, ``macs``, ``receptive_field`` or ``receptive_field.H``.
    """

    quantity: str
    layer: str | None = None

    @property
    def is_field(self) -> bool:
        """Whether a receptive field is asked for."""
        return self.quantity.startswith("receptive_field")

    def value(self, reading: Reading) -> Value | None:
        """Its value in a reading; None where the reading does not come so far."""
        kind, _dot, axis = self.quantity.partition(".")
        if kind in COUNTS:
            found = self._count(reading, kind)
            return None if found is None or not is_known(found) else Value((found,), False, True)
        shape = self._field(reading) if kind == "receptive_field" else self._shape(reading)
        if shape is None or not all(is_known(size) for size in shape):
            return None
        if not axis:
            if kind == "receptive_field" and len(set(shape)) == 1:
                return Value(shape[:1])
            return Value(shape, True)
        place = _place(axis, shape, kind == "receptive_field")
        return None if place is None else Value((shape[place],))

    def _count(self, reading: Reading, kind: str) -> Size | None:
        side = reading if self.layer is None else reading.layers.get(self.layer)
        if side is None:
            return None
        return side.trainable if kind == "trainable_params" else getattr(side, kind)

    def _shape(self, reading: Reading) -> tuple[Size, ...] | None:
        if self.layer is None:
            return reading.outputs[0] if reading.outputs and len(reading.outputs) == 1 else None
        layer = reading.layers.get(self.layer)
        return layer.outputs[0] if layer is not None and len(layer.outputs) == 1 else None

    def _field(self, reading: Reading) -> tuple[Size, ...] | None:
        if self.layer is None:
            seen = [one for one in reading.layers.values() if one.receptive_field is not None]
            found = seen[-1].receptive_field if seen else None
        else:
            layer = reading.layers.get(self.layer)
            found = None if layer is None else layer.receptive_field
        if found is None:
            return None
        known = tuple(size for size in found if size is not None)
        return known if len(known) == len(found) else None


def _place(axis: str, shape: tuple[Size, ...], spatial: bool) -> int | None:
    """The place of an axis in a shape, by its letter or its number."""
    axes = axes_of(len(shape) + 1)[:-1] if spatial else axes_of(len(shape))
    names = [one.letter for one in axes]
    if axis in names:
        return names.index(axis)
    number = axis.removeprefix("axis")
    if axis == "C" and shape and not spatial:
        return len(shape) - 1
    known = axis.startswith("axis") and number.isdecimal() and int(number) < len(shape)
    return int(number) if known else None


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal, letters and all."""
    return len(one.sizes) == len(other.sizes) and all(
        minus(left, right) == 0 for left, right in zip(one.sizes, other.sizes, strict=True)
    )


def wrong_values(
    walked: Walk,
    target: Target,
    mistakes: Iterable[Mistake] = MISTAKES,
    only: str | None = None,
) -> Iterator[WrongValue]:
    """The value that each mistake leads to, where it is made: in the layer ``only``, or in all.
    A value may be the right one: then the mistake does not show."""
    for mistake in mistakes:
        reading = read(walked, mistake, only, fields=target.is_field)
        value = target.value(reading) if reading.made else None
        if value is not None:
            yield WrongValue(mistake.name, mistake.message, value, only)


def right_value(walked: Walk, target: Target) -> Value | None:
    """The value that is right; None where the network has none, or none that is known."""
    return target.value(read(walked, fields=target.is_field))
