"""Convolution channel by channel: depthwise, and separable with a 1×1 convolution after it.

Sources: Keras, ``DepthwiseConv1D``, ``DepthwiseConv2D``, ``SeparableConv1D``, ``SeparableConv2D``;
Chollet, *Xception* (2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.messages import Piece, _
from layermath.rules import activations
from layermath.rules.axes import C_IN, C_OUT, CHANNELS, SPATIAL, check_rank
from layermath.rules.biases import additions
from layermath.rules.convolution import F, channels_equation
from layermath.rules.equations import Applied, Drop, Equation, Filled, Weight
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import Contraction
from layermath.rules.windows import (
    NO_PADDING,
    NONE,
    SAME,
    AnyPadding,
    Windows,
    general_equations,
    window_title,
)

A = letter("A")
"""The depth multiplier: the maps that are made from each channel."""


@written
def maps(c: Expr, a: Expr) -> Expr:
    """So many maps from each channel."""
    return c * a


@dataclass(frozen=True)
class ChannelByChannel(Rule):
    """A convolution whose kernel slides over each channel by itself and makes ``multiplier`` maps
    of each: ``(spatial…, C_in)`` to ``(spatial…, C_in·A)``. With ``filters`` a 1×1 convolution
    mixes these maps (a separable convolution).

    Raises `ModelProblem` where the kernel is larger than its padded input.
    """

    rank: int
    kernel: tuple[Size, ...]
    stride: tuple[Size, ...]
    dilation: tuple[Size, ...]
    padding: AnyPadding = NO_PADDING
    multiplier: Size = 1
    bias: bool = True
    activation: str | None = None
    filters: Size | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        *spatial, channels = shape
        windows = Windows(SPATIAL[self.rank], self.kernel, self.stride, self.dilation, self.padding)
        places = windows.over(spatial)
        where = {
            **windows.kernel_values,
            **places.where,
            C_IN: channels,
            A: self.multiplier,
            **({} if self.filters is None else {F: self.filters}),
        }
        mixes = self.filters is not None
        kernel = windows.kernel_letters
        counts = [
            Filled(equation, where, self._drops(equation))
            for equation in _counts(self.rank, kernel, self.bias, mixes)
        ]
        channels_out = counts[0].value
        said = activations.sentence(self.activation, channels_out)
        return Applied(
            ((*places.sizes, channels_out),),
            (*places.quantities, *counts),
            reach=places.reach,
            windowed=True,
            requirements=places.requirements,
            sentences=() if said is None else (said,),
            additions=additions(
                [*(axis.size_out for axis in windows.axes), C_OUT],
                where | {C_OUT: channels_out},
                self.bias,
            ),
            weights=tuple(
                one.filled(where) for one in contraction(kernel, self.bias, mixes).weights
            ),
        )

    def _drops(self, equation: Equation) -> tuple[Drop, ...]:
        alone = self.multiplier == 1 and A in equation.expression.free_symbols
        return (Drop(A, 1),) if alone else ()

    def title(self) -> tuple[Piece, ...]:
        """``3×3, /2, same, relu``"""
        return (
            *(() if self.filters is None else (self.filters,)),
            *window_title(self.kernel, self.stride, self.padding, self.dilation),
            *activations.title(self.activation),
        )

    @classmethod
    def equations(cls, rank: int = 2, mixes: bool = False, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes; ``mixes`` for a
        separable convolution."""
        kernel = (letter("K"),) * rank
        _channels, without_bias, _macs = _counts(rank, kernel, False, mixes)
        channels, with_bias, macs = _counts(rank, kernel, True, mixes)
        sizes = general_equations(rank, (NONE, SAME), True)
        return (*sizes, channels, with_bias, without_bias, macs)


@dataclass(frozen=True)
class Separable(ChannelByChannel):
    """A depthwise convolution, then a 1×1 convolution that mixes its maps."""

    @classmethod
    def equations(cls, rank: int = 2, mixes: bool = True, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        return super().equations(rank, mixes)


@cache
def contraction(kernel: tuple[Symbol, ...], bias: bool, mixes: bool) -> Contraction:
    """A slice for each map; for a separable convolution the 1×1 filters that mix them too."""
    if not mixes:
        slices = Weight("kernel", (*kernel, C_IN, A))
        return Contraction("depthwise", (slices,), (maps(C_IN, A),), bias)
    slices = Weight("depthwise_kernel", (*kernel, C_IN, A))
    mixing = Weight("pointwise_kernel", (*((1,) * len(kernel)), maps(C_IN, A), F))
    return Contraction("separable", (slices, mixing), (F,), bias)


@cache
def _counts(
    rank: int, kernel: tuple[Symbol, ...], bias: bool, mixes: bool
) -> tuple[Equation, Equation, Equation]:
    """The channels, the parameters and the MACs."""
    weights = contraction(kernel, bias, mixes)
    positions = [axis.size_out for axis in SPATIAL[rank]]
    if mixes:
        return (
            channels_equation(),
            weights.parameters(
                _("a slice for each map, then 1×1 filters that mix the maps"),
                _("with a bias for each filter"),
            ),
            weights.macs(
                positions, _("products with the slices, then with the filters that mix their maps")
            ),
        )
    return (
        Equation(
            "output.C",
            C_OUT,
            "depthwise-channels",
            CHANNELS.label,
            maps(C_IN, A),
            _("{A} maps from each channel; channels are not mixed", A=A),
        ),
        weights.parameters(
            _("one slice for each map: a kernel reads one channel only"),
            _("with a bias for each map"),
        ),
        weights.macs(
            positions, _("each output value takes one product for each weight of its slice")
        ),
    )
