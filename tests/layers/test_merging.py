"""Merging: several tensors become one."""

from __future__ import annotations

from typing import Any

import pytest

from layermath.algebra.floors import floor_div, symbol
from layermath.problems import ModelProblem
from layermath.rules.merging import Concatenate
from layermath.vocabulary.keras.layers import catalogue

ADD = catalogue()["Add"].bind((), {})

H, W, C = symbol("H"), symbol("W"), symbol("C")


@pytest.mark.parametrize(
    ("shapes", "result"),
    [
        ([(8, 8, 3), (8, 8, 3)], (8, 8, 3)),
        ([(8, 8, 3), (1, 1, 3)], (8, 8, 3)),
        ([(8, 8, 3), (3,)], (8, 8, 3)),
        ([(3,), (8, 8, 3), (8, 1)], (8, 8, 3)),
        ([(8,)], (8,)),
        ([(H, C), (1, C)], (H, C)),
        ([(H, 4), (7, 4)], (7, 4)),
    ],
)
def test_a_size_of_one_is_repeated(shapes: list[Any], result: tuple[Any, ...]) -> None:
    assert ADD(shapes).outputs == (result,)


def test_sizes_that_differ_are_refused_with_their_axis_and_numbers() -> None:
    with pytest.raises(ModelProblem) as caught:
        ADD([(8, 8, 3), (8, 7, 3)])
    assert dict(caught.value.message.pieces) == {"axis": 2, "left": 8, "right": 7}


def test_letters_that_must_agree_become_a_condition_and_the_nearer_one_stands() -> None:
    twice_half = 2 * floor_div(H, 2)
    applied = ADD([(twice_half, C), (H, C)])
    assert applied.outputs == ((H, C),)
    assert [str(one.condition) for one in applied.requirements] == ["Eq(Mod(H, 2), 0)"]


@pytest.mark.parametrize("inputs", [(8, 8, 3), [], [(3,), [(3,)]]])
def test_a_merge_takes_a_list_of_tensors(inputs: Any) -> None:
    with pytest.raises(ModelProblem):
        ADD(inputs)


def test_a_difference_is_one_of_two() -> None:
    with pytest.raises(ModelProblem):
        catalogue()["Subtract"].bind((), {})([(8,)])


def test_concatenation_adds_along_its_axis_which_counts_the_batch() -> None:
    shapes: list[Any] = [(8, 8, 3), (8, 8, 5)]
    assert Concatenate().apply(shapes).outputs == ((8, 8, 8),)
    assert Concatenate(1).apply([(2, 4), (3, 4)]).outputs == ((5, 4),)
    assert Concatenate(1).apply([(H, 4), (W, 4)]).outputs == ((H + W, 4),)


def test_concatenation_names_the_axis_and_the_sizes_that_differ() -> None:
    with pytest.raises(ModelProblem) as caught:
        Concatenate().apply([(24, 24, 3), (24, 25, 3)])
    pieces = caught.value.message.pieces
    assert (pieces["axis"], pieces["left"], pieces["right"], pieces["place"]) == (3, 24, 25, 2)
    with pytest.raises(ModelProblem):
        Concatenate(4).apply([(4, 4, 2), (4, 4, 2)])
    with pytest.raises(ModelProblem):
        Concatenate().apply([(4, 2), (4, 4, 2)])


@pytest.mark.parametrize(
    ("axes", "shapes", "result", "macs"),
    [
        (1, [(5,), (5,)], (1,), 5),
        (1, [(4, 5), (4, 6)], (5, 6), 120),
        (2, [(4, 5), (6, 5)], (4, 6), 120),
        ((2, 1), [(4, 5), (5, 6)], (4, 6), 120),
        (-1, [(2, 3, 4), (2, 3, 4)], (2, 3, 2, 3), 144),
        (2, [(H, C), (W, C)], (H, W), H * W * C),
    ],
)
def test_dot_sums_over_an_axis_of_each(
    axes: Any, shapes: list[Any], result: tuple[Any, ...], macs: Any
) -> None:
    applied = catalogue()["Dot"].bind((axes,), {}).apply(shapes)
    assert applied.outputs == (result,)
    assert applied.macs == macs


def test_dot_asks_for_axes_that_agree() -> None:
    with pytest.raises(ModelProblem):
        catalogue()["Dot"].bind((1,), {}).apply([(5,), (6,)])
    with pytest.raises(ModelProblem):
        catalogue()["Dot"].bind((0,), {}).apply([(5,), (5,)])
