"""The normal form of sizes: exact for every integer, and unique where sizes are equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layermath.algebra.floors import (
    FloorDiv,
    ceil_div,
    constants_outside,
    floor_div,
    minus,
    plus,
    symbol,
    times,
)
from tests.exact import exact

pytestmark = pytest.mark.quick

H, S, T, K = symbol("H"), symbol("S"), symbol("T"), symbol("K")

layer = st.tuples(st.integers(-9, 9), st.integers(1, 6), st.integers(1, 4))


@given(st.lists(layer, max_size=5), st.integers(1, 300))
def test_a_chain_of_floors_keeps_its_value(layers: list[tuple[int, int, int]], h: int) -> None:
    size, number = H, h
    for shift, stride, factor in layers:
        size = plus((times((factor, floor_div(plus((size, shift)), stride))), 1))
        number = factor * ((number + shift) // stride) + 1
    assert exact(size, {H: h}) == number


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 6)), min_size=1, max_size=6))
def test_a_chain_of_strides_is_one_floor(layers: list[tuple[int, int]]) -> None:
    size = H
    for shift, stride in layers:
        size = plus((floor_div(plus((size, shift)), stride), 1))
    assert len(size.atoms(FloorDiv)) <= 1


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 3, S, T]), st.sampled_from([0, 1, 5, K])), max_size=4
    ),
    st.integers(1, 200),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 9),
)
def test_symbolic_strides_keep_their_value(
    layers: list[tuple[object, object]], h: int, s: int, t: int, k: int
) -> None:
    values = {H: h, S: s, T: t, K: k}
    size, number = H, h
    for stride, kernel in layers:
        size = plus((floor_div(minus(size, kernel), stride), 1))
        number = (number - int(exact(kernel, values))) // int(exact(stride, values)) + 1
    assert exact(size, values) == number


def test_the_mnist_network_ends_in_one_floor() -> None:
    size = H
    for shift, stride in ((-2, 1), (0, 2), (-2, 1), (0, 2)):
        size = floor_div(plus((size, shift)), stride)
    assert size == FloorDiv(H - 6, 4)


def test_symbolic_strides_end_in_one_floor() -> None:
    once = plus((floor_div(minus(H, K), S), 1))
    twice = plus((floor_div(minus(once, K), T), 1))
    assert len(twice.atoms(FloorDiv)) == 1


def test_halving_up_again_and_again_is_one_ceiling() -> None:
    size = H
    for _ in range(5):
        size = ceil_div(size, 2)
    assert size == ceil_div(H, 32)


def test_what_a_floor_multiplies_out_leaves_it() -> None:
    assert floor_div(times((4, floor_div(H, 3))), 2) == times((2, floor_div(H, 3)))
    assert floor_div(times((2, floor_div(H, 4))), 4) == floor_div(H, 8)


def test_upsampling_by_another_factor_stays_nested_and_exact() -> None:
    size = floor_div(times((3, floor_div(H, 2))), 2)
    assert [exact(size, {H: h}) for h in range(1, 9)] == [3 * (h // 2) // 2 for h in range(1, 9)]


@given(st.integers(-50, 50), st.integers(1, 9), st.integers(1, 200))
def test_constants_outside_is_the_same_size(shift: int, stride: int, h: int) -> None:
    size = floor_div(plus((H, shift)), stride)
    assert exact(constants_outside(size), {H: h}) == exact(size, {H: h})


def test_numbers_stay_integers() -> None:
    assert floor_div(-1, 2) == -1
    assert ceil_div(7, 2) == 4
    assert type(plus((1, 2))) is int
    assert type(times((10**30, 10**30))) is int
