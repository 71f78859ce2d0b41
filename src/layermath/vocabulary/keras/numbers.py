"""Keras's checks of numbers that change no shape: how strong a change is, where a seed starts.

Source: Keras, *Image augmentation layers*.
"""

from __future__ import annotations

from sympy import Expr

from layermath.messages import _
from layermath.vocabulary.arguments import Kind, Unfollowed, is_size, optional, wrong
from layermath.vocabulary.layer_type import NEEDED, Parameter


def checked(
    name: str, kind: Kind, default: object = NEEDED, *, keyword_only: bool = False
) -> Parameter:
    """An argument that is checked, and changes nothing."""
    return Parameter(name, kind, default, None, keyword_only=keyword_only)


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


FACTOR = checked("factor", optional(from_to(-1, 1, loosely=True)), None, keyword_only=True)
"""How strong a change is, where Keras takes it and looks at nothing but its bounds."""


def value_range(value: object, name: str, rank: int = 0) -> object:
    """The smallest and the largest value of a pixel."""
    if isinstance(value, Unfollowed):
        return value
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise wrong(name, value, _("it must be two numbers"))
    return tuple(value)


def any_range(value: object, name: str, rank: int = 0) -> object:
    """The smallest and the largest value of a pixel, not checked yet."""
    return tuple(value) if isinstance(value, list) else value


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


SEED = checked("seed", seed, None)


def odd(value: object, name: str, rank: int = 0) -> object:
    """An odd number, or two of them."""
    numbers = value if isinstance(value, (tuple, list)) else (value,)
    known = [number for number in numbers if not isinstance(number, (Expr, Unfollowed))]
    if len(numbers) != (2 if isinstance(value, (tuple, list)) else 1) or not all(
        isinstance(number, (int, float)) and number % 2 != 0 for number in known
    ):
        raise wrong(name, value, _("it must be an odd number, or two of them"))
    return tuple(value) if isinstance(value, list) else value


def truth(value: object, name: str, rank: int = 0) -> bool:
    """Whatever is true or false. What cannot be followed is taken for true, the default."""
    return isinstance(value, (Expr, Unfollowed)) or bool(value)


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
