"""Keras's layers that change images at random in training.

Source: Keras, *Image augmentation layers* and *Image preprocessing layers*.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from layermath.messages import Message, _
from layermath.vocabulary.arguments import choice, optional
from layermath.vocabulary.keras.convolutions import LAYOUT, TOLD_LAYOUT
from layermath.vocabulary.keras.numbers import (
    FACTOR,
    SEED,
    any_range,
    checked,
    filling,
    from_to,
    odd,
    share,
    truth,
    value_range,
    whole_part,
)
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def _box_format(value: object, name: str, rank: int = 0) -> object:
    """How the corners of boxes are written: Keras looks the word up only when boxes come."""
    return value if value is None or isinstance(value, str) else "unknown"


_BOXES = Parameter("bounding_box_format", _box_format, None, "boxes", keyword_only=True)
_FILLS = ("reflect", "wrap", "constant", "nearest")
_FILL = checked("fill_mode", choice(*_FILLS), "reflect")
_INTERPOLATION = checked("interpolation", choice("nearest", "bilinear"), "bilinear")
_RANGE = checked("value_range", value_range, (0, 255))
_LAYOUT_BY_NAME = Parameter("data_format", LAYOUT.kind, None, None, keyword_only=True)
_ANY = from_to(-1, 1, loosely=True)
_UP_TO_ONE = from_to(0, 1, loosely=True)

_CHANGED = _("images are changed at random in training only: there is nothing to learn")
_MIXED = _("images are mixed at random in training only: there is nothing to learn")


_USUAL = {one.name: one for one in (SEED, LAYOUT, _FILL, _INTERPOLATION, _RANGE)}


def _usual(names: str) -> tuple[Parameter, ...]:
    """Arguments as most changes have them: nothing is asked of those that stand nowhere here."""
    return tuple(_USUAL[name] if name in _USUAL else passed_over(name)[0] for name in names.split())


def _change(
    name: str,
    does: Message,
    *signature: Parameter | tuple[Parameter, ...] | str,
    why: Message = _CHANGED,
    rule: str = "Augmentation",
    fixed: Mapping[str, Any] = MappingProxyType({}),
    **more: Any,
) -> LayerType:
    """A change of images: what it does, and its arguments, by their names where they are as most
    changes have them."""
    written = (_usual(item) if isinstance(item, str) else item for item in signature)
    return LayerType(
        name,
        f"augmentation.{rule}",
        parameters(_BOXES, *written),
        spelling=KERAS,
        fixed={"why": why, "does": does, **fixed},
        **more,
    )


_MOVED = (
    _change(
        "RandomFlip",
        _("In training, images are mirrored at random; afterwards they pass as they are."),
        "mode seed data_format",
    ),
    _change(
        "RandomRotation",
        _("In training, images are turned at random; afterwards they pass as they are."),
        checked("factor", optional(_ANY)),
        "fill_mode interpolation seed fill_value data_format",
    ),
    _change(
        "RandomZoom",
        _(
            "In training, what is in an image is enlarged or shrunk at random and the image keeps "
            "its size; afterwards images pass as they are."
        ),
        checked("height_factor", from_to(-1, 1, above=True)),
        checked("width_factor", optional(from_to(-1, 1, above=True)), None),
        "fill_mode interpolation seed fill_value data_format",
    ),
    _change(
        "RandomTranslation",
        _("In training, images are shifted at random; afterwards they pass as they are."),
        checked("height_factor", from_to(-1, 1)),
        checked("width_factor", from_to(-1, 1)),
        "fill_mode interpolation seed fill_value data_format",
    ),
    _change(
        "RandomShear",
        _("In training, images are slanted at random; afterwards they pass as they are."),
        checked("x_factor", from_to(0, 1), 0.0),
        checked("y_factor", from_to(0, 1), 0.0),
        "interpolation fill_mode fill_value data_format seed",
    ),
    _change(
        "RandomPerspective",
        _(
            "In training, the corners of images are moved at random, as if seen from another side; "
            "afterwards images pass as they are."
        ),
        checked("factor", _UP_TO_ONE, 1.0),
        checked("scale", share, 1.0),
        "interpolation fill_value seed data_format",
    ),
    _change(
        "RandomElasticTransform",
        _(
            "In training, images are bent at random, as if made of rubber; afterwards they pass as "
            "they are."
        ),
        checked("factor", _UP_TO_ONE, 1.0),
        checked("scale", _UP_TO_ONE, 1.0),
        "interpolation",
        checked("fill_mode", choice(*_FILLS, "mirror"), "reflect"),
        passed_over("fill_value value_range"),
        "seed data_format",
    ),
    _change(
        "RandomErasing",
        _(
            "In training, a rectangle of an image is filled at random; afterwards images pass as "
            "they are."
        ),
        checked("factor", _UP_TO_ONE, 1.0),
        checked("scale", _UP_TO_ONE, (0.02, 0.33)),
        passed_over("fill_value value_range"),
        "seed data_format",
    ),
    _change(
        "RandomGaussianBlur",
        _("In training, images are blurred at random; afterwards they pass as they are."),
        checked("factor", _UP_TO_ONE, 1.0),
        checked("kernel_size", odd, 3),
        checked("sigma", _UP_TO_ONE, 1.0),
        passed_over("value_range"),
        "data_format seed",
    ),
)

_COLOURED = (
    _change(
        "RandomContrast",
        _("In training, the contrast is changed at random; afterwards images pass as they are."),
        checked("factor", _UP_TO_ONE),
        passed_over("value_range"),
        "seed",
        _LAYOUT_BY_NAME,
    ),
    _change(
        "RandomBrightness",
        _(
            "In training, images are made lighter or darker at random; afterwards they pass as "
            "they are."
        ),
        checked("factor", optional(_ANY)),
        "value_range seed",
        _LAYOUT_BY_NAME,
    ),
    _change(
        "RandomHue",
        _(
            "In training, all hues of an image are shifted at random by the same amount; "
            "afterwards images pass as they are."
        ),
        checked("factor", _UP_TO_ONE),
        passed_over("value_range"),
        "data_format seed",
    ),
    _change(
        "RandomSaturation",
        _(
            "In training, colours are made stronger or paler at random; afterwards images pass as "
            "they are."
        ),
        checked("factor", _ANY),
        "value_range data_format seed",
    ),
    _change(
        "RandomColorDegeneration",
        _(
            "In training, colours are moved towards grey at random; afterwards images pass as they "
            "are."
        ),
        checked("factor", _ANY),
        "value_range",
        TOLD_LAYOUT,
        "seed",
        rule="OfOneTensor",
        fixed={"coloured": True},
    ),
    _change(
        "RandomSharpness",
        _(
            "In training, images are made sharper or softer at random; afterwards they pass as "
            "they are."
        ),
        checked("factor", _UP_TO_ONE),
        "value_range data_format seed",
    ),
    _change(
        "RandomPosterization",
        _(
            "In training, the lowest bits of each pixel are cleared at random, which leaves fewer "
            "shades; afterwards images pass as they are."
        ),
        checked("factor", from_to(1, 8, loosely=True)),
        "value_range data_format seed",
    ),
    _change(
        "RandomGrayscale",
        _(
            "In training, some images turn grey, and keep their channels, which become equal; "
            "afterwards images pass as they are."
        ),
        checked("factor", share, 0.5),
        "data_format seed",
        rule="OfOneTensor",
    ),
    _change(
        "RandomInvert",
        _(
            "In training, some images turn into their negatives; afterwards images pass as they "
            "are."
        ),
        checked("factor", _UP_TO_ONE, 1.0),
        passed_over("value_range"),
        "seed data_format",
    ),
    _change(
        "Solarization",
        _(
            "In training, pixels above a random threshold are inverted; afterwards images pass as "
            "they are."
        ),
        checked("addition_factor", from_to(0, 1), 0.0),
        checked("threshold_factor", from_to(0, 1), 0.0),
        "value_range seed",
        _LAYOUT_BY_NAME,
    ),
    _change(
        "Equalization",
        _(
            "In training, the shades of each channel are spread evenly; afterwards images pass as "
            "they are."
        ),
        "value_range bins data_format",
        FACTOR,
        why=_("the shades of an image are spread by a fixed rule: there is nothing to learn"),
    ),
    _change(
        "AutoContrast",
        _(
            "Each channel is stretched so that its darkest pixel is black and its lightest is "
            "white, in training and after it."
        ),
        "value_range",
        _LAYOUT_BY_NAME,
        why=_("the shades of an image are stretched by a fixed rule: there is nothing to learn"),
        # the darkest and the lightest pixel may stand anywhere
        fixed={"view": "everything"},
    ),
    _change(
        "ContrastLimitedAdaptiveHistogramEqualization",
        _(
            "The shades of each tile of an image are spread evenly, in training and after it; "
            "values between the middles of tiles are interpolated."
        ),
        passed_over("value_range clip_limit tile_grid_size"),
        "data_format",
        FACTOR,
        why=_("the shades of each tile are spread by a fixed rule: there is nothing to learn"),
        # a value depends on the tiles around it
        fixed={"view": "unknown"},
    ),
)

_ALWAYS_MIXED = (
    *("RandomShear", "RandomTranslation", "RandomRotation", "Solarization", "RandomPosterization"),
    *("AutoContrast", "Equalization"),
)
_MIXED_TOO = ("RandomBrightness", "RandomColorDegeneration", "RandomContrast", "RandomSharpness")


def _chains(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The changes of `AugMix`, in the order in which Keras makes them."""
    return (*_ALWAYS_MIXED, *(_MIXED_TOO if given["all_ops"] else ()))


