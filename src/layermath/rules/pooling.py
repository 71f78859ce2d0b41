"""Pooling: a window slides over each feature map by itself and keeps one value of each place.

Sources: Keras, *Pooling layers*; PyTorch, ``MaxPool2d``, ``AvgPool2d``; Dumoulin and Visin, *A
guide to convolution arithmetic for deep learning*, section 3 (the size of a pooling is that of a
convolution without padding or dilation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Integer

from layermath.algebra.floors import Size, times
from layermath.messages import Message, Piece, _
from layermath.rules.axes import C_IN, C_OUT, CHANNELS, LENGTH, SPATIAL, Axis, check_rank
from layermath.rules.equations import Applied, Equation, Filled
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import nothing_to_learn
from layermath.rules.windows import (
    NO_PADDING,
    NONE,
    SAME,
    AnyPadding,
    Windows,
    general_equations,
    window_title,
)

LARGEST = _("the largest")
LARGEST_VALUE = _("the largest value")
MEAN = _("the mean")


@dataclass(frozen=True)
class Pooling(Rule):
    """Pooling over ``rank`` axes; ``takes`` says what is kept of the values in one window.

    Takes a feature map ``(spatial…, C)`` and gives one with the same channels. ``stride`` None is
    the window's own size; ``dilation`` spreads the window; where it ``rounds_up`` the last window
    may reach over the end. Raises `ModelProblem` where the window is larger than its padded input.
    """

    rank: int
    takes: Message
    window: tuple[Size, ...]
    stride: tuple[Size, ...] | None = None
    padding: AnyPadding = NO_PADDING
    dilation: tuple[Size, ...] | None = None
    rounds_up: bool = False

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        *spatial, channels = shape
        places = self._windows().over(spatial)
        return Applied(
            ((*places.sizes, channels),),
            (
                *places.quantities,
                Filled(channels_kept(), {C_IN: channels}),
                Filled(nothing_to_learn(self._why())),
            ),
            reach=places.reach,
            windowed=True,
            requirements=places.requirements,
        )

    def _windows(self) -> Windows:
        return Windows(
            SPATIAL[self.rank],
            self.window,
            self.window if self.stride is None else self.stride,
            self.dilation or (1,) * self.rank,
            self.padding,
            dilates=self.dilation is not None,
            rounds_up=self.rounds_up,
        )

    def _why(self) -> Message:
        values = times(self.window)
        if self.padding == NO_PADDING and not self.rounds_up and values != 1:
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
            self.window,
            windows.strides,
            self.padding,
            self.dilation or (),
            usual_strides=self.window,
        )

    @classmethod
    def equations(
        cls, rank: int = 2, takes: Message = LARGEST, **fixed: Any
    ) -> tuple[Equation, ...]:
        """The general rules, for one window and stride on all axes."""
        return (
            *general_equations(rank, (NONE, SAME), False),
            channels_kept(),
            nothing_to_learn(no_weights(takes, _("each window"))),
        )


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
class GlobalPooling(Rule):
    """One value for each whole feature map; ``takes`` says what is kept of it.

    Takes ``(spatial…, C)`` and gives ``(C,)``; where it ``keeps_axes``, ``(1…, C)``. Raises
    `ModelProblem` where the input has another number of axes.
    """

    rank: int
    takes: Message
    keeps_axes: bool = False

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        channels = shape[-1]
        ones = (1,) * self.rank if self.keeps_axes else ()
        return Applied(
            ((*ones, channels),),
            (
                *(
                    Filled(equation, {C_IN: channels})
                    for equation in _global_equations(self.rank, self.keeps_axes)
                ),
                Filled(nothing_to_learn(no_weights(self.takes, _("each map")))),
            ),
            view="everything",
        )

    @classmethod
    def equations(cls, rank: int = 2, takes: Message = MEAN, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, with the axes gone and kept."""
        return (
            *_global_equations(rank, False),
            *_global_equations(rank, True),
            nothing_to_learn(no_weights(takes, _("each map"))),
        )


def _global_equations(rank: int, keeps_axes: bool) -> tuple[Equation, ...]:
    """Where the channels stand in the output, and the axes of size 1 that may be left."""
    channels: Axis = CHANNELS if keeps_axes else LENGTH
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
            for axis in (SPATIAL[rank] if keeps_axes else ())
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
