"""Convolution: a filter slides over the input and gives one feature map.

Sources: Keras, ``Conv1D``, ``Conv2D``, ``Conv3D``; Dumoulin and Visin, *A guide to convolution
arithmetic for deep learning*, relationships 1 to 7 and 15.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce

from sympy import Eq, Expr, Min, Mul, Symbol

from layermath.algebra.conditions import Condition, divides, equal
from layermath.algebra.floors import Size, larger, letter
from layermath.algebra.written import value, written
from layermath.layers import lora
from layermath.messages import Code, Count, Extent, Message, Piece, _
from layermath.messages import Shape as ShapePiece
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
from layermath.rules.equations import (
    MACS,
    PARAMS,
    Applied,
    Drop,
    Equation,
    Filled,
    Requirement,
    Stage,
)
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
from layermath.vocabulary.layer import Layer, Shape, require

F, G = letter("F"), letter("G")


@written
def filter_weights(kernel: tuple[Expr, ...], c: Expr, g: Expr) -> Expr:
    """The weights of one filter: the kernel, as deep as the channels that it reads."""
    return Mul(*kernel) * c / g


@written
def parameters(kernel: tuple[Expr, ...], c: Expr, g: Expr, f: Expr, bias: bool) -> Expr:
    """The weights of all filters, with one bias for each."""
    weights = filter_weights(kernel, c, g)
    return (weights + 1) * f if bias else weights * f


@written
def multiplications(
    sizes: tuple[Expr, ...], kernel: tuple[Expr, ...], c: Expr, g: Expr, f: Expr
) -> Expr:
    """One product for each output value and each weight of its filter."""
    return Mul(*sizes) * filter_weights(kernel, c, g) * f


@dataclass(frozen=True)
class Convolution(Layer, abstract=True):
    """Convolution over ``rank`` axes.

    Takes a feature map ``(spatial…, C_in)`` (``channels_first``: ``(C_in, spatial…)``) and gives
    ``(spatial…, filters)``. Raises `ModelProblem` where the kernel is larger than its input, the
    groups divide the channels or the filters not, or stride and dilation are both above 1.
    """

    filters: Size = argument(count)
    kernel_size: tuple[Size, ...] = argument(per_axis())
    strides: tuple[Size, ...] = argument(per_axis(), 1)
    padding: str = argument(choice("valid", "same", any_case=True), "valid")
    data_format: str = argument(data_format, None)
    dilation_rate: tuple[Size, ...] = argument(per_axis(), 1)
    groups: Size = argument(count, 1)
    activation: str | None = argument(activation, None)
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: bool = argument(lora.constraint, None)
    bias_constraint: object = argument(anything, None)
    lora_rank: Size | None = argument(lora.lora_rank, None, keyword_only=True)
    lora_alpha: object = argument(anything, None, keyword_only=True)

    def __post_init__(self) -> None:
        lora.no_lora_with_constraint(self.lora_rank, self.kernel_constraint)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        spatial, channels = split_channels(shape, self.rank, self.data_format)
        requirements = self._requirements(channels)
        windows = self._windows()
        slid = windows.slide(spatial)
        sizes = [one.size.value for one in slid]
        where = {
            **windows.kernel_values,
            C_IN: channels,
            G: self.groups,
            F: self.filters,
            **{axis.size_out: size for axis, size in zip(windows.axes, sizes, strict=True)},
        }
        ungrouped = (Drop(G, 1),) if self.groups == 1 else ()
        quantities = [
            *(quantity for one in slid for quantity in (one.size, one.padding) if quantity),
            Filled(channels_equation(), {F: self.filters}),
            *self._parameters(windows, where, ungrouped, channels),
            Filled(
                macs_equation(windows.axes, windows.kernel_letters),
                where,
                ungrouped,
                {
                    Stage.FILLED: _(
                        "each output value takes one product for each weight of its filter"
                    )
                },
            ),
        ]
        output = with_channels(sizes, self.filters, self.data_format)
        return Applied(
            (output,),
            tuple(quantities),
            reach={one.reach.axis: one.reach for one in slid},
            windowed=True,
            requirements=(*requirements, *(r for one in slid for r in one.requirements)),
            sentences=self._sentences(windows, sizes, channels, where),
            additions=additions(
                [*(axis.size_out for axis in windows.axes), F], where, self.use_bias
            ),
        )

    def _parameters(
        self,
        windows: Windows,
        where: dict[Symbol, Size],
        ungrouped: tuple[Drop, ...],
        channels: Size,
    ) -> tuple[Filled, ...]:
        kernel = windows.kernel_letters
        if self.lora_rank is not None:
            ranked = where | {lora.RANK: self.lora_rank}
            return tuple(
                Filled(equation, ranked, ungrouped)
                for equation in lora_equations(kernel, self.use_bias)
            )
        reasons = self._parameter_reasons(windows, channels)
        return (Filled(parameters_equation(kernel, self.use_bias), where, ungrouped, reasons),)

    def _windows(self) -> Windows:
        return Windows(
            SPATIAL[self.rank], self.kernel_size, self.strides, self.dilation_rate, self.padding
        )

    def _requirements(self, channels: Size) -> tuple[Requirement, ...]:
        return (
            require(
                divides(self.groups, channels),
                _(
                    "the groups must divide the channels: {channels} mod {groups} = 0",
                    channels=channels,
                    groups=self.groups,
                ),
            ),
            require(
                divides(self.groups, self.filters),
                _(
                    "the groups must divide the filters: {filters} mod {groups} = 0",
                    filters=self.filters,
                    groups=self.groups,
                ),
            ),
            require(
                one_of_them_is_one(self.strides, self.dilation_rate),
                _("strides above 1 and a dilation above 1 do not go together"),
            ),
        )

    def _parameter_reasons(self, windows: Windows, channels: Size) -> dict[Stage, Message]:
        kernel = Mul(*windows.kernel_letters, evaluate=False)
        bias = self.use_bias
        if self.groups == 1:
            reduced = (
                _(
                    "a filter has {kernel} weights on each channel, and one bias in all",
                    kernel=kernel,
                )
                if bias
                else _("a filter has {kernel} weights on each channel, and no bias", kernel=kernel)
            )
        else:
            reduced = (
                _(
                    "a filter reads {C}/{G} channels, {kernel} weights on each, and has one bias",
                    C=C_IN,
                    G=G,
                    kernel=kernel,
                )
                if bias
                else _(
                    "a filter reads {C}/{G} channels, {kernel} weights on each, and has no bias",
                    C=C_IN,
                    G=G,
                    kernel=kernel,
                )
            )
        says = {Stage.REDUCED: reduced}
        weights = value(
            filter_weights(windows.kernel_letters, C_IN, G),
            {**windows.kernel_values, C_IN: channels, G: self.groups},
        )
        if channels == 1:
            if bias and isinstance(weights, int):
                says[Stage.WORKED] = _(
                    "{weights} weights and a bias, {filters} times",
                    weights=weights,
                    filters=self.filters,
                )
        elif self.groups == 1:
            says[Stage.FILLED] = _(
                "a filter is as deep as its input: {slices} slices of {kernel}, one for each map, "
                "each with weights of its own, summed to one map",
                slices=channels,
                kernel=Extent(self.kernel_size),
            )
        return says

    def _sentences(
        self, windows: Windows, sizes: Sequence[Size], channels: Size, where: dict[Symbol, Size]
    ) -> tuple[Message, ...]:
        one = with_channels(sizes, 1, self.data_format)
        output = with_channels(sizes, self.filters, self.data_format)
        sentences: list[Message | None] = []
        if channels == 1:
            sentences.append(
                _(
                    "One filter gives one feature map, {one}; {filters} give {all}.",
                    one=ShapePiece(one),
                    filters=self.filters,
                    all=ShapePiece(output),
                )
            )
        elif (
            self.groups == 1
            and self.lora_rank is None
            and isinstance(channels, int)
            and isinstance(self.filters, int)
        ):
            rule = parameters_equation(windows.kernel_letters, self.use_bias).expression
            sentences.append(
                _(
                    "Not one slice copied {slices} times: copies would have {copied} parameters, "
                    "not {params}.",
                    slices=channels,
                    copied=Count(value(rule, {**where, C_IN: 1})),
                    params=Count(value(rule, where)),
                )
            )
        if self.activation is not None:
            sentences.append(
                _("Each value is the sum of its products and the bias, before the activation acts.")
                if self.use_bias
                else _("Each value is the sum of its products, before the activation acts.")
            )
        sentences.append(activations.sentence(self.activation, self.filters))
        return tuple(sentence for sentence in sentences if sentence is not None)

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, /2, same, relu``"""
        groups = () if self.groups == 1 else (_("groups {groups}", groups=self.groups),)
        return (
            self.filters,
            *window_title(self.kernel_size, self.strides, self.padding, self.dilation_rate),
            *groups,
            *activations.title(self.activation),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        axes = SPATIAL[cls.rank]
        letters = (letter("K"), letter("S"), D)
        kernel = (letter("K"),) * cls.rank
        paddings = ("valid", "same", "causal") if cls.rank == 1 else ("valid", "same")
        return (
            *(size_equation(axis, letters, padding, True) for axis in axes for padding in paddings),
            *(
                padding_equation(axis, letters, padding, True)
                for axis in axes[:1]
                for padding in paddings[1:]
            ),
            channels_equation(),
            *(parameters_equation(kernel, bias) for bias in (True, False)),
            *lora_equations(kernel, True),
            macs_equation(axes, kernel),
        )


def one_of_them_is_one(strides: Sequence[Size], dilation: Sequence[Size]) -> Condition:
    """Keras refuses a stride above 1 together with a dilation above 1, even on different axes."""
    largest = [reduce(larger, sizes) for sizes in (strides, dilation)]
    if 1 in largest:
        return True
    if all(isinstance(size, int) for size in largest):
        return False
    for known, other in (largest, largest[::-1]):
        if isinstance(known, int):
            return equal(other, 1)
    return Eq(Min(*largest), 1, evaluate=False)


@cache
def channels_equation() -> Equation:
    """One feature map for each filter."""
    return Equation(
        "output.C", C_OUT, "channels", CHANNELS.label, F, _("one feature map for each filter")
    )


@cache
def parameters_equation(kernel: tuple[Symbol, ...], bias: bool) -> Equation:
    """Keras: the kernel has the shape ``(K, K, C_in/G, F)``, the bias ``(F,)``."""
    return Equation(
        "params",
        PARAMS,
        "convolution-parameters",
        _("parameters"),
        parameters(kernel, C_IN, G, F, bias),
        when=_("with a bias for each filter")
        if bias
        else _("with {argument}", argument=Code("use_bias=False")),
    )


@cache
def lora_equations(kernel: tuple[Symbol, ...], bias: bool) -> tuple[Equation, ...]:
    """Keras: the thin matrices have the shapes ``(K, K, C_in/G, r)`` and ``(r, F)``."""
    return lora.equations(
        parameters(kernel, C_IN, G, F, bias),
        F if bias else None,
        filter_weights(kernel, C_IN, G),
        F,
    )


@cache
def macs_equation(axes: tuple[Axis, ...], kernel: tuple[Symbol, ...]) -> Equation:
    """Products only: the bias is not counted."""
    return Equation(
        "macs",
        MACS,
        "convolution-macs",
        _("MACs"),
        multiplications(tuple(axis.size_out for axis in axes), kernel, C_IN, G, F),
        _("each output value takes one product for each weight of its filter"),
    )


@dataclass(frozen=True)
class Conv1D(Convolution):
    """Convolution along one axis; also causal."""

    aliases = ("Convolution1D",)
    rank = 1
    padding: str = argument(choice("valid", "same", "causal", any_case=True), "valid")


class Conv2D(Convolution):
    """Convolution over the height and the width of an image."""

    aliases = ("Convolution2D",)
    rank = 2


class Conv3D(Convolution):
    """Convolution over the depth, the height and the width of a volume."""

    aliases = ("Convolution3D",)
    rank = 3
