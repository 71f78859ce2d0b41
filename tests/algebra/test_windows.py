"""A chain of windows is one window (T2), by brute force."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layermath.algebra.windows import Phases, Window, phases_of

pytestmark = pytest.mark.quick

layers = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(0, 2)),
    max_size=5,
)


@given(layers, st.integers(1, 200))
def test_one_window_gives_the_size_of_the_chain(
    chain: list[tuple[int, int, int, int]], size: int
) -> None:
    window, number = Window(), size
    for extent, stride, before, after in chain:
        window = window.then(extent, stride, before, after)
        number = (number + before + after - extent) // stride + 1
    assert window.places(size) == number


@given(layers, st.integers(0, 20))
def test_one_window_reads_what_the_chain_reads(
    chain: list[tuple[int, int, int, int]], place: int
) -> None:
    window = Window()
    for extent, stride, before, after in chain:
        window = window.then(extent, stride, before, after)
    first = last = place
    for extent, stride, before, _after in reversed(chain):
        first, last = stride * first - before, stride * last - before + extent - 1
    assert first == window.jump * place - window.before
    assert last == window.jump * place - window.before + window.size - 1


def test_windows_that_meet_out_of_step_have_no_hull() -> None:
    assert Window(3, 1).joined(Window(3, 2)) is None


def test_the_hull_of_a_skip_is_the_wider_window() -> None:
    assert Window(5, 2, 2, 2).joined(Window(1, 2, 0, 0)) == Window(5, 2, 2, 2)


steps = st.lists(
    st.tuples(st.booleans(), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2)), max_size=4
)


def seen(chain: list[tuple[bool, int, int, int]], place: int) -> tuple[int, int]:
    """Trace one output back through the layers, one input after the other."""
    places = {place}
    for up, extent, stride, before in reversed(chain):
        if up:
            places = {
                i
                for j in places
                for i in range(-400, 400)
                if stride * i - before <= j <= stride * i - before + extent - 1
            }
        else:
            places = {stride * j - before + k for j in places for k in range(extent)}
    return min(places), max(places)


@given(steps, st.integers(0, 9))
def test_phases_see_what_a_trace_sees(chain: list[tuple[bool, int, int, int]], place: int) -> None:
    phases: Phases | None = phases_of(Window())
    assert phases is not None
    wide = [
        (up, max(extent, stride) if up else extent, stride, before)
        for up, extent, stride, before in chain
    ]
    for up, extent, stride, before in wide:
        phases = (phases.up if up else phases.then)(extent, stride, before)
    assert phases.at(place) == seen(wide, place)
    assert phases.shortest().at(place) == phases.at(place)
