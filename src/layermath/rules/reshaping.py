"""Reshaping: the same values, arranged otherwise.

Source: Keras, *Reshaping layers* (`Flatten`, `Reshape`, `Permute`, `RepeatVector`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Mul, S, Symbol

from layermath.algebra.conditions import divides, equal
from layermath.algebra.floors import Size, letter, times
from layermath.algebra.written import in_order, written
from layermath.messages import Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, LENGTH, SPATIAL, Axis, axes_of, check_rank
from layermath.rules.equations import Applied, Equation, Filled, Reach
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import nothing_to_learn

R = letter("R")

_SAME_VALUES = _("the same values in another order: there is nothing to learn")


@written
def in_a_row(sizes: Sequence[Expr]) -> Expr:
    """All values, one after another."""
    return Mul(*sizes)


@written
def left_over(sizes: Sequence[Expr], others: Sequence[Expr]) -> Expr:
    """The size that is left over where the others are given, so that no value is lost."""
    return Mul(*sizes) / Mul(*others) if others else Mul(*sizes)


def _sizes_in(axes: Sequence[Axis], shape: Shape) -> dict[Symbol, Size]:
    return {axis.size_in: size for axis, size in zip(axes, shape, strict=True)}


@dataclass(frozen=True)
class Flatten(Rule):
    """All values in one row: ``(a, b, …)`` to ``(a·b·…,)``; a scalar becomes ``(1,)``."""

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor of any number of axes."""
        axes = axes_of(len(shape))
        row = Filled(_row_equation(axes), _sizes_in(axes, shape))
        return Applied(
            ((row.value,),),
            (row, Filled(nothing_to_learn(_SAME_VALUES))),
            view="positions-in-a-row",
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for an image."""
        return (_row_equation(axes_of(3)), nothing_to_learn(_SAME_VALUES))


def _row_equation(axes: Sequence[Axis]) -> Equation:
    return Equation(
        LENGTH.quantity,
        LENGTH.size_out,
        "flatten",
        LENGTH.label,
        in_a_row([axis.size_in for axis in axes]),
        _("the same values in one row"),
    )


@dataclass(frozen=True)
class Reshape(Rule):
    """The same values in another shape, in the same order; a size of None is left open.

    Raises `ModelProblem` where the number of values would change.
    """

    sizes: tuple[Size | None, ...]

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor of any number of axes."""
        axes_before, axes_after = axes_of(len(shape)), axes_of(len(self.sizes))
        known = [size for size in self.sizes if size is not None]
        values, kept = times(shape), times(known)
        where = _sizes_in(axes_before, shape)
        quantities = []
        for index, (axis, size) in enumerate(zip(axes_after, self.sizes, strict=True)):
            if size is not None:
                quantities.append(Filled(_given_size(axis, size)))
                continue
            others = [one.size_out for place, one in enumerate(axes_after) if place != index]
            equation = _open_size(axis, axes_before, others)
            quantities.append(Filled(equation, where | dict(zip(others, known, strict=True))))
            if kept == 0:
                raise ModelProblem(
                    _("no size makes up for a 0 in {shape}", shape=ShapePiece(tuple(known)))
                )
        if None in self.sizes:
            rule = _(
                "the sizes that are given must divide the number of values: {values} mod {kept} "
                "= 0",
                values=values,
                kept=kept,
            )
            requirement = require(divides(kept, values), rule)
        else:
            rule = _(
                "the number of values must stay the same: {values} come in, {kept} go out",
                values=values,
                kept=kept,
            )
            requirement = require(equal(values, kept), rule)
        return Applied(
            (tuple(filled.value for filled in quantities),),
            (*quantities, Filled(nothing_to_learn(_SAME_SHAPE_ORDER))),
            view="positions-in-a-row",
            requirements=(requirement,),
        )

    def title(self) -> tuple[Piece, ...]:
        """``(7, 7, 128)``"""
        sizes = tuple(-1 if size is None else size for size in self.sizes)
        return (ShapePiece(sizes),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rule for a size that is left open, from an image to an image."""
        axes = axes_of(3)
        others = [axis.size_out for axis in axes[:-1]]
        return (
            _open_size(axes[-1], axes, others),
            nothing_to_learn(_SAME_SHAPE_ORDER),
        )


_SAME_SHAPE_ORDER = _("the same values in the same order: there is nothing to learn")


def _given_size(axis: Axis, size: Size) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "given-size",
        axis.label,
        in_order(S(size)),
        _("as the layer is told"),
    )


def _open_size(axis: Axis, before: Sequence[Axis], others: Sequence[Symbol]) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "reshape-open-size",
        axis.label,
        left_over([one.size_in for one in before], others),
        _("what is left over, so that every value finds a place"),
    )


@dataclass(frozen=True)
class Permute(Rule):
    """The axes in another ``order``, counted from 1 as the batch keeps its place: ``(2, 1)`` swaps
    two. Raises `ModelProblem` where the input has another number of axes."""

    order: tuple[int, ...]

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor with as many axes as ``order``."""
        check_rank(shape, len(self.order))
        axes = axes_of(len(shape))
        moved = {
            place: source - 1 for place, source in enumerate(self.order) if place != source - 1
        }
        return Applied(
            (tuple(shape[source - 1] for source in self.order),),
            (
                *(
                    Filled(_moved_axis(axes[place], axes[source]), {axes[source].size_in: size})
                    for place, source in moved.items()
                    for size in (shape[source],)
                ),
                Filled(nothing_to_learn(_SAME_VALUES)),
            ),
            reach={place: Reach(source) for place, source in moved.items()},
        )

    def title(self) -> tuple[Piece, ...]:
        """``(2, 1)``"""
        return (ShapePiece(self.order),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rule, for ``(2, 1, 3)``: height and width change places."""
        height, width = SPATIAL[2]
        return (
            _moved_axis(height, width),
            _moved_axis(width, height),
            nothing_to_learn(_SAME_VALUES),
        )


def _moved_axis(place: Axis, source: Axis) -> Equation:
    return Equation(
        place.quantity,
        place.size_out,
        "moved-axis",
        place.label,
        source.size_in,
        _("the axis that was the {source}", source=source.label),
    )


@dataclass(frozen=True)
class RepeatVector(Rule):
    """A vector ``(L,)`` several ``times``, one below another: ``(times, L)``. Raises `ModelProblem`
    where the input is no vector."""

    times: Size

    def apply(self, shape: Shape) -> Applied:
        """Apply to one vector."""
        check_rank(shape, 1)
        repeated, kept = _repeated_equations()
        return Applied(
            ((self.times, shape[0]),),
            (
                Filled(repeated, {R: self.times}),
                Filled(kept, {LENGTH.size_in: shape[0]}),
                Filled(nothing_to_learn(_COPIES)),
            ),
            view="everything",
        )

    def title(self) -> tuple[Piece, ...]:
        """``10``"""
        return (self.times,)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules."""
        return (*_repeated_equations(), nothing_to_learn(_COPIES))


_COPIES: Message = _("the same values several times: there is nothing to learn")


def _repeated_equations() -> tuple[Equation, Equation]:
    return (
        Equation(
            LENGTH.quantity,
            LENGTH.size_out,
            "repetitions",
            LENGTH.label,
            R,
            _("as often as the vector is repeated"),
        ),
        Equation(
            CHANNELS.quantity,
            CHANNELS.size_out,
            "repeated-vector",
            CHANNELS.label,
            LENGTH.size_in,
            _("each step is the whole vector"),
        ),
    )
