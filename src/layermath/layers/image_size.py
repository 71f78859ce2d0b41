"""Images brought to a given height and width: resized, or cut out.

Source: Keras, *Image preprocessing layers* (`Resizing`, `CenterCrop`, `RandomCrop`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sympy import Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, as_size, floor_div, letter, minus
from layermath.messages import Extent, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.augmentation import check_images
from layermath.rules.axes import HEIGHT, WIDTH, Axis
from layermath.rules.equations import Applied, Equation, Filled, Reach
from layermath.rules.structures import put_together, taken_apart
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import (
    anything,
    argument,
    data_format,
    flag,
    is_size,
    optional,
    wrong,
)
from layermath.vocabulary.keras.numbers import from_to, seed
from layermath.vocabulary.layer import Inputs, Layer, Shape

H_NEW, W_NEW = letter("H_new"), letter("W_new")
AXES = ((HEIGHT, H_NEW), (WIDTH, W_NEW))


def pixels(value: object, name: str, rank: int = 0) -> Size:
    """A height or a width: a whole number, at least 0."""
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if isinstance(size, int) and size < 0:
        raise wrong(name, value, _("it must not be negative"))
    return size


@dataclass(frozen=True)
class Sized(Layer, abstract=True):
    """A layer that brings images to a given height and width, whatever they had before.

    Takes one tensor of images. A batch of images has three axes beside the batch; where there are
    fewer, Keras takes the batch for an axis of one image. Raises `ModelProblem` where the input
    has too few axes.
    """

    why: ClassVar[Message]
    says: ClassVar[Message]

    height: Size = argument(pixels)
    width: Size = argument(pixels)
    bounding_box_format: object = argument(anything, None, keyword_only=True)

    def apply(self, shape: Shape) -> Applied:
        """Apply to images."""
        batch: Sequence[Size | None] = (None, *shape)
        axes = self._axes(len(batch))
        if min(axes) < 0 or max(axes) >= len(batch):
            raise ModelProblem(
                _(
                    "it takes images, which have three axes, the batch left out: here are {number}",
                    number=len(shape),
                ),
            )
        sizes = (self.height, self.width)
        full = list(batch)
        for axis, size in zip(axes, sizes, strict=True):
            full[axis] = size
        output = tuple(size for size in full[1:] if size is not None)
        quantities = [
            Filled(_size_equation(axis, new), {new: size})
            for (axis, new), size, place in zip(AXES, sizes, axes, strict=True)
            if place > 0
        ]
        crop = self._crop(shape) if len(shape) == 3 else None
        return Applied(
            (output,),
            (*quantities, Filled(nothing_to_learn(self.why))),
            view="unknown" if crop is None else "windows",
            reach=crop or {},
            sentences=self._sentences(shape, crop is not None),
        )

    def on_data(self, inputs: Inputs, apply: Any) -> Applied:
        """Apply to data, not to tensors of a model: of a dict, the images and the masks change."""
        check_images(inputs)
        if not isinstance(inputs, dict):
            return apply(inputs)
        done = {
            key: self(item)
            for key, item in inputs.items()
            if key in ("images", "segmentation_masks")
        }
        changed = {key: put_together(one.outputs, one.nest) for key, one in done.items()}
        outputs, nest = taken_apart({**inputs, **changed})
        quantities = [one for item in done.values() for one in item.quantities]
        return Applied(outputs, tuple(quantities), view="unknown", nest=nest)

    def _axes(self, rank: int) -> tuple[int, int]:
        """Where the height and the width stand, the batch being axis 0 of ``rank`` axes."""
        last = getattr(self, "data_format", None) != "channels_first"
        if rank == 4:
            return (1, 2) if last else (2, 3)
        return (0, 1) if last else (1, 2)

    def _crop(self, shape: Shape) -> Mapping[int, Reach] | None:
        """How positions are cut out, where it is certain that they are."""
        return None

    def _sentences(self, shape: Shape, crops: bool) -> tuple[Message, ...]:
        if len(shape) == 3:
            return (self.says,)
        return (
            self.says,
            _(
                "A batch of images has four axes. With {number}, Keras takes other axes for the "
                "height and the width, the batch among them.",
                number=len(shape) + 1,
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``224×224``"""
        return (Extent((self.height, self.width)),)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The sizes that are given; nothing is learned."""
        return (
            *(_size_equation(axis, new) for axis, new in AXES),
            nothing_to_learn(cls.why),
        )


def _size_equation(axis: Axis, new: Symbol) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "given-size",
        axis.label,
        new,
        _("the size that is asked for, whatever it was before"),
    )


def interpolation(value: object, name: str, rank: int = 0) -> str | None:
    """How pixels are interpolated: Keras looks the word up only when images come."""
    return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Resizing(Sized):
    """Enlarges or shrinks images to a given size."""

    why = _("pixels are interpolated: there is nothing to learn")
    says = _("Every image is stretched or shrunk to the same size, in training and after it.")

    interpolation: object = argument(interpolation, "bilinear")
    crop_to_aspect_ratio: bool = argument(flag, False)
    pad_to_aspect_ratio: bool = argument(flag, False)
    fill_mode: object = argument(anything, None)
    fill_value: object = argument(anything, None)
    antialias: object = argument(anything, None)
    data_format: str = argument(data_format, None)

    def _sentences(self, shape: Shape, crops: bool) -> tuple[Message, ...]:
        said = super()._sentences(shape, crops)
        if self.pad_to_aspect_ratio:
            return (
                *said,
                _("Height and width keep their ratio: what is left over is filled with a border."),
            )
        if self.crop_to_aspect_ratio:
            return (
                *said,
                _("Height and width keep their ratio: what sticks out is cut off."),
            )
        return said

    def title(self) -> tuple[Piece, ...]:
        """``224×224, nearest``"""
        usual = self.interpolation in ("bilinear", None)
        return (*super().title(), *(() if usual else (Name(str(self.interpolation)),)))


@dataclass(frozen=True)
class CenterCrop(Sized):
    """Cuts the middle out of images; images that are too small are enlarged first."""

    why = _("a part of the image is cut out: there is nothing to learn")
    says = _(
        "The middle of every image is cut out, in training and after it; an image that is too "
        "small is enlarged first."
    )

    data_format: str = argument(data_format, None)

    def apply(self, shape: Shape) -> Applied:
        """Apply to images. Raises `ModelProblem` where they have neither two nor three axes beside
        the batch."""
        if len(shape) not in (2, 3):
            raise ModelProblem(
                _(
                    "it takes images, which have three axes, the batch left out: here are {number}",
                    number=len(shape),
                ),
            )
        return super().apply(shape)

    def _crop(self, shape: Shape) -> Mapping[int, Reach] | None:
        """A crop, where both sizes are known to be at most those of the image."""
        spatial = shape[:2] if self.data_format != "channels_first" else shape[1:]
        reach = {}
        for index, (size, new) in enumerate(zip(spatial, (self.height, self.width), strict=True)):
            if at_least(size, new) is not True:
                return None
            taken = minus(size, new)
            before = floor_div(taken, 2)
            reach[index] = Reach(
                index, before=minus(0, before), after=minus(0, minus(taken, before))
            )
        return reach

    def _sentences(self, shape: Shape, crops: bool) -> tuple[Message, ...]:
        said = super()._sentences(shape, crops)
        if not crops:
            return said
        return (_("The middle of every image is cut out, in training and after it."), *said[1:])


@dataclass(frozen=True)
class RandomCrop(Sized):
    """Cuts a part out of images in training, at a place that is drawn anew each time."""

    why = _("a part of the image is cut out: there is nothing to learn")
    says = _(
        "In training, a part of each image is cut out, at a random place; an image that is too "
        "small is enlarged. After training, Keras passes images on as they are, although the model "
        "states the smaller size."
    )

    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)
    factor: object = argument(optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)

    def _axes(self, rank: int) -> tuple[int, int]:
        """Counted from the end, whatever the number of axes."""
        from_end = (2, 1) if self.data_format == "channels_first" else (3, 2)
        return (rank - from_end[0], rank - from_end[1])
