"""Keras's layers that bring images to a given size.

Source: Keras, *Image preprocessing layers*.
"""

from __future__ import annotations

from layermath.algebra.floors import Size, as_size
from layermath.messages import _
from layermath.vocabulary.arguments import flag, is_size, wrong
from layermath.vocabulary.keras.convolutions import TOLD_LAYOUT
from layermath.vocabulary.keras.numbers import FACTOR, SEED
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def _pixels(value: object, name: str, rank: int = 0) -> Size:
    """A height or a width: a whole number, at least 0."""
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if isinstance(size, int) and size < 0:
        raise wrong(name, value, _("it must not be negative"))
    return size


def _interpolation(value: object, name: str, rank: int = 0) -> str | None:
    """How pixels are interpolated: Keras looks the word up only when images come."""
    return value if isinstance(value, str) else None


def _sized(name: str, rule: str, *further: Parameter | tuple[Parameter, ...]) -> LayerType:
    return LayerType(
        name,
        f"image_size.{rule}",
        parameters(
            Parameter("height", _pixels),
            Parameter("width", _pixels),
            passed_over("bounding_box_format", keyword_only=True),
            *further,
        ),
        spelling=KERAS,
    )


TYPES = (
    _sized(
        "Resizing",
        "Resizing",
        Parameter("interpolation", _interpolation, "bilinear"),
        Parameter("crop_to_aspect_ratio", flag, False, "crops"),
        Parameter("pad_to_aspect_ratio", flag, False, "pads"),
        passed_over("fill_mode fill_value antialias"),
        TOLD_LAYOUT,
    ),
    _sized("CenterCrop", "MiddleCut", TOLD_LAYOUT),
    _sized("RandomCrop", "RandomCut", SEED, TOLD_LAYOUT, FACTOR),
)
