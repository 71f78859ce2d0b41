"""Transposed convolution: a convolution run backwards, in size and not in values.

Sources: Keras, ``Conv1DTranspose``, ``Conv2DTranspose``, ``Conv3DTranspose``; Dumoulin and Visin,
*A guide to convolution arithmetic for deep learning*, relationships 8 to 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Mod, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import (
    Maximum,
    Size,
    floor_div,
    larger,
    letter,
    minus,
    times,
)
from layermath.algebra.written import put_in, tidy, value, written
from layermath.layers import convolution
from layermath.layers.convolution import F, G, channels_equation, one_of_them_is_one
from layermath.messages import Code, Message, Piece, _
from layermath.rules import activations
from layermath.rules.axes import C_IN, SPATIAL, Axis, letters_for, split_channels, with_channels
from layermath.rules.biases import additions
from layermath.rules.equations import (
    MACS,
    PARAMS,
    Applied,
    Drop,
    Equation,
    Filled,
    Reach,
    Requirement,
)
from layermath.rules.windows import D, window_title
from layermath.vocabulary.arguments import (
    activation,
    anything,
    argument,
    choice,
    count,
    data_format,
    flag,
    optional,
    per_axis,
)
from layermath.vocabulary.layer import Layer, Shape, require


@written
def extent(d: Expr, k: Expr) -> Expr:
    """The kernel, as long as the dilation spreads it."""
    return d * (k - 1) + 1


@written
def usual_output_padding(s: Expr, e: Expr) -> Expr:
    """Where none is given: a kernel shorter than the stride still fills it."""
    return Maximum(s - e, Integer(0))


@written
def valid_size(n: Expr, s: Expr, e: Expr, o: Expr) -> Expr:
    """The last kernel begins (n − 1)·s after the first; relationship 14, with Keras's o."""
    return (n - 1) * s + e + o


@written
def same_size(n: Expr, s: Expr) -> Expr:
    """``padding="same"``: a stride for each input position."""
    return n * s


@written
def same_size_with_output_padding(n: Expr, s: Expr, e: Expr, o: Expr) -> Expr:
    """Keras crops ``same`` by the kernel's half on each side, and then adds ``output_padding``."""
    return (n - 1) * s + Mod(e, 2) + o


@dataclass(frozen=True)
class Letters:
    """The letters of one axis: kernel, stride, dilation, extent, output padding."""

    kernel: Symbol
    stride: Symbol
    dilation: Symbol
    extent: Symbol
    output_padding: Symbol


