"""Keras's normalisations.

Sources: Keras, *Normalization layers*; ``keras.applications`` (`LayerScale`).
"""

from __future__ import annotations

from math import isfinite

from sympy import Expr

from layermath.algebra.floors import Size, as_size
from layermath.messages import _
from layermath.vocabulary.arguments import Unfollowed, anything, count, flag, is_size, wrong
from layermath.vocabulary.keras.keeping import AXES
from layermath.vocabulary.keras.numbers import checked
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def _one_axis(value: object, name: str, rank: int = 0) -> int:
    """One axis. Keras makes it whole with ``int()``, and takes no list of axes."""
    if not isinstance(value, (int, float)) or not isfinite(value):
        raise wrong(name, value, _("it must be a whole number"))
    return int(value)


def _groups_or_all(value: object, name: str, rank: int = 0) -> Size:
    """The number of groups; −1 for a group of each channel."""
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if isinstance(size, int) and size < 1 and size != -1:
        raise wrong(name, value, _("it must be at least 1, or −1 for a group of each channel"))
    return size


def _inner_layer(value: object, name: str, rank: int = 0) -> Layer:
    """The layer that is wrapped."""
    if not isinstance(value, Layer):
        raise wrong(name, value, _("it must be a layer"))
    return value


def _iterations(value: object, name: str, rank: int = 0) -> object:
    """How often the stretch is estimated anew; it changes no shape."""
    if isinstance(value, (Expr, Unfollowed)):
        return value
    if not isinstance(value, (int, float)):
        raise wrong(name, value, _("it must be a number"))
    if value <= 0:
        raise wrong(name, value, _("it must be above 0"))
    return value


_AXIS = Parameter("axis", _one_axis, -1, to="axes", neutral=lambda axis: (axis,))
_EPSILON = passed_over("epsilon")
_NUMBERS = (Parameter("center", flag, True, to="shift"), Parameter("scale", flag, True))
_FIRST = passed_over("beta_initializer gamma_initializer")
_BOUND = passed_over("beta_regularizer gamma_regularizer beta_constraint gamma_constraint")

TYPES = (
    LayerType(
        "BatchNormalization",
        "normalization.BatchNormalization",
        parameters(
            _AXIS,
            passed_over("momentum epsilon"),
            _NUMBERS,
            _FIRST,
            passed_over("moving_mean_initializer moving_variance_initializer"),
            _BOUND,
            Parameter("renorm", flag, False),
            passed_over("renorm_clipping renorm_momentum synchronized"),
        ),
        spelling=KERAS,
    ),
    LayerType(
        "LayerNormalization",
        "normalization.LayerNormalization",
        parameters(
            AXES,
            _EPSILON,
            _NUMBERS,
            _FIRST,
            _BOUND,
            Parameter("rms_scaling", flag, False, to="only_scales", keyword_only=True),
        ),
        spelling=KERAS,
    ),
    LayerType(
        "GroupNormalization",
        "normalization.GroupNormalization",
        parameters(
            Parameter("groups", _groups_or_all, 32), _AXIS, _EPSILON, _NUMBERS, _FIRST, _BOUND
        ),
        spelling=KERAS,
    ),
    LayerType(
        "RMSNormalization",
        "normalization.RootMeanSquare",
        parameters(AXES, _EPSILON),
        spelling=KERAS,
    ),
    LayerType(
        "UnitNormalization",
        "normalization.UnitLength",
        (AXES,),
        spelling=KERAS,
        fixed={"why": _("values are divided by their length: there is nothing to learn")},
    ),
    LayerType(
        "SpectralNormalization",
        "spectral_normalization.SpectralNormalization",
        parameters(
            Parameter("layer", _inner_layer),
            Parameter("power_iterations", _iterations, 1, to=None),
        ),
        spelling=KERAS,
        built=lambda given: given["layer"].built_inside(),
    ),
    LayerType(
        "LayerScale",
        "scaling.ChannelScale",
        parameters(
            checked("init_values", anything), Parameter("projection_dim", count, to="numbers")
        ),
        spelling=KERAS,
        keras_module="keras.src.applications.convnext",
    ),
)
