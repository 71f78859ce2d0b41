"""Pooling: a window slides over each map by itself."""

from __future__ import annotations

import pytest

from layermath.algebra.floors import floor_div, minus, plus, symbol
from layermath.problems import ModelProblem
from layermath.vocabulary.keras.layers import catalogue

H, W, C = symbol("H"), symbol("W"), symbol("C")
AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling1D, MaxPooling2D = (
    catalogue()[name]
    for name in (
        "AveragePooling2D",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling1D",
        "MaxPooling2D",
    )
)


def test_a_pool_of_two_halves_an_image_and_leaves_an_odd_row_out() -> None:
    pool = MaxPooling2D.bind((2, 2), {})
    assert pool.apply((26, 26, 32)).outputs == ((13, 13, 32),)
    assert pool.apply((11, 11, 32)).outputs == ((5, 5, 32),)


def test_the_strides_are_the_window_where_none_are_given() -> None:
    assert MaxPooling2D.bind((3,), {}).apply((9, 9, 1)).outputs == ((3, 3, 1),)
    assert MaxPooling2D.bind((3, None), {}).apply((9, 9, 1)).outputs == ((3, 3, 1),)


def test_same_keeps_the_odd_row() -> None:
    pool = MaxPooling2D.bind((2,), {"padding": "same"})
    assert pool.apply((11, 11, 32)).outputs == ((6, 6, 32),)


def test_the_size_is_a_rule_in_letters() -> None:
    (output,) = MaxPooling2D.bind((2,), {}).apply((H, W, C)).outputs
    assert output == (floor_div(H, 2), floor_div(W, 2), C)
    (output,) = MaxPooling2D.bind((3, 2), {}).apply((H, W, C)).outputs
    assert output[0] == plus((floor_div(minus(H, 3), 2), 1))


def test_an_open_size_must_hold_the_window() -> None:
    applied = MaxPooling2D.bind((3,), {}).apply((H, 9, C))
    assert [str(one.condition) for one in applied.requirements] == ["H >= 3", "True"]


def test_a_window_larger_than_its_input_is_refused_with_its_numbers() -> None:
    with pytest.raises(ModelProblem) as caught:
        MaxPooling2D.bind((4,), {}).apply((3, 8, 1))
    assert "larger than its input" in caught.value.message.id


def test_padding_words_are_read_as_they_stand() -> None:
    with pytest.raises(ModelProblem):
        MaxPooling2D.bind((2,), {"padding": "SAME"})


def test_the_mean_needs_the_size_of_its_window() -> None:
    with pytest.raises(ModelProblem):
        AveragePooling2D.bind((), {})


def test_pooling_learns_nothing_and_says_how_many_values_it_chooses_from() -> None:
    applied = MaxPooling2D.bind((2,), {}).apply((26, 26, 32))
    assert (applied.params, applied.macs) == (0, 0)
    (nothing,) = (one for one in applied.quantities if one.equation.quantity == "params")
    assert nothing.equation.reason is not None
    assert nothing.equation.reason.pieces["number"] == 4


def test_global_pooling_gives_one_value_for_each_map() -> None:
    pool = GlobalAveragePooling2D.bind((), {})
    assert pool.apply((7, 5, 64)).outputs == ((64,),)
    assert pool.apply((H, W, C)).outputs == ((C,),)


def test_global_pooling_keeps_its_axes_where_it_is_told_to() -> None:
    pool = GlobalAveragePooling2D.bind((), {"keepdims": True})
    assert pool.apply((7, 5, 64)).outputs == ((1, 1, 64),)
    first = GlobalMaxPooling1D.bind(("channels_first", True), {})
    assert first.apply((64, 7)).outputs == ((64, 1),)
