"""Changes of images that are put together from others, or that mix images with one another.

Source: Keras, *Image augmentation layers*; Cubuk et al., *RandAugment* (2019); Hendrycks et al.,
*AugMix* (2019); Zhang et al., *mixup* (2017); Yun et al., *CutMix* (2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Expr

from layermath.algebra.floors import Size, letter
from layermath.layers.augmentation import Augmentation, from_to, seed, value_range
from layermath.messages import Code, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import axes_of
from layermath.rules.equations import Applied, Equation, Filled, Nest
from layermath.rules.structures import taken_apart
from layermath.vocabulary.arguments import (
    Unfollowed,
    anything,
    argument,
    choice,
    data_format,
    is_size,
    optional,
    wrong,
)
from layermath.vocabulary.layer import Inputs, Shape

INTERPOLATIONS = ("nearest", "bilinear")
BOXES = letter("B")


def strength(value: object, name: str, rank: int = 0) -> object:
    """How strong the changes are, from 0 to 1: one number, or two. The layers inside ask more of
    two numbers than the layer itself: each must be from 0 to 1."""
    return from_to(0, 1)(value, name, rank)


def any_range(value: object, name: str, rank: int = 0) -> object:
    """The smallest and the largest value of a pixel, not checked yet."""
    return tuple(value) if isinstance(value, list) else value


def truth(value: object, name: str, rank: int = 0) -> bool:
    """Whatever is true or false. What cannot be followed is taken for true, the default."""
    return isinstance(value, (Expr, Unfollowed)) or bool(value)


@dataclass(frozen=True)
class RandAugment(Augmentation):
    """Changes each batch by a few changes drawn from a list of eleven."""

    does = _(
        "In training, a few changes, drawn anew each time, follow one another: shearing, shifting, "
        "turning, brightness, contrast and more; afterwards images pass as they are."
    )

    value_range: object = argument(value_range, (0, 255))
    num_ops: object = argument(anything, None)
    factor: object = argument(strength, 0.5)
    interpolation: str = argument(choice(*INTERPOLATIONS), "bilinear")
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)

    def made_inside(self) -> tuple[str, ...]:
        """The eleven changes, in the order in which Keras makes them."""
        return (
            "RandomShear",
            "RandomTranslation",
            "RandomRotation",
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomContrast",
            "RandomSharpness",
            "Solarization",
            "RandomPosterization",
            "AutoContrast",
            "Equalization",
        )


@dataclass(frozen=True)
class AugMix(Augmentation):
    """Mixes an image with several versions of it, each changed by a chain of changes."""

    does = _(
        "In training, an image is mixed with versions of itself that chains of random changes "
        "made; afterwards images pass as they are."
    )

    value_range: object = argument(value_range, (0, 255))
    num_chains: object = argument(anything, None)
    chain_depth: object = argument(anything, None)
    factor: object = argument(strength, 0.3)
    alpha: object = argument(anything, None)
    all_ops: object = argument(truth, True)
    interpolation: str = argument(choice(*INTERPOLATIONS), "bilinear")
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)

    def made_inside(self) -> tuple[str, ...]:
        """The changes, in the order in which Keras makes them."""
        always = (
            "RandomShear",
            "RandomTranslation",
            "RandomRotation",
            "Solarization",
            "RandomPosterization",
            "AutoContrast",
            "Equalization",
        )
        if not self.all_ops:
            return always
        return (
            *always,
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomContrast",
            "RandomSharpness",
        )


@dataclass(frozen=True)
class RandomColorJitter(Augmentation):
    """Changes brightness, contrast, saturation and hue, one after the other."""

    does = _(
        "In training, brightness, contrast, saturation and hue are changed at random, as far as "
        "they are asked for; afterwards images pass as they are."
    )

    value_range: object = argument(any_range, (0, 255))
    brightness_factor: object = argument(optional(from_to(-1, 1, loosely=True)), None)
    contrast_factor: object = argument(optional(from_to(0, 1, loosely=True)), None)
    saturation_factor: object = argument(optional(from_to(-1, 1, loosely=True)), None)
    hue_factor: object = argument(optional(from_to(0, 1, loosely=True)), None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)
    factor: object = argument(optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)

    def __post_init__(self) -> None:
        """The range is checked by the layers for brightness and saturation, where they are made."""
        if self.brightness_factor is not None or self.saturation_factor is not None:
            value_range(self.value_range, "value_range")

    def made_inside(self) -> tuple[str, ...]:
        """A layer for each change that is asked for."""
        return tuple(
            name
            for name, asked in (
                ("RandomBrightness", self.brightness_factor),
                ("RandomContrast", self.contrast_factor),
                ("RandomSaturation", self.saturation_factor),
                ("RandomHue", self.hue_factor),
            )
            if asked is not None
        )


@dataclass(frozen=True)
class MixUp(Augmentation):
    """Mixes each image, and its label, with another of the batch."""

    why = _("images are mixed at random in training only: there is nothing to learn")
    does = _(
        "In training, each image becomes a weighted mean of itself and another of the batch, and "
        "its label the same mean of theirs; afterwards both pass as they are."
    )

    alpha: object = argument(anything, None)
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)
    factor: object = argument(optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)


@dataclass(frozen=True)
class CutMix(Augmentation):
    """Puts a rectangle of another image of the batch into each image, and mixes the labels."""

    why = _("images are mixed at random in training only: there is nothing to learn")
    does = _(
        "In training, a rectangle of each image is taken from another of the batch, and the label "
        "is mixed by the areas; afterwards both pass as they are."
    )

    factor: object = argument(from_to(0, 1, loosely=True), 1.0)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)


def whole_part(value: object, name: str, rank: int = 0) -> object:
    """A whole number, or what Python's ``int`` makes one of: 3.7 is 3, ``"4"`` is 4."""
    if is_size(value):
        return value
    try:
        return int(value)  # type: ignore[call-overload]  # it is what Keras does to anything
    except (TypeError, ValueError, OverflowError):
        raise wrong(name, value, _("it must be a whole number")) from None


