"""Convolutional LSTM: the matrices of an LSTM become convolutions, and the state a feature map.

Sources: Keras, ``ConvLSTM1D``, ``ConvLSTM2D``, ``ConvLSTM3D``; Shi et al., *Convolutional LSTM
Network* (2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Mul, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers.recurrence import (
    T,
    dropout_rate,
    gate_activation,
    is_shape,
    listed_states,
    seed,
    too_few_states,
)
from layermath.layers.recurrent import StepByStep
from layermath.messages import Code, Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import C_IN, SPATIAL, Axis, check_rank, split_channels, with_channels
from layermath.rules.biases import additions_equation
from layermath.rules.convolution import channels_equation
from layermath.rules.equations import (
    MACS,
    PARAMS,
    Applied,
    Equation,
    Filled,
    Requirement,
)
from layermath.rules.windows import NONE, SAME, Windows, general_equations, window_title
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
from layermath.vocabulary.keras.convolutions import PADDINGS, one_of_them_is_one
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer import Shape, require

F = letter("F")


@written
def parameters(kernel: tuple[Expr, ...], c: Expr, f: Expr, bias: bool) -> Expr:
    """Four times as many filters, each over the input's channels and over the state's."""
    weights = Mul(*kernel) * (c + f)
    return 4 * f * (weights + 1) if bias else 4 * f * weights


@written
def multiplications(
    t: Expr, sizes: tuple[Expr, ...], kernel: tuple[Expr, ...], c: Expr, f: Expr
) -> Expr:
    """At every step, one product for each position of the state and each weight."""
    return Mul(t, *sizes) * 4 * f * (Mul(*kernel) * (c + f))


@written
def biases_added(t: Expr, sizes: tuple[Expr, ...], f: Expr) -> Expr:
    """The input's convolution adds the biases, at each position of the state and every step."""
    return Mul(t, *sizes) * 4 * f


