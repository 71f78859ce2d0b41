"""Reductions: many values along an axis become one.

Source: Keras, *NumPy ops* (`sum`, `mean`, `argmax`), *Linear algebra ops* (`norm`) and *Core ops*.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from layermath.messages import _
from layermath.operations.operation import (
    Operation,
    alike,
    kept,
    one_tensor,
    places_of,
    rearranged,
    spatial,
    stated,
)
from layermath.rules.axes import LENGTH, SPATIAL
from layermath.rules.equations import Applied, Equation, View
from layermath.vocabulary.arguments import anything, argument, axis_or_axes, flag, optional
from layermath.vocabulary.arguments import whole as whole_number
from layermath.vocabulary.layer import Shape

_ONE = _("all values along it become one")


@dataclass(frozen=True)
class Along(Operation, abstract=True):
    """All values along some axes become one: the axes go, or keep one position."""

    def along(self) -> int | tuple[int, ...] | None:
        """The axes; None for all of them, the batch too."""
        axis: int | tuple[int, ...] | None = getattr(self, "axis", None)
        return axis

    def keeps(self) -> bool:
        """Whether each axis keeps one position."""
        return bool(getattr(self, "keepdims", False))

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `ModelProblem` where it has no such axis, `TouchesBatch`
        where the examples of a batch become one."""
        return reduced(one_tensor(x), self.along(), keeps=self.keeps())

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules: for an axis that stays, and for one that keeps one position."""
        height, _width = SPATIAL[2]
        return (
            kept(LENGTH, height.size_in, 1).equation,
            replace(stated(height, 1, "reduced-axis", _ONE).equation, when=_KEEPS),
        )


_KEEPS = _("with keepdims")


def reduced(shape: Shape, along: int | tuple[int, ...] | None, *, keeps: bool = False) -> Applied:
    """A shape without the axes that are reduced, or with one position on each."""
    gone = places_of(along, len(shape))
    if keeps:
        sources = [None if place in gone else place for place in range(len(shape))]
    else:
        sources = [place for place in range(len(shape)) if place not in gone]
    output, quantities = rearranged(shape, sources, "reduced-axis", _ONE)
    return Applied((output,), quantities, view=_seen(len(shape), gone))


def _seen(rank: int, gone: Collection[int]) -> View:
    positions = set(spatial(rank))
    if positions <= set(gone) and gone:
        return "everything"
    return "windows" if positions.isdisjoint(gone) else "unknown"


@dataclass(frozen=True)
class Reduction(Along, abstract=True):
    """A reduction with the arguments that most have."""

    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)
    keepdims: bool = argument(flag, False)


@dataclass(frozen=True)
class FromInitial(Along, abstract=True):
    """A reduction that may begin with a value."""

    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)
    keepdims: bool = argument(flag, False)
    initial: object = argument(anything, None)


@dataclass(frozen=True)
class OfOneAxis(Along, abstract=True):
    """A reduction that tells where a value stands."""

    axis: int | None = argument(optional(whole_number), None)
    keepdims: bool = argument(flag, False)


@dataclass(frozen=True)
class Prod(Along):
    """The product of the values."""

    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)
    keepdims: bool = argument(flag, False)
    dtype: object = argument(anything, None)


@dataclass(frozen=True)
class CountNonzero(Along):
    """How many values are not 0."""

    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)


@dataclass(frozen=True)
class Norm(Along):
    """The norm of the values: the square root of the sum of their squares, or another one."""

    ord: object = argument(anything, None)
    axis: int | tuple[int, ...] | None = argument(optional(axis_or_axes), None)
    keepdims: bool = argument(flag, False)


@dataclass(frozen=True)
class Moments(Operation):
    """The mean of the values and their variance: two outputs."""

    axes: int | tuple[int, ...] | None = argument(optional(axis_or_axes))
    keepdims: bool = argument(flag, False)
    synchronized: object = argument(anything, False)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises as a reduction does."""
        once = reduced(one_tensor(x), self.axes, keeps=self.keepdims)
        return replace(once, outputs=once.outputs * 2, nest=(0, 1))


TYPES = (
    *alike(
        Reduction,
        (
            "All",
            "Amax",
            "Amin",
            "Any",
            "Logsumexp",
            "Mean",
            "Median",
            "Nanmax",
            "Nanmean",
            "Nanmedian",
            "Nanmin",
            "Nanprod",
            "Nanstd",
            "Nansum",
            "Nanvar",
            "Ptp",
            "Std",
            "Sum",
            "Var",
        ),
    ),
    *alike(FromInitial, ("Max", "Min")),
    *alike(OfOneAxis, ("Argmax", "Argmin", "Nanargmax", "Nanargmin")),
)
