"""Layers that keep the shape and learn nothing: what they do to the values is a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from layermath.messages import Message, Piece
from layermath.rules.axes import check_rank
from layermath.rules.equations import Applied, Equation, Filled, View
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import nothing_to_learn


@dataclass(frozen=True)
class ShapeKeeping(Rule):
    """A layer whose output has the shape of its input and that has no parameters.

    ``why`` says why there is nothing to learn, ``does`` what happens to the values; ``view`` is
    position by position, unless a layer looks further. Where ``rank`` is not 0 it takes that many
    spatial axes and the channels, and raises `ModelProblem` for another number of axes. ``shown``
    is what stands in a heading.
    """

    any_layout: ClassVar[bool] = True

    why: Message
    does: Message | None = None
    view: View = "windows"
    rank: int = 0
    shown: Piece | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor."""
        if self.rank:
            check_rank(shape, self.rank + 1)
        return Applied(
            (shape,),
            (Filled(nothing_to_learn(self.why)),),
            view=self.view,
            sentences=() if self.does is None else (self.does,),
        )

    def title(self) -> tuple[Piece, ...]:
        """``0.5``"""
        return () if self.shown is None else (self.shown,)

    @classmethod
    def equations(cls, why: Message | None = None, **fixed: Any) -> tuple[Equation, ...]:
        """Nothing is learned."""
        return (nothing_to_learn(why),)