@dataclass(frozen=True)
class ConvLSTM(StepByStep, abstract=True):
    """An LSTM whose state is a feature map of ``rank`` spatial axes.

    Takes a sequence of feature maps ``(T, spatial…, C)`` (``channels_first``: ``(T, C, spatial…)``)
    and gives ``(spatial…, filters)``, or ``(T, spatial…, filters)`` with ``return_sequences``.
    The convolution of the input has the padding, stride and dilation; that of the state is ``same``
    with stride 1, so that the state keeps its size.
    """

    filters: Size = argument(count)
    kernel_size: tuple[Size, ...] = argument(per_axis())
    strides: tuple[Size, ...] = argument(per_axis(), 1)
    padding: str = argument(choice("valid", "same", any_case=True), "valid")
    data_format: str = argument(data_format, None)
    dilation_rate: tuple[Size, ...] = argument(per_axis(), 1)
    activation: str | None = argument(activation, "tanh")
    recurrent_activation: str | None = argument(gate_activation, "sigmoid")
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    recurrent_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    unit_forget_bias: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    recurrent_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    seed: object = argument(seed, None)
    return_sequences: bool = argument(flag, False)
    return_state: bool = argument(flag, False)
    go_backwards: bool = argument(flag, False)
    stateful: bool = argument(flag, False)
    unroll: object = argument(anything, None, keyword_only=True)
    zero_output_for_mask: object = argument(anything, None, keyword_only=True)

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of feature maps. Raises `ModelProblem` where the kernel is larger
        than a map, or where the states have another shape than the one that comes out."""
        check_rank(sequences, self.rank + 2)
        steps, frame = sequences[0], sequences[1:]
        spatial, channels = split_channels(frame, self.rank, self.data_format)
        windows = Windows(
            SPATIAL[self.rank],
            self.kernel_size,
            self.strides,
            self.dilation_rate,
            PADDINGS[self.padding],
        )
        simple = require(
            one_of_them_is_one(self.strides, self.dilation_rate),
            _("strides above 1 and a dilation above 1 do not go together"),
        )
        slid = windows.slide(spatial)
        sizes = [one.size.value for one in slid]
        state = with_channels(sizes, self.filters, self.data_format)
        where = {
            T: steps,
            **windows.kernel_values,
            C_IN: channels,
            F: self.filters,
            **{axis.size_out: size for axis, size in zip(windows.axes, sizes, strict=True)},
        }
        output = (steps, *state) if self.return_sequences else state
        states = (state, state) if self.return_state else ()
        return Applied(
            (output, *states),
            (
                *(quantity for one in slid for quantity in (one.size, one.padding) if quantity),
                Filled(channels_equation(), {F: self.filters}),
                Filled(parameters_equation(windows.kernel_letters, self.use_bias), where),
                Filled(macs_equation(windows.axes, windows.kernel_letters), where),
            ),
            view="unknown",
            windowed=True,
            requirements=(
                simple,
                *(r for one in slid for r in one.requirements),
                *_checked_states(initial_state, state),
            ),
            sentences=self._sentences(state),
            nest=(0, 1, 2) if self.return_state else 0,
            additions=Filled(biases_equation(windows.axes), where) if self.use_bias else None,
            needs_known=spatial,
            needs_batch=self.stateful,
        )

    def _sentences(self, state: Shape) -> tuple[Message, ...]:
        shape = ShapePiece(state)
        sentences = [
            _(
                "The convolution of the state is {same} with stride 1: the state keeps its shape "
                "{shape} from step to step.",
                same=Code("same"),
                shape=shape,
            ),
            _each_map(shape) if self.return_sequences else _last_map(shape),
        ]
        if self.return_state:
            sentences.append(_("The states h and c after the last step come out as well."))
        return tuple(sentences)

    def title(self) -> tuple[Piece, ...]:
        """``32, 3×3, same, return_sequences``"""
        return (
            self.filters,
            *KERAS.title(
                window_title(
                    self.kernel_size, self.strides, PADDINGS[self.padding], self.dilation_rate
                )
            ),
            *self.shown_flags,
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for one kernel size, stride and dilation on all axes."""
        axes = SPATIAL[cls.rank]
        kernel = (letter("K"),) * cls.rank
        return (
            *general_equations(cls.rank, (NONE, SAME), True),
            channels_equation(),
            *(parameters_equation(kernel, bias) for bias in (True, False)),
            macs_equation(axes, kernel),
        )


def _each_map(shape: ShapePiece) -> Message:
    return _("The state after each step comes out, one map of shape {shape} a step.", shape=shape)


def _last_map(shape: ShapePiece) -> Message:
    return _("Only the state after the last step comes out, {shape}.", shape=shape)


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


@cache
def parameters_equation(kernel: tuple[Symbol, ...], bias: bool) -> Equation:
    """Keras: the kernel has the shape ``(K, K, C, 4·F)``, the recurrent kernel ``(K, K, F, 4·F)``,
    the bias ``(4·F,)``."""
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
        _("with biases") if bias else _("with {argument}", argument=Code("use_bias=False")),
    )


@cache
def macs_equation(axes: tuple[Axis, ...], kernel: tuple[Symbol, ...]) -> Equation:
    """Products of both convolutions only, at the positions of the state."""
    return Equation(
        "macs",
        MACS,
        "conv-lstm-macs",
        _("MACs"),
        multiplications(T, tuple(axis.size_out for axis in axes), kernel, C_IN, F),
        _(
            "at each of the {T} steps and each position of the state, one product for each weight "
            "of both convolutions",
            T=T,
        ),
    )


@cache
def biases_equation(axes: tuple[Axis, ...]) -> Equation:
    """Keras: the convolution of the state has no bias of its own."""
    return additions_equation(
        biases_added(T, tuple(axis.size_out for axis in axes), F),
        _(
            "every bias is added once at each position of the state, at each of the {T} steps",
            T=T,
        ),
    )


class ConvLSTM1D(ConvLSTM):
    """An LSTM whose state is a sequence of vectors."""

    rank = 1


class ConvLSTM2D(ConvLSTM):
    """An LSTM whose state is an image."""

    rank = 2


class ConvLSTM3D(ConvLSTM):
    """An LSTM whose state is a volume."""

    rank = 3
