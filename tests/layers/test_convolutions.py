"""Convolution channel by channel, and backwards; the table of an embedding."""

from __future__ import annotations

from typing import Any

import pytest

from layermath.algebra.floors import symbol
from layermath.problems import ModelProblem
from layermath.vocabulary.keras.layers import catalogue, find

H, C = symbol("H"), symbol("C")
DepthwiseConv2D, SeparableConv2D, Conv2DTranspose, Conv3DTranspose = (
    catalogue()[name]
    for name in ("DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "Conv3DTranspose")
)


@pytest.mark.parametrize(
    ("keywords", "size"),
    [
        ({"kernel_size": 3, "strides": 2}, 15),
        ({"kernel_size": 3, "strides": 2, "padding": "same"}, 14),
        ({"kernel_size": 1, "strides": 3}, 21),
        ({"kernel_size": 4, "strides": 2, "padding": "same"}, 14),
        ({"kernel_size": 5}, 11),
        ({"kernel_size": 3, "dilation_rate": 2}, 11),
        ({"kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 0}, 13),
        ({"kernel_size": 4, "strides": 2, "padding": "same", "output_padding": 1}, 13),
        ({"kernel_size": 4, "strides": 3, "padding": "same", "output_padding": 2}, 20),
        ({"kernel_size": 3, "strides": 2, "output_padding": 1}, 16),
    ],
)
def test_a_transposed_convolution_of_seven_positions(keywords: dict[str, Any], size: int) -> None:
    layer = Conv2DTranspose.bind((6,), keywords)
    assert layer.apply((7, 7, 5)).outputs == ((size, size, 6),)


def test_a_transposed_convolution_has_the_weights_of_the_convolution_that_it_undoes() -> None:
    applied = Conv2DTranspose.bind((6, 4, 2, "same"), {}).apply((7, 7, 5))
    assert applied.params == 486
    assert applied.macs == 7 * 7 * 4 * 4 * 5 * 6
    assert Conv2DTranspose.bind((6, 4, 2, "same"), {}).apply((H, H, C)).outputs == (
        (2 * H, 2 * H, 6),
    )


@pytest.mark.parametrize(
    "keywords",
    [
        {"output_padding": 1},
        {"strides": 2, "output_padding": 2},
        {"strides": 2, "dilation_rate": (1, 2)},
        {"groups": 1},
        {"padding": "causal"},
    ],
)
def test_a_transposed_convolution_refuses(keywords: dict[str, Any]) -> None:
    with pytest.raises(ModelProblem):
        Conv2DTranspose.bind((4, 3), keywords).apply((7, 7, 5))


def test_the_output_padding_stands_elsewhere_in_three_dimensions() -> None:
    flat = Conv2DTranspose.bind((4, 3, 2, "valid", 1, "channels_last"), {})
    deep = Conv3DTranspose.bind((4, 3, 2, "valid", "channels_last", 1), {})
    assert flat.apply((7, 7, 5)).outputs == ((16, 16, 4),)
    assert deep.apply((7, 7, 7, 5)).outputs == ((16, 16, 16, 4),)


def test_depthwise_gives_maps_of_each_channel_by_itself() -> None:
    applied = DepthwiseConv2D.bind((3,), {"depth_multiplier": 4}).apply((10, 10, 3))
    assert applied.outputs == ((8, 8, 12),)
    assert (applied.params, applied.macs) == (120, 8 * 8 * 9 * 12)
    assert DepthwiseConv2D.bind((3,), {}).apply((10, 10, C)).params == 10 * C


def test_separable_has_one_bias_after_the_maps_are_mixed() -> None:
    applied = SeparableConv2D.bind((8, 3), {"depth_multiplier": 3}).apply((10, 10, 3))
    assert applied.outputs == ((8, 8, 8),)
    assert applied.params == 9 * 3 * 3 + 9 * 8 + 8


def test_depth_multiplier_stands_where_keras_has_it() -> None:
    assert DepthwiseConv2D.in_a_row()[3] == "depth_multiplier"
    assert SeparableConv2D.in_a_row()[6] == "depth_multiplier"


def test_an_embedding_is_a_table() -> None:
    applied = catalogue()["Embedding"].bind((20000, 128), {"input_length": 200}).apply((H,))
    assert applied.outputs == ((H, 128),)
    assert (applied.params, applied.macs) == (2_560_000, 0)
    ranked = catalogue()["Embedding"].bind((100, 16), {"lora_rank": 2}).apply((5,))
    assert (ranked.params, ranked.trainable_params) == (1832, 232)


def test_layer_types_are_found_by_their_other_names() -> None:
    assert find("Convolution2DTranspose") is Conv2DTranspose
    assert find("SeparableConvolution2D") is SeparableConv2D
