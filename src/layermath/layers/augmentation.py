"""Images turned, shifted and bent at random in training: every one of these layers keeps the shape.

Source: Keras, *Image augmentation layers*. Changes of colour stand in `color_augmentation`, layers
that mix or combine changes in `mixed_augmentation`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr

from layermath.messages import Code, Message, _
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation, Filled, View
from layermath.rules.structures import taken_apart
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    anything,
    argument,
    choice,
    data_format,
    optional,
    wrong,
)
from layermath.vocabulary.layer import Inputs, Layer

_FILLS = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


def from_to(least: float, most: float, *, above: bool = False, loosely: bool = False) -> Kind:
    """A number between ``least`` and ``most``, or two of them; it changes no shape.

    ``above`` where ``least`` itself is not allowed; ``loosely`` where Keras only asks of two
    numbers that the range from the first to the second meets the bounds.
    """

    def allowed(number: float) -> bool:
        return least <= number <= most and not (above and number == least)

    def kind(value: object, name: str, rank: int = 0) -> object:
        numbers = value if isinstance(value, (tuple, list)) else (value,)
        if any(isinstance(number, (Expr, Unfollowed)) for number in numbers):
            return tuple(value) if isinstance(value, list) else value
        in_range = len(numbers) == (2 if isinstance(value, (tuple, list)) else 1) and all(
            isinstance(number, (int, float)) for number in numbers
        )
        if in_range and loosely and len(numbers) == 2:
            in_range = numbers[0] <= most and numbers[1] >= least
        elif in_range:
            in_range = all(allowed(number) for number in numbers)
        if not in_range:
            raise wrong(
                name,
                value,
                _(
                    "it must be a number, or two, from {least} to {most}",
                    least=str(least),
                    most=str(most),
                ),
            )
        return tuple(value) if isinstance(value, list) else value

    return kind


def value_range(value: object, name: str, rank: int = 0) -> object:
    """The smallest and the largest value of a pixel."""
    if isinstance(value, Unfollowed):
        return value
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise wrong(name, value, _("it must be two numbers"))
    return tuple(value)


def share(value: object, name: str, rank: int = 0) -> object:
    """One number from 0 to 1: a probability, or how strong a change is."""
    if isinstance(value, (Expr, Unfollowed)):
        return value
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise wrong(name, value, _("it must be a number from 0 to 1"))
    return value


def seed(value: object, name: str, rank: int = 0) -> object:
    """Where the random numbers start: a whole number, or None. It changes no shape."""
    if value is not None and not isinstance(value, (int, Expr, Unfollowed)):
        raise wrong(name, value, _("it must be a whole number"))
    return None


def box_format(value: object, name: str, rank: int = 0) -> object:
    """How the corners of boxes are written: Keras looks the word up only when boxes come."""
    return value if value is None or isinstance(value, str) else "unknown"


def check_images(inputs: Inputs) -> None:
    """Raise `ModelProblem` unless these are images: one, or a batch of them."""
    images = inputs.get("images") if isinstance(inputs, dict) else inputs
    if not isinstance(images, tuple) or len(images) not in (2, 3):
        raise ModelProblem(_("it takes images, which have three axes, the batch left out"))


@dataclass(frozen=True)
class Augmentation(Layer, abstract=True):
    """A layer that changes images at random in training and passes them on as they are after it.

    Takes one tensor, or a list or a dict of them (``{"images": …, "labels": …}``), and gives the
    same back. Keras checks no number of axes.
    """

    takes_one = False
    why: ClassVar[Message] = _(
        "images are changed at random in training only: there is nothing to learn"
    )
    """Why there is nothing to learn."""
    does: ClassVar[Message]
    """What happens to the images."""

    bounding_box_format: object = argument(box_format, None, keyword_only=True)

    def apply(self, inputs: Inputs) -> Applied:
        """Apply to one tensor, or to a list or a dict of them."""
        shapes, nest = taken_apart(inputs)
        return Applied(
            shapes,
            (Filled(nothing_to_learn(self.why)),),
            view=self._view() if len(shapes) == 1 else "unknown",
            sentences=self._sentences(inputs),
            nest=nest,
        )

    def on_data(self, inputs: Inputs) -> Applied:
        """Apply to data, as a `Pipeline` does, not to tensors of a model: then Keras looks at the
        axes of the images, and at the format of the boxes."""
        check_images(inputs)
        if isinstance(inputs, dict) and "bounding_boxes" in inputs and not self.bounding_box_format:
            raise ModelProblem(
                _(
                    "boxes need their format: {argument}",
                    argument=Code('bounding_box_format="xyxy"'),
                )
            )
        return self(inputs)

    def _view(self) -> View:
        """A trained network gets the images as they are: position by position."""
        return "windows"

    def _sentences(self, inputs: Inputs) -> tuple[Message, ...]:
        """What the layer does."""
        return (self.does,)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """Nothing is learned."""
        return (nothing_to_learn(cls.why),)


@dataclass(frozen=True)
class RandomFlip(Augmentation):
    """Mirrors images, from left to right or from top to bottom."""

    does = _("In training, images are mirrored at random; afterwards they pass as they are.")

    mode: object = argument(anything, None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomRotation(Augmentation):
    """Turns images, by up to ``factor`` of a full turn."""

    does = _("In training, images are turned at random; afterwards they pass as they are.")

    factor: object = argument(optional(from_to(-1, 1, loosely=True)))
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    seed: object = argument(seed, None)
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomZoom(Augmentation):
    """Enlarges or shrinks what is in the image; the image keeps its size."""

    does = _(
        "In training, what is in an image is enlarged or shrunk at random and the image keeps "
        "its size; afterwards images pass as they are."
    )

    height_factor: object = argument(from_to(-1, 1, above=True))
    width_factor: object = argument(optional(from_to(-1, 1, above=True)), None)
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    seed: object = argument(seed, None)
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomTranslation(Augmentation):
    """Shifts images."""

    does = _("In training, images are shifted at random; afterwards they pass as they are.")

    height_factor: object = argument(from_to(-1, 1))
    width_factor: object = argument(from_to(-1, 1))
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    seed: object = argument(seed, None)
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomShear(Augmentation):
    """Slants images."""

    does = _("In training, images are slanted at random; afterwards they pass as they are.")

    x_factor: object = argument(from_to(0, 1), 0.0)
    y_factor: object = argument(from_to(0, 1), 0.0)
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)


@dataclass(frozen=True)
class RandomPerspective(Augmentation):
    """Shows images as if seen from another side."""

    does = _(
        "In training, the corners of images are moved at random, as if seen from another side; "
        "afterwards images pass as they are."
    )

    factor: object = argument(from_to(0, 1, loosely=True), 1.0)
    scale: object = argument(share, 1.0)
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    fill_value: object = argument(anything, None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomElasticTransform(Augmentation):
    """Bends images as if they were made of rubber."""

    does = _(
        "In training, images are bent at random, as if made of rubber; afterwards they pass as "
        "they are."
    )

    factor: object = argument(from_to(0, 1, loosely=True), 1.0)
    scale: object = argument(from_to(0, 1, loosely=True), 1.0)
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    fill_mode: str = argument(choice(*_FILLS, "mirror"), "reflect")
    fill_value: object = argument(anything, None)
    value_range: object = argument(anything, None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomErasing(Augmentation):
    """Fills a rectangle of an image."""

    does = _(
        "In training, a rectangle of an image is filled at random; afterwards images pass as they "
        "are."
    )

    factor: object = argument(from_to(0, 1, loosely=True), 1.0)
    scale: object = argument(from_to(0, 1, loosely=True), (0.02, 0.33))
    fill_value: object = argument(anything, None)
    value_range: object = argument(anything, None)
    seed: object = argument(seed, None)
    data_format: str = argument(data_format, None)


def odd(value: object, name: str, rank: int = 0) -> object:
    """An odd number, or two of them."""
    numbers = value if isinstance(value, (tuple, list)) else (value,)
    known = [number for number in numbers if not isinstance(number, (Expr, Unfollowed))]
    if len(numbers) != (2 if isinstance(value, (tuple, list)) else 1) or not all(
        isinstance(number, (int, float)) and number % 2 != 0 for number in known
    ):
        raise wrong(name, value, _("it must be an odd number, or two of them"))
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class RandomGaussianBlur(Augmentation):
    """Blurs images."""

    does = _("In training, images are blurred at random; afterwards they pass as they are.")

    factor: object = argument(from_to(0, 1, loosely=True), 1.0)
    kernel_size: object = argument(odd, 3)
    sigma: object = argument(from_to(0, 1, loosely=True), 1.0)
    value_range: object = argument(anything, None)
    data_format: str = argument(data_format, None)
    seed: object = argument(seed, None)
