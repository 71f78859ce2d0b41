"""Keras's merging layers.

Sources: Keras, *Merging layers*; ``keras.applications`` (`CustomScaleLayer`).
"""

from __future__ import annotations

from sympy import Expr

from layermath.messages import _
from layermath.vocabulary.arguments import Unfollowed, flag, is_size, whole, wrong
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters


def _factor(value: object, name: str, rank: int = 0) -> object:
    """A number, which changes no shape; it need not be known."""
    if not isinstance(value, (int, float, Expr, Unfollowed)):
        raise wrong(name, value, _("it must be a number"))
    return value


def _pair_of_axes(value: object, name: str, rank: int = 0) -> tuple[int, int]:
    """The axis of each of the two inputs over which `Dot` sums: one number for both, or two."""
    items = (value, value) if is_size(value) else value
    if (
        not isinstance(items, (tuple, list))
        or len(items) != 2
        or not all(isinstance(item, int) for item in items)
    ):
        raise wrong(name, value, _("it must be a whole number, or two"))
    return (int(items[0]), int(items[1]))


_TAKEN = {
    "Average": _("the mean of the values at the same place is taken: there is nothing to learn"),
    "Maximum": _("the largest of the values at the same place is taken: there is nothing to learn"),
    "Minimum": _(
        "the smallest of the values at the same place is taken: there is nothing to learn"
    ),
    "Add": _("values at the same place are added: there is nothing to learn"),
    "Subtract": _("values at the same place are subtracted: there is nothing to learn"),
    "Multiply": _("values at the same place are multiplied: there is nothing to learn"),
}

TYPES = (
    *(
        LayerType(
            name,
            "merging.Merge",
            spelling=KERAS,
            fixed={"why": why, "exactly": 2 if name == "Subtract" else None},
        )
        for name, why in _TAKEN.items()
    ),
    LayerType(
        "CustomScaleLayer",
        "merging.ScaledSum",
        (checked("scale", _factor),),
        spelling=KERAS,
        fixed={
            "why": _(
                "the second input is scaled by a number that is given, and added: there is nothing "
                "to learn"
            )
        },
        keras_module="keras.src.applications.inception_resnet_v2",
    ),
    LayerType(
        "Concatenate",
        "merging.Concatenate",
        (Parameter("axis", whole, -1),),
        spelling=KERAS,
    ),
    LayerType(
        "Dot",
        "merging.Dot",
        parameters(Parameter("axes", _pair_of_axes), Parameter("normalize", flag, False, to=None)),
        spelling=KERAS,
    ),
)
