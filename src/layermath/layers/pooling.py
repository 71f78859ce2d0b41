"""Pooling: a window slides over each feature map by itself and keeps one value of each place.

Source: Keras, *Pooling layers*; Dumoulin and Visin, *A guide to convolution arithmetic for deep
learning*, section 3 (the size of a pooling is that of a convolution without padding or dilation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Integer

from layermath.algebra.floors import Size, letter, times
from layermath.layers.core import nothing_to_learn
from layermath.messages import Message, Piece, _
from layermath.rules.axes import (
    C_IN,
    C_OUT,
    CHANNELS,
    LENGTH,
    SPATIAL,
    Axis,
    split_channels,
    with_channels,
)
from layermath.rules.equations import Applied, Equation, Filled
from layermath.rules.windows import D, Windows, padding_equation, size_equation, window_title
from layermath.vocabulary.arguments import argument, choice, data_format, flag, optional, per_axis
from layermath.vocabulary.layer import Layer, Shape


@dataclass(frozen=True)
class Pooling(Layer, abstract=True):
    """Pooling over ``rank`` axes.

    Takes a feature map ``(spatial…, C)`` (``channels_first``: ``(C, spatial…)``) and gives one
    with the same channels. Raises `ModelProblem` where the window is larger than its input.
    """

    takes: ClassVar[Message]
    """What is kept of the values in one window."""

    pool_size: tuple[Size, ...] = argument(per_axis())
    strides: tuple[Size, ...] | None = argument(optional(per_axis()), None)
    padding: str = argument(choice("valid", "same"), "valid")
    data_format: str = argument(data_format, None)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        spatial, channels = split_channels(shape, self.rank, self.data_format)
        slid = self._windows().slide(spatial)
        sizes = [one.size.value for one in slid]
        return Applied(
            (with_channels(sizes, channels, self.data_format),),
            (
                *(quantity for one in slid for quantity in (one.size, one.padding) if quantity),
                Filled(channels_kept(), {C_IN: channels}),
                nothing_to_learn(self._why()),
            ),
            reach={one.reach.axis: one.reach for one in slid},
            windowed=True,
            requirements=tuple(requirement for one in slid for requirement in one.requirements),
        )

    def _windows(self) -> Windows:
        strides = self.pool_size if self.strides is None else self.strides
        return Windows(
            SPATIAL[self.rank],
            self.pool_size,
            strides,
            (1,) * self.rank,
            self.padding,
            dilates=False,
        )

    def _why(self) -> Message:
        values = times(self.pool_size)
        if self.padding == "valid" and values != 1:
            return _(
                "{taken} of {number} values is taken: there is nothing to learn",
                taken=self.takes,
                number=values,
            )
        return no_weights(self.takes, _("each window"))

    def title(self) -> tuple[Piece, ...]:
        """``2×2``, ``3×3, /2, same``"""
        windows = self._windows()
        return window_title(
            self.pool_size, windows.strides, self.padding, usual_strides=self.pool_size
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for one window and stride on all axes."""
        axes = SPATIAL[cls.rank]
        letters = (letter("K"), letter("S"), D)
        return (
            *(size_equation(axis, letters, word, False) for axis in axes for word in _PADDINGS),
            padding_equation(axes[0], letters, "same", False),
            channels_kept(),
            nothing_to_learn(no_weights(cls.takes, _("each window"))).equation,
        )


_PADDINGS = ("valid", "same")


def no_weights(taken: Message, of: Message) -> Message:
    """Why a pooling has no parameters."""
    return _("{taken} of {these} is taken: there is nothing to learn", taken=taken, these=of)


def channels_kept() -> Equation:
    """Pooling leaves the number of feature maps as it is."""
    return Equation(
        "output.C",
        C_OUT,
        "channels-kept",
        CHANNELS.label,
        C_IN,
        _("each feature map is pooled by itself"),
    )


@dataclass(frozen=True)
class MaxPooling(Pooling, abstract=True):
    """The largest value of each window."""

    takes = _("the largest")
    pool_size: tuple[Size, ...] = argument(per_axis(), 2)


