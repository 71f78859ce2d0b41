"""Where two branches meet: residues, by brute force and in the known cases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Le, Mod

from layermath.algebra.conditions import equal, together
from layermath.algebra.floors import Size, floor_div, plus, symbol, times
from layermath.algebra.residues import Residues, meeting, nearest, period
from tests.exact import exact

H = symbol("H")

layers = st.lists(st.tuples(st.integers(-6, 6), st.integers(1, 4), st.integers(1, 3)), max_size=4)


def build(chain: list[tuple[int, int, int]]) -> Size:
    size: Size = H
    for shift, stride, factor in chain:
        size = times((factor, floor_div(plus((size, shift)), stride)))
    return size


@given(layers, st.integers(-50, 50))
def test_a_size_repeats_with_its_period(chain: list[tuple[int, int, int]], x: int) -> None:
    size = build(chain)
    found = period(size)
    assert found is not None
    assert exact(size, {H: x + found.every}) == exact(size, {H: x}) + found.gain


@given(layers, layers)
def test_sizes_are_equal_exactly_on_their_residues(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]]
) -> None:
    left, right = build(one), build(other)
    met = meeting(left, right)
    if met is None:
        return
    _name, residues = met
    for x in range(1, 100):
        same = exact(left, {H: x}) == exact(right, {H: x})
        assert same == (x % residues.modulus in residues.members)


def test_a_u_net_of_four_levels_wants_multiples_of_sixteen() -> None:
    conditions = [
        equal(floor_div(H, 2**level), times((2, floor_div(H, 2 ** (level + 1)))))
        for level in range(4)
    ]
    assert conditions[0] == Eq(Mod(H, 2), 0)
    assert conditions[1] == Le(Mod(H, 4), 1)
    assert together(conditions) == (Eq(Mod(H, 16), 0),)


@given(st.integers(1, 12), st.sets(st.integers(0, 11), min_size=1))
def test_a_relation_says_what_its_residues_say(modulus: int, members: set[int]) -> None:
    residues = Residues.of(modulus, {member % modulus for member in members})
    relation = residues.relation(H)
    for x in range(1, 40):
        holds = relation if isinstance(relation, bool) else bool(relation.subs(H, x))
        assert holds == (x % residues.modulus in residues.members)


def test_the_nearest_size_has_the_fewest_strides_behind_it() -> None:
    skip, up = floor_div(H, 8), times((2, floor_div(H, 16)))
    assert nearest([up, skip]) == skip
    assert nearest([up, 5]) == 5
