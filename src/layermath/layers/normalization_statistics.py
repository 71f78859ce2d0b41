"""Normalization: values are shifted and scaled by the mean and the variance of the data.

Source: Keras, *Normalization layer*. An axis is counted as Keras counts it, the batch being axis 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Integer, Mul, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size
from layermath.algebra.written import written
from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, Axis, axes_of, axis_number
from layermath.rules.equations import PARAMS, TRAINABLE, Applied, Equation, Filled, Requirement
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import Unfollowed, anything, argument, axis_or_axes, wrong
from layermath.vocabulary.layer import Layer, Shape, require


@written
def statistics(sizes: Sequence[Expr]) -> Expr:
    """A mean and a variance for each place along the axes, and how many values were seen."""
    return Mul(Integer(2), *sizes) + 1


@dataclass(frozen=True)
class Given:
    """A mean or variance that is given, with its shape; None where that cannot be followed."""

    shape: tuple[int, ...] | None


def given(value: object, name: str, rank: int = 0) -> Given | None:
    """A number, or a list of numbers, of lists of them, and so on."""
    if value is None or isinstance(value, Given):
        return value
    if isinstance(value, (Unfollowed, Expr)):
        return Given(None)
    return Given(_shape_of(value, value, name))


def _shape_of(value: object, whole: object, name: str) -> tuple[int, ...]:
    if isinstance(value, (int, float)):
        return ()
    if not isinstance(value, (tuple, list)):
        raise wrong(name, whole, _("it must be a number, or a list of numbers"))
    inner = {_shape_of(item, whole, name) for item in value}
    if len(inner) > 1:
        raise wrong(name, whole, _("its rows must be as long as each other"))
    return (len(value), *(inner.pop() if inner else ()))


def axes_or_none(value: object, name: str, rank: int = 0) -> tuple[int, ...]:
    """One axis, or several; None and () are one mean for all values."""
    return () if value is None else axis_or_axes(value, name, rank)


@dataclass(frozen=True)
class Normalization(Layer):
    """Every value minus a mean, divided by a deviation: one of each for each place along ``axis``.

    ``adapt`` gathers them from the data, or they are given. Raises `ModelProblem` where there is no
    such axis, where it is the batch, or where ``mean`` and ``variance`` do not fit.
    """

    axis: tuple[int, ...] = argument(axes_or_none, -1)
    mean: Given | None = argument(given, None)
    variance: Given | None = argument(given, None)
    invert: object = argument(anything, None)

    def __post_init__(self) -> None:
        mean, variance = self.mean, self.variance
        if (mean is None) != (variance is None):
            raise ModelProblem(
                _("{mean} and {variance} go together: one of them is missing", **_NAMES)
            )
        if mean is None or variance is None:
            return
        shapes = (mean.shape, variance.shape)
        if None not in shapes and shapes[0] != shapes[1]:
            raise ModelProblem(_("{mean} and {variance} must have the same shape", **_NAMES))
        if mean.shape is not None and len(mean.shape) > len(self.axis):
            raise ModelProblem(
                _(
                    "{mean} has {number} axes, more than the {axes} of {argument}",
                    mean=_NAMES["mean"],
                    number=len(mean.shape),
                    axes=len(self.axis),
                    argument=Name("axis"),
                )
            )

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        places = sorted(axis_number(axis, len(shape)) for axis in self.axis)
        if 0 in places:
            raise ModelProblem(_("axis 0 is the batch: its size is not known"))
        if len(set(places)) < len(places):
            raise ModelProblem(_("an axis stands in {argument} twice", argument=Name("axis")))
        own = [shape[place - 1] for place in places]
        if self.mean is not None:
            return Applied(
                (shape,),
                (Filled(nothing_to_learn(_GIVEN)),),
                requirements=tuple(self._fits(own)),
                needs_known=tuple(own),
            )
        letters = _letters([place - 1 for place in places], len(shape))
        where = dict(zip(letters, own, strict=True))
        return Applied(
            (shape,),
            (Filled(_statistics_equation(tuple(letters)), where), Filled(_none_trained())),
            sentences=(_ADAPTED,),
        )

    def _fits(self, own: list[Size]) -> list[Requirement]:
        """The last axes of what is given are as long as the last of ``axis``, or 1."""
        sizes = None if self.mean is None else self.mean.shape
        found = []
        for size, along in zip(reversed(sizes or ()), reversed(own), strict=False):
            if size != 1:
                rule = _(
                    "{mean} has {number} numbers for an axis of {size}",
                    mean=_NAMES["mean"],
                    number=size,
                    size=along,
                )
                found.append(require(equal(along, size), rule))
        return found

    def title(self) -> tuple[Piece, ...]:
        """``axis 1``"""
        if self.axis == (-1,):
            return ()
        if not self.axis:
            return (Code("axis=None"),)
        return (_("axis {axes}", axes=tuple(self.axis)),)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules: for the last axis, for none, and with given numbers."""
        return (
            _statistics_equation((C_IN,)),
            _statistics_equation(()),
            nothing_to_learn(_GIVEN),
            _none_trained(),
        )


_NAMES = {"mean": Name("mean"), "variance": Name("variance")}
_GIVEN = _("the mean and the variance are given: there is nothing to gather")
_ADAPTED = _(
    "{adapt} goes through the data once, before training, and keeps what it finds; training leaves "
    "it alone.",
    adapt=Code("adapt()"),
)


def _letters(own: list[int], rank: int) -> list[Symbol]:
    if len(own) == 1 and own[0] != rank - 1:
        return [C_IN]
    axes: tuple[Axis, ...] = axes_of(rank)
    return [axes[place].size_in for place in own]


@cache
def _statistics_equation(letters: tuple[Symbol, ...]) -> Equation:
    return Equation(
        "params",
        PARAMS,
        "normalization-statistics",
        _("parameters"),
        statistics(letters),
        _("a mean and a variance for each place along the axis, and a count of the values seen")
        if letters
        else _("one mean and one variance for all values, and a count of the values seen"),
        None if letters else _("with {argument}", argument=Code("axis=None")),
    )


@cache
def _none_trained() -> Equation:
    return Equation(
        "trainable_params",
        TRAINABLE,
        "normalization-statistics-trainable",
        _("trainable"),
        Integer(0),
        _NOT_BY_GRADIENT,
    )


_NOT_BY_GRADIENT: Message = _("what is gathered is not trained by the gradient")
