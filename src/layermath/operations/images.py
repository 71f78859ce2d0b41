"""Operations on feature maps: resizing, pooling, and channels that become positions.

Source: Keras, *Image ops* (`resize`, `rgb_to_grayscale`) and *NN ops* (`depth_to_space`,
`max_pool`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from sympy import Expr

from layermath.algebra.conditions import divides, equal
from layermath.algebra.floors import FloorDiv, Size, letter
from layermath.algebra.written import written
from layermath.messages import Extent, Piece, _
from layermath.operations.operation import (
    COUNTS,
    Operation,
    alike,
    one_tensor,
    stated,
    without_counts,
)
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, SPATIAL, Axis, split_channels, with_channels
from layermath.rules.equations import Applied, Equation, Filled
from layermath.vocabulary.arguments import anything, argument, choice, count, optional, wrong
from layermath.vocabulary.arguments import data_format as layout
from layermath.vocabulary.keras.layers import find
from layermath.vocabulary.layer import Shape, require

B = letter("B")


@written
def spread(size: Expr, block: Expr) -> Expr:
    """Each position becomes a row of several."""
    return size * block


@written
def gathered(size: Expr, block: Expr) -> Expr:
    """Several positions become one."""
    return FloorDiv(size, block)


@written
def fewer(channels: Expr, block: Expr) -> Expr:
    """The channels of a block become its positions."""
    return FloorDiv(channels, block * block)


@written
def more(channels: Expr, block: Expr) -> Expr:
    """The positions of a block become channels."""
    return channels * (block * block)


@dataclass(frozen=True)
class Blocks(Operation, abstract=True):
    """Square blocks of positions and groups of channels that become each other."""

    up: ClassVar[bool] = False
    block_size: Size = argument(count)
    data_format: str | None = argument(layout, None)

    def apply(self, x: Shape) -> Applied:
        """Apply to one image. Raises `ModelProblem` where the blocks do not fit."""
        kind = self.data_format or "channels_last"
        spatial, channels = split_channels(one_tensor(x), 2, kind)
        block = self.block_size
        axes = [
            Filled(self._axis(axis), {axis.size_in: size, B: block})
            for axis, size in zip(SPATIAL[2], spatial, strict=True)
        ]
        deep = Filled(self._channels(), {CHANNELS.size_in: channels, B: block})
        square = block * block
        asked = (
            [(square, channels, CHANNELS)]
            if self.up
            else [(block, size, axis) for axis, size in zip(SPATIAL[2], spatial, strict=True)]
        )
        return Applied(
            (with_channels([one.value for one in axes], deep.value, kind),),
            (*axes, deep),
            view="unknown",
            requirements=tuple(
                require(
                    divides(divisor, size),
                    _(
                        "the blocks must go into the {axis}: {size} mod {divisor} = 0",
                        axis=axis.label,
                        size=size,
                        divisor=divisor,
                    ),
                )
                for divisor, size, axis in asked
            ),
        )

    @classmethod
    def _axis(cls, axis: Axis) -> Equation:
        rule = spread if cls.up else gathered
        reason = _("blocks of {block} positions", block=B)
        return Equation(
            axis.quantity, axis.size_out, "blocks", axis.label, rule(axis.size_in, B), reason
        )

    @classmethod
    def _channels(cls) -> Equation:
        rule = fewer if cls.up else more
        return Equation(
            CHANNELS.quantity,
            CHANNELS.size_out,
            "block-channels",
            CHANNELS.label,
            rule(CHANNELS.size_in, B),
            _("a block has {block} times {block} positions", block=B),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules."""
        return (*(cls._axis(axis) for axis in SPATIAL[2]), cls._channels())


class DepthToSpace(Blocks):
    """Groups of channels become square blocks of positions."""

    up = True


class SpaceToDepth(Blocks):
    """Square blocks of positions become channels."""


