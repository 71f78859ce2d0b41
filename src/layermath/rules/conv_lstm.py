"""Convolutional LSTM: the matrices of an LSTM become convolutions, and the state a feature map.

Sources: Keras, ``ConvLSTM1D``, ``ConvLSTM2D``, ``ConvLSTM3D``; Shi et al., *Convolutional LSTM
Network* (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Integer, Mul, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import add, mul, written
from layermath.messages import Message, Piece, Setting, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, SPATIAL, Axis, check_rank
from layermath.rules.biases import additions_equation
from layermath.rules.convolution import F, channels_equation
from layermath.rules.equations import MACS, PARAMS, Applied, Equation, Filled, Requirement, Weight
from layermath.rules.recurrence import T
from layermath.rules.recurrent import StepByStep
from layermath.rules.rule import Shape, require
from layermath.rules.states import is_shape, listed_states, too_few_states
from layermath.rules.weights import NO_BIAS
from layermath.rules.windows import (
    NO_PADDING,
    NONE,
    SAME,
    AnyPadding,
    Windows,
    general_equations,
    window_title,
)


@written
def parameters(kernel: tuple[Expr, ...], c: Expr, f: Expr, bias: bool) -> Expr:
    """Four times as many filters, each over the input's channels and over the state's."""
    weights = Mul(*kernel) * (c + f)
    return 4 * f * (weights + 1) if bias else 4 * f * weights


@dataclass(frozen=True)
class ConvolutionalMemory(StepByStep):
    """An LSTM whose state is a feature map of ``rank`` spatial axes.

    Takes a sequence of feature maps ``(T, spatial…, C)`` and gives ``(spatial…, filters)``, or
    ``(T, spatial…, filters)`` of ``every_step``.
    The convolution of the input has the padding, stride and dilation; that of the state is ``same``
    with stride 1, so that the state keeps its size.
    """

    rank: int
    filters: Size
    kernel: tuple[Size, ...]
    stride: tuple[Size, ...]
    dilation: tuple[Size, ...]
    padding: AnyPadding = NO_PADDING
    bias: bool = True

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of feature maps. Raises `ModelProblem` where the kernel is larger
        than a map, or where the states have another shape than the one that comes out."""
        check_rank(sequences, self.rank + 2)
        steps, *spatial, channels = sequences
        windows = Windows(SPATIAL[self.rank], self.kernel, self.stride, self.dilation, self.padding)
        places = windows.over(spatial)
        state = (*places.sizes, self.filters)
        where = {
            T: steps,
            **windows.kernel_values,
            C_IN: channels,
            F: self.filters,
            **places.where,
        }
        output = (steps, *state) if self.every_step else state
        states = (state, state) if self.gives_states else ()
        return Applied(
            (output, *states),
            (
                *places.quantities,
                Filled(channels_equation(), {F: self.filters}),
                Filled(parameters_equation(windows.kernel_letters, self.bias), where),
                Filled(macs_equation(windows.axes, windows.kernel_letters), where),
            ),
            view="unknown",
            windowed=True,
            requirements=(*places.requirements, *_checked_states(initial_state, state)),
            sentences=self._sentences(state),
            nest=(0, 1, 2) if self.gives_states else 0,
            additions=Filled(biases_equation(windows.axes), where) if self.bias else None,
            needs_known=tuple(spatial),
            needs_batch=self.keeps_state,
            weights=tuple(one.filled(where) for one in weights(windows.kernel_letters, self.bias)),
        )

    def _sentences(self, state: Shape) -> tuple[Message, ...]:
        shape = ShapePiece(state)
        sentences = [
            _(
                "The convolution of the state is {same} with stride 1: the state keeps its shape "
                "{shape} from step to step.",
                same=Setting(SAME, word=True),
                shape=shape,
            ),
            _("The state after each step comes out, one map of shape {shape} a step.", shape=shape)
            if self.every_step
            else _("Only the state after the last step comes out, {shape}.", shape=shape),
        ]
        if self.gives_states:
            sentences.append(_("The states h and c after the last step come out as well."))
        return tuple(sentences)

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, same, return_sequences``"""
        return (
            self.filters,
            *window_title(self.kernel, self.stride, self.padding, self.dilation),
            *self.shown_flags,
        )

    @classmethod
    def equations(cls, rank: int = 2, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        axes = SPATIAL[rank]
        kernel = (letter("K"),) * rank
        return (
            *general_equations(rank, (NONE, SAME), True),
            channels_equation(),
            *(parameters_equation(kernel, bias) for bias in (True, False)),
            macs_equation(axes, kernel),
        )


def _checked_states(given: Any, state: Shape) -> tuple[Requirement, ...]:
    """Check h and c against the shape that they have here."""
    if given is None:
        return ()
    states = listed_states(given)
    if len(states) != 2:
        raise too_few_states(2, len(states))
    return tuple(requirement for one in states for requirement in _checked_state(one, state))


def _checked_state(given: Any, state: Shape) -> Sequence[Requirement]:
    if not is_shape(given):
        raise ModelProblem(_("its states must stand in a list, one tensor for each"))
    check_rank(given, len(state))
    rule = _(
        "a state has the shape {shape}, and is given {given}",
        shape=ShapePiece(state),
        given=ShapePiece(given),
    )
    return [require(equal(one, own), rule) for one, own in zip(given, state, strict=True)]


@written
def side_by_side(filters: Expr) -> Expr:
    """The filters of the three gates and the candidate."""
    return 4 * filters


@cache
def weights(kernel: tuple[Symbol, ...], bias: bool) -> tuple[Weight, ...]:
    """The filters on the input, those on the state, and their biases."""
    filters = side_by_side(F)
    return (
        Weight("kernel", (*kernel, C_IN, filters)),
        Weight("recurrent_kernel", (*kernel, F, filters)),
        *((Weight("bias", (filters,)),) if bias else ()),
    )


@cache
def parameters_equation(kernel: tuple[Symbol, ...], bias: bool) -> Equation:
    """What the `weights` have, filter by filter."""
    window = Mul(*kernel, evaluate=False)
    return Equation(
        "params",
        PARAMS,
        "conv-lstm-parameters",
        _("parameters"),
        parameters(kernel, C_IN, F, bias),
        _(
            "four times {F} filters, for three gates (input, forget, output) and the candidate; a "
            "filter has {kernel} weights on each of the {C} channels of the input and the {F} of "
            "the state, and one bias",
            F=F,
            C=C_IN,
            kernel=window,
        )
        if bias
        else _(
            "four times {F} filters, for three gates (input, forget, output) and the candidate; a "
            "filter has {kernel} weights on each of the {C} channels of the input and the {F} of "
            "the state, and no bias",
            F=F,
            C=C_IN,
            kernel=window,
        ),
        _("with biases") if bias else NO_BIAS,
    )


@cache
def macs_equation(axes: tuple[Axis, ...], kernel: tuple[Symbol, ...]) -> Equation:
    """Products of both convolutions only, at the positions of the state."""
    return Equation(
        "macs",
        MACS,
        "conv-lstm-macs",
        _("MACs"),
        mul(*_positions(axes), Integer(4), F, mul(*kernel, add(C_IN, F))),
        _(
            "at each of the {T} steps and each position of the state, one product for each weight "
            "of both convolutions",
            T=T,
        ),
    )


def _positions(axes: tuple[Axis, ...]) -> tuple[Symbol, ...]:
    """All positions of the state, at all steps."""
    return (T, *(axis.size_out for axis in axes))


@cache
def biases_equation(axes: tuple[Axis, ...]) -> Equation:
    """Keras: the convolution of the state has no bias of its own."""
    return additions_equation(
        mul(*_positions(axes), Integer(4), F),
        _(
            "every bias is added once at each position of the state, at each of the {T} steps",
            T=T,
        ),
    )
