"""Images changed at random in training: the shape stays, and what goes with images passes too.

Sources: Keras, *Image augmentation layers*; Cubuk et al., *RandAugment* (2019); Hendrycks et al.,
*AugMix* (2019); Zhang et al., *mixup* (2017); Yun et al., *CutMix* (2019).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.messages import Code, Message, Name, Piece, Setting, _
from layermath.problems import ModelProblem
from layermath.rules.axes import axes_of, check_rank
from layermath.rules.equations import Applied, Equation, Filled, Nest
from layermath.rules.rule import Inputs, Shape, require
from layermath.rules.shape_keeping import ShapeKeeping
from layermath.rules.structures import taken_apart

BOXES = letter("B")


def check_images(inputs: Inputs) -> None:
    """Raise `ModelProblem` unless these are images: one, or a batch of them."""
    images = inputs.get("images") if isinstance(inputs, dict) else inputs
    if not isinstance(images, tuple) or len(images) not in (2, 3):
        raise ModelProblem(_("it takes images, which have three axes, the batch left out"))


@dataclass(frozen=True)
class Augmentation(ShapeKeeping):
    """A layer that changes images at random in training and passes them on as they are after it.

    Takes one tensor, or a list or a dict of them (``{"images": …, "labels": …}``), and gives the
    same back, of any number of axes. ``boxes`` is the format of the boxes around what is seen.
    """

    takes_one = False
    boxes: str | None = None

    def apply(self, inputs: Inputs) -> Applied:
        """Apply to one tensor, or to a list or a dict of them."""
        shapes, nest = taken_apart(inputs)
        view = self.view if len(shapes) == 1 else "unknown"
        return replace(super().apply(()), outputs=shapes, view=view, nest=nest)

    def on_data(self, inputs: Inputs, apply: Callable[[Inputs], Applied]) -> Applied:
        """Apply to data, not to tensors of a model, with the layer that has this rule: the axes of
        the images count then, and the format of the boxes. Raises `ModelProblem`."""
        check_images(inputs)
        if isinstance(inputs, dict) and "bounding_boxes" in inputs and not self.boxes:
            raise ModelProblem(
                _("boxes need their format: {argument}", argument=Setting("format of the boxes"))
            )
        return apply(inputs)


@dataclass(frozen=True)
class OfOneTensor(Augmentation):
    """A change of images that takes nothing with them: one tensor. Where it is ``coloured`` it has
    two or three axes and three channels, before the other axes where ``channels_first``; raises
    `ModelProblem` for other shapes."""

    takes_one = True
    coloured: bool = False
    channels_first: bool = False

    def apply(self, inputs: Shape) -> Applied:  # type: ignore[override]  # one tensor only
        """Apply to images."""
        done = super().apply(inputs)
        if not self.coloured:
            return done
        if len(inputs) != 2:
            check_rank(inputs, 3)
        elif self.channels_first:  # one image, whose first axis stands where the batch was
            return done
        channels = inputs[0] if self.channels_first else inputs[-1]
        three = require(
            equal(channels, 3),
            _(
                "the images must have 3 channels, red, green and blue: they have {channels}",
                channels=channels,
            ),
        )
        return replace(done, requirements=(three,))


@dataclass(frozen=True)
class NumberOfBoxes(Augmentation):
    """Gives every image the same number of boxes: further ones are cut off, missing ones filled in.

    Takes one tensor, which stays as it is, or ``{"images": …, "bounding_boxes": {"boxes": …,
    "labels": …}}``, where boxes and labels come to ``number``. Raises `ModelProblem` where one of
    the two is missing or has no axis for the boxes.
    """

    number: Size = 1

    def apply(self, inputs: Inputs) -> Applied:
        """Apply to images, or to a dict with their boxes."""
        done = super().apply(inputs)
        if not isinstance(inputs, dict) or "bounding_boxes" not in inputs:
            return done
        if isinstance(self.number, int) and self.number < 0:
            raise ModelProblem(_("there cannot be {number} boxes", number=self.number))
        boxes = self._boxes(inputs["bounding_boxes"])
        outputs, nest = taken_apart({**inputs, "bounding_boxes": boxes})
        counted = (
            Filled(_number_of_boxes(quantity), {BOXES: self.number})
            for quantity in _quantities(nest, outputs)
        )
        return replace(
            done,
            outputs=outputs,
            quantities=(*counted, *done.quantities),
            view="unknown",
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
        return (self.number, *shape[1:])

    def title(self) -> tuple[Piece, ...]:
        """``10``"""
        return (self.number,)

    @classmethod
    def equations(cls, why: Message | None = None, **fixed: Any) -> tuple[Equation, ...]:
        """The number of boxes; nothing is learned."""
        return (_number_of_boxes("output.L"), *super().equations(why))


def _quantities(nest: Nest, outputs: Sequence[Shape]) -> Iterator[str]:
    """The names of the sizes that count the boxes, and their labels."""
    assert isinstance(nest, dict)
    boxes = nest["bounding_boxes"]
    assert isinstance(boxes, dict)
    for place in boxes.values():
        assert isinstance(place, int)
        axis = axes_of(len(outputs[place]))[0]
        yield axis.quantity if place == 0 else f"output{place + 1}.{axis.letter}"


def _number_of_boxes(quantity: str) -> Equation:
    return Equation(
        quantity,
        letter("B_out"),
        "number-of-boxes",
        _("boxes"),
        BOXES,
        _("as many boxes as are asked for, with a label each"),
    )
