"""Layers that keep the shape: activations, dropout and its kin, augmentation."""

from __future__ import annotations

from typing import Any

import pytest

from layermath.algebra.floors import symbol
from layermath.messages import Name
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.keras.layers import catalogue, find

H, W, C = symbol("H"), symbol("W"), symbol("C")


@pytest.mark.parametrize(
    ("type_name", "arguments"),
    [
        ("Identity", ()),
        ("Masking", ()),
        ("Rescaling", (0.5,)),
        ("ActivityRegularization", ()),
        ("Dropout", (0.5,)),
        ("GaussianNoise", (0.1,)),
        ("SpatialDropout2D", (0.1,)),
        ("RandomFlip", ()),
        ("RandomZoom", (0.1,)),
        ("Activation", ("relu",)),
        ("ReLU", (6,)),
        ("Softmax", ()),
    ],
)
def test_the_shape_stays_and_nothing_is_learned(type_name: str, arguments: tuple[Any, ...]) -> None:
    layer_type = find(type_name)
    assert layer_type is not None
    applied = layer_type.bind(arguments, {}).apply((H, W, C))
    assert applied.outputs == ((H, W, C),)
    assert (applied.params, applied.macs) == (0, 0)


def test_a_share_is_from_zero_to_one_or_is_not_known() -> None:
    for rate in (0, 0.5, 1.0, Unfollowed("config['rate']"), symbol("p")):
        catalogue()["Dropout"].bind((rate,), {})
    for rate in (-0.1, 1.5, "half", None):
        with pytest.raises(ModelProblem):
            catalogue()["Dropout"].bind((rate,), {})
    assert catalogue()["Dropout"].bind((0.5,), {}).title() == (Name("0.5"),)


def test_spatial_dropout_drops_maps_of_an_image() -> None:
    with pytest.raises(ModelProblem):
        catalogue()["SpatialDropout2D"].bind((0.5,), {}).apply((8, 4))


def test_an_unknown_activation_is_refused_and_a_function_is_not() -> None:
    with pytest.raises(ModelProblem):
        catalogue()["Activation"].bind(("foo",), {})
    own = catalogue()["Activation"].bind((Unfollowed("lambda t: t * 2"),), {})
    assert own.apply((4, 7)).outputs == ((4, 7),)
    assert catalogue()["Activation"].bind((own.given["activation"],), {}) == own


def test_the_old_name_of_a_slope_is_taken() -> None:
    catalogue()["LeakyReLU"].bind((), {"alpha": 0.2})
    with pytest.raises(ModelProblem):
        catalogue()["LeakyReLU"].bind((-1,), {})


def test_softmax_over_positions_looks_at_all_of_them() -> None:
    assert catalogue()["Softmax"].bind((), {}).apply((8, 8, 3)).view == "windows"
    assert catalogue()["Softmax"].bind((1,), {}).apply((8, 8, 3)).view == "everything"


@pytest.mark.parametrize(
    ("shared", "params"), [(None, 216), ([1, 2], 3), ((2, 3), 8), (1, 27), ([0], 72), ([-1], 24)]
)
def test_a_learned_slope_is_shared_along_axes_counted_from_one(shared: Any, params: int) -> None:
    assert catalogue()["PReLU"].bind((), {"shared_axes": shared}).apply((8, 9, 3)).params == params


def test_a_slope_is_shared_along_an_axis_that_exists() -> None:
    with pytest.raises(ModelProblem):
        catalogue()["PReLU"].bind((), {"shared_axes": [4]}).apply((8, 9, 3))
