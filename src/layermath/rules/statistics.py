"""Values are shifted and scaled by the mean and the variance of the data.

Source: Keras, ``Normalization``. An axis is counted with the batch, which is axis 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size
from layermath.messages import Piece, Setting, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, axis_number
from layermath.rules.equations import Applied, Equation, Filled, Requirement, Weight
from layermath.rules.normalization import NOT_BY_GRADIENT, letters_of
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import nothing_to_learn, parameters, trainable


@dataclass(frozen=True)
class Standardization(Rule):
    """Every value minus a mean, divided by a deviation: one of each for each place along ``axes``.

    They are gathered from the data, or ``given`` with these sizes along the last of the axes, as
    far as they are known. Raises `ModelProblem` where there is no such axis, where it is the batch,
    or where what is given does not fit.
    """

    axes: tuple[int, ...] = (-1,)
    given: tuple[int, ...] | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        places = sorted(axis_number(axis, len(shape)) for axis in self.axes)
        if 0 in places:
            raise ModelProblem(_("axis 0 is the batch: its size is not known"))
        if len(set(places)) < len(places):
            raise ModelProblem(_("an axis stands in {argument} twice", argument=Setting("axes")))
        own = [shape[place - 1] for place in places]
        if self.given is not None:
            return Applied(
                (shape,),
                (Filled(nothing_to_learn(_GIVEN)),),
                requirements=tuple(self._fits(own)),
                needs_known=tuple(own),
            )
        letters = letters_of([place - 1 for place in places], len(shape))
        where = dict(zip(letters, own, strict=True))
        return Applied(
            (shape,),
            (Filled(_statistics_equation(tuple(letters)), where), Filled(_none_trained())),
            sentences=(_ADAPTED,),
            weights=tuple(one.filled(where) for one in _weights(tuple(letters))),
        )

    def _fits(self, own: list[Size]) -> list[Requirement]:
        """The last axes of what is given are as long as the last of the axes, or 1."""
        found = []
        for size, along in zip(reversed(self.given or ()), reversed(own), strict=False):
            if size != 1:
                rule = _(
                    "{mean} has {number} numbers for an axis of {size}",
                    mean=Setting("mean"),
                    number=size,
                    size=along,
                )
                found.append(require(equal(along, size), rule))
        return found

    def title(self) -> tuple[Piece, ...]:
        """``axis 1``"""
        if self.axes == (-1,):
            return ()
        if not self.axes:
            return (Setting("no axis"),)
        return (_("axis {axes}", axes=self.axes),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules: for the last axis, for none, and with given numbers."""
        return (
            _statistics_equation((C_IN,)),
            _statistics_equation(()),
            nothing_to_learn(_GIVEN),
            _none_trained(),
        )


_GIVEN = _("the mean and the variance are given: there is nothing to gather")
_ADAPTED = _(
    "{adapt} goes through the data once, before training, and keeps what it finds; training leaves "
    "it alone.",
    adapt=Setting("gathering"),
)


def _weights(letters: tuple[Symbol, ...]) -> tuple[Weight, ...]:
    """A mean and a variance for each place along the axes, and how many values were seen."""
    shapes = {"mean": letters, "variance": letters, "count": ()}
    return tuple(Weight(name, shape, trainable=False) for name, shape in shapes.items())


@cache
def _statistics_equation(letters: tuple[Symbol, ...]) -> Equation:
    equation = parameters(
        "normalization",
        _weights(letters),
        _("a mean and a variance for each place along the axis, and a count of the values seen")
        if letters
        else _("one mean and one variance for all values, and a count of the values seen"),
        None if letters else _("with {argument}", argument=Setting("no axis")),
    )
    return replace(equation, rule="normalization-statistics")


@cache
def _none_trained() -> Equation:
    equation = trainable("normalization", (), NOT_BY_GRADIENT)
    return replace(equation, rule="normalization-statistics-trainable")
