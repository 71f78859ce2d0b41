"""Transposed convolution: a convolution run backwards, in size and not in values.

Sources: Keras, ``Conv1DTranspose``, ``Conv2DTranspose``, ``Conv3DTranspose``; Dumoulin and Visin,
*A guide to convolution arithmetic for deep learning*, relationships 8 to 14.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Integer, Mod, Symbol

from layermath.algebra.floors import Maximum, Size, floor_div, larger, letter, minus, plus, times
from layermath.algebra.written import value, written
from layermath.messages import Message, Piece, Setting, _
from layermath.rules import activations
from layermath.rules.axes import C_IN, SPATIAL, Axis, check_rank, letters_for
from layermath.rules.biases import additions
from layermath.rules.convolution import F, G, channels_equation, grouped, of_a_group
from layermath.rules.equations import Applied, Drop, Equation, Filled, Reach, Weight
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import Contraction
from layermath.rules.windows import NO_PADDING, NONE, SAME, D, P, Padding, SamePadding, window_title


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
def cropped_size(n: Expr, s: Expr, e: Expr, o: Expr, p: Expr) -> Expr:
    """The same, with ``p`` positions cropped on both sides together (PyTorch's 2·padding)."""
    return (n - 1) * s + e + o - p


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
class TransposedConvolution(Rule):
    """Transposed convolution over ``rank`` axes.

    Takes ``(spatial…, C_in)`` and gives ``(spatial…, filters)``; ``padding`` is what is cropped:
    with ``same`` all that is more than a stride for each position. ``output_padding`` None is as
    much as a kernel shorter than the stride leaves; ``channels`` is the number of input channels
    where the layer declares it. Raises `ModelProblem` where the groups do not divide the channels
    or the filters, or other channels come in than are declared.
    """

    rank: int
    filters: Size
    kernel: tuple[Size, ...]
    stride: tuple[Size, ...]
    dilation: tuple[Size, ...]
    padding: Padding | SamePadding = NO_PADDING
    output_padding: tuple[Size, ...] | None = None
    bias: bool = True
    activation: str | None = None
    groups: Size = 1
    channels: Size | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        *spatial, channels = shape
        axes = SPATIAL[self.rank]
        requirements = grouped(channels, self.channels, self.filters, self.groups)
        kernel = letters_for("K", axes, self.kernel)
        along = [self._along(index, size) for index, size in enumerate(spatial)]
        sizes = [filled[-1].value for filled in along]
        where = {
            **dict(zip(kernel, self.kernel, strict=True)),
            **{axis.size_in: size for axis, size in zip(axes, spatial, strict=True)},
            C_IN: channels,
            F: self.filters,
            **({} if self.groups == 1 else {G: self.groups}),
        }
        weights = contraction(kernel, self.bias, self.groups != 1)
        said = activations.sentence(self.activation, self.filters)
        return Applied(
            ((*sizes, self.filters),),
            (
                *(filled for one in along for filled in one),
                Filled(channels_equation(), {F: self.filters}),
                Filled(parameters_equation(kernel, self.bias, self.groups != 1), where),
                Filled(macs_equation(axes, kernel, self.groups != 1), where),
            ),
            reach={index: self._reach(index) for index in range(self.rank)},
            windowed=True,
            requirements=requirements,
            sentences=() if said is None else (said,),
            additions=additions(
                [*(axis.size_out for axis in axes), F],
                where | {axis.size_out: size for axis, size in zip(axes, sizes, strict=True)},
                self.bias,
            ),
            weights=tuple(one.filled(where) for one in weights.weights),
        )

    @property
    def _crops(self) -> bool:
        return isinstance(self.padding, SamePadding)

    def _letters(self, index: int) -> Letters:
        axes = SPATIAL[self.rank]
        kernel = letters_for("K", axes, self.kernel)[index]
        stride = letters_for("S", axes, self.stride)[index]
        dilation = letters_for("D", axes, self.dilation)[index]
        extents = tuple(zip(self.kernel, self.dilation, strict=True))
        one_extent = len(set(extents)) == 1
        one_padding = one_extent and len(set(self.stride)) == 1
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
            letters.kernel: self.kernel[index],
            letters.stride: self.stride[index],
            letters.dilation: self.dilation[index],
            axis.size_in: size,
        }
        undilated = (Drop(letters.dilation, 1),) if self.dilation[index] == 1 else ()
        like = SPATIAL[self.rank][0].letter if index and self._as_first(index) else None
        steps: list[Filled] = []
        given = self.output_padding
        if not self._crops or given is not None:
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
        elif not self._crops:
            more = Filled(
                output_padding_equation(axis, letters),
                where,
                like=None if like is None else f"output_padding.{like}",
            )
            steps.append(more)
            where = where | {letters.output_padding: more.value}
        drops = (Drop(letters.stride, 1),) if self.stride[index] == 1 else ()
        if where.get(letters.output_padding) == 0:
            drops = (*drops, Drop(letters.output_padding, 0))
        cropped = self.padding.along(index) if isinstance(self.padding, Padding) else (0, 0)
        if cropped != (0, 0):
            where = where | {P: plus(cropped)}
        equation = size_equation(axis, letters, self._crops, given is not None, cropped != (0, 0))
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
        padding = self.padding if isinstance(self.padding, Padding) else NO_PADDING
        own, first = (
            (self.kernel[i], self.stride[i], self.dilation[i], given[i], padding.along(i))
            for i in (index, 0)
        )
        return own == first

    def _reach(self, index: int) -> Reach:
        spread = value(
            extent(D, letter("K")),
            {D: self.dilation[index], letter("K"): self.kernel[index]},
        )
        return Reach(
            index,
            extent=spread,
            stride=self.stride[index],
            before=self._cropped_before(index, spread),
            writes=True,
        )

    def _cropped_before(self, index: int, spread: Size) -> Size:
        """How many outputs ``same`` crops at the start: half of what is too much, rounded down."""
        if isinstance(self.padding, Padding):
            return self.padding.along(index)[0]
        if self.output_padding is None:
            too_much = minus(spread, self.stride[index])
        else:
            even = times((2, floor_div(spread, 2)))
            too_much = minus(even, self.output_padding[index])
        return larger(floor_div(too_much, 2), 0)

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, /2, same, relu``"""
        return (
            self.filters,
            *window_title(self.kernel, self.stride, self.padding, self.dilation),
            *activations.title(self.activation),
        )

    @classmethod
    def equations(cls, rank: int = 2, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        axes = SPATIAL[rank]
        kernel = (letter("K"),) * rank
        letters = Letters(*(letter(name) for name in "KSDEO"))
        return (
            extent_equation(axes[0], letters),
            output_padding_equation(axes[0], letters),
            *(
                size_equation(axis, letters, crops, given)
                for axis in axes
                for crops, given in ((False, False), (True, False), (True, True))
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
            argument=Setting("output padding"),
        ),
    )


def size_equation(
    axis: Axis, letters: Letters, crops: bool, given: bool, padded: bool = False
) -> Equation:
    """The size along one axis; ``crops`` with the padding ``same``, ``given`` where there is an
    output padding, ``padded`` where the padding is given for each side."""
    padding = SAME if crops else "explicit padding" if padded else NONE
    when = _("with {argument}", argument=Setting(padding))
    n, s, e, o = axis.size_in, letters.stride, letters.extent, letters.output_padding
    reason: Message
    if not crops:
        expression = cropped_size(n, s, e, o, P) if padded else valid_size(n, s, e, o)
        reason = _("each position puts down a kernel, {S} after the one before", S=s)
    elif given:
        expression = same_size_with_output_padding(n, s, e, o)
        reason = _("same, with {argument} given", argument=Setting("output padding"))
        when = _(
            "with {argument} and {more}",
            argument=Setting(SAME),
            more=Setting("output padding"),
        )
    else:
        expression = same_size(n, s)
        reason = _("same: each position becomes {S}", S=s)
    return Equation(
        axis.quantity,
        axis.size_out,
        "transposed-same-size" if crops else "transposed-valid-size",
        axis.label,
        expression,
        reason,
        when,
    )


@cache
def contraction(kernel: tuple[Symbol, ...], bias: bool, grouped: bool = False) -> Contraction:
    """The kernel of the convolution that is run backwards: its filters are the channels that come
    out."""
    filters = of_a_group(F, G) if grouped else F
    weight = Weight("kernel", (*kernel, filters, C_IN))
    return Contraction("transposed", (weight,), (F,), bias)


@cache
def _run_forwards(kernel: tuple[Symbol, ...], bias: bool, grouped: bool) -> Contraction:
    """The same numbers in the order in which one counts them, channel by channel."""
    channels = of_a_group(C_IN, G) if grouped else C_IN
    return Contraction("transposed", (Weight("kernel", (*kernel, channels, F)),), (F,), bias)


def parameters_equation(kernel: tuple[Symbol, ...], bias: bool, grouped: bool = False) -> Equation:
    """As many weights as the convolution that is run backwards, with one bias for each filter."""
    return _run_forwards(kernel, bias, grouped).parameters(
        _("as many weights as the convolution that it runs backwards"),
        _("with a bias for each filter"),
    )


def macs_equation(
    axes: Sequence[Axis], kernel: tuple[Symbol, ...], grouped: bool = False
) -> Equation:
    """Products only: the bias is not counted; what is cropped is."""
    return _run_forwards(kernel, True, grouped).macs(
        [axis.size_in for axis in axes],
        _("each input value is multiplied by the whole kernel, for each filter"),
    )
