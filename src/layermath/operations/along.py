"""Operations that keep the shape and look at the values along an axis together.

Source: Keras, *NN ops* (`softmax`, `normalize`) and *NumPy ops* (`cumsum`, `sort`, `flip`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from layermath.algebra.floors import Size, times
from layermath.messages import Message
from layermath.operations.operation import Operation, alike, one_tensor, places_of, spatial
from layermath.rules import activations
from layermath.rules.equations import Applied, View
from layermath.vocabulary.arguments import anything, argument, axis_or_axes, optional
from layermath.vocabulary.arguments import whole as whole_number
from layermath.vocabulary.layer import Shape


@dataclass(frozen=True)
class Along(Operation, abstract=True):
    """The shape stays. ``moves`` where values only change places."""

    moves: ClassVar[bool] = False

    def along(self) -> int | tuple[int, ...] | None:
        """The axes; None for all values of all examples."""
        axis: int | tuple[int, ...] | None = getattr(self, "axis", None)
        return axis

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `ModelProblem` where it has no such axis."""
        shape = one_tensor(x)
        places = places_of(self.along(), len(shape))
        return Applied(
            (shape,),
            view=self._seen(len(shape), places),
            sentences=self._sentences(times(shape[place] for place in places)),
        )

    def _seen(self, rank: int, places: Collection[int]) -> View:
        positions = set(spatial(rank))
        if positions.isdisjoint(places):
            return "windows"
        return "everything" if positions <= set(places) and not self.moves else "unknown"

    def _sentences(self, together: Size) -> tuple[Message, ...]:
        """What it does to the values."""
        said = activations.sentence(_ACTIVATIONS.get(self.type_name()), together)
        return () if said is None else (said,)


_ACTIVATIONS = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sparsemax": "sparsemax"}


@dataclass(frozen=True)
class AlongAxes(Along, abstract=True):
    """An activation along an axis, or several; the last by itself."""

    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), -1)


@dataclass(frozen=True)
class AlongAxis(Along, abstract=True):
    """Along one axis; the last by itself."""

    axis: int | None = argument(optional(whole_number), -1)


@dataclass(frozen=True)
class Accumulation(Along, abstract=True):
    """At each position of an axis, what the values up to it come to. Without an axis, Keras puts
    the values of all examples in one row."""

    axis: int | None = argument(optional(whole_number), None)
    dtype: object = argument(anything, None)


@dataclass(frozen=True)
class Normalize(Along):
    """The values along an axis, divided by their norm."""

    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), -1)
    order: object = argument(anything, 2)
    epsilon: object = argument(anything, None)


@dataclass(frozen=True)
class Flip(Along):
    """The positions of an axis, in the opposite order."""

    moves = True
    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)


@dataclass(frozen=True)
class Roll(Along):
    """The positions of an axis moved on; what goes over its end comes in at its beginning."""

    moves = True
    shift: object = argument(anything)
    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)


TYPES = (
    *alike(AlongAxes, ("Softmax", "LogSoftmax", "Sparsemax")),
    *alike(AlongAxis, ("Sort", "Argsort")),
    *alike(Accumulation, ("Cumsum", "Cumprod", "Nancumsum", "Nancumprod")),
)
