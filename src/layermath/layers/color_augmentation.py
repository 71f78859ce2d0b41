"""The colours of images changed, at random in training or always: the shape stays.

Source: Keras, *Image augmentation layers* and *Image preprocessing layers*.
"""

from __future__ import annotations

from dataclasses import dataclass

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size
from layermath.layers.augmentation import Augmentation, from_to, seed, share, value_range
from layermath.messages import _
from layermath.rules.axes import check_rank
from layermath.rules.equations import Applied, Requirement, View
from layermath.vocabulary.arguments import anything, argument, data_format, optional
from layermath.vocabulary.layer import Shape, require


@dataclass(frozen=True)
class RandomContrast(Augmentation):
    """Changes the contrast of images."""

    does = _("In training, the contrast is changed at random; afterwards images pass as they are.")

    factor: object = argument(from_to(0, 1, loosely=True))
    value_range: object = argument(anything, None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None, keyword_only=True)


@dataclass(frozen=True)
class RandomBrightness(Augmentation):
    """Makes images lighter or darker."""

    does = _(
        "In training, images are made lighter or darker at random; afterwards they pass as "
        "they are."
    )

    factor: object = argument(optional(from_to(-1, 1, loosely=True)))
    value_range: object = argument(value_range, (0, 255))
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None, keyword_only=True)


@dataclass(frozen=True)
class RandomHue(Augmentation):
    """Turns the colours of images to others: red to orange, say."""

    does = _(
        "In training, all hues of an image are shifted at random by the same amount; afterwards "
        "images pass as they are."
    )

    factor: object = argument(from_to(0, 1, loosely=True))
    value_range: object = argument(anything, None)
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)


@dataclass(frozen=True)
class RandomSaturation(Augmentation):
    """Makes the colours of images stronger or paler."""

    does = _(
        "In training, colours are made stronger or paler at random; afterwards images pass as they "
        "are."
    )

    factor: object = argument(from_to(-1, 1, loosely=True))
    value_range: object = argument(value_range, (0, 255))
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)


@dataclass(frozen=True)
class RandomColorDegeneration(Augmentation):
    """Moves images towards their grey version. Takes one tensor of images with three channels, of
    two or three axes (batch left out). Raises `ModelProblem` for other shapes."""

    takes_one = True
    does = _(
        "In training, colours are moved towards grey at random; afterwards images pass as they are."
    )

    factor: object = argument(from_to(-1, 1, loosely=True))
    value_range: object = argument(value_range, (0, 255))
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)

    def apply(self, inputs: Shape) -> Applied:  # type: ignore[override]  # one tensor only
        """Apply to images."""
        if len(inputs) == 2:
            # Keras takes the two for one image whose first axis stands where the batch was
            requirements = () if self.data_format == "channels_first" else self._three(inputs[-1])
        else:
            check_rank(inputs, 3)
            first = self.data_format == "channels_first"
            requirements = self._three(inputs[0] if first else inputs[-1])
        done = super().apply(inputs)
        return Applied(
            done.outputs, done.quantities, requirements=requirements, sentences=done.sentences
        )

    @staticmethod
    def _three(channels: Size) -> tuple[Requirement, ...]:
        return (
            require(
                equal(channels, 3),
                _(
                    "the images must have 3 channels, red, green and blue: they have {channels}",
                    channels=channels,
                ),
            ),
        )


@dataclass(frozen=True)
class RandomSharpness(Augmentation):
    """Makes images sharper or softer."""

    does = _(
        "In training, images are made sharper or softer at random; afterwards they pass as they "
        "are."
    )

    factor: object = argument(from_to(0, 1, loosely=True))
    value_range: object = argument(value_range, (0, 255))
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)


@dataclass(frozen=True)
class RandomPosterization(Augmentation):
    """Leaves fewer shades in images."""

    does = _(
        "In training, the lowest bits of each pixel are cleared at random, which leaves fewer "
        "shades; afterwards images pass as they are."
    )

    factor: object = argument(from_to(1, 8, loosely=True))
    value_range: object = argument(value_range, (0, 255))
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)


@dataclass(frozen=True)
class RandomGrayscale(Augmentation):
    """Takes the colours from some images; the channels stay, and become equal. Takes one tensor."""

    takes_one = True

    does = _(
        "In training, some images turn grey, and keep their channels, which become equal; "
        "afterwards images pass as they are."
    )

    factor: object = argument(share, 0.5)
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)


@dataclass(frozen=True)
class RandomInvert(Augmentation):
    """Turns light to dark and dark to light."""

    does = _(
        "In training, some images turn into their negatives; afterwards images pass as they are."
    )

    factor: object = argument(from_to(0, 1, loosely=True), 1.0)
    value_range: object = argument(anything, None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class Solarization(Augmentation):
    """Inverts the pixels above a threshold."""

    does = _(
        "In training, pixels above a random threshold are inverted; afterwards images pass as they "
        "are."
    )

    addition_factor: object = argument(from_to(0, 1), 0.0)
    threshold_factor: object = argument(from_to(0, 1), 0.0)
    value_range: object = argument(value_range, (0, 255))
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None, keyword_only=True)


@dataclass(frozen=True)
class Equalization(Augmentation):
    """Spreads the shades of images evenly."""

    why = _("the shades of an image are spread by a fixed rule: there is nothing to learn")
    does = _(
        "In training, the shades of each channel are spread evenly; afterwards images pass as they "
        "are."
    )

    value_range: object = argument(value_range, (0, 255))
    bins: object = argument(anything, None)
    data_format: str = argument(data_format, None)
    factor: object = argument(optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)


@dataclass(frozen=True)
class AutoContrast(Augmentation):
    """Stretches each channel from its darkest to its lightest pixel to the whole range."""

    why = _("the shades of an image are stretched by a fixed rule: there is nothing to learn")
    does = _(
        "Each channel is stretched so that its darkest pixel is black and its lightest is white, "
        "in training and after it."
    )

    value_range: object = argument(value_range, (0, 255))
    data_format: str = argument(data_format, None, keyword_only=True)

    def _view(self) -> View:
        """The darkest and the lightest pixel may stand anywhere."""
        return "everything"


@dataclass(frozen=True)
class ContrastLimitedAdaptiveHistogramEqualization(Augmentation):
    """Spreads the shades of images evenly, tile by tile (CLAHE)."""

    why = _("the shades of each tile are spread by a fixed rule: there is nothing to learn")
    does = _(
        "The shades of each tile of an image are spread evenly, in training and after it; values "
        "between the middles of tiles are interpolated."
    )

    value_range: object = argument(anything, None)
    clip_limit: object = argument(anything, None)
    tile_grid_size: object = argument(anything, None)
    data_format: str = argument(data_format, None)
    factor: object = argument(optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)

    def _view(self) -> View:
        """A value depends on the tiles around it."""
        return "unknown"
