"""Operations that arrange the same values otherwise: other axes, another order, another shape.

Source: Keras, *NumPy ops* (`reshape`, `transpose`, `expand_dims`, `squeeze`, `broadcast_to`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, as_size, times
from layermath.messages import Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.operations.broadcasting import together
from layermath.operations.operation import (
    Operation,
    TouchesBatch,
    Whole,
    kept,
    one_tensor,
    place_of,
    places_of,
    rearranged,
    stated,
    without_batch,
    without_counts,
)
from layermath.problems import ModelProblem
from layermath.rules import reshaping
from layermath.rules.axes import SPATIAL, axes_of, axis_number
from layermath.rules.equations import Applied, Equation, Filled, Reach
from layermath.vocabulary.arguments import argument, axis_or_axes, is_size, optional, wrong
from layermath.vocabulary.arguments import whole as whole_number
from layermath.vocabulary.layer import Shape, require


def shape_with_batch(value: object, name: str, rank: int = 0) -> Whole:
    """A shape with its batch axis: whole numbers or letters, None for the batch, −1 for a size that
    is left open. One whole number is a shape of one axis."""
    items = (value,) if is_size(value) else value
    if not isinstance(items, (tuple, list)) or not all(
        item is None or is_size(item) for item in items
    ):
        raise wrong(name, value, _("it must be a tuple of whole numbers or letters"))
    found = tuple(None if item is None else as_size(item) for item in items)
    if any(isinstance(size, int) and size < -1 for size in found) or found.count(-1) > 1:
        raise wrong(name, value, _("no size may be negative, except one −1 for the size left open"))
    return found


@dataclass(frozen=True)
class Reshape(Operation):
    """The same values in the same order in another shape, whose first size is the batch: None, or
    −1 where the others take up all values of an example.

    Raises `ModelProblem` where the number of values would change, `TouchesBatch` where examples
    would be joined or cut.
    """

    newshape: Whole = argument(shape_with_batch, alias="shape")

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor."""
        shape = one_tensor(x)
        if not self.newshape or self.newshape[0] not in (None, -1):
            raise TouchesBatch
        target = self.newshape[1:]
        if None in target:
            raise TouchesBatch
        if self.newshape[0] == -1 and equal(times(shape), times(_known(target))) is False:
            raise TouchesBatch
        rule = reshaping.Reshape(tuple(None if size == -1 else size for size in target))
        applied = rule.apply(shape)
        return replace(applied, quantities=without_counts(applied))

    def title(self) -> tuple[Piece, ...]:
        """``(7, 7, 128)``"""
        return (ShapePiece(_known(self.newshape[1:])),)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule for a size that is left open."""
        return reshaping.Reshape.equations()[:1]


def _known(sizes: Whole) -> tuple[Size, ...]:
    return tuple(-1 if size is None else size for size in sizes)


class Moved(Operation, abstract=True):
    """The axes in another order."""

    def order(self, rank: int) -> Sequence[int]:
        """For each axis of the output, the one of the input that it was; the batch is 0."""
        raise NotImplementedError

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `TouchesBatch` where the batch would move."""
        shape = one_tensor(x)
        order = self.order(len(shape))
        if order[0] != 0:
            raise TouchesBatch
        sources = [number - 1 for number in order[1:]]
        output, quantities = rearranged(shape, sources, "moved-axis", _("a new axis"))
        moved = {place: source for place, source in enumerate(sources) if place != source}
        return Applied(
            (output,),
            quantities,
            reach={place: Reach(source) for place, source in moved.items()},
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for height and width that change places."""
        height, width = SPATIAL[2]
        return (kept(height, width.size_in, 1).equation, kept(width, height.size_in, 1).equation)


@dataclass(frozen=True)
class Transpose(Moved):
    """The axes in the order of ``axes``, the batch being 0; without it in the opposite order."""

    axes: tuple[int, ...] | None = argument(optional(axis_or_axes), None)

    def order(self, rank: int) -> Sequence[int]:
        """As it is given."""
        if self.axes is None:
            return range(rank, -1, -1)
        numbers = [axis_number(axis, rank) for axis in self.axes]
        if sorted(numbers) != list(range(rank + 1)):
            raise ModelProblem(
                _(
                    "each axis must stand in {axes} once: the batch, axis 0, and {rank} more",
                    axes=ShapePiece(self.axes),
                    rank=rank,
                )
            )
        return numbers

    def title(self) -> tuple[Piece, ...]:
        """``(0, 2, 1)``"""
        return () if self.axes is None else (ShapePiece(self.axes),)


@dataclass(frozen=True)
class Swapaxes(Moved):
    """Two axes change places."""

    axis1: int = argument(whole_number)
    axis2: int = argument(whole_number)

    def order(self, rank: int) -> Sequence[int]:
        """The two in each other's place."""
        order = list(range(rank + 1))
        one, other = axis_number(self.axis1, rank), axis_number(self.axis2, rank)
        order[one], order[other] = order[other], order[one]
        return order


@dataclass(frozen=True)
class Moveaxis(Moved):
    """Axes go to other places; the rest stay in their order."""

    source: tuple[int, ...] = argument(axis_or_axes)
    destination: tuple[int, ...] = argument(axis_or_axes)

    def order(self, rank: int) -> Sequence[int]:
        """The rest, with the moved ones put in from the first place on."""
        sources = [axis_number(axis, rank) for axis in self.source]
        goals = [axis_number(axis, rank) for axis in self.destination]
        if len(sources) != len(goals) or len(set(goals)) < len(goals):
            raise ModelProblem(_("as many axes must be moved as there are places for them"))
        order = [axis for axis in range(rank + 1) if axis not in sources]
        for goal, source in sorted(zip(goals, sources, strict=True)):
            order.insert(goal, source)
        return order


@dataclass(frozen=True)
class ExpandDims(Operation):
    """A new axis with one position, or several; ``axis`` is where it stands in the output."""

    axis: tuple[int, ...] = argument(axis_or_axes)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `TouchesBatch` for a new axis before the batch."""
        shape = one_tensor(x)
        new = places_of(self.axis, len(shape) + len(self.axis))
        rest = iter(range(len(shape)))
        sources = [None if place in new else next(rest) for place in range(len(shape) + len(new))]
        output, quantities = rearranged(shape, sources, "new-axis", _NEW)
        return Applied((output,), quantities, view="unknown")

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The size of a new axis."""
        return (stated(SPATIAL[2][0], 1, "new-axis", _NEW).equation,)


_NEW = _("a new axis with one position")


@dataclass(frozen=True)
class Squeeze(Operation):
    """Axes with one position are left out: those that are named, or every one.

    Raises `ModelProblem` where a named one has more.
    """

    axis: tuple[int, ...] | None = argument(optional(axis_or_axes), None)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor."""
        shape = one_tensor(x)
        gone: Sequence[int] = [place for place, size in enumerate(shape) if size == 1]
        requirements = []
        if self.axis is not None:
            gone = [place_of(axis, len(shape)) for axis in self.axis]
            requirements = [
                require(
                    equal(shape[place], 1),
                    _(
                        "axis {axis} can be left out where its size is 1: it is {size}",
                        axis=place + 1,
                        size=shape[place],
                    ),
                )
                for place in gone
            ]
        sources = [place for place in range(len(shape)) if place not in gone]
        output, quantities = rearranged(shape, sources, "kept-axis", _NEW)
        return Applied(
            (output,),
            quantities,
            view="unknown" if gone else "windows",
            requirements=tuple(requirements),
        )


@dataclass(frozen=True)
class BroadcastTo(Operation):
    """Values repeated along axes of size 1, up to a shape that is given with its batch axis."""

    shape: Whole = argument(shape_with_batch)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `ModelProblem` where its sizes do not fit."""
        shape = one_tensor(x)
        target = without_batch(self.shape)
        if len(shape) > len(target):
            raise ModelProblem(_("the input has more axes than {shape}", shape=ShapePiece(target)))
        _common, requirements = together([(None, *shape), self.shape])
        padded = (1,) * (len(target) - len(shape)) + shape
        for size, wanted in zip(padded, target, strict=True):
            if size != 1 and wanted == 1:
                raise ModelProblem(_("a size above 1 cannot become 1"))
        quantities = _given(target)
        return Applied(
            (target,),
            quantities,
            view="windows" if shape == target else "unknown",
            requirements=requirements,
        )


def _given(target: Shape) -> tuple[Filled, ...]:
    axes = axes_of(len(target))
    reason = _("as the source has it")
    return tuple(
        stated(axis, size, "given-size", reason) for axis, size in zip(axes, target, strict=True)
    )


@dataclass(frozen=True)
class Ravel(Operation):
    """All values in one row, the examples one after another: that leaves no batch."""

    def apply(self, x: Shape) -> Applied:
        """Raises `TouchesBatch`, but for one value each."""
        if one_tensor(x):
            raise TouchesBatch
        return Applied(((),))
