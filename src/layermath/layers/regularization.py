"""Noise in training: dropout and its kin. When the trained model is used, nothing happens.

Source: Keras, *Regularization layers*.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from layermath.layers.elementwise import ShapeKeeping
from layermath.messages import Message, Name, Piece, _
from layermath.vocabulary.arguments import (
    Unfollowed,
    anything,
    argument,
    data_format,
    share,
    shown,
    wrong,
)


def noise_shape(value: object, name: str, rank: int = 0) -> None:
    """The shape of `Dropout`'s mask, which changes no shape: whole numbers above 0, or None."""
    if value is None or isinstance(value, Unfollowed):
        return
    if not isinstance(value, (tuple, list)) or not all(_is_mask_size(item) for item in value):
        raise wrong(name, value, _("it must be a tuple of whole numbers above 0, or None"))


def _is_mask_size(item: object) -> bool:
    return (
        item is None or isinstance(item, (Expr, Unfollowed)) or (isinstance(item, int) and item > 0)
    )


class Noise(ShapeKeeping, abstract=True):
    """A layer that disturbs the values in training."""

    why = _("values are disturbed in training only: there is nothing to learn")


@dataclass(frozen=True)
class Dropping(Noise, abstract=True):
    """A layer that disturbs a share of the values, its ``rate``."""

    rate: object = argument(share)

    def title(self) -> tuple[Piece, ...]:
        """``0.5``"""
        return (Name(shown(self.rate).text),)


def _dropped(what: Message) -> Message:
    return _("{what} are set to 0 in training only: there is nothing to learn", what=what)


@dataclass(frozen=True)
class Dropout(Dropping):
    """In training each value is set to 0 with the probability ``rate``."""

    why = _dropped(_("values chosen at random"))
    noise_shape: object = argument(noise_shape, None)
    seed: object = argument(anything, None)


@dataclass(frozen=True)
class SpatialDropout1D(Dropping):
    """In training whole feature maps of a sequence are set to 0."""

    rank = 1
    why = _dropped(_("whole feature maps"))
    seed: object = argument(anything, None)


@dataclass(frozen=True)
class SpatialDropout2D(Dropping):
    """In training whole feature maps of an image are set to 0."""

    rank = 2
    why = _dropped(_("whole feature maps"))
    data_format: str = argument(data_format, None)
    seed: object = argument(anything, None)


@dataclass(frozen=True)
class SpatialDropout3D(Dropping):
    """In training whole feature maps of a volume are set to 0."""

    rank = 3
    why = _dropped(_("whole feature maps"))
    data_format: str = argument(data_format, None)
    seed: object = argument(anything, None)


@dataclass(frozen=True)
class AlphaDropout(Dropping):
    """Dropout that keeps the mean and the variance, for `selu`."""

    noise_shape: object = argument(anything, None)
    seed: object = argument(anything, None)


@dataclass(frozen=True)
class GaussianDropout(Dropping):
    """In training each value is multiplied with noise around 1."""

    seed: object = argument(anything, None)


@dataclass(frozen=True)
class GaussianNoise(Noise):
    """In training noise around 0 is added to each value."""

    stddev: object = argument(share)
    seed: object = argument(anything, None)

    def title(self) -> tuple[Piece, ...]:
        """``0.1``"""
        return (Name(shown(self.stddev).text),)
