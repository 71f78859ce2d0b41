"""Every channel times a number of its own, which is learned.

Source: Touvron et al., *Going deeper with image transformers* (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size
from layermath.messages import Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, CHANNELS, Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled, Weight
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import parameters

_GAMMA = Weight("gamma", (C_IN,))


@dataclass(frozen=True)
class ChannelScale(Rule):
    """Every channel times a number of its own, which is learned: a shape is kept.

    Raises `ModelProblem` where there are not as many ``numbers`` as channels.
    """

    numbers: Size

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor of at least one axis."""
        if not shape:
            raise ModelProblem(_("it takes an input of at least one axis, and is given a scalar"))
        wanted, found = self.numbers, shape[-1]
        agree = require(
            found == 1 or wanted == 1 or equal(found, wanted),
            _("it has {wanted} numbers for {found} channels", wanted=wanted, found=found),
        )
        width = wanted if found == 1 else found
        axis = axes_of(len(shape))[-1]
        return Applied(
            ((*shape[:-1], width),),
            (
                Filled(_size_equation(axis), {axis.size_in: width}),
                Filled(_scale_equation(), {C_IN: wanted}),
            ),
            requirements=(agree,),
            needs_known=(found,),
            weights=(_GAMMA.filled({C_IN: wanted}),),
        )

    def title(self) -> tuple[Piece, ...]:
        """``96``"""
        return (self.numbers,)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for a feature map."""
        return (_size_equation(CHANNELS), _scale_equation())


def _size_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "layer-scale-size",
        axis.label,
        axis.size_in,
        _("each value is multiplied with the number of its channel"),
    )


def _scale_equation() -> Equation:
    why = _("one number for each channel, the same at all positions")
    return parameters("layer-scale", (_GAMMA,), why)