def _drawn_from(given: Mapping[str, Any]) -> tuple[str, ...]:
    """The eleven changes of `RandAugment`, in the order in which Keras makes them."""
    return (*_ALWAYS_MIXED[:3], *_MIXED_TOO, "Solarization", *_ALWAYS_MIXED[4:])


_JITTERS = {
    "brightness_factor": "RandomBrightness",
    "contrast_factor": "RandomContrast",
    "saturation_factor": "RandomSaturation",
    "hue_factor": "RandomHue",
}


def _jitters(given: Mapping[str, Any]) -> tuple[str, ...]:
    """A layer for each change of `RandomColorJitter` that is asked for."""
    return tuple(name for factor, name in _JITTERS.items() if given[factor] is not None)


def _range_of_jitters(given: Mapping[str, Any]) -> None:
    """The range is checked by the layers for brightness and saturation, where they are made."""
    if given["brightness_factor"] is not None or given["saturation_factor"] is not None:
        value_range(given["value_range"], "value_range")


_STRENGTH = from_to(0, 1)
"""One number, or two: the layers inside ask more of two numbers than the layer itself, namely that
each is from 0 to 1."""

_COMBINED = (
    _change(
        "RandAugment",
        _(
            "In training, a few changes, drawn anew each time, follow one another: shearing, "
            "shifting, turning, brightness, contrast and more; afterwards images pass as they are."
        ),
        "value_range num_ops",
        checked("factor", _STRENGTH, 0.5),
        "interpolation seed data_format",
        inside=_drawn_from,
    ),
    _change(
        "AugMix",
        _(
            "In training, an image is mixed with versions of itself that chains of random changes "
            "made; afterwards images pass as they are."
        ),
        "value_range num_chains chain_depth",
        checked("factor", _STRENGTH, 0.3),
        "alpha",
        checked("all_ops", truth, True),
        "interpolation seed data_format",
        inside=_chains,
    ),
    _change(
        "RandomColorJitter",
        _(
            "In training, brightness, contrast, saturation and hue are changed at random, as far "
            "as they are asked for; afterwards images pass as they are."
        ),
        checked("value_range", any_range, (0, 255)),
        checked("brightness_factor", optional(_ANY), None),
        checked("contrast_factor", optional(_UP_TO_ONE), None),
        checked("saturation_factor", optional(_ANY), None),
        checked("hue_factor", optional(_UP_TO_ONE), None),
        "seed data_format",
        FACTOR,
        checks=_range_of_jitters,
        inside=_jitters,
    ),
    _change(
        "MixUp",
        _(
            "In training, each image becomes a weighted mean of itself and another of the batch, "
            "and its label the same mean of theirs; afterwards both pass as they are."
        ),
        "alpha data_format seed",
        FACTOR,
        why=_MIXED,
    ),
    _change(
        "CutMix",
        _(
            "In training, a rectangle of each image is taken from another of the batch, and the "
            "label is mixed by the areas; afterwards both pass as they are."
        ),
        checked("factor", _UP_TO_ONE, 1.0),
        "seed data_format",
        why=_MIXED,
    ),
    _change(
        "MaxNumBoundingBoxes",
        _(
            "Each image comes to have the same number of boxes, in training and after it: further "
            "ones are cut off, missing ones filled in."
        ),
        Parameter("max_number", whole_part, to="number"),
        checked("fill_value", filling, -1),
        _LAYOUT_BY_NAME,
        FACTOR,
        why=_("boxes are cut off or filled in: there is nothing to learn"),
        rule="NumberOfBoxes",
    ),
)

TYPES = (*_MOVED, *_COLOURED, *_COMBINED)