class MaxPooling1D(MaxPooling):
    """The largest value of each window along one axis."""

    aliases = ("MaxPool1D",)
    rank = 1


class MaxPooling2D(MaxPooling):
    """The largest value of each window on an image."""

    aliases = ("MaxPool2D",)
    rank = 2


class MaxPooling3D(MaxPooling):
    """The largest value of each window in a volume."""

    aliases = ("MaxPool3D",)
    rank = 3


class AveragePooling(Pooling, abstract=True):
    """The mean of each window; values of the padding are not counted."""

    takes = _("the mean")


class AveragePooling1D(AveragePooling):
    """The mean of each window along one axis."""

    aliases = ("AvgPool1D",)
    rank = 1


class AveragePooling2D(AveragePooling):
    """The mean of each window on an image."""

    aliases = ("AvgPool2D",)
    rank = 2


class AveragePooling3D(AveragePooling):
    """The mean of each window in a volume."""

    aliases = ("AvgPool3D",)
    rank = 3


@dataclass(frozen=True)
class GlobalPooling(Layer, abstract=True):
    """One value for each whole feature map.

    Takes ``(spatial…, C)`` and gives ``(C,)``, with ``keepdims`` ``(1…, C)``. Raises
    `ModelProblem` where the input has another number of axes.
    """

    takes: ClassVar[Message]
    """What is kept of a whole feature map."""

    data_format: str = argument(data_format, None)
    keepdims: bool = argument(flag, False)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        _spatial, channels = split_channels(shape, self.rank, self.data_format)
        ones = (1,) * self.rank if self.keepdims else ()
        equations = _global_equations(self.rank, self.keepdims)
        return Applied(
            (with_channels(ones, channels, self.data_format),),
            (
                *(Filled(equation, {C_IN: channels}) for equation in equations),
                nothing_to_learn(no_weights(self.takes, _("each map"))),
            ),
            view="everything",
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, without and with ``keepdims``."""
        return (
            *_global_equations(cls.rank, False),
            *_global_equations(cls.rank, True),
            nothing_to_learn(no_weights(cls.takes, _("each map"))).equation,
        )


def _global_equations(rank: int, keepdims: bool) -> tuple[Equation, ...]:
    """Where the channels stand in the output, and the axes of size 1 that ``keepdims`` leaves."""
    channels: Axis = CHANNELS if keepdims else LENGTH
    ones = SPATIAL[rank] if keepdims else ()
    return (
        *(
            Equation(
                axis.quantity,
                axis.size_out,
                "global-pooling-axis",
                axis.label,
                Integer(1),
                _("the axis stays, with one position"),
            )
            for axis in ones
        ),
        Equation(
            channels.quantity,
            channels.size_out,
            "global-pooling",
            channels.label,
            C_IN,
            _("one value for each feature map, however large it is"),
        ),
    )


class GlobalMaxPooling(GlobalPooling, abstract=True):
    """The largest value of each feature map."""

    takes = _("the largest value")


class GlobalMaxPooling1D(GlobalMaxPooling):
    """The largest value of each feature map along one axis."""

    aliases = ("GlobalMaxPool1D",)
    rank = 1


class GlobalMaxPooling2D(GlobalMaxPooling):
    """The largest value of each feature map of an image."""

    aliases = ("GlobalMaxPool2D",)
    rank = 2


class GlobalMaxPooling3D(GlobalMaxPooling):
    """The largest value of each feature map of a volume."""

    aliases = ("GlobalMaxPool3D",)
    rank = 3


class GlobalAveragePooling(GlobalPooling, abstract=True):
    """The mean of each feature map."""

    takes = _("the mean")


class GlobalAveragePooling1D(GlobalAveragePooling):
    """The mean of each feature map along one axis."""

    aliases = ("GlobalAvgPool1D",)
    rank = 1


class GlobalAveragePooling2D(GlobalAveragePooling):
    """The mean of each feature map of an image."""

    aliases = ("GlobalAvgPool2D",)
    rank = 2


class GlobalAveragePooling3D(GlobalAveragePooling):
    """The mean of each feature map of a volume."""

    aliases = ("GlobalAvgPool3D",)
    rank = 3