@dataclass(frozen=True)
class TransposedConvolution(Layer, abstract=True):
    """Transposed convolution over ``rank`` axes.

    Takes ``(spatial…, C_in)`` (``channels_first``: ``(C_in, spatial…)``) and gives ``(spatial…,
    filters)``. Raises `ModelProblem` where the output padding is not below the stride, or stride
    and dilation are both above 1.
    """

    filters: Size = argument(count)
    kernel_size: tuple[Size, ...] = argument(per_axis())
    strides: tuple[Size, ...] = argument(per_axis(), 1)
    padding: str = argument(choice("valid", "same", any_case=True), "valid")
    output_padding: tuple[Size, ...] | None = argument(optional(per_axis(least=0)), None)
    data_format: str = argument(data_format, None)
    dilation_rate: tuple[Size, ...] = argument(per_axis(), 1)
    activation: str | None = argument(activation, None)
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        spatial, channels = split_channels(shape, self.rank, self.data_format)
        axes = SPATIAL[self.rank]
        requirements = self._requirements()
        kernel = letters_for("K", axes, self.kernel_size)
        where = {
            **dict(zip(kernel, self.kernel_size, strict=True)),
            **{axis.size_in: size for axis, size in zip(axes, spatial, strict=True)},
            C_IN: channels,
            F: self.filters,
        }
        along = [self._along(index, size) for index, size in enumerate(spatial)]
        sizes = [filled[-1].value for filled in along]
        said = activations.sentence(self.activation, self.filters)
        return Applied(
            (with_channels(sizes, self.filters, self.data_format),),
            (
                *(filled for one in along for filled in one),
                Filled(channels_equation(), {F: self.filters}),
                Filled(parameters_equation(kernel, self.use_bias), where),
                Filled(macs_equation(axes, kernel), where),
            ),
            reach={index: self._reach(index) for index in range(self.rank)},
            windowed=True,
            requirements=requirements,
            sentences=() if said is None else (said,),
            additions=additions(
                [*(axis.size_out for axis in axes), F],
                where | {axis.size_out: size for axis, size in zip(axes, sizes, strict=True)},
                self.use_bias,
            ),
        )

    def _requirements(self) -> tuple[Requirement, ...]:
        given = self.output_padding or ()
        return (
            require(
                one_of_them_is_one(self.strides, self.dilation_rate),
                _("strides above 1 and a dilation above 1 do not go together"),
            ),
            *(
                require(
                    at_least(minus(stride, more), 1),
                    _(
                        "the output padding must be below the stride: {padding} and {stride}",
                        padding=more,
                        stride=stride,
                    ),
                )
                for more, stride in zip(given, self.strides, strict=False)
            ),
        )

    def _letters(self, index: int) -> Letters:
        axes = SPATIAL[self.rank]
        kernel = letters_for("K", axes, self.kernel_size)[index]
        stride = letters_for("S", axes, self.strides)[index]
        dilation = letters_for("D", axes, self.dilation_rate)[index]
        extents = tuple(zip(self.kernel_size, self.dilation_rate, strict=True))
        one_extent = len(set(extents)) == 1
        one_padding = one_extent and len(set(self.strides)) == 1
        if self.output_padding is not None:
            one_padding = len(set(self.output_padding)) == 1
        return Letters(
            kernel,
            stride,
            dilation,
            letter("E") if one_extent else axes[index].own("E"),
            letter("O") if one_padding else axes[index].own("O"),
        )

    def _along(self, index: int, size: Size) -> tuple[Filled, ...]:
        """The rules that lead to one size of the output, which is the last."""
        axis = SPATIAL[self.rank][index]
        letters = self._letters(index)
        where: dict[Symbol, Size] = {
            letters.kernel: self.kernel_size[index],
            letters.stride: self.strides[index],
            letters.dilation: self.dilation_rate[index],
            axis.size_in: size,
        }
        undilated = (Drop(letters.dilation, 1),) if self.dilation_rate[index] == 1 else ()
        like = SPATIAL[self.rank][0].letter if index and self._as_first(index) else None
        steps: list[Filled] = []
        given = self.output_padding
        if self.padding == "valid" or given is not None:
            spread = Filled(
                extent_equation(axis, letters),
                where,
                undilated,
                like=None if like is None else f"extent.{like}",
            )
            steps.append(spread)
            where = where | {letters.extent: spread.value}
        if given is not None:
            where = where | {letters.output_padding: given[index]}
        elif self.padding == "valid":
            more = Filled(
                output_padding_equation(axis, letters),
                where,
                like=None if like is None else f"output_padding.{like}",
            )
            steps.append(more)
            where = where | {letters.output_padding: more.value}
        drops = (Drop(letters.stride, 1),) if self.strides[index] == 1 else ()
        if where.get(letters.output_padding) == 0:
            drops = (*drops, Drop(letters.output_padding, 0))
        equation = size_equation(axis, letters, self.padding, given is not None)
        mentioned = equation.expression.free_symbols
        return (
            *steps,
            Filled(
                equation,
                where,
                tuple(drop for drop in drops if drop.letter in mentioned),
                like=None if like is None else f"output.{like}",
            ),
        )

    def _as_first(self, index: int) -> bool:
        given = self.output_padding or (0,) * self.rank
        own, first = (
            (self.kernel_size[i], self.strides[i], self.dilation_rate[i], given[i])
            for i in (index, 0)
        )
        return own == first

    def _reach(self, index: int) -> Reach:
        spread = value(
            extent(D, letter("K")),
            {D: self.dilation_rate[index], letter("K"): self.kernel_size[index]},
        )
        return Reach(
            index,
            extent=spread,
            stride=self.strides[index],
            before=self._cropped_before(index, spread),
            writes=True,
        )

    def _cropped_before(self, index: int, spread: Size) -> Size:
        """How many outputs ``same`` crops at the start: half of what is too much, rounded down."""
        if self.padding == "valid":
            return 0
        if self.output_padding is None:
            too_much = minus(spread, self.strides[index])
        else:
            even = times((2, floor_div(spread, 2)))
            too_much = minus(even, self.output_padding[index])
        return larger(floor_div(too_much, 2), 0)

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, /2, same, relu``"""
        return (
            self.filters,
            *window_title(self.kernel_size, self.strides, self.padding, self.dilation_rate),
            *activations.title(self.activation),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        axes = SPATIAL[cls.rank]
        kernel = (letter("K"),) * cls.rank
        letters = Letters(*(letter(name) for name in "KSDEO"))
        return (
            extent_equation(axes[0], letters),
            output_padding_equation(axes[0], letters),
            *(
                size_equation(axis, letters, padding, given)
                for axis in axes
                for padding, given in (("valid", False), ("same", False), ("same", True))
            ),
            channels_equation(),
            *(parameters_equation(kernel, bias) for bias in (True, False)),
            macs_equation(axes, kernel),
        )


def extent_equation(axis: Axis, letters: Letters) -> Equation:
    """The effective kernel along one axis."""
    return Equation(
        f"extent.{axis.letter}",
        letters.extent,
        "kernel-extent",
        _("kernel"),
        extent(letters.dilation, letters.kernel),
        _("as long as the dilation spreads it"),
    )


def output_padding_equation(axis: Axis, letters: Letters) -> Equation:
    """The output padding where none is given."""
    return Equation(
        f"output_padding.{axis.letter}",
        letters.output_padding,
        "output-padding",
        _("padding"),
        usual_output_padding(letters.stride, letters.extent),
        _(
            "{argument} is not given: a kernel shorter than the stride still fills it",
            argument=Code("output_padding"),
        ),
    )


def size_equation(axis: Axis, letters: Letters, padding: str, given: bool) -> Equation:
    """The size along one axis; ``given`` where there is an ``output_padding``."""
    when = _("with {argument}", argument=Code(f'padding="{padding}"'))
    n, s, e, o = axis.size_in, letters.stride, letters.extent, letters.output_padding
    reason: Message
    if padding == "valid":
        expression = valid_size(n, s, e, o)
        reason = _("each position puts down a kernel, {S} after the one before", S=s)
    elif given:
        expression = same_size_with_output_padding(n, s, e, o)
        reason = _("same, with {argument} given", argument=Code("output_padding"))
        when = _(
            "with {argument} and {more}",
            argument=Code('padding="same"'),
            more=Code("output_padding"),
        )
    else:
        expression = same_size(n, s)
        reason = _("same: each position becomes {S}", S=s)
    return Equation(
        axis.quantity,
        axis.size_out,
        f"transposed-{padding}-size",
        axis.label,
        expression,
        reason,
        when,
    )


def _ungrouped(expression: Expr) -> Expr:
    """A rule of the convolution without its groups, which are none here."""
    return tidy(put_in(expression, {G: 1}))


def parameters_equation(kernel: tuple[Symbol, ...], bias: bool) -> Equation:
    """Keras: the kernel has the shape ``(K, K, F, C_in)``, the bias ``(F,)``."""
    return Equation(
        "params",
        PARAMS,
        "transposed-parameters",
        _("parameters"),
        _ungrouped(convolution.parameters(kernel, C_IN, G, F, bias)),
        _("as many weights as the convolution that it runs backwards"),
        when=_("with a bias for each filter")
        if bias
        else _("with {argument}", argument=Code("use_bias=False")),
    )


def macs_equation(axes: Sequence[Axis], kernel: tuple[Symbol, ...]) -> Equation:
    """Products only: the bias is not counted; what ``same`` crops is."""
    sizes = tuple(axis.size_in for axis in axes)
    return Equation(
        "macs",
        MACS,
        "transposed-macs",
        _("MACs"),
        _ungrouped(convolution.multiplications(sizes, kernel, C_IN, G, F)),
        _("each input value is multiplied by the whole kernel, for each filter"),
    )


class Conv1DTranspose(TransposedConvolution):
    """Transposed convolution along one axis."""

    aliases = ("Convolution1DTranspose",)
    rank = 1


class Conv2DTranspose(TransposedConvolution):
    """Transposed convolution over the height and the width of an image."""

    aliases = ("Convolution2DTranspose",)
    rank = 2


class Conv3DTranspose(TransposedConvolution):
    """Transposed convolution over the depth, the height and the width of a volume."""

    aliases = ("Convolution3DTranspose",)
    rank = 3

    @classmethod
    def in_a_row(cls) -> tuple[str, ...]:
        """Keras has ``data_format`` before ``output_padding`` here, and only here."""
        names = list(super().in_a_row())
        first, second = names.index("output_padding"), names.index("data_format")
        names[first], names[second] = names[second], names[first]
        return tuple(names)
