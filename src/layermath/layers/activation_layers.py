"""Activations that stand as layers of their own.

Source: Keras, *Activation layers*. What each activation does is said in
`layermath.rules.activations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Mul

from layermath.algebra.floors import Size, times
from layermath.algebra.written import written
from layermath.layers.elementwise import ShapeKeeping
from layermath.messages import Message, Piece, _
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import Axis, axes_of
from layermath.rules.equations import PARAMS, Applied, Equation, Filled, Stage, View
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    activation,
    anything,
    argument,
    axis_or_axes,
    optional,
    wrong,
)
from layermath.vocabulary.layer import Layer, Shape


class ActivationLayer(ShapeKeeping, abstract=True):
    """An activation as a layer: the same shape, nothing to learn."""

    why = _("an activation is a fixed function: there is nothing to learn")

    def _name(self) -> str | None:
        """The activation's name in ``keras.activations``."""
        raise NotImplementedError

    def _axes(self) -> tuple[int, ...]:
        """The axes that it looks at together, where it does; the batch counts as axis 0."""
        return (-1,)

    def _together(self, shape: Shape) -> Size:
        whole: Shape = (1, *shape)
        return times(whole[axis] for axis in self._axes() if -len(whole) <= axis < len(whole))

    def _view(self, shape: Shape) -> View:
        last = {-1, len(shape)}
        together = self._name() in activations.TOGETHER and not set(self._axes()) <= last
        return "everything" if together else "windows"

    def _sentences(self, shape: Shape) -> tuple[Message, ...]:
        said = activations.sentence(self._name(), self._together(shape))
        return () if said is None else (said,)


@dataclass(frozen=True)
class Activation(ActivationLayer):
    """The activation of that name, or a function."""

    activation: str | None = argument(activation)

    def _name(self) -> str | None:
        return self.activation

    def title(self) -> tuple[Piece, ...]:
        """``relu``"""
        return activations.title(self.activation)


def slope(*, or_none: bool = False) -> Kind:
    """A number that is not negative and changes no shape; ``or_none`` where it may be left out."""

    def kind(value: object, name: str, rank: int = 0) -> object:
        if (value is None and or_none) or isinstance(value, (Expr, Unfollowed)):
            return value
        if not isinstance(value, (int, float)) or value < 0:
            raise wrong(name, value, _("it must be a number that is not negative"))
        return value

    return kind


@dataclass(frozen=True)
class ReLU(ActivationLayer):
    """What is above 0 stays, what is below becomes 0, or a slope; with an upper bound or none."""

    max_value: object = argument(slope(or_none=True), None)
    negative_slope: object = argument(slope(), 0.0)
    threshold: object = argument(slope(), 0.0)

    def _name(self) -> str:
        return "relu"


@dataclass(frozen=True)
class LeakyReLU(ActivationLayer):
    """What is below 0 keeps a part of its value."""

    negative_slope: object = argument(slope(), 0.3, alias="alpha")

    def _name(self) -> str:
        return "leaky_relu"


@dataclass(frozen=True)
class ELU(ActivationLayer):
    """What is below 0 bends towards a bound."""

    alpha: object = argument(anything, None)

    def _name(self) -> str:
        return "elu"


@dataclass(frozen=True)
class Softmax(ActivationLayer):
    """The values along an axis, or several, become shares with sum 1."""

    axis: tuple[int, ...] = argument(axis_or_axes, -1)

    def _name(self) -> str:
        return "softmax"

    def _axes(self) -> tuple[int, ...]:
        return self.axis


@written
def slopes(sizes: Sequence[Expr]) -> Expr:
    """One slope for each position of the axes that do not share it."""
    return Mul(*sizes)


@dataclass(frozen=True)
class PReLU(Layer):
    """What is below 0 is multiplied with a slope that is learned: one for each value of the input,
    or one for all positions of the ``shared_axes``, which are counted from 1.

    Takes any shape and keeps it. Raises `ModelProblem` where there is no such axis.
    """

    alpha_initializer: object = argument(anything, None)
    alpha_regularizer: object = argument(anything, None)
    alpha_constraint: object = argument(anything, None)
    shared_axes: tuple[int, ...] | None = argument(optional(axis_or_axes), None)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        shared = {self._place(axis, len(shape)) for axis in self.shared_axes or ()}
        axes = [axis for place, axis in enumerate(axes_of(len(shape))) if place not in shared]
        sizes = [size for place, size in enumerate(shape) if place not in shared]
        where = {axis.size_in: size for axis, size in zip(axes, sizes, strict=True)}
        each = (
            _("a slope for each value, shared along {number} of the axes", number=len(shared))
            if shared
            else _("a slope for each value")
        )
        return Applied(
            (shape,),
            (Filled(_slopes_equation(axes), where, says={Stage.GENERAL: each}),),
        )

    @staticmethod
    def _place(axis: int, rank: int) -> int:
        """Where the axis stands in a shape without its batch. Keras counts on from the end below
        1: 0 is the last axis, −1 the one before."""
        if not -rank <= axis - 1 < rank:
            raise ModelProblem(
                _(
                    "there is no axis {axis} to share a slope along: the input has {rank}",
                    axis=axis,
                    rank=rank,
                )
            )
        return (axis - 1) % rank

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for an image."""
        return (_slopes_equation(axes_of(3)),)


def _slopes_equation(axes: Sequence[Axis]) -> Equation:
    return Equation(
        "params",
        PARAMS,
        "prelu-parameters",
        _("parameters"),
        slopes([axis.size_in for axis in axes]),
        _("a slope for each value"),
    )
