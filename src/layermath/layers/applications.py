"""Layers that only the models of ``keras.applications`` have.

Sources: Keras, ``keras.applications``; Touvron et al., *Going deeper with image transformers*
(2021), for `LayerScale`; Szegedy et al., *Inception-v4, Inception-ResNet* (2017), for
`CustomScaleLayer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size
from layermath.layers.merging import Merge, listed
from layermath.messages import Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, C_OUT, CHANNELS, axes_of
from layermath.rules.equations import PARAMS, Applied, Equation, Filled
from layermath.rules.weights import number
from layermath.vocabulary.arguments import Unfollowed, anything, argument, count, wrong
from layermath.vocabulary.layer import Layer, Shape, require


@dataclass(frozen=True)
class LayerScale(Layer):
    """Every channel times a number of its own, which is learned: a shape is kept.

    Raises `ModelProblem` where the last axis has not ``projection_dim`` numbers.
    """

    keras_module: ClassVar[str] = "keras.src.applications.convnext"
    init_values: object = argument(anything)
    projection_dim: Size = argument(count)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor of at least one axis."""
        if not shape:
            raise ModelProblem(_("it takes an input of at least one axis, and is given a scalar"))
        wanted, found = self.projection_dim, shape[-1]
        repeated = found == 1 or wanted == 1
        agree = require(
            repeated or equal(found, wanted),
            _("it has {wanted} numbers for {found} channels", wanted=wanted, found=found),
        )
        width = wanted if found == 1 else found
        axis = axes_of(len(shape))[-1]
        return Applied(
            ((*shape[:-1], width),),
            (
                Filled(
                    Equation(
                        axis.quantity,
                        axis.size_out,
                        "layer-scale-size",
                        axis.label,
                        axis.size_in,
                        _("each value is multiplied with the number of its channel"),
                    ),
                    {axis.size_in: width},
                ),
                Filled(_scale_equation(), {C_IN: wanted}),
            ),
            requirements=(agree,),
            needs_known=(found,),
        )

    def title(self) -> tuple[Piece, ...]:
        """``96``"""
        return (self.projection_dim,)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for a feature map."""
        return (
            Equation(
                "output.C",
                C_OUT,
                "layer-scale-size",
                CHANNELS.label,
                C_IN,
                _("each value is multiplied with the number of its channel"),
            ),
            _scale_equation(),
        )


def _scale_equation() -> Equation:
    return Equation(
        "params",
        PARAMS,
        "layer-scale-parameters",
        _("parameters"),
        number(((C_IN,),)),
        _("one number for each channel, the same at all positions"),
    )


def factor(value: object, name: str, rank: int = 0) -> object:
    """A number, which changes no shape; it need not be known."""
    if not isinstance(value, (int, float, Expr, Unfollowed)):
        raise wrong(name, value, _("it must be a number"))
    return value


@dataclass(frozen=True)
class CustomScaleLayer(Merge):
    """The first input plus the second times ``scale``, a number that is given.

    ``[(…), (…)]`` gives the shape they share. Raises `ModelProblem` where the inputs have not as
    many axes as each other, or where two sizes differ and neither is 1.
    """

    keras_module: ClassVar[str] = "keras.src.applications.inception_resnet_v2"
    why: ClassVar[Message] = _(
        "the second input is scaled by a number that is given, and added: there is nothing to learn"
    )
    scale: object = argument(factor)

    def apply(self, shapes: list[Shape]) -> Applied:
        """Apply to a list of two tensors; more than two are not looked at."""
        pair = listed(shapes)[:2]
        if len(pair) < 2:
            raise ModelProblem(_("it takes 2 inputs, and is given 1"))
        if len(pair[0]) != len(pair[1]):
            raise ModelProblem(
                _(
                    "the inputs must have as many axes as each other: {first} and {other}",
                    first=ShapePiece(pair[0]),
                    other=ShapePiece(pair[1]),
                )
            )
        return super().apply(pair)
