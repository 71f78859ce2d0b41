"""Conditions: decided where algebra decides them, and exact at their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Ge, Mod

from layermath.algebra.conditions import at_least, divides, equal, together
from layermath.algebra.floors import floor_div, plus, symbol, times

pytestmark = pytest.mark.quick

H, W, C = symbol("H"), symbol("W"), symbol("C")


@given(
    st.lists(st.tuples(st.integers(-8, 4), st.integers(1, 5)), max_size=4),
    st.integers(-3, 9),
    st.integers(1, 120),
)
def test_a_lower_bound_is_unwound_exactly(
    layers: list[tuple[int, int]], bound: int, h: int
) -> None:
    size, number = H, h
    for shift, stride in layers:
        size = floor_div(plus((size, shift)), stride)
        number = (number + shift) // stride
    condition = at_least(size, bound)
    holds = condition if isinstance(condition, bool) else bool(condition.subs(H, h))
    assert holds == (number >= bound)


def test_numbers_are_decided() -> None:
    assert at_least(3, 3) is True
    assert at_least(2, 3) is False
    assert at_least(H, 1) is True


def test_the_highest_bound_is_kept() -> None:
    assert together([at_least(H, 3), at_least(floor_div(plus((H, -2)), 2), 3), True]) == (Ge(H, 8),)


def test_twice_the_half_is_a_residue() -> None:
    assert equal(times((2, floor_div(H, 2))), H) == Eq(Mod(H, 2), 0)
    assert equal(plus((H, -2)), plus((H, -2))) is True
    assert equal(H, plus((H, 1))) is False


def test_equal_sizes_in_other_forms_are_equal() -> None:
    one = plus((times((2, floor_div(H, 4))), 2))
    other = times((2, floor_div(plus((H, 4)), 4)))
    assert equal(one, other) is True


def test_divisibility() -> None:
    assert divides(3, 12) is True
    assert divides(3, 10) is False
    assert divides(2, times((4, C))) is True
    assert str(divides(3, C)) == "Eq(Mod(C, 3), 0)"
