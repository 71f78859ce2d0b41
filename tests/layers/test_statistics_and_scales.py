"""Normalization, SpectralNormalization, adaptive pooling, embeddings both ways, thin matrices, and
the layers of ``keras.applications``."""

from __future__ import annotations

import pytest

from layermath.algebra.floors import symbol
from layermath.problems import ModelProblem
from layermath.rules.equations import Reach
from layermath.vocabulary.keras.layers import find
from layermath.vocabulary.layer import Layer


def layer(type_name: str, *arguments: object, **keywords: object) -> Layer:
    found = find(type_name)
    assert found is not None
    return found.bind(arguments, keywords)


@pytest.mark.parametrize(
    ("keywords", "params"),
    [
        ({}, 13),
        ({"axis": None}, 3),
        ({"axis": 1}, 9),
        ({"axis": (1, -1)}, 49),
        ({"mean": [0.1] * 6, "variance": [1.0] * 6}, 0),
    ],
)
def test_statistics_are_not_trained(keywords: dict[str, object], params: int) -> None:
    done = layer("Normalization", **keywords)((4, 5, 6))
    assert (done.outputs, done.params, done.trainable_params) == (((4, 5, 6),), params, 0)


@pytest.mark.parametrize(
    "keywords",
    [
        {"axis": 0},
        {"axis": 4},
        {"mean": 0.5},
        {"mean": [0.5], "variance": 1.0},
        {"mean": [0.5] * 5, "variance": [1.0] * 5},
        {"axis": None, "mean": [0.5], "variance": [1.0]},
    ],
)
def test_what_normalization_refuses(keywords: dict[str, object]) -> None:
    with pytest.raises(ModelProblem):
        layer("Normalization", **keywords)((4, 5, 6))


@pytest.mark.parametrize(
    ("inner", "shape", "vector"),
    [
        (layer("Conv2D", 8, 3), (10, 10, 3), 8),
        (layer("Conv2DTranspose", 8, 4), (7, 7, 6), 6),
        (layer("Conv1DTranspose", 8, 4, data_format="channels_first"), (6, 7), 6),
        (layer("DepthwiseConv2D", 3, depth_multiplier=2), (10, 10, 3), 2),
        (layer("Dense", 9), (5,), 9),
        (layer("Embedding", 10, 4), (5,), 4),
        (layer("EinsumDense", "abc,cd->abd", (None, 9)), (6, 5), 9),
        (layer("SpectralNormalization", layer("Dense", 9)), (5,), 9),
    ],
)
def test_the_vector_is_as_long_as_the_last_axis_of_the_kernel(
    inner: Layer, shape: tuple[int, ...], vector: int
) -> None:
    plain, wrapped = inner(shape), layer("SpectralNormalization", inner)(shape)
    assert (wrapped.outputs, wrapped.macs) == (plain.outputs, plain.macs)
    assert wrapped.params == plain.params + vector
    assert wrapped.trainable_params == plain.trainable_params


@pytest.mark.parametrize("name", ["BatchNormalization", "Flatten"])
def test_there_must_be_a_kernel(name: str) -> None:
    with pytest.raises(ModelProblem):
        layer("SpectralNormalization", layer(name))((4, 4, 3))


def test_windows_of_adaptive_pooling() -> None:
    even = layer("AdaptiveAveragePooling2D", (4, 2))((8, 8, 3))
    assert even.outputs == ((4, 2, 3),)
    assert even.reach == {0: Reach(0, 2, 2), 1: Reach(1, 4, 4)}
    uneven = layer("AdaptiveMaxPooling1D", 7)((3, 2))
    assert (uneven.outputs, uneven.view) == (((7, 2),), "unknown")


def test_adaptive_pooling_in_letters() -> None:
    height, size = symbol("H"), symbol("s")
    done = layer("AdaptiveMaxPooling2D", size)((height, height, 3))
    assert done.outputs == ((size, size, 3),)
    assert layer("AdaptiveMaxPooling1D", size)((4 * size, 3)).reach == {0: Reach(0, 4, 4)}


def test_words_there_and_back() -> None:
    tied = layer("ReversibleEmbedding", 1000, 64)
    assert (tied((10,)).outputs, tied((10,)).params, tied((10,)).macs) == (((10, 64),), 64_000, 0)
    back = tied((10, 64), reverse=True)
    assert (back.outputs, back.params, back.macs) == (((10, 1000),), 64_000, 640_000)
    assert layer("ReversibleEmbedding", 1000, 64, False)((10,)).params == 128_000
    with pytest.raises(ModelProblem):
        tied((10, 32), reverse=True)


@pytest.mark.parametrize(
    ("keywords", "params", "trainable"),
    [
        ({"lora_rank": 3}, 240, 112),
        ({"lora_rank": 3, "groups": 2, "use_bias": False}, 124, 60),
        ({"lora_rank": 0}, 132, 132),
    ],
)
def test_thin_matrices_beside_a_convolution(
    keywords: dict[str, object], params: int, trainable: int
) -> None:
    done = layer("Conv2D", 4, 2, **keywords)((3, 4, 8))
    assert (done.params, done.trainable_params) == (params, trainable)


def test_thin_matrices_and_constraints_do_not_go_together() -> None:
    with pytest.raises(ModelProblem):
        layer("Conv2D", 4, 2, lora_rank=3, kernel_constraint="non_neg")


def test_layers_of_the_applications() -> None:
    scaled = layer("LayerScale", 1e-6, 96)((56, 56, 96))
    assert (scaled.outputs, scaled.params, scaled.macs) == (((56, 56, 96),), 96, 0)
    added = layer("CustomScaleLayer", 0.17)([(35, 35, 320), (35, 35, 320)])
    assert (added.outputs, added.params) == (((35, 35, 320),), 0)
