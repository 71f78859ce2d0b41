"""Convolution: a filter slides over the input and gives one feature map.

Sources: Keras, ``Conv1D``, ``Conv2D``, ``Conv3D``; PyTorch, ``Conv1d``, ``Conv2d``, ``Conv3d``;
Dumoulin and Visin, *A guide to convolution arithmetic for deep learning*, relationships 1 to 7 and
15.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Mul, Symbol

from layermath.algebra.conditions import divides, equal
from layermath.algebra.floors import Size, letter, times
from layermath.algebra.written import value, written
from layermath.messages import Count, Extent, Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.rules import activations
from layermath.rules.axes import C_IN, C_OUT, CHANNELS, SPATIAL, check_rank
from layermath.rules.biases import additions
from layermath.rules.equations import (
    Applied,
    Drop,
    Equation,
    Filled,
    Requirement,
    Stage,
    Weight,
)
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import RANK, Contraction
from layermath.rules.windows import (
    CAUSAL,
    NO_PADDING,
    NONE,
    SAME,
    AnyPadding,
    Windows,
    general_equations,
    window_title,
)

F, G = letter("F"), letter("G")

PRODUCTS = _("each output value takes one product for each weight of its filter")


@written
def of_a_group(channels: Expr, groups: Expr) -> Expr:
    """The channels that one filter reads."""
    return channels / groups


@cache
def contraction(kernel: tuple[Symbol, ...], bias: bool) -> Contraction:
    """The weights of all filters: a kernel as deep as the channels that a filter reads, and a bias
    for each filter."""
    weight = Weight("kernel", (*kernel, of_a_group(C_IN, G), F))
    return Contraction("convolution", (weight,), (F,), bias)


@cache
def low_rank_equations(kernel: tuple[Symbol, ...], bias: bool) -> tuple[Equation, ...]:
    """The kernel, and beside it matrices of the shapes ``(K, K, C_in/G, r)`` and ``(r, F)``."""
    return contraction(kernel, bias).low_rank()


@dataclass(frozen=True)
class Convolution(Rule):
    """Convolution over ``rank`` axes.

    Takes a feature map ``(spatial…, C_in)`` and gives ``(spatial…, filters)``. ``channels`` is the
    number of input channels where the layer declares it; ``low_rank`` the rank of a low-rank
    adaptation. Raises `ModelProblem` where the kernel is larger than its padded input, the groups
    do not divide the channels or the filters, or other channels come in than are declared.
    """

    rank: int
    filters: Size
    kernel: tuple[Size, ...]
    stride: tuple[Size, ...]
    dilation: tuple[Size, ...]
    padding: AnyPadding = NO_PADDING
    groups: Size = 1
    bias: bool = True
    activation: str | None = None
    low_rank: Size | None = None
    channels: Size | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        *spatial, channels = shape
        requirements = grouped(channels, self.channels, self.filters, self.groups)
        windows = self._windows()
        places = windows.over(spatial)
        where = {
            **windows.kernel_values,
            C_IN: channels,
            G: self.groups,
            F: self.filters,
            **places.where,
        }
        ungrouped = (Drop(G, 1),) if self.groups == 1 else ()
        kernel = windows.kernel_letters
        weights = contraction(kernel, self.bias)
        positions = [axis.size_out for axis in windows.axes]
        return Applied(
            ((*places.sizes, self.filters),),
            (
                *places.quantities,
                Filled(channels_equation(), {F: self.filters}),
                *self._parameters(windows, where, ungrouped, channels),
                Filled(
                    macs_equation(kernel, self.rank), where, ungrouped, {Stage.FILLED: PRODUCTS}
                ),
            ),
            reach=places.reach,
            windowed=True,
            requirements=(*requirements, *places.requirements),
            sentences=self._sentences(windows, places.sizes, channels, where),
            additions=additions([*positions, F], where, self.bias),
            weights=weights.filled(where, self.low_rank),
        )

    def _parameters(
        self,
        windows: Windows,
        where: dict[Symbol, Size],
        ungrouped: tuple[Drop, ...],
        channels: Size,
    ) -> tuple[Filled, ...]:
        kernel = windows.kernel_letters
        if self.low_rank is not None:
            ranked = where | {RANK: self.low_rank}
            return tuple(
                Filled(equation, ranked, ungrouped)
                for equation in low_rank_equations(kernel, self.bias)
            )
        reasons = self._parameter_reasons(windows, channels)
        return (Filled(parameters_equation(kernel, self.bias), where, ungrouped, reasons),)

    def _windows(self) -> Windows:
        return Windows(SPATIAL[self.rank], self.kernel, self.stride, self.dilation, self.padding)

    def _parameter_reasons(self, windows: Windows, channels: Size) -> dict[Stage, Message]:
        kernel = Mul(*windows.kernel_letters, evaluate=False)
        bias = self.bias
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
        depth = value(of_a_group(C_IN, G), {C_IN: channels, G: self.groups})
        weights = times((*self.kernel, depth))
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
                kernel=Extent(self.kernel),
            )
        return says

    def _sentences(
        self, windows: Windows, sizes: Sequence[Size], channels: Size, where: dict[Symbol, Size]
    ) -> tuple[Message, ...]:
        sentences: list[Message | None] = []
        if channels == 1:
            sentences.append(
                _(
                    "One filter gives one feature map, {one}; {filters} give {all}.",
                    one=ShapePiece((*sizes, 1)),
                    filters=self.filters,
                    all=ShapePiece((*sizes, self.filters)),
                )
            )
        elif (
            self.groups == 1
            and self.low_rank is None
            and isinstance(channels, int)
            and isinstance(self.filters, int)
        ):
            rule = parameters_equation(windows.kernel_letters, self.bias).expression
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
                if self.bias
                else _("Each value is the sum of its products, before the activation acts.")
            )
        sentences.append(activations.sentence(self.activation, self.filters))
        return tuple(sentence for sentence in sentences if sentence is not None)

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, /2, same, relu``"""
        groups = () if self.groups == 1 else (_("groups {groups}", groups=self.groups),)
        return (
            self.filters,
            *window_title(self.kernel, self.stride, self.padding, self.dilation),
            *groups,
            *activations.title(self.activation),
        )

    @classmethod
    def equations(cls, rank: int = 2, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        kernel = (letter("K"),) * rank
        return (
            *general_equations(rank, (NONE, SAME, CAUSAL) if rank == 1 else (NONE, SAME), True),
            channels_equation(),
            *(parameters_equation(kernel, bias) for bias in (True, False)),
            *low_rank_equations(kernel, True),
            macs_equation(kernel, rank),
        )


def grouped(
    channels: Size, declared: Size | None, filters: Size, groups: Size
) -> tuple[Requirement, ...]:
    """What a convolution asks of the channels that come in: as many as are ``declared``, and groups
    that divide them and the filters."""
    asked = [
        (
            divides(groups, channels),
            _(
                "the groups must divide the channels: {channels} mod {groups} = 0",
                channels=channels,
                groups=groups,
            ),
        ),
        (
            divides(groups, filters),
            _(
                "the groups must divide the filters: {filters} mod {groups} = 0",
                filters=filters,
                groups=groups,
            ),
        ),
    ]
    if declared is not None:
        said = _(
            "it takes {wanted} channels, and is given {channels}",
            wanted=declared,
            channels=channels,
        )
        asked.insert(0, (equal(channels, declared), said))
    return tuple(require(condition, rule) for condition, rule in asked)


@cache
def channels_equation() -> Equation:
    """One feature map for each filter."""
    return Equation(
        "output.C", C_OUT, "channels", CHANNELS.label, F, _("one feature map for each filter")
    )


@cache
def parameters_equation(kernel: tuple[Symbol, ...], bias: bool) -> Equation:
    """The weights of all filters, with one bias for each."""
    return contraction(kernel, bias).parameters(biased=_("with a bias for each filter"))


@cache
def macs_equation(kernel: tuple[Symbol, ...], rank: int) -> Equation:
    """One product for each output value and each weight of its filter: the bias is not counted."""
    return contraction(kernel, True).macs([axis.size_out for axis in SPATIAL[rank]], PRODUCTS)
