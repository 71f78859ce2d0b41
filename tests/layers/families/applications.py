"""Random configurations of adaptive pooling, reversible embeddings and the layers of
``keras.applications``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.layers.configurations import (
    Draw,
    any_shape,
    booleans,
    channels,
    covers,
    covers_ranks,
    per_axis,
    rank_of,
    seldom,
    sizes,
    some,
    wrong,
)


@covers_ranks("AdaptiveMaxPooling", "AdaptiveAveragePooling")
def adaptive_pooling(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    layouts = st.sampled_from(["channels_last", "channels_first", None])
    keywords = some(draw, data_format=seldom(draw, layouts, st.just("Channels_Last")))
    outside = st.sampled_from([0, -1, 2.0, "two", (), (1, 2, 3, 4), None])
    keywords["output_size"] = seldom(draw, per_axis(rank, 7), outside)
    # Keras names a shape for another number of axes too, which data then do not have
    return keywords, [tuple(draw(sizes) for _axis in range(rank + 1))]


@covers("ReversibleEmbedding")
def reversible_embedding(draw: Draw, type_name: str) -> Any:
    keywords = some(
        draw,
        tie_weights=draw(booleans),
        mask_zero=draw(booleans),
        lora_rank=seldom(draw, st.none() | st.integers(0, 3), wrong),
    )
    keywords["input_dim"] = seldom(draw, st.integers(1, 9), wrong)
    width = draw(st.integers(1, 9))
    keywords["output_dim"] = seldom(draw, st.just(width), wrong)
    if draw(booleans):
        return keywords, [any_shape(draw)]
    keywords["output_dim"] = width
    return keywords, [(*any_shape(draw), width)], "layer(x, reverse=True)"


@covers("LayerScale")
def layer_scale(draw: Draw, type_name: str) -> Any:
    # a letter is not taken for a 1, which is repeated; of 0 numbers data have none
    width = draw(st.integers(2, 8))
    no_size = wrong.filter(lambda value: value != 0)
    keywords = {"init_values": 1e-6, "projection_dim": seldom(draw, st.just(width), no_size)}
    shape = (*any_shape(draw), seldom(draw, st.just(width), channels))
    return keywords, [shape]


@covers("CustomScaleLayer", merge=True)
def custom_scale_layer(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw)
    shapes = []
    for _input in range(draw(st.sampled_from([1, 2, 2, 2, 3]))):
        shapes.append(tuple(seldom(draw, st.just(size), st.just(1) | sizes) for size in shape))
    return {"scale": draw(st.sampled_from([0.1, 1, 0]))}, shapes
