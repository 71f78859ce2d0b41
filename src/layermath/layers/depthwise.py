"""Convolution channel by channel: depthwise, and separable with a 1×1 convolution after it.

Sources: Keras, ``DepthwiseConv1D``, ``DepthwiseConv2D``, ``SeparableConv1D``, ``SeparableConv2D``;
Chollet, *Xception* (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Mul, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers.convolution import F, channels_equation
from layermath.messages import Code, Message, Piece, _
from layermath.rules import activations
from layermath.rules.axes import (
    C_IN,
    C_OUT,
    CHANNELS,
    SPATIAL,
    Axis,
    split_channels,
    with_channels,
)
from layermath.rules.biases import additions
from layermath.rules.equations import MACS, PARAMS, Applied, Drop, Equation, Filled
from layermath.rules.windows import D, Windows, padding_equation, size_equation, window_title
from layermath.vocabulary.arguments import (
    activation,
    anything,
    argument,
    choice,
    count,
    data_format,
    flag,
    per_axis,
)
from layermath.vocabulary.layer import Layer, Shape

A = letter("A")
"""``depth_multiplier``: the maps that are made from each channel."""


@written
def maps(c: Expr, a: Expr) -> Expr:
    """So many maps from each channel."""
    return c * a


@written
def depthwise_parameters(kernel: Sequence[Expr], c: Expr, a: Expr, bias: bool) -> Expr:
    """One slice for each map, with one bias."""
    return (Mul(*kernel) + 1) * c * a if bias else Mul(*kernel) * c * a


@written
def depthwise_multiplications(
    sizes: Sequence[Expr], kernel: Sequence[Expr], c: Expr, a: Expr
) -> Expr:
    """One product for each value and each weight of its slice."""
    return Mul(*sizes) * Mul(*kernel) * c * a


@written
def separable_parameters(kernel: Sequence[Expr], c: Expr, a: Expr, f: Expr, bias: bool) -> Expr:
    """The slices, then the weights that mix their maps, with one bias for each filter."""
    slices, mixing = Mul(*kernel) * c * a, c * a * f
    return slices + mixing + f if bias else slices + mixing


@written
def separable_multiplications(
    sizes: Sequence[Expr], kernel: Sequence[Expr], c: Expr, a: Expr, f: Expr
) -> Expr:
    """Products with the slices, then with the weights that mix their maps."""
    return Mul(*sizes) * (Mul(*kernel) * c * a + c * a * f)


@dataclass(frozen=True)
class ChannelByChannel(Layer, abstract=True):
    """A convolution whose kernel slides over each channel by itself.

    Takes ``(spatial…, C_in)`` (``channels_first``: ``(C_in, spatial…)``). Raises `ModelProblem`
    where the kernel is larger than its input. Unlike `Conv2D`, Keras lets strides and dilation go
    together.
    """

    kernel_size: tuple[Size, ...] = argument(per_axis())
    strides: tuple[Size, ...] = argument(per_axis(), 1)
    padding: str = argument(choice("valid", "same", any_case=True), "valid")
    depth_multiplier: Size = argument(count, 1)
    data_format: str = argument(data_format, None)
    dilation_rate: tuple[Size, ...] = argument(per_axis(), 1)
    activation: str | None = argument(activation, None)
    use_bias: bool = argument(flag, True)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        spatial, channels = split_channels(shape, self.rank, self.data_format)
        windows = Windows(
            SPATIAL[self.rank], self.kernel_size, self.strides, self.dilation_rate, self.padding
        )
        slid = windows.slide(spatial)
        sizes = [one.size.value for one in slid]
        where = {
            **windows.kernel_values,
            **{axis.size_out: size for axis, size in zip(windows.axes, sizes, strict=True)},
            C_IN: channels,
            A: self.depth_multiplier,
            **self._more_letters(),
        }
        counts = [
            Filled(equation, where, self._drops(equation))
            for equation in self._counts(windows.axes, windows.kernel_letters, self.use_bias)
        ]
        said = activations.sentence(self.activation, counts[0].value)
        return Applied(
            (with_channels(sizes, counts[0].value, self.data_format),),
            (
                *(quantity for one in slid for quantity in (one.size, one.padding) if quantity),
                *counts,
            ),
            reach={one.reach.axis: one.reach for one in slid},
            windowed=True,
            requirements=tuple(requirement for one in slid for requirement in one.requirements),
            sentences=() if said is None else (said,),
            additions=additions(
                [*(axis.size_out for axis in windows.axes), C_OUT],
                where | {C_OUT: counts[0].value},
                self.use_bias,
            ),
        )

    def _more_letters(self) -> dict[Symbol, Size]:
        """Letters of the family beside those of the kernel and of the channels."""
        return {}

    def _drops(self, equation: Equation) -> tuple[Drop, ...]:
        alone = self.depth_multiplier == 1 and A in equation.expression.free_symbols
        return (Drop(A, 1),) if alone else ()

    @classmethod
    def _counts(
        cls, axes: Sequence[Axis], kernel: tuple[Symbol, ...], bias: bool
    ) -> tuple[Equation, ...]:
        """The channels, the parameters and the MACs, in this order."""
        raise NotImplementedError

    def title(self) -> tuple[Piece, ...]:
        """``3×3, /2, same, relu``"""
        window = window_title(self.kernel_size, self.strides, self.padding, self.dilation_rate)
        return (*window, *activations.title(self.activation))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        axes = SPATIAL[cls.rank]
        letters = (letter("K"), letter("S"), D)
        kernel = (letter("K"),) * cls.rank
        _channels, without_bias, _macs = cls._counts(axes, kernel, False)
        channels, with_bias, macs = cls._counts(axes, kernel, True)
        return (
            *(
                size_equation(axis, letters, padding, True)
                for axis in axes
                for padding in ("valid", "same")
            ),
            padding_equation(axes[0], letters, "same", True),
            channels,
            with_bias,
            without_bias,
            macs,
        )


def _bias_or_none(bias: bool, each: Message) -> Message:
    return each if bias else _("with {argument}", argument=Code("use_bias=False"))


@dataclass(frozen=True)
class DepthwiseConvolution(ChannelByChannel, abstract=True):
    """Each channel gives ``depth_multiplier`` maps of its own; channels are not mixed."""

    depthwise_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    depthwise_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    depthwise_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)

    @classmethod
    def _counts(
        cls, axes: Sequence[Axis], kernel: tuple[Symbol, ...], bias: bool
    ) -> tuple[Equation, ...]:
        return (
            Equation(
                "output.C",
                C_OUT,
                "depthwise-channels",
                CHANNELS.label,
                maps(C_IN, A),
                _("{A} maps from each channel; channels are not mixed", A=A),
            ),
            Equation(
                "params",
                PARAMS,
                "depthwise-parameters",
                _("parameters"),
                depthwise_parameters(kernel, C_IN, A, bias),
                _("one slice for each map: a kernel reads one channel only"),
                when=_bias_or_none(bias, _("with a bias for each map")),
            ),
            Equation(
                "macs",
                MACS,
                "depthwise-macs",
                _("MACs"),
                depthwise_multiplications([axis.size_out for axis in axes], kernel, C_IN, A),
                _("each output value takes one product for each weight of its slice"),
            ),
        )


class DepthwiseConv1D(DepthwiseConvolution):
    """Depthwise convolution along one axis."""

    rank = 1


class DepthwiseConv2D(DepthwiseConvolution):
    """Depthwise convolution over the height and the width of an image."""

    rank = 2


@dataclass(frozen=True)
class WithFilters(Layer, abstract=True):
    """The argument that stands before all others, where a layer mixes channels."""

    filters: Size = argument(count)


@dataclass(frozen=True)
class SeparableConvolution(ChannelByChannel, WithFilters, abstract=True):
    """A depthwise convolution, then a 1×1 convolution that mixes its maps."""

    depthwise_initializer: object = argument(anything, None)
    pointwise_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    depthwise_regularizer: object = argument(anything, None)
    pointwise_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    depthwise_constraint: object = argument(anything, None)
    pointwise_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)

    @classmethod
    def in_a_row(cls) -> tuple[str, ...]:
        """Keras has ``depth_multiplier`` after the dilation here."""
        names = [name for name in super().in_a_row() if name != "depth_multiplier"]
        names.insert(names.index("dilation_rate") + 1, "depth_multiplier")
        return tuple(names)

    def _more_letters(self) -> dict[Symbol, Size]:
        return {F: self.filters}

    @classmethod
    def _counts(
        cls, axes: Sequence[Axis], kernel: tuple[Symbol, ...], bias: bool
    ) -> tuple[Equation, ...]:
        return (
            channels_equation(),
            Equation(
                "params",
                PARAMS,
                "separable-parameters",
                _("parameters"),
                separable_parameters(kernel, C_IN, A, F, bias),
                _("a slice for each map, then 1×1 filters that mix the maps"),
                when=_bias_or_none(bias, _("with a bias for each filter")),
            ),
            Equation(
                "macs",
                MACS,
                "separable-macs",
                _("MACs"),
                separable_multiplications([axis.size_out for axis in axes], kernel, C_IN, A, F),
                _("products with the slices, then with the filters that mix their maps"),
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, same, relu``"""
        return (self.filters, *super().title())


class SeparableConv1D(SeparableConvolution):
    """Separable convolution along one axis."""

    aliases = ("SeparableConvolution1D",)
    rank = 1


class SeparableConv2D(SeparableConvolution):
    """Separable convolution over the height and the width of an image."""

    aliases = ("SeparableConvolution2D",)
    rank = 2
