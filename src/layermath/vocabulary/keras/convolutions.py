"""Keras's convolutions.

Source: Keras, *Convolution layers*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from sympy import Eq, Min

from layermath.algebra.conditions import Condition, at_least, equal
from layermath.algebra.floors import Size, larger, minus
from layermath.messages import _
from layermath.rules.equations import Requirement
from layermath.rules.rule import require
from layermath.rules.windows import CausalPadding, Padding, SamePadding
from layermath.vocabulary.arguments import (
    activation,
    choice,
    count,
    data_format,
    flag,
    optional,
    per_axis,
)
from layermath.vocabulary.keras import low_rank
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over

PADDINGS: Mapping[str, Any] = {"valid": Padding(), "same": SamePadding(), "causal": CausalPadding()}
"""Keras's words for them."""


def padding(*words: str, any_case: bool = False) -> Parameter:
    """The argument ``padding``: one of these words."""
    kind = choice(*words, any_case=any_case)
    return Parameter("padding", kind, "valid", neutral=PADDINGS.__getitem__)


LAYOUT = Parameter("data_format", data_format, None, to=None)
"""Where the channels stand."""
TOLD_LAYOUT = replace(LAYOUT, to="channels_first", neutral=lambda word: word == "channels_first")
"""The same where the rule is told."""

KERNEL = Parameter("kernel_size", per_axis(), to="kernel")
STRIDES = Parameter("strides", per_axis(), 1, to="stride")
DILATION = Parameter("dilation_rate", per_axis(), 1, to="dilation")
BIAS = Parameter("use_bias", flag, True, to="bias")
ACTIVATION = Parameter("activation", activation, None)


def _convolution(*words: str) -> tuple[Parameter, ...]:
    return parameters(
        Parameter("filters", count),
        KERNEL,
        STRIDES,
        padding(*words, any_case=True),
        LAYOUT,
        DILATION,
        Parameter("groups", count, 1),
        ACTIVATION,
        BIAS,
        passed_over(
            "kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
            "activity_regularizer"
        ),
        low_rank.constrained("kernel_constraint"),
        passed_over("bias_constraint"),
        low_rank.rank(keyword_only=True),
        passed_over("lora_alpha", keyword_only=True),
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


def stride_or_dilation(given: Mapping[str, Any]) -> Iterator[Requirement]:
    """What Keras asks of both."""
    yield require(
        one_of_them_is_one(given["strides"], given["dilation_rate"]),
        _("strides above 1 and a dilation above 1 do not go together"),
    )


def stride_dilation_and_output_padding(given: Mapping[str, Any]) -> Iterator[Requirement]:
    """What Keras asks of a transposed convolution's arguments together."""
    yield from stride_or_dilation(given)
    for more, stride in zip(given["output_padding"] or (), given["strides"], strict=False):
        yield require(
            at_least(minus(stride, more), 1),
            _(
                "the output padding must be below the stride: {padding} and {stride}",
                padding=more,
                stride=stride,
            ),
        )


_INITIAL = passed_over(
    "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
    "kernel_constraint bias_constraint"
)

OUTPUT_PADDING = Parameter("output_padding", optional(per_axis(least=0)), None)


def _transposed(rank: int) -> tuple[Parameter, ...]:
    """Keras has ``data_format`` before ``output_padding`` in three dimensions, and only there."""
    pair = (LAYOUT, OUTPUT_PADDING) if rank == 3 else (OUTPUT_PADDING, LAYOUT)
    return parameters(
        Parameter("filters", count),
        KERNEL,
        STRIDES,
        padding("valid", "same", any_case=True),
        *pair,
        DILATION,
        ACTIVATION,
        BIAS,
        _INITIAL,
    )


_MULTIPLIER = Parameter("depth_multiplier", count, 1, to="multiplier")
_DEPTHWISE = parameters(
    KERNEL,
    STRIDES,
    padding("valid", "same", any_case=True),
    _MULTIPLIER,
    LAYOUT,
    DILATION,
    ACTIVATION,
    BIAS,
    passed_over(
        "depthwise_initializer bias_initializer depthwise_regularizer bias_regularizer "
        "activity_regularizer depthwise_constraint bias_constraint"
    ),
)
_SEPARABLE = parameters(
    Parameter("filters", count),
    KERNEL,
    STRIDES,
    padding("valid", "same", any_case=True),
    LAYOUT,
    DILATION,
    _MULTIPLIER,
    ACTIVATION,
    BIAS,
    passed_over(
        "depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer "
        "pointwise_regularizer bias_regularizer activity_regularizer depthwise_constraint "
        "pointwise_constraint bias_constraint"
    ),
)

TYPES = (
    *(
        LayerType(
            f"Conv{rank}D",
            "convolution.Convolution",
            _convolution("valid", "same", *(("causal",) if rank == 1 else ())),
            spelling=KERAS,
            fixed={"rank": rank},
            aliases=(f"Convolution{rank}D",),
            checks=low_rank.check("kernel_constraint"),
            asks=stride_or_dilation,
        )
        for rank in (1, 2, 3)
    ),
    *(
        LayerType(
            f"Conv{rank}DTranspose",
            "transposed.TransposedConvolution",
            _transposed(rank),
            spelling=KERAS,
            fixed={"rank": rank},
            aliases=(f"Convolution{rank}DTranspose",),
            asks=stride_dilation_and_output_padding,
        )
        for rank in (1, 2, 3)
    ),
    *(
        LayerType(
            f"DepthwiseConv{rank}D",
            "depthwise.ChannelByChannel",
            _DEPTHWISE,
            spelling=KERAS,
            fixed={"rank": rank},
        )
        for rank in (1, 2)
    ),
    *(
        LayerType(
            f"SeparableConv{rank}D",
            "depthwise.Separable",
            _SEPARABLE,
            spelling=KERAS,
            fixed={"rank": rank},
            aliases=(f"SeparableConvolution{rank}D",),
        )
        for rank in (1, 2)
    ),
)
