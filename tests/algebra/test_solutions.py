"""All solutions, and only solutions, by brute force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layermath.algebra.floors import Size, floor_div, plus, symbol, times
from layermath.algebra.solutions import Comparator, evaluate, signs, solve
from tests.exact import exact

pytestmark = pytest.mark.quick

H = symbol("H")
comparisons = st.sampled_from(["==", "<=", ">=", "<", ">"])
HOLDS = {
    "==": lambda x: x == 0,
    "<=": lambda x: x <= 0,
    ">=": lambda x: x >= 0,
    "<": lambda x: x < 0,
    ">": lambda x: x > 0,
}


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=5))
def test_the_signs_of_a_polynomial_cover_all_integers(coefficients: list[int]) -> None:
    while len(coefficients) > 1 and coefficients[-1] == 0:
        coefficients.pop()
    polynomial = tuple(coefficients)
    found = signs(polynomial)
    assert found[0][0] is None
    assert found[-1][1] is None
    for q in range(-60, 60):
        (sign,) = [
            s for low, high, s in found if (low is None or low <= q) and (high is None or q <= high)
        ]
        number = evaluate(polynomial, q)
        assert sign == (number > 0) - (number < 0)


def size(shifts: list[tuple[int, int]]) -> Size:
    result: Size = H
    for shift, stride in shifts:
        result = floor_div(plus((result, shift)), stride)
    return result


chains = st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), max_size=3)


@given(chains, chains, st.integers(-9, 9), st.integers(-40, 40), comparisons)
def test_every_solution_and_nothing_else(
    one: list[tuple[int, int]],
    other: list[tuple[int, int]],
    factor: int,
    constant: int,
    comparison: Comparator,
) -> None:
    difference = plus((times((factor, size(one), size(other))), H, constant))
    found = solve(H, [(difference, comparison)])
    assert found is not None
    for h in range(1, 120):
        assert (h in found) == HOLDS[comparison](exact(difference, {H: h}))


def test_an_interval() -> None:
    found = solve(H, [(plus((floor_div(plus((H, -6)), 4), -5)), "==")])
    assert found is not None
    assert list(found.runs(9)) == [(26, 29)]


def test_a_residue_class_without_end() -> None:
    found = solve(H, [(plus((times((2, floor_div(H, 2))), times((-1, H)))), "==")])
    assert found is not None
    assert not found.finite
    assert list(found.members(3)) == [2, 4, 6]


def test_a_quadratic_edge_is_exact() -> None:
    parameters = plus((times((9, H, H)), times((3211, H)), 1418))
    found = solve(H, [(plus((parameters, -1000000)), "<=")])
    assert found is not None
    assert list(found.runs(9)) == [(1, 199)]


@pytest.mark.parametrize("power", [10**12, 10**30])
def test_far_edges_cost_no_search(power: int) -> None:
    found = solve(H, [(plus((H, -power)), "<=")])
    assert found is not None
    assert list(found.runs(9)) == [(1, power)]
