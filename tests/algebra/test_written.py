"""Expressions as a person writes them: their order stays, and no step changes a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Integer, sstr

from layermath.algebra.floors import FloorDiv, symbol
from layermath.algebra.written import in_order, put_in, tidy, value, worked_off, written
from tests.exact import exact

pytestmark = pytest.mark.quick

H, P, D, K, S, C, F, G = (symbol(name) for name in ["H_in", "P", "D", "K", "S", "C", "F", "G"])


@written
def size(n: Expr, p: Expr, d: Expr, k: Expr, s: Expr) -> Expr:
    return FloorDiv(n + p - d * (k - 1) - 1, s) + 1


@written
def weights(k: Expr, c: Expr, g: Expr, f: Expr) -> Expr:
    return (k * k * c / g + 1) * f


def shown(expression: Expr) -> str:
    return sstr(expression, order="none")


def lines(expression: Expr) -> list[str]:
    found = []
    following: Expr | None = expression
    while following is not None:
        found.append(shown(following))
        following = worked_off(following)
    return found


def test_a_rule_keeps_the_order_of_its_author() -> None:
    assert shown(weights(K, C, G, F)) == "(K*K*C/G + 1)*F"


def test_what_has_no_effect_drops_out() -> None:
    assert shown(tidy(put_in(size(H, P, D, K, S), {P: 0, D: 1, S: 1}))) == "H_in - K + 1"
    assert shown(tidy(put_in(size(H, P, D, K, S), {P: 0, D: 1}))) == "FloorDiv(H_in - K, S) + 1"
    assert (
        shown(tidy(put_in(size(H, P, D, K, S), {P: 0}))) == "FloorDiv(H_in - D*(K - 1) - 1, S) + 1"
    )


def test_arithmetic_goes_one_depth_at_a_time() -> None:
    numbers = put_in(tidy(put_in(weights(K, C, G, F), {G: 1})), {K: 3, C: 32, F: 32})
    assert lines(numbers) == ["(3*3*32 + 1)*32", "(288 + 1)*32", "289*32", "9248"]


def test_a_floor_shows_what_it_cuts() -> None:
    numbers = put_in(tidy(put_in(size(H, P, D, K, S), {P: 0, D: 1})), {H: 11, K: 2, S: 2})
    assert lines(numbers)[-3:] == ["floor(9/2) + 1", "4 + 1", "5"]


def test_a_sum_with_a_letter_gathers_its_numbers() -> None:
    numbers = put_in(tidy(put_in(weights(K, C, G, F), {G: 1})), {K: 3, F: 32})
    assert lines(numbers)[-1] == "(9*C + 1)*32"


names = st.sampled_from([H, P, D, K, S, C])
trees = st.recursive(
    st.one_of(names, st.integers(-4, 9).map(Integer)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0].func and _unevaluated("add", *pair)),
        st.tuples(inner, inner).map(lambda pair: _unevaluated("mul", *pair)),
        st.tuples(inner, st.integers(1, 5).map(Integer)).map(lambda p: _unevaluated("div", *p)),
    ),
    max_leaves=10,
)


def _unevaluated(kind: str, left: Expr, right: Expr) -> Expr:
    from sympy import Add, Mul

    if kind == "div":
        return FloorDiv(left, right, evaluate=False)
    return (Add if kind == "add" else Mul)(left, right, evaluate=False)


@given(trees, st.integers(1, 40), st.integers(1, 9))
def test_no_step_changes_a_value(expression: Expr, big: int, small: int) -> None:
    values = {H: big, P: small, D: 1, K: small, S: 2, C: big}
    truth = exact(expression, values)
    assert exact(tidy(expression), values) == truth
    assert value(expression, values) == truth
    assert exact(in_order(expression), values) == truth
    following: Expr | None = put_in(expression, {H: big, K: small})
    while following is not None:
        assert exact(following, values) == truth
        following = worked_off(following)
