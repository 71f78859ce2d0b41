"""Attention, alone and in heads: the numbers that a reader would look for."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from layermath.algebra.floors import symbol
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.vocabulary.keras.layers import find
from layermath.vocabulary.layer import Layer


def layer(type_name: str, *arguments: object, **keywords: object) -> Layer:
    found = find(type_name)
    assert found is not None
    return found.bind(arguments, keywords)


def of(applied: Applied, quantity: str) -> Any:
    """What a quantity comes to."""
    return next(f.value for f in applied.quantities if f.equation.quantity == quantity)


def test_the_base_transformer_has_a_million_weights_in_each_attention() -> None:
    done = layer("MultiHeadAttention", 8, 64)((10, 512), (10, 512))
    assert done.outputs == ((10, 512),)
    assert [of(done, f"{name}_params") for name in ("query", "key", "value")] == [262_656] * 3
    assert of(done, "projection_back_params") == 262_656
    assert done.params == done.trainable_params == 1_050_624
    assert of(done, "scores_macs") == of(done, "mean_macs") == 8 * 10 * 10 * 64
    assert done.macs == 4 * 10 * 512 * 512 + 2 * 10 * 10 * 512


@pytest.mark.parametrize("gate", [False, True])
def test_each_projection_adds_a_bias_to_each_value(gate: bool) -> None:
    def projected(positions: int, *sizes: int) -> int:
        return sum(1 for _position in range(positions) for _value in product(*map(range, sizes)))

    attention = layer("MultiHeadAttention", 2, 5, value_dim=3, output_shape=(4, 2), use_gate=gate)
    added = (
        projected(6, 2, 5)
        + projected(7, 2, 5)
        + projected(7, 2, 3)
        + projected(6, 4, 2)
        + (projected(6, 2, 3) if gate else 0)
    )
    assert attention((6, 9), (7, 8)).bias_additions == added
    shared = layer("GroupQueryAttention", 5, 4, 2, use_gate=gate)
    added = projected(6, 4, 5) + 2 * projected(7, 2, 5) + projected(6, 9)
    added += projected(6, 4, 5) if gate else 0
    assert shared((6, 9), (7, 9)).bias_additions == added
    for one in (
        layer("MultiHeadAttention", 2, 5, use_bias=False, use_gate=gate),
        layer("GroupQueryAttention", 5, 4, 2, use_bias=False, use_gate=gate),
    ):
        assert one((6, 9), (7, 9)).additions is None


def test_key_dim_is_per_head() -> None:
    narrow, wide = (layer("MultiHeadAttention", h, 64)((10, 512), (10, 512)) for h in (1, 8))
    assert (narrow.params, wide.params) == (131_776, 1_050_624)


def test_cross_attention_has_the_scores_that_data_have() -> None:
    done = layer("MultiHeadAttention", 2, 8)((10, 32), (7, 20), return_attention_scores=True)
    assert done.outputs == ((10, 32), (2, 10, 7))
    assert done.nest == (0, 1)


def test_scores_over_two_axes() -> None:
    done = layer("MultiHeadAttention", 2, 8)((3, 4, 12), (3, 4, 12), return_attention_scores=True)
    assert done.outputs[1] == (2, 3, 4, 3, 4)
    assert of(done, "scores_macs") == 2 * 12 * 12 * 8


def test_attention_along_one_of_two_axes() -> None:
    attention = layer("MultiHeadAttention", 2, 8, attention_axes=2)
    done = attention((3, 4, 12), (3, 6, 12), return_attention_scores=True)
    assert done.outputs == ((3, 4, 12), (3, 2, 4, 6))
    assert of(done, "key_macs") == 3 * 6 * 12 * 2 * 8
    assert of(done, "scores_macs") == 2 * 3 * 4 * 6 * 8
    with pytest.raises(ModelProblem):
        attention((3, 4, 12), (5, 4, 12))


def test_attention_of_vectors() -> None:
    done = layer("MultiHeadAttention", 2, 8)((12,), (12,), return_attention_scores=True)
    assert done.outputs == ((12,), (2,))
    assert of(done, "scores_macs") == 2 * 8


@pytest.mark.parametrize(
    ("keywords", "shape", "params"),
    [
        ({"output_shape": 48}, (10, 48), 9456),
        ({"output_shape": (3, 4)}, (10, 3, 4), 7116),
        ({"value_dim": 8}, (10, 32), 6336),
        ({"use_bias": False}, (10, 32), 8192),
        ({"use_gate": True}, (10, 32), 10528),
    ],
)
def test_arguments_of_multi_head_attention(
    keywords: dict[str, object], shape: tuple[int, ...], params: int
) -> None:
    done = layer("MultiHeadAttention", 4, 16, **keywords)((10, 32), (10, 32))
    assert (done.outputs, done.params) == ((shape,), params)


def test_multi_head_attention_in_letters() -> None:
    n, c, h, d = (symbol(name) for name in "NCHD")
    done = layer("MultiHeadAttention", h, d, use_bias=False)((n, c), (n, c))
    assert done.outputs == ((n, c),)
    assert done.params == 4 * c * h * d
    assert done.macs == 4 * n * c * h * d + 2 * n**2 * h * d


@pytest.mark.parametrize("name", ["MultiHeadAttention", "GroupQueryAttention"])
def test_softmax_and_dropout_take_names_when_the_layer_is_called(name: str) -> None:
    arguments = (4, 2, 1) if name == "GroupQueryAttention" else (2, 4)
    made = layer(name, *arguments)
    assert (made.made_inside(), made.built_inside()) == ((), ("Softmax", "Dropout"))


def test_heads_of_queries_share_heads_of_keys() -> None:
    done = layer("GroupQueryAttention", 8, 4, 2)((10, 32), (6, 32), return_attention_scores=True)
    assert done.outputs == ((10, 32), (4, 10, 6))
    assert done.params == 33 * 32 + 2 * 33 * 16 + 33 * 32
    assert of(done, "scores_macs") == 4 * 10 * 6 * 8


@pytest.mark.parametrize(
    ("arguments", "shapes"),
    [((8, 4, 3), ((10, 32), (6, 32))), ((8, 4, 2), ((10, 32), (6, 20))), ((8, 4, 2), ((32,),) * 2)],
)
def test_what_group_query_attention_refuses(
    arguments: tuple[int, ...], shapes: tuple[tuple[int, ...], ...]
) -> None:
    with pytest.raises(ModelProblem):
        layer("GroupQueryAttention", *arguments)(*shapes)


def test_attention_takes_two_products() -> None:
    done = layer("Attention")([(8, 16), (4, 20), (4, 16)], return_attention_scores=True)
    assert done.outputs == ((8, 20), (8, 4))
    assert (done.params, done.macs) == (0, 8 * 4 * 16 + 8 * 4 * 20)


@pytest.mark.parametrize(
    ("type_name", "keywords", "params", "macs"),
    [
        ("Attention", {"use_scale": True}, 1, 1024),
        ("Attention", {"score_mode": "concat"}, 1, 512),
        ("Attention", {"score_mode": "concat", "use_scale": True}, 2, 512),
        ("AdditiveAttention", {}, 16, 512),
        ("AdditiveAttention", {"use_scale": False}, 0, 512),
    ],
)
def test_sums_are_no_macs(
    type_name: str, keywords: dict[str, object], params: int, macs: int
) -> None:
    done = layer(type_name, **keywords)([(8, 16), (4, 16)])
    assert (done.outputs, done.params, done.macs) == (((8, 16),), params, macs)


def test_where_widths_differ_data_will_fail() -> None:
    done = layer("Attention")([(8, 16), (4, 12)])
    assert done.outputs == ((8, 12),)
    assert any("with data it fails" in sentence.id for sentence in done.sentences)
