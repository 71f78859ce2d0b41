"""Layers that keep the shape and learn nothing: what they have in common, and the plain ones.

Source: Keras, *Core layers* (`Identity`, `Masking`), *Preprocessing layers* (`Rescaling`) and
*Regularization layers* (`ActivityRegularization`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from layermath.messages import Message, _
from layermath.rules.axes import check_rank
from layermath.rules.equations import Applied, Equation, Filled, View
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import anything, argument
from layermath.vocabulary.layer import Layer, Shape


@dataclass(frozen=True)
class ShapeKeeping(Layer, abstract=True):
    """A layer whose output has the shape of its input and that has no parameters.

    Where ``rank`` is not 0 it takes that many spatial axes and the channels, and raises
    `ModelProblem` for another number of axes.
    """

    why: ClassVar[Message]
    """Why there is nothing to learn."""

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        if self.rank:
            check_rank(shape, self.rank + 1)
        return Applied(
            (shape,),
            (Filled(nothing_to_learn(self.why)),),
            view=self._view(shape),
            sentences=self._sentences(shape),
        )

    def _view(self, shape: Shape) -> View:
        """Position by position, unless a layer looks further."""
        return "windows"

    def _sentences(self, shape: Shape) -> tuple[Message, ...]:
        """What the layer does to the values."""
        return ()

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """Nothing is learned."""
        return (nothing_to_learn(cls.why),)


class Identity(ShapeKeeping):
    """The values as they come."""

    why = _("the values go through as they are: there is nothing to learn")


@dataclass(frozen=True)
class Masking(ShapeKeeping):
    """Steps in which all values are ``mask_value`` are marked: later layers skip them."""

    why = _("steps are marked to be skipped: there is nothing to learn")
    mask_value: object = argument(anything, None)


@dataclass(frozen=True)
class Rescaling(ShapeKeeping):
    """Every value times ``scale``, plus ``offset``: numbers that are given, not learned."""

    why = _("the scale and the offset are given: there is nothing to learn")
    scale: object = argument(anything)
    offset: object = argument(anything, None)


@dataclass(frozen=True)
class ActivityRegularization(ShapeKeeping):
    """The values as they come; their size is added to the loss."""

    why = _("the values count in the loss and go through as they are: there is nothing to learn")
    l1: object = argument(anything, None)
    l2: object = argument(anything, None)
