"""Normalisation: numbers along an axis, learned and gathered."""

from __future__ import annotations

import pytest

from layermath.algebra.floors import symbol
from layermath.problems import ModelProblem
from layermath.vocabulary.keras.layers import catalogue

BATCH, LAYER, GROUP = (catalogue()[f"{kind}Normalization"] for kind in ("Batch", "Layer", "Group"))
H, C = symbol("H"), symbol("C")


@pytest.mark.parametrize(
    ("keywords", "params", "trainable"),
    [
        ({}, 256, 128),
        ({"scale": False}, 192, 64),
        ({"scale": False, "center": False}, 128, 0),
        ({"renorm": True}, 448, 128),
    ],
)
def test_each_channel_has_two_learned_numbers_and_two_gathered_ones(
    keywords: dict[str, object], params: int, trainable: int
) -> None:
    applied = BATCH.bind((), keywords).apply((8, 8, 64))
    assert (applied.params, applied.trainable_params) == (params, trainable)
    assert applied.outputs == ((8, 8, 64),)


def test_the_channels_are_those_of_the_axis() -> None:
    applied = BATCH.bind((1,), {}).apply((3, 32, 32))
    assert applied.params == 12
    assert BATCH.bind((), {}).apply((H, C)).params == 4 * C


@pytest.mark.parametrize("axis", [0, -4, 3, -5])
def test_the_batch_has_no_numbers_of_its_own(axis: int) -> None:
    with pytest.raises(ModelProblem):
        BATCH.bind((axis,), {}).apply((4,) if axis == 3 else (4, 4, 4))


def test_layer_normalisation_has_numbers_for_each_position_of_its_axes() -> None:
    assert LAYER.bind(([2, 1],), {}).apply((4, 5)).params == 40
    assert LAYER.bind((), {"rms_scaling": True}).apply((4, 8)).params == 8


def test_groups_divide_the_channels() -> None:
    assert GROUP.bind((4,), {}).apply((8, 12)).params == 24
    assert GROUP.bind((-1,), {}).apply((8, 12)).params == 24
    for groups, channels in ((32, 16), (3, 10)):
        with pytest.raises(ModelProblem):
            GROUP.bind((groups,), {}).apply((8, channels))


@pytest.mark.parametrize("axis", [float("inf"), float("nan"), "1", [1], None])
def test_an_axis_that_is_no_number_is_refused(axis: object) -> None:
    with pytest.raises(ModelProblem):
        BATCH.bind((), {"axis": axis})