def filling(value: object, name: str, rank: int = 0) -> object:
    """What boxes that are not there are filled with: it changes no shape."""
    return None if isinstance(value, Unfollowed) else whole_part(value, name, rank)


@dataclass(frozen=True)
class MaxNumBoundingBoxes(Augmentation):
    """Gives every image the same number of boxes: further ones are cut off, missing ones filled in.

    Takes one tensor, which stays as it is, or ``{"images": …, "bounding_boxes": {"boxes": …,
    "labels": …}}``, where boxes and labels come to ``max_number``. Raises `ModelProblem` where one
    of the two is missing or has no axis for the boxes.
    """

    why = _("boxes are cut off or filled in: there is nothing to learn")
    does = _(
        "Each image comes to have the same number of boxes, in training and after it: further ones "
        "are cut off, missing ones filled in."
    )

    max_number: Size = argument(whole_part)
    fill_value: object = argument(filling, -1)
    data_format: str = argument(data_format, None, keyword_only=True)
    factor: object = argument(optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)

    def apply(self, inputs: Inputs) -> Applied:
        """Apply to images, or to a dict with their boxes."""
        done = super().apply(inputs)
        if not isinstance(inputs, dict) or "bounding_boxes" not in inputs:
            return done
        if isinstance(self.max_number, int) and self.max_number < 0:
            raise ModelProblem(
                _("there cannot be {number} boxes", number=self.max_number),
            )
        boxes = self._boxes(inputs["bounding_boxes"])
        outputs, nest = taken_apart({**inputs, "bounding_boxes": boxes})
        return Applied(
            outputs,
            (
                *(
                    Filled(_number_of_boxes(quantity), {BOXES: self.max_number})
                    for quantity in self._quantities(nest, outputs)
                ),
                *done.quantities,
            ),
            view="unknown",
            sentences=done.sentences,
            nest=nest,
        )

    def _boxes(self, given: Inputs) -> Inputs:
        if not isinstance(given, dict):
            raise ModelProblem(
                _(
                    "{key} must be a dict of {boxes} and {labels}",
                    key=Code('"bounding_boxes"'),
                    boxes=Code('"boxes"'),
                    labels=Code('"labels"'),
                )
            )
        further = sorted(set(given) - {"boxes", "labels"})
        if further:
            raise ModelProblem(
                _(
                    "only {boxes} and {labels} may stand among the boxes, not {names}",
                    boxes=Code('"boxes"'),
                    labels=Code('"labels"'),
                    names=tuple(Name(name) for name in further),
                )
            )
        return {key: self._cut(given, key) for key in ("boxes", "labels")}

    def _cut(self, given: dict[str, Inputs], key: str) -> Shape:
        shape = given.get(key)
        if not isinstance(shape, tuple) or not shape:
            raise ModelProblem(
                _(
                    "among the boxes there must be {key}, a tensor with one axis at least",
                    key=Code(repr(key)),
                )
            )
        return (self.max_number, *shape[1:])

    @staticmethod
    def _quantities(nest: Nest, outputs: Sequence[Shape]) -> Iterator[str]:
        """The names of the sizes that count the boxes, and their labels."""
        assert isinstance(nest, dict)
        boxes = nest["bounding_boxes"]
        assert isinstance(boxes, dict)
        for place in boxes.values():
            assert isinstance(place, int)
            axis = axes_of(len(outputs[place]))[0]
            yield axis.quantity if place == 0 else f"output{place + 1}.{axis.letter}"

    def title(self) -> tuple[Piece, ...]:
        """``10``"""
        return (self.max_number,)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The number of boxes; nothing is learned."""
        return (_number_of_boxes("output.L"), *super().equations())


def _number_of_boxes(quantity: str) -> Equation:
    return Equation(
        quantity,
        letter("B_out"),
        "number-of-boxes",
        _("boxes"),
        BOXES,
        _("as many boxes as are asked for, with a label each"),
    )
