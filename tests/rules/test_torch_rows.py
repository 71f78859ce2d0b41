"""The rules of windows against PyTorch's own answers: padding on each side, rounding up, groups,
declared channels, channels before the other axes. No vocabulary of PyTorch's is needed: the few
arguments of a row are put into the rules' own terms here.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from layermath.problems import ModelProblem
from layermath.rules.adaptive_pooling import AdaptivePooling
from layermath.rules.convolution import Convolution
from layermath.rules.equations import Applied
from layermath.rules.pooling import LARGEST, Pooling
from layermath.rules.rule import Rule
from layermath.rules.transposed import TransposedConvolution
from layermath.rules.windows import Padding, SamePadding
from layermath.vocabulary.layouts import channels_first, channels_to_the_end

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "torch_layers.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]

CONVOLUTION = ("in_channels", "out_channels", "kernel_size", "stride", "padding")
NAMES = {
    "Conv": (*CONVOLUTION, "dilation", "groups", "bias"),
    "ConvTranspose": (*CONVOLUTION, "output_padding", "groups", "bias", "dilation"),
    "MaxPool": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"),
    "AvgPool": ("kernel_size", "stride", "padding", "ceil_mode"),
    "LPPool": ("norm_type", "kernel_size", "stride", "ceil_mode"),
    "AdaptiveMaxPool": ("output_size",),
    "AdaptiveAvgPool": ("output_size",),
}
"""PyTorch's arguments, in its order."""

THE_RULES_OWN = (
    "padded input size per channel",
    "smaller than kernel",
    "to have",
    "divisible by groups",
)
"""Refusals that are the rule's: the kernel does not fit, other channels come in, groups do not
divide. What else PyTorch refuses (a padding above half a kernel, say) is its vocabulary's."""


def written(row: Mapping[str, Any]) -> tuple[str, int, dict[str, Any]]:
    """The kind of layer, its number of axes, and its arguments by their names."""
    call = ast.parse(row["source"], mode="eval").body
    assert isinstance(call, ast.Call)
    kind, rank = row["class"].removeprefix("Lazy")[:-2], int(row["class"][-2])
    names = NAMES[kind][1 if row["class"].startswith("Lazy") else 0 :]
    given = dict(zip(names, map(ast.literal_eval, call.args), strict=False))
    return kind, rank, given | {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}


def rule_of(kind: str, rank: int, given: Mapping[str, Any], shape: tuple[int, ...]) -> Rule:
    """The rule of a row; ``shape`` has its channels last."""

    def each(name: str, default: Any) -> tuple[Any, ...]:
        value = given.get(name, default)
        return tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank

    def padding() -> Padding | SamePadding:
        sides = each("padding", 0)
        if sides[0] == "same":
            return SamePadding()
        sides = (0,) * rank if sides[0] == "valid" else sides
        return Padding(sides, sides)

    if kind.startswith("Adaptive"):
        sizes = zip(each("output_size", None), shape, strict=False)
        return AdaptivePooling(rank, LARGEST, tuple(n if s is None else s for s, n in sizes))
    kernel = each("kernel_size", None)
    if kind.endswith("Pool"):
        return Pooling(
            rank,
            LARGEST,
            kernel,
            kernel if given.get("stride") is None else each("stride", None),
            padding(),
            each("dilation", 1),
            bool(given.get("ceil_mode", False)),
        )
    common = {
        "rank": rank,
        "filters": given["out_channels"],
        "kernel": kernel,
        "stride": each("stride", 1),
        "dilation": each("dilation", 1),
        "padding": padding(),
        "groups": given.get("groups", 1),
        "bias": bool(given.get("bias", True)),
        "channels": given.get("in_channels"),
    }
    if kind == "Conv":
        return Convolution(**common)
    return TransposedConvolution(**common, output_padding=each("output_padding", 0))


def answer(row: Mapping[str, Any]) -> tuple[Applied, tuple[int, ...]]:
    """What the rule says of a row, channels first, and the axes that it passes: the batch."""
    kind, rank, given = written(row)
    whole = tuple(row["input_shapes"][0])
    passed, shape = whole[: len(whole) - rank - 1], channels_to_the_end(whole[-rank - 1 :], rank)
    return channels_first(rule_of(kind, rank, given, shape).apply(shape), rank), passed


WEIGHTS = {"kernel": "weight", "bias": "bias"}


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_rows_of_pytorch(kind: str) -> None:
    seen: Counter[str] = Counter()
    for row in ROWS:
        if row["class"].removeprefix("Lazy")[:-2] != kind:
            continue
        if row["call"] != "m(x0)" or 0 in row["input_shapes"][0]:
            # an output size that the call asks for, and PyTorch's own answer to no channels at all
            seen["left to the vocabulary"] += 1
            continue
        if "error" in row:
            seen["refused"] += refused(row)
            continue
        applied, passed = answer(row)
        shape = (*passed, *applied.outputs[0])
        assert list(shape) == row["output_shapes"][0], row["source"]
        assert applied.params == row["params"], row["source"]
        sizes = {WEIGHTS[one.name]: sorted(map(int, one.shape)) for one in applied.weights}
        assert sizes == {name: sorted(s) for name, s in row["param_shapes"].items()}, row["source"]
        seen["agreed"] += 1
        seen["rounded up"] += written(row)[2].get("ceil_mode", False)
    assert seen["agreed"] >= 5 * seen["left to the vocabulary"]
    assert seen["agreed"] >= 20, "too few rows were compared"
    assert seen["rounded up"] or "Pool" not in kind or kind.startswith("Adaptive")


def refused(row: Mapping[str, Any]) -> bool:
    """Whether a refusal is the rule's, which then must refuse."""
    message = row["error"]["message"]
    if not any(words in message for words in THE_RULES_OWN) or "groups must be" in message:
        return False
    with pytest.raises(ModelProblem):
        answer(row)
    return True
