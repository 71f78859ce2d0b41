"""PyTorch's modules, as rules: how many parameters those have that are written in place.

Source: PyTorch, ``torch.nn``. A module declares what comes in, so that its rule is asked on that.
What it gathers in training (running means) is no parameter of it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from layermath.problems import ModelProblem
from layermath.rules.activation import LearnedSlope
from layermath.rules.convolution import Convolution
from layermath.rules.dense import Dense
from layermath.rules.embedding import Embedding
from layermath.rules.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
)
from layermath.rules.rule import Rule, Shape
from layermath.rules.transposed import TransposedConvolution


def parameters_of(text: str) -> int | None:
    """The parameters of modules that are written in place, ``torch.nn.Linear(8, 4)``: None where
    one of them is not known here, or is not written with plain numbers."""
    try:
        return _of_module(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, TypeError, RecursionError, ModelProblem):
        return None


def _of_module(node: ast.expr) -> int | None:
    if not isinstance(node, ast.Call):
        return None
    name = ast.unparse(node.func).rpartition(".")[2]
    if name == "Sequential":
        counts = [_of_module(inner) for inner in node.args]
        if node.keywords or any(count is None for count in counts):
            return None
        return sum(count for count in counts if count is not None)
    if name in _WITHOUT:
        return 0
    if name not in _RULES:
        return None
    arguments = [ast.literal_eval(inner) for inner in node.args]
    options = {str(key.arg): ast.literal_eval(key.value) for key in node.keywords}
    rule, taken = _RULES[name](*arguments, **options)
    return int(rule.apply(taken).trainable_params)


_WITHOUT = frozenset(
    {
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Mish", "Sigmoid", "Tanh",
        "Softmax", "LogSoftmax", "Softplus", "Hardswish", "Hardtanh", "Identity", "Flatten",
        "Unflatten", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "MaxPool1d", "MaxPool2d",
        "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d", "AdaptiveAvgPool1d",
        "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
        "AdaptiveMaxPool3d", "Upsample", "ZeroPad2d", "PixelShuffle",
    }
)  # fmt: skip
"""Modules without parameters."""

_Read: TypeAlias = Callable[..., tuple[Rule, Shape]]
"""The rule of a module with these arguments, and a shape that it takes."""


def _linear(in_features: int, out_features: int, bias: bool = True, **_others: Any) -> Any:
    return Dense(out_features, bias), (in_features,)


def _convolution(
    rule: type[Convolution | TransposedConvolution],
    rank: int,
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, ...],
    stride: object = 1,
    padding: object = 0,
    dilation_or_output_padding: object = 1,
    groups: int = 1,
    bias: bool = True,
    **_others: Any,
) -> Any:
    """Nothing but the kernel, the groups and the bias changes the weights."""
    kernel = (kernel_size,) * rank if isinstance(kernel_size, int) else tuple(kernel_size)
    ones = (1,) * rank
    made = rule(rank, out_channels, kernel, ones, ones, groups=groups, bias=bias)
    return made, (*kernel, in_channels)


def _batch_norm(
    num_features: int, eps: float = 0, momentum: float = 0, affine: bool = True, **_others: Any
) -> Any:
    return BatchNormalization(scale=affine, shift=affine), (num_features,)


def _group_norm(
    num_groups: int, num_channels: int, eps: float = 0, affine: bool = True, **_others: Any
) -> Any:
    return GroupNormalization(scale=affine, shift=affine, groups=num_groups), (num_channels,)


def _layer_norm(
    normalized_shape: int | tuple[int, ...],
    eps: float = 0,
    elementwise_affine: bool = True,
    bias: bool = True,
    **_others: Any,
) -> Any:
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    axes = tuple(range(1, len(shape) + 1))
    return LayerNormalization(axes, elementwise_affine, elementwise_affine and bias), shape


def _embedding(num_embeddings: int, embedding_dim: int, **_others: Any) -> Any:
    return Embedding(num_embeddings, embedding_dim), ()


def _prelu(num_parameters: int = 1, **_others: Any) -> Any:
    return LearnedSlope(), (num_parameters,)


_RULES: dict[str, _Read] = {
    "Linear": _linear,
    **{f"Conv{rank}d": partial(_convolution, Convolution, rank) for rank in (1, 2, 3)},
    **{
        f"ConvTranspose{rank}d": partial(_convolution, TransposedConvolution, rank)
        for rank in (1, 2, 3)
    },
    **{f"BatchNorm{rank}d": _batch_norm for rank in (1, 2, 3)},
    "GroupNorm": _group_norm,
    "LayerNorm": _layer_norm,
    "Embedding": _embedding,
    "PReLU": _prelu,
}
