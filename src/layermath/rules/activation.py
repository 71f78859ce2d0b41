"""Activations that stand as layers of their own. What each does is said in
`layermath.rules.activations`.

Sources: Keras, *Activation layers*; PyTorch, ``PReLU``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from layermath.algebra.floors import Size, times
from layermath.messages import Piece, _
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled, Stage, Weight
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import nothing_to_learn, parameters

_FIXED = _("an activation is a fixed function: there is nothing to learn")


@dataclass(frozen=True)
class Activation(Rule):
    """The activation of that name as a layer: any shape, and nothing to learn.

    ``axes`` are those that it looks at together, where it does; the batch counts as axis 0.
    ``titled`` where its name stands in the heading.
    """

    activation: str | None
    axes: tuple[int, ...] = (-1,)
    titled: bool = False

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        together = self.activation in activations.TOGETHER and not {-1, len(shape)} >= set(
            self.axes
        )
        said = activations.sentence(self.activation, self._together(shape))
        return Applied(
            (shape,),
            (Filled(nothing_to_learn(_FIXED)),),
            view="everything" if together else "windows",
            sentences=() if said is None else (said,),
        )

    def _together(self, shape: Shape) -> Size:
        whole: Shape = (1, *shape)
        return times(whole[axis] for axis in self.axes if -len(whole) <= axis < len(whole))

    def title(self) -> tuple[Piece, ...]:
        """``relu``"""
        return activations.title(self.activation) if self.titled else ()

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """Nothing is learned."""
        return (nothing_to_learn(_FIXED),)


@dataclass(frozen=True)
class LearnedSlope(Rule):
    """What is below 0 is multiplied with a slope that is learned: one for each value of the input,
    or one for all positions of the axes that are ``shared``, counted from 1.

    Takes any shape and keeps it. Raises `ModelProblem` where there is no such axis.
    """

    shared: tuple[int, ...] = ()

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        shared = {_place(axis, len(shape)) for axis in self.shared}
        axes = axes_of(len(shape))
        weight = _slopes(axes, shared)
        where = {
            axis.size_in: size
            for axis, size in zip(axes, shape, strict=True)
            if axis.size_in in weight.shape
        }
        each = (
            _("a slope for each value, shared along {number} of the axes", number=len(shared))
            if shared
            else _EACH
        )
        return Applied(
            (shape,),
            (Filled(_equation(weight), where, says={Stage.GENERAL: each}),),
            weights=(weight.filled(where),),
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rule, for an image."""
        return (_equation(_slopes(axes_of(3), set())),)


_EACH = _("a slope for each value")


def _slopes(axes: Sequence[Axis], shared: set[int]) -> Weight:
    return Weight(
        "alpha", tuple(1 if at in shared else axis.size_in for at, axis in enumerate(axes))
    )


def _equation(weight: Weight) -> Equation:
    return parameters("prelu", (weight,), _EACH)


def _place(axis: int, rank: int) -> int:
    """Where the axis stands in a shape without its batch; below 1 it is counted on from the end: 0
    is the last axis, −1 the one before."""
    if not -rank <= axis - 1 < rank:
        raise ModelProblem(
            _(
                "there is no axis {axis} to share a slope along: the input has {rank}",
                axis=axis,
                rank=rank,
            )
        )
    return (axis - 1) % rank
