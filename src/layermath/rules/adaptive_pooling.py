"""Adaptive pooling: the output has the size that is asked for, and the windows follow from it.

Sources: Keras, *AdaptiveAveragePooling* and *AdaptiveMaxPooling*; PyTorch, ``AdaptiveAvgPool2d``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol

from layermath.algebra.conditions import divides
from layermath.algebra.floors import CeilDiv, FloorDiv, Size, floor_div, letter
from layermath.algebra.written import written
from layermath.messages import Extent, Message, Piece, _
from layermath.rules.axes import C_IN, SPATIAL, Axis, check_rank, letters_for
from layermath.rules.equations import Applied, Equation, Filled, Reach
from layermath.rules.pooling import MEAN, channels_kept, no_weights
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import nothing_to_learn

POSITION = letter("i")


@written
def first_of_window(size: Expr, wanted: Expr) -> Expr:
    """The first position that window i takes."""
    return FloorDiv(POSITION * size, wanted)


@written
def end_of_window(size: Expr, wanted: Expr) -> Expr:
    """The position after the last one that window i takes."""
    return CeilDiv((POSITION + 1) * size, wanted)


@dataclass(frozen=True)
class AdaptivePooling(Rule):
    """Pooling to a given size: ``(spatial…, C)`` to ``(output_size…, C)``, whatever comes in;
    ``takes`` says what is kept of the values in one window.

    Raises `ModelProblem` where the input has another number of axes.
    """

    rank: int
    takes: Message
    output_size: tuple[Size, ...]

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        spatial, channels = shape[:-1], shape[-1]
        axes = SPATIAL[self.rank]
        letters = letters_for("O", axes, self.output_size)
        where = dict(zip(letters, self.output_size, strict=True))
        even = all(
            size != 0 and divides(size, extent) is True
            for size, extent in zip(self.output_size, spatial, strict=True)
        )
        return Applied(
            ((*self.output_size, channels),),
            (
                *(
                    Filled(size_equation(axis, one), where)
                    for axis, one in zip(axes, letters, strict=True)
                ),
                Filled(channels_kept(), {C_IN: channels}),
                Filled(nothing_to_learn(no_weights(self.takes, _("each window")))),
            ),
            view="windows" if even else "unknown",
            reach=self._reach(spatial) if even else {},
            sentences=self._sentences(spatial, axes[0], letters[0], even),
        )

    def _reach(self, spatial: Shape) -> dict[int, Reach]:
        """Where the output divides the input, all windows are alike and side by side."""
        extents = [
            floor_div(size, wanted) for size, wanted in zip(spatial, self.output_size, strict=True)
        ]
        return {axis: Reach(axis, extent, extent) for axis, extent in enumerate(extents)}

    def _sentences(
        self, spatial: Shape, axis: Axis, wanted: Symbol, even: bool
    ) -> tuple[Message, ...]:
        if even:
            extents = tuple(
                floor_div(size, one) for size, one in zip(spatial, self.output_size, strict=True)
            )
            return (
                _(
                    "The output divides the input: windows of {extent}, side by side.",
                    extent=Extent(extents),
                ),
            )
        return (windows_laid(axis.size_in, wanted), _UNEVEN)

    def title(self) -> tuple[Piece, ...]:
        """``7×7``"""
        return (Extent(self.output_size),)

    @classmethod
    def equations(cls, rank: int = 2, takes: Message = MEAN, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one output size on all axes."""
        return (
            *(size_equation(axis, letter("O")) for axis in SPATIAL[rank]),
            channels_kept(),
            nothing_to_learn(no_weights(takes, _("each window"))),
        )


_UNEVEN = _("Where the division leaves a rest, windows differ in length and may overlap.")


def windows_laid(size: Symbol, wanted: Symbol) -> Message:
    """Which positions a window takes."""
    return _(
        "Window {i}, counted from 0, takes the positions from {first} to before {end}.",
        i=POSITION,
        first=first_of_window(size, wanted),
        end=end_of_window(size, wanted),
    )


def size_equation(axis: Axis, wanted: Symbol) -> Equation:
    """The size that is asked for."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "adaptive-pooling-size",
        axis.label,
        wanted,
        _("the size that is asked for, whatever comes in: {input}", input=axis.size_in),
    )
