"""Keras's layers that keep the shape: activations, noise, and plain ones.

Sources: Keras, *Activation layers*, *Regularization layers*, *Core layers* (`Identity`,
`Masking`), *Preprocessing layers* (`Rescaling`).
"""

from __future__ import annotations

from sympy import Expr

from layermath.messages import Message, Name, _
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    anything,
    axis_or_axes,
    optional,
    share,
    shown,
    wrong,
)
from layermath.vocabulary.keras.convolutions import ACTIVATION, LAYOUT
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def noise_shape(value: object, name: str, rank: int = 0) -> None:
    """The shape of `Dropout`'s mask, which changes no shape: whole numbers above 0, or None."""
    if value is None or isinstance(value, Unfollowed):
        return
    if not isinstance(value, (tuple, list)) or not all(_is_mask_size(item) for item in value):
        raise wrong(name, value, _("it must be a tuple of whole numbers above 0, or None"))


def _is_mask_size(item: object) -> bool:
    return (
        item is None or isinstance(item, (Expr, Unfollowed)) or (isinstance(item, int) and item > 0)
    )


def _slope(*, or_none: bool = False) -> Kind:
    """A number that is not negative and changes no shape; ``or_none`` where it may be left out."""

    def kind(value: object, name: str, rank: int = 0) -> object:
        if (value is None and or_none) or isinstance(value, (Expr, Unfollowed)):
            return value
        if not isinstance(value, (int, float)) or value < 0:
            raise wrong(name, value, _("it must be a number that is not negative"))
        return value

    return kind


def _strength(name: str) -> Parameter:
    """How much is disturbed: it stands in the heading."""
    return Parameter(name, share, to="shown", neutral=lambda rate: Name(shown(rate).text))


def _keeping(
    name: str, why: Message, *signature: Parameter | tuple[Parameter, ...], rank: int = 0
) -> LayerType:
    return LayerType(
        name,
        "shape_keeping.ShapeKeeping",
        parameters(*signature),
        spelling=KERAS,
        fixed={"why": why, "rank": rank},
    )


def _activation(name: str, does: str, *signature: Parameter | tuple[Parameter, ...]) -> LayerType:
    fixed = {"activation": does}
    return LayerType(
        name, "activation.Activation", parameters(*signature), spelling=KERAS, fixed=fixed
    )


def _dropped(what: Message) -> Message:
    return _("{what} are set to 0 in training only: there is nothing to learn", what=what)


_DISTURBED = _("values are disturbed in training only: there is nothing to learn")
_MAPS = _dropped(_("whole feature maps"))
_SEED = passed_over("seed")
AXES = Parameter("axis", axis_or_axes, -1, to="axes")

TYPES = (
    _keeping("Identity", _("the values go through as they are: there is nothing to learn")),
    _keeping(
        "Masking",
        _("steps are marked to be skipped: there is nothing to learn"),
        passed_over("mask_value"),
    ),
    _keeping(
        "Rescaling",
        _("the scale and the offset are given: there is nothing to learn"),
        checked("scale", anything),
        passed_over("offset"),
    ),
    _keeping(
        "ActivityRegularization",
        _("the values count in the loss and go through as they are: there is nothing to learn"),
        passed_over("l1 l2"),
    ),
    _keeping(
        "Dropout",
        _dropped(_("values chosen at random")),
        _strength("rate"),
        checked("noise_shape", noise_shape, None),
        _SEED,
    ),
    *(
        _keeping(
            f"SpatialDropout{rank}D",
            _MAPS,
            _strength("rate"),
            *(() if rank == 1 else (LAYOUT,)),
            _SEED,
            rank=rank,
        )
        for rank in (1, 2, 3)
    ),
    _keeping("AlphaDropout", _DISTURBED, _strength("rate"), passed_over("noise_shape seed")),
    _keeping("GaussianDropout", _DISTURBED, _strength("rate"), _SEED),
    _keeping("GaussianNoise", _DISTURBED, _strength("stddev"), _SEED),
    LayerType(
        "Activation",
        "activation.Activation",
        (ACTIVATION,),
        spelling=KERAS,
        fixed={"titled": True},
    ),
    _activation(
        "ReLU",
        "relu",
        checked("max_value", _slope(or_none=True), None),
        checked("negative_slope", _slope(), 0.0),
        checked("threshold", _slope(), 0.0),
    ),
    _activation(
        "LeakyReLU",
        "leaky_relu",
        Parameter("negative_slope", _slope(), 0.3, None, alias="alpha"),
    ),
    _activation("ELU", "elu", passed_over("alpha")),
    _activation("Softmax", "softmax", AXES),
    LayerType(
        "PReLU",
        "activation.LearnedSlope",
        parameters(
            passed_over("alpha_initializer alpha_regularizer alpha_constraint"),
            Parameter(
                "shared_axes",
                optional(axis_or_axes),
                None,
                to="shared",
                neutral=lambda axes: axes or (),
            ),
        ),
        spelling=KERAS,
    ),
)
