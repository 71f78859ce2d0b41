"""Random changes of images in training: every one of them keeps the shape.

Source: Keras, *Image augmentation layers*.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from layermath.layers.arguments import (
    Kind,
    Unfollowed,
    anything,
    argument,
    choice,
    data_format,
    optional,
    wrong,
)
from layermath.layers.elementwise import ShapeKeeping
from layermath.messages import _

_FILLS = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


def factor(least: float, most: float, *, above: bool = False, loosely: bool = False) -> Kind:
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


@dataclass(frozen=True)
class Augmentation(ShapeKeeping, abstract=True):
    """A layer that changes images at random in training and passes them on as they are after it."""

    why = _("images are changed at random in training only: there is nothing to learn")

    bounding_box_format: object = argument(anything, None, keyword_only=True)


@dataclass(frozen=True)
class RandomFlip(Augmentation):
    """Mirrors images, from left to right or from top to bottom."""

    mode: object = argument(anything, None)
    seed: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomRotation(Augmentation):
    """Turns images, by up to ``factor`` of a full turn."""

    factor: object = argument(optional(factor(-1, 1, loosely=True)))
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    seed: object = argument(anything, None)
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomZoom(Augmentation):
    """Enlarges or shrinks what is in the image; the image keeps its size."""

    height_factor: object = argument(factor(-1, 1, above=True))
    width_factor: object = argument(optional(factor(-1, 1, above=True)), None)
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    seed: object = argument(anything, None)
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomTranslation(Augmentation):
    """Shifts images."""

    height_factor: object = argument(factor(-1, 1))
    width_factor: object = argument(factor(-1, 1))
    fill_mode: str = argument(choice(*_FILLS), "reflect")
    interpolation: str = argument(choice(*_INTERPOLATIONS), "bilinear")
    seed: object = argument(anything, None)
    fill_value: object = argument(anything, None)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class RandomContrast(Augmentation):
    """Changes the contrast of images."""

    factor: object = argument(factor(0, 1, loosely=True))
    value_range: object = argument(anything, None)
    seed: object = argument(anything, None)
    data_format: str = argument(data_format, None, keyword_only=True)


@dataclass(frozen=True)
class RandomBrightness(Augmentation):
    """Makes images lighter or darker."""

    factor: object = argument(optional(factor(-1, 1, loosely=True)))
    value_range: object = argument(value_range, (0, 255))
    seed: object = argument(anything, None)
    data_format: str = argument(data_format, None, keyword_only=True)