@dataclass(frozen=True)
class RGBToGrayscale(Operation):
    """The three colours of a pixel become one grey."""

    data_format: str | None = argument(layout, None)

    def apply(self, images: Shape) -> Applied:
        """Apply to one image."""
        kind = self.data_format or "channels_last"
        spatial, _channels = split_channels(one_tensor(images), 2, kind)
        return Applied((with_channels(spatial, 1, kind),), (stated(CHANNELS, 1, "grey", _GREY),))


@dataclass(frozen=True)
class Colours(Operation, abstract=True):
    """The three numbers of a pixel become three others. Raises `ModelProblem` for an image of
    another number of channels."""

    data_format: str | None = argument(layout, None)

    def apply(self, images: Shape) -> Applied:
        """Apply to one image."""
        shape = one_tensor(images)
        _spatial, channels = split_channels(shape, 2, self.data_format or "channels_last")
        asked = require(
            equal(channels, 3), _("a pixel must have three colours: {channels}", channels=channels)
        )
        return Applied((shape,), requirements=(asked,))


TYPES = alike(Colours, ("HSVToRGB", "RGBToHSV"))
"""Between the two ways to write a colour."""


_GREY = _("three colours become one grey")


def _as_layer(name: str, keywords: dict[str, object], shape: Shape) -> Applied:
    """What the layer of that name does to a tensor: the operation is the same."""
    found = find(name)
    assert found is not None
    applied = found.bind((), keywords).apply(shape)
    return replace(applied, quantities=without_counts(applied), sentences=())


def _rules_of(name: str) -> tuple[Equation, ...]:
    """The general rules of a layer, without its parameters."""
    found = find(name)
    assert found is not None
    return tuple(rule for rule in found.equations() if rule.quantity not in COUNTS)


def height_and_width(value: object, name: str, rank: int = 0) -> tuple[Size, Size]:
    """The size of an image."""
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise wrong(name, value, _("it must be a height and a width"))
    height, width = (count(item, name) for item in value)
    return (height, width)


@dataclass(frozen=True)
class Resize(Operation):
    """An image in another size, as the layer `Resizing` makes it."""

    size: tuple[Size, Size] = argument(height_and_width)
    interpolation: object = argument(anything, "bilinear")
    antialias: object = argument(anything, False)
    crop_to_aspect_ratio: object = argument(anything, False)
    pad_to_aspect_ratio: object = argument(anything, False)
    fill_mode: object = argument(anything, "constant")
    fill_value: object = argument(anything, 0.0)
    data_format: str | None = argument(layout, None)

    def apply(self, images: Shape) -> Applied:
        """Apply to one image."""
        height, width = self.size
        given = {"height": height, "width": width, "data_format": self.data_format}
        return _as_layer("Resizing", given, one_tensor(images))

    def title(self) -> tuple[Piece, ...]:
        """``224×224``"""
        return (Extent(self.size),)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """Those of the layer."""
        return _rules_of("Resizing")


def window(value: object, name: str, rank: int = 0) -> Size | tuple[Size, ...]:
    """One number for every axis, or one for each."""
    if isinstance(value, (tuple, list)):
        return tuple(count(item, name) for item in value)
    return count(value, name)


@dataclass(frozen=True)
class Pool(Operation, abstract=True):
    """A window that slides over each feature map and keeps one value of each place."""

    layer: ClassVar[str]
    pool_size: Size | tuple[Size, ...] = argument(window)
    strides: Size | tuple[Size, ...] | None = argument(optional(window), None)
    padding: str = argument(choice("valid", "same", any_case=True), "valid")
    data_format: str | None = argument(layout, None)

    def apply(self, inputs: Shape) -> Applied:
        """Apply to one feature map of one to three spatial axes."""
        shape = one_tensor(inputs)
        rank = len(shape) - 1
        if not 1 <= rank <= 3:
            raise ModelProblem(_("it takes a feature map of one to three axes and its channels"))
        given = {
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
        }
        return _as_layer(f"{self.layer}{rank}D", given, shape)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """Those of the layer, for images."""
        return _rules_of(f"{cls.layer}2D")


class MaxPool(Pool):
    """The largest value in each window."""

    layer = "MaxPooling"


class AveragePool(Pool):
    """The mean of the values in each window."""

    layer = "AveragePooling"
