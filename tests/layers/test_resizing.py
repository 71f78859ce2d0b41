"""Padding, cropping and upsampling: each axis by a rule of its own."""

from __future__ import annotations

import pytest

from layermath.algebra.floors import symbol
from layermath.problems import ModelProblem
from layermath.rules.equations import Reach
from layermath.vocabulary.keras.layers import catalogue, find

Cropping2D, UpSampling2D, ZeroPadding1D, ZeroPadding2D = (
    catalogue()[name] for name in ("Cropping2D", "UpSampling2D", "ZeroPadding1D", "ZeroPadding2D")
)

H, W = symbol("H"), symbol("W")


@pytest.mark.parametrize(
    ("padding", "result"),
    [
        (1, (12, 14, 3)),
        ((1, 2), (12, 16, 3)),
        (((1, 0), (2, 3)), (11, 17, 3)),
        ([[1, 2], 1], (13, 14, 3)),
        (-1, (8, 10, 3)),
    ],
)
def test_zero_padding_takes_every_form_of_its_argument(
    padding: object, result: tuple[int, ...]
) -> None:
    assert ZeroPadding2D.bind((padding,), {}).apply((10, 12, 3)).outputs == (result,)


def test_one_pair_is_before_and_after_in_one_dimension_and_height_and_width_in_two() -> None:
    assert ZeroPadding1D.bind(((1, 3),), {}).apply((10, 3)).outputs == ((14, 3),)
    assert ZeroPadding2D.bind(((1, 3),), {}).apply((10, 10, 3)).outputs == ((12, 16, 3),)


@pytest.mark.parametrize("padding", [(), "same", 1.5, (1, 2, 3), ((1, -1), 0), (-1, -1)])
def test_zero_padding_takes_no_other_form(padding: object) -> None:
    with pytest.raises(ModelProblem):
        ZeroPadding2D.bind((padding,), {})


@pytest.mark.parametrize(
    ("type_name", "shape", "result"),
    [
        ("Cropping1D", (10, 3), (8, 3)),
        ("Cropping2D", (10, 10, 3), (10, 10, 3)),
        ("Cropping3D", (10, 10, 10, 3), (8, 8, 8, 3)),
    ],
)
def test_cropping_has_a_default_of_its_own_in_each_dimension(
    type_name: str, shape: tuple[int, ...], result: tuple[int, ...]
) -> None:
    layer_type = find(type_name)
    assert layer_type is not None
    assert layer_type.bind((), {}).apply(shape).outputs == (result,)


def test_cropping_leaves_at_least_one_position() -> None:
    crop = Cropping2D.bind((((3, 2), 0),), {})
    assert crop.apply((6, 4, 1)).outputs == ((1, 4, 1),)
    with pytest.raises(ModelProblem):
        crop.apply((5, 4, 1))
    assert [str(one.condition) for one in crop.apply((H, 4, 1)).requirements] == ["H >= 6", "True"]


def test_padding_shifts_what_an_output_reads_and_cropping_shifts_it_back() -> None:
    padded = ZeroPadding2D.bind((((1, 2), 0),), {}).apply((5, 5, 1)).reach[0]
    assert (padded.before, padded.after) == (1, 2)
    cropped = Cropping2D.bind((((1, 2), 0),), {}).apply((5, 5, 1)).reach[0]
    assert (cropped.before, cropped.after) == (-1, -2)


def test_upsampling_multiplies() -> None:
    up = UpSampling2D.bind(((2, 3), "channels_first"), {})
    assert up.apply((3, H, W)).outputs == ((3, 2 * H, 3 * W),)
    assert up.apply((3, H, W)).reach[1] == Reach(1, extent=3, stride=3, writes=True)
    smooth = UpSampling2D.bind(((2, 3), "channels_first", "bilinear"), {})
    assert smooth.apply((3, H, W)).reach == {
        0: Reach(0, extent=4, stride=2, before=1, writes=True),
        1: Reach(1, extent=5, stride=3, before=1, writes=True),
    }
    for size in (0, 2.0, (2, 2, 2)):
        with pytest.raises(ModelProblem):
            UpSampling2D.bind((size,), {})
