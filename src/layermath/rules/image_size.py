"""Images brought to a given height and width: resized, or cut out.

Source: Keras, *Image preprocessing layers* (`Resizing`, `CenterCrop`, `RandomCrop`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sympy import Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, floor_div, letter, minus
from layermath.messages import FRAMEWORK, Extent, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.augmentation import check_images
from layermath.rules.axes import HEIGHT, WIDTH, Axis
from layermath.rules.equations import Applied, Equation, Filled, Reach
from layermath.rules.rule import Inputs, Rule, Shape
from layermath.rules.structures import put_together, taken_apart
from layermath.rules.weights import nothing_to_learn

H_NEW, W_NEW = letter("H_new"), letter("W_new")
AXES = ((HEIGHT, H_NEW), (WIDTH, W_NEW))


@dataclass(frozen=True)
class Sized(Rule):
    """A layer that brings images to a given height and width, whatever they had before.

    Takes one tensor of images. A batch of images has three axes beside the batch; where there are
    fewer, the batch is taken for an axis of one image. Raises `ModelProblem` where the input has
    too few axes.
    """

    any_layout = True
    why: ClassVar[Message]

    height: Size
    width: Size
    channels_first: bool = False

    def apply(self, shape: Shape) -> Applied:
        """Apply to images."""
        batch: Sequence[Size | None] = (None, *shape)
        axes = self._axes(len(batch))
        if min(axes) < 0 or max(axes) >= len(batch):
            raise _no_images(shape)
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

    def on_data(self, inputs: Inputs, apply: Callable[[Inputs], Applied]) -> Applied:
        """Apply to data, not to tensors of a model, with the layer that has this rule: of a dict,
        the images and the masks change."""
        check_images(inputs)
        if not isinstance(inputs, dict):
            return apply(inputs)
        done = {
            key: apply(item)
            for key, item in inputs.items()
            if key in ("images", "segmentation_masks")
        }
        changed = {key: put_together(one.outputs, one.nest) for key, one in done.items()}
        outputs, nest = taken_apart({**inputs, **changed})
        quantities = [one for item in done.values() for one in item.quantities]
        return Applied(outputs, tuple(quantities), view="unknown", nest=nest)

    def _axes(self, rank: int) -> tuple[int, int]:
        """Where the height and the width stand, the batch being axis 0 of ``rank`` axes."""
        first = (1 if rank == 4 else 0) + self.channels_first
        return first, first + 1

    def _crop(self, shape: Shape) -> Mapping[int, Reach] | None:
        """How positions are cut out, where it is certain that they are."""
        return None

    def _does(self, crops: bool) -> tuple[Message, ...]:
        """What happens to the images."""
        raise NotImplementedError

    def _sentences(self, shape: Shape, crops: bool) -> tuple[Message, ...]:
        does, *more = self._does(crops)
        if len(shape) == 3:
            return (does, *more)
        other = _(
            "A batch of images has four axes. With {number}, {framework} takes other axes for the "
            "height and the width, the batch among them.",
            number=len(shape) + 1,
            framework=FRAMEWORK,
        )
        return (does, other, *more)

    def title(self) -> tuple[Piece, ...]:
        """``224×224``"""
        return (Extent((self.height, self.width)),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The sizes that are given; nothing is learned."""
        return (*(_size_equation(axis, new) for axis, new in AXES), nothing_to_learn(cls.why))


def _no_images(shape: Shape) -> ModelProblem:
    return ModelProblem(
        _(
            "it takes images, which have three axes, the batch left out: here are {number}",
            number=len(shape),
        )
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


@dataclass(frozen=True)
class Resizing(Sized):
    """Enlarges or shrinks images to a given size; where they keep their ratio, what is left over is
    filled (``pads``) or what sticks out is cut off (``crops``)."""

    why = _("pixels are interpolated: there is nothing to learn")

    interpolation: str | None = "bilinear"
    pads: bool = False
    crops: bool = False

    def _does(self, crops: bool) -> tuple[Message, ...]:
        says = _("Every image is stretched or shrunk to the same size, in training and after it.")
        if self.pads:
            return says, _(
                "Height and width keep their ratio: what is left over is filled with a border."
            )
        if self.crops:
            return says, _("Height and width keep their ratio: what sticks out is cut off.")
        return (says,)

    def title(self) -> tuple[Piece, ...]:
        """``224×224, nearest``"""
        usual = self.interpolation in ("bilinear", None)
        return (*super().title(), *(() if usual else (Name(str(self.interpolation)),)))


class MiddleCut(Sized):
    """Cuts the middle out of images; images that are too small are enlarged first."""

    why = _("a part of the image is cut out: there is nothing to learn")

    def apply(self, shape: Shape) -> Applied:
        """Apply to images. Raises `ModelProblem` where they have neither two nor three axes beside
        the batch."""
        if len(shape) not in (2, 3):
            raise _no_images(shape)
        return super().apply(shape)

    def _crop(self, shape: Shape) -> Mapping[int, Reach] | None:
        """A crop, where both sizes are known to be at most those of the image."""
        spatial = shape[1:] if self.channels_first else shape[:2]
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

    def _does(self, crops: bool) -> tuple[Message, ...]:
        if crops:
            return (_("The middle of every image is cut out, in training and after it."),)
        return (
            _(
                "The middle of every image is cut out, in training and after it; an image that is "
                "too small is enlarged first."
            ),
        )


class RandomCut(Sized):
    """Cuts a part out of images in training, at a place that is drawn anew each time."""

    why = MiddleCut.why

    def _does(self, crops: bool) -> tuple[Message, ...]:
        return (
            _(
                "In training, a part of each image is cut out, at a random place; an image that is "
                "too small is enlarged. After training, {framework} passes images on as they are, "
                "although the model states the smaller size.",
                framework=FRAMEWORK,
            ),
        )

    def _axes(self, rank: int) -> tuple[int, int]:
        """Counted from the end, whatever the number of axes."""
        first = rank - (2 if self.channels_first else 3)
        return first, first + 1
