"""Reshaping: the same values in another arrangement."""

from __future__ import annotations

import pytest

from layermath.algebra.floors import letter, symbol
from layermath.problems import ModelProblem
from layermath.vocabulary.keras.layers import catalogue

Flatten, Permute, RepeatVector, Reshape = (
    catalogue()[name] for name in ("Flatten", "Permute", "RepeatVector", "Reshape")
)

H, W, C = symbol("H"), symbol("W"), symbol("C")


def test_flatten_multiplies_all_sizes() -> None:
    assert Flatten.bind((), {}).apply((5, 5, 32)).outputs == ((800,),)
    assert Flatten.bind((), {}).apply((H, W, 3)).outputs == ((3 * H * W,),)


def test_a_scalar_becomes_a_row_of_one_value() -> None:
    assert Flatten.bind((), {}).apply(()).outputs == ((1,),)


def test_flatten_writes_the_channels_where_they_stand() -> None:
    applied = Flatten.bind(("channels_first",), {}).apply((3, 5, 7))
    assert applied.quantities[0].where == {
        letter("C_in"): 3,
        letter("H_in"): 5,
        letter("W_in"): 7,
    }


@pytest.mark.parametrize(
    ("shape", "target", "result"),
    [
        ((784,), (28, 28, 1), (28, 28, 1)),
        ((7, 7, 3), (7, -1), (7, 21)),
        ((H, 8), (4, -1), (4, 2 * H)),
        ((H, W, 6), (-1, 3), (2 * H * W, 3)),
        ((H, 8), (None, 8), (H, 8)),
        ((1,), (), ()),
    ],
)
def test_reshape_gives_the_open_size_what_is_left_over(
    shape: tuple[int, ...], target: tuple[int, ...], result: tuple[int, ...]
) -> None:
    assert Reshape.bind((target,), {}).apply(shape).outputs == (result,)


@pytest.mark.parametrize("target", [(48, 4), (0, 3), (-1, 10), (0, -1)])
def test_reshape_loses_no_value(target: tuple[int, ...]) -> None:
    with pytest.raises(ModelProblem):
        Reshape.bind((target,), {}).apply((7, 7, 3))


@pytest.mark.parametrize("target", [(-1, -1), (-2, 3), 12, "ab"])
def test_reshape_takes_no_such_target(target: object) -> None:
    with pytest.raises(ModelProblem):
        Reshape.bind((target,), {})


def test_reshape_states_what_must_hold_of_letters() -> None:
    applied = Reshape.bind(((-1, 5),), {}).apply((H, 8))
    assert [str(one.condition) for one in applied.requirements] == ["Eq(Mod(8*H, 5), 0)"]
    applied = Reshape.bind(((C, 5),), {}).apply((H, 5))
    assert [str(one.condition) for one in applied.requirements] == ["Eq(5*H, 5*C)"]


def test_permute_counts_its_axes_from_one() -> None:
    assert Permute.bind(((3, 1, 2),), {}).apply((4, 5, 6)).outputs == ((6, 4, 5),)
    with pytest.raises(ModelProblem):
        Permute.bind(((0, 1),), {})
    with pytest.raises(ModelProblem):
        Permute.bind(((2, 1),), {}).apply((4, 5, 6))


def test_a_vector_is_repeated_step_after_step() -> None:
    assert RepeatVector.bind((10,), {}).apply((C,)).outputs == ((10, C),)
    with pytest.raises(ModelProblem):
        RepeatVector.bind((10,), {}).apply((4, 5))
