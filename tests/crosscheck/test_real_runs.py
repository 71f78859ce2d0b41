"""Where Keras names one shape before data run, and data have another: layermath says theirs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.crosscheck.test_against_keras import keras, keras_class
from tests.layers.configurations import ours
from tests.layers.keras_cases import called

pytestmark = pytest.mark.crosscheck

SCORES = "return_attention_scores=True"

CASES: list[tuple[str, dict[str, Any], list[tuple[int, ...]], str]] = [
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 8}, [(10, 32), (7, 20)], "x0, x1"),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 8}, [(3, 4, 12)], "x0, x0"),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 8}, [(3, 4, 12), (5, 6, 9)], "x0, x1"),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 8, "attention_axes": 2},
        [(3, 4, 12), (3, 6, 9)],
        "x0, x1",
    ),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 8, "attention_axes": (1,), "output_shape": (3, 4)},
        [(5, 4, 12), (3, 4, 9)],
        "x0, x1",
    ),
    (
        "GroupQueryAttention",
        {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2},
        [(10, 32), (6, 32), (6, 20)],
        "x0, x1, x2",
    ),
    ("Attention", {}, [(8, 16), (4, 20), (4, 16)], "[x0, x1, x2]"),
    ("AdditiveAttention", {}, [(2, 8, 16), (2, 4, 16)], "[x0, x1]"),
]


@pytest.mark.parametrize(("type_name", "keywords", "shapes", "inputs"), CASES)
def test_scores_are_those_of_data(
    type_name: str, keywords: dict[str, Any], shapes: list[tuple[int, ...]], inputs: str
) -> None:
    call = f"layer({inputs}, {SCORES})"
    data = [keras().ops.ones((1, *shape)) for shape in shapes]
    theirs = called(keras_class(type_name)(**keywords), call, data)
    mine = called(ours(type_name, keywords), call, shapes)
    assert list(mine.outputs) == [tuple(output.shape[1:]) for output in theirs]


def test_axes_before_the_last_stay_in_their_order() -> None:
    keywords = {"equation": "...x,xy->...y", "output_shape": 5}
    theirs = keras_class("EinsumDense")(**keywords)(keras().ops.ones((1, 3, 4, 8)))
    mine = ours("EinsumDense", keywords)((3, 4, 8))
    assert mine.outputs == (tuple(theirs.shape[1:]),)


@pytest.mark.parametrize(("size", "wanted"), [(8, 4), (12, 3), (7, 3), (11, 4)])
def test_windows_are_where_the_sentence_says(size: int, wanted: int) -> None:
    data = [[[float(2**place)] for place in range(size)]]
    pooled = keras_class("AdaptiveAveragePooling1D")(wanted)(keras().ops.array(data))
    for place, value in enumerate(float(one) for one in pooled[0, :, 0]):
        first, end = place * size // wanted, -(-(place + 1) * size // wanted)
        assert value == pytest.approx(sum(2**i for i in range(first, end)) / (end - first))
