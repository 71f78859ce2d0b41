"""Keras's attention layers.

Source: Keras, *Attention layers*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from layermath.algebra.floors import Size
from layermath.messages import Code, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import (
    Unfollowed,
    axis_or_axes,
    choice,
    count,
    flag,
    optional,
    share,
    sizes,
    wrong,
)
from layermath.vocabulary.keras.convolutions import BIAS
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over


def some_share(value: object, name: str, rank: int = 0) -> object:
    """The share that is dropped. Keras only asks whether it is above 0."""
    if not isinstance(value, (int, float, Expr, Unfollowed)):
        raise wrong(name, value, _("it must be a number"))
    return value


def output_shape(value: object, name: str, rank: int = 0) -> tuple[Size, ...] | None:
    """The sizes of an output position: a number, or several; None for those of a query."""
    if isinstance(value, str):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them"))
    if isinstance(value, (int, Expr)) and not isinstance(value, bool) and value != 0:
        value = (value,)
    return sizes(value, name, rank) if value else None


def no_flash_with_dropout(given: Mapping[str, Any]) -> None:
    """Keras's fused attention has no dropout. Raises `ModelProblem` where both are asked for."""
    dropout = given["dropout"]
    if given["flash_attention"] and isinstance(dropout, (int, float)) and dropout > 0:
        raise ModelProblem(
            _(
                "{flash} goes without dropout, and here is {dropout}",
                flash=Code("flash_attention=True"),
                dropout=Code(f"dropout={dropout}"),
            )
        )


_DROPOUT = Parameter("dropout", some_share, 0.0, to=None)
_MODE = choice("dot", "concat")
_SHARE = Parameter("dropout", share, 0.0, to=None)
_WINDOW = Parameter("sliding_window", optional(count), None, to="window")
_REST = parameters(
    Parameter("flash_attention", flag, False, to=None),
    passed_over(
        "kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint bias_constraint"
    ),
    Parameter("use_gate", flag, False, to="gate"),
    passed_over("seed"),
)


def _heads(name: str, rule: str, *signature: Any, after: str | None = None) -> LayerType:
    """An attention in heads; the softmax and the dropout of its weights have no names."""
    return LayerType(
        name,
        f"multi_head_attention.{rule}",
        parameters(*signature, _REST),
        spelling=KERAS,
        checks=no_flash_with_dropout,
        built=lambda given: ("Softmax", "Dropout"),
        after=after,
    )


TYPES = (
    LayerType(
        "Attention",
        "attention.Attention",
        parameters(
            Parameter("use_scale", flag, False, to="scales"),
            Parameter("score_mode", _MODE, "dot", to="sums", neutral="concat".__eq__),
            _DROPOUT,
            passed_over("seed"),
        ),
        spelling=KERAS,
    ),
    LayerType(
        "AdditiveAttention",
        "attention.AdditiveAttention",
        parameters(
            Parameter("use_scale", flag, True, to="scales"),
            _DROPOUT,
            passed_over("seed", keyword_only=True),
            Parameter("score_mode", _MODE, "dot", to=None, keyword_only=True),
        ),
        spelling=KERAS,
    ),
    _heads(
        "MultiHeadAttention",
        "MultiHeadAttention",
        Parameter("num_heads", count, to="heads"),
        Parameter("key_dim", count, to="head_width"),
        Parameter("value_dim", optional(count), None, to="value_width"),
        _SHARE,
        BIAS,
        Parameter("output_shape", output_shape, None, to="output"),
        Parameter("attention_axes", optional(axis_or_axes), None, to="along"),
        _WINDOW,
    ),
    _heads(
        "GroupQueryAttention",
        "GroupedQueryAttention",
        Parameter("head_dim", count, to="head_width"),
        Parameter("num_query_heads", count, to="heads"),
        Parameter("num_key_value_heads", count, to="key_heads"),
        _SHARE,
        BIAS,
        _WINDOW,
        after="GroupedQueryAttention",
    ),
)
