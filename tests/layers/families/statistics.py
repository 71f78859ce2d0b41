"""Random configurations of the layers that keep statistics of data or of weights."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.layers.configurations import (
    Draw,
    Made,
    any_shape,
    booleans,
    covers,
    families,
    seldom,
    some,
    wrong,
)


@covers("Normalization")
def normalization(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw, unknown=draw(booleans))
    axis = st.integers(-len(shape), len(shape)) if shape else st.just(-1)
    several = st.lists(axis, max_size=3)
    keywords = some(
        draw,
        axis=seldom(draw, axis | st.none() | several, st.sampled_from([7, "a", 1.0])),
        invert=draw(booleans),
    )
    if draw(st.integers(0, 2)) == 0:
        last = (shape[-1] if shape else 1) or 1
        usual = st.sampled_from([0.5, [0.1] * last, [0.1], [[0.1] * last]])
        mean = seldom(draw, usual, st.sampled_from([[0.1] * (last + 1), None]))
        keywords |= {"mean": mean, "variance": seldom(draw, st.just(mean), usual)}
    return keywords, [shape]


WRAPPED = [
    "Conv1D",
    "Conv2D",
    "Conv1DTranspose",
    "DepthwiseConv1D",
    "Dense",
    "Embedding",
    "ReversibleEmbedding",
    "EinsumDense",
    "SeparableConv1D",
    "BatchNormalization",
]


@covers("SpectralNormalization")
def spectral_normalization(draw: Draw, type_name: str) -> Any:
    inner = draw(st.sampled_from(WRAPPED))
    drawn: Any = families()[inner](draw, inner)
    layer: Any = Made(inner, drawn[0])
    if draw(st.integers(0, 5)) == 0:
        layer = Made("SpectralNormalization", {"layer": layer})
    keywords = {"layer": seldom(draw, st.just(layer), st.sampled_from([3, None]))}
    iterations = st.sampled_from([1, 2, 3, 1.5])
    return keywords | some(
        draw, power_iterations=seldom(draw, iterations, wrong.filter(lambda v: v != "two"))
    ), drawn[1]
