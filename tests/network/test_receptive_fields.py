"""What one output sees: the field is the hull of the positions that a trace through the graph
meets, one position after the other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from sympy import S

from layermath.algebra.floors import symbol
from layermath.algebra.windows import Phases, Window
from layermath.derivation.fields import View, views
from layermath.network.graph import Network, Tensor
from layermath.network.walk import walk
from layermath.problems import Problem
from tests.drawing import tried_on
from tests.exact import exact
from tests.network.build import Builder
from tests.network.by_hand import Link, add, sizes
from tests.network.test_closed_forms import downwards

L = symbol("L")

kernels = st.integers(1, 3).flatmap(
    lambda stride: st.builds(
        Link,
        st.just("transposed"),
        kernel=st.integers(stride, 5),
        stride=st.just(stride),
        padding=st.sampled_from(["valid", "same"]),
        filters=st.just(1),
    )
)
repeats = st.builds(Link, st.just("up"), stride=st.integers(1, 3))
links = st.one_of(downwards, downwards, kernels, repeats)


def reads(link: Link, size: int, place: int) -> set[int]:
    """The positions that the layer reads for one output, edges or not, of an input of ``size``."""
    if link.kind in ("pad", "crop"):
        sign = 1 if link.kind == "pad" else -1
        return {place - sign * link.before}
    if link.kind == "up":
        return {place // link.stride}
    if link.kind == "transposed":
        # the gradient of a convolution from the output's size, as TensorFlow defines it
        cut = max(link.extent - link.stride, 0) // 2 if link.padding == "same" else 0
        return {
            i
            for i in range(-300, 300)
            if link.stride * i - cut <= place <= link.stride * i - cut + link.extent - 1
        }
    before = 0
    if link.padding == "same":
        out = link.size(size)
        assert out is not None
        before = max((out - 1) * link.stride + link.extent - size, 0) // 2
    return {link.stride * place - before + link.dilation * k for k in range(link.kernel)}


def trace(chain: Sequence[Link], size: int, places: set[int]) -> set[int]:
    """The inputs that these places see through a chain."""
    reached = [size, *(sizes(chain, size) or ())]
    for link, entering in zip(reversed(chain), reversed(reached[:-1]), strict=True):
        places = {i for place in places for i in reads(link, entering, place)}
    return places


def ends(view: View, place: int) -> tuple[int, int]:
    (window,) = view.windows
    if isinstance(window, Phases):
        return window.at(place)
    first = window.jump * place - window.before
    return first, first + window.size - 1


def graph(
    length: object, stem: list[Link], branches: list[list[Link]], tail: list[Link]
) -> Network:
    builder = Builder()
    number = 0

    def chain(links: list[Link], tensor: Tensor) -> Tensor:
        nonlocal number
        for link in links:
            tensor = add(builder, link, 1, tensor, f"link_{(number := number + 1)}")
        return tensor

    start = chain(stem, builder.input(length, 1))
    tips = [builder.call("Conv1D", chain(branch, start), 1, 1) for branch in branches]
    if len(tips) > 1:
        start = builder.call("Add", tips)
    return builder.network(chain(tail, start))


@tried_on(450)
@given(st.lists(links, max_size=5), st.integers(30, 60))
def test_a_chain_sees_what_a_trace_sees(chain: list[Link], length: int) -> None:
    assume(sizes(chain, length) is not None)
    walked = walk(graph(length, chain, [], []))
    view = views(walked)[Tensor(len(walked.steps) - 1)]
    assert view is not None
    for place in range(7):
        seen = trace(chain, length, {place})
        assert ends(view, place) == (min(seen), max(seen))


branches = st.lists(links, max_size=3)


@tried_on(600)
@given(branches, st.lists(branches, min_size=2, max_size=3), branches, st.integers(20, 60))
def test_a_graph_sees_the_hull_of_its_paths(
    stem: list[Link], paths: list[list[Link]], tail: list[Link], length: int
) -> None:
    try:
        walked = walk(graph(length, stem, paths, tail))
    except Problem:
        reject()
    view = views(walked)[Tensor(len(walked.steps) - 1)]
    middle = (sizes(stem, length) or [length])[-1]
    tips = {(sizes(path, middle) or [middle])[-1] for path in paths}
    joined = max(tips)
    if len(tips) > 1:
        # one position that meets all of another path: it does not move over the input with it
        assert view is None
        return
    if view is None:
        # only where the paths move over the input at different paces
        assert len({pace(path) for path in paths}) > 1
        return
    for place in range(6):
        reached = trace(tail, joined, {place})
        seen = set().union(*(trace(stem, length, trace(path, middle, reached)) for path in paths))
        assert ends(view, place) == (min(seen), max(seen))


def pace(chain: Sequence[Link]) -> object:
    result = S.One
    for link in chain:
        if link.kind in ("conv", "pool"):
            result *= link.stride
        elif link.kind in ("up", "transposed"):
            result /= link.stride
    return result


@given(st.lists(downwards, max_size=5))
@settings(deadline=None)
def test_the_padding_of_same_is_exact_at_every_size(chain: list[Link]) -> None:
    """T5: with a free size the true padding is a function of that size."""
    try:
        walked = walk(graph(L, chain, [], []))
    except Problem:
        reject()
    view = views(walked)[Tensor(len(walked.steps) - 1)]
    assert view is not None
    (window,) = view.windows
    assert isinstance(window, Window)
    for length in (*range(20, 32), 57):
        if sizes(chain, length) is None:
            continue
        numeric = walk(graph(length, chain, [], []))
        at = views(numeric)[Tensor(len(walked.steps) - 1)]
        assert at is not None
        (number,) = at.windows
        assert isinstance(number, Window)
        parts = (
            (getattr(w, name) for name in ("size", "jump", "before", "after"))
            for w in (window, number)
        )
        closed, counted = parts
        assert [exact(S(part), {L: length}) for part in closed] == list(counted)


@pytest.mark.parametrize("stages", [1, 2, 3, 5])
def test_a_residual_network_of_any_size_has_one_field(stages: int) -> None:
    """A pooling with ``same`` has a padding that depends on the size; the paths behind it share it,
    and the hull is known all the same."""
    builder = Builder()
    tensor = builder.call("MaxPooling1D", builder.input(L, 1), 3, strides=2, padding="same")
    for _ in range(stages):
        main = builder.call("ZeroPadding1D", tensor, 1)
        main = builder.call("Conv1D", main, 1, 3, strides=2)
        tensor = builder.call("Add", [main, builder.call("MaxPooling1D", tensor, 1, strides=2)])
    walked = walk(builder.network())
    view = views(walked)[Tensor(len(walked.steps) - 1)]
    assert view is not None
    (window,) = view.windows
    assert isinstance(window, Window)
    assert (window.size, window.jump) == (3 + 2 * 2 * (2**stages - 1), 2 ** (stages + 1))


def test_a_letter_for_the_kernel_of_a_residual_block() -> None:
    builder = Builder()
    image = builder.input(L, 1)
    P, K = symbol("P"), symbol("K")
    main = builder.call("Conv1D", builder.call("ZeroPadding1D", image, P), 1, K)
    main = builder.call("Conv1D", main, 1, K)
    builder.call(
        "Add", [main, builder.call("Conv1D", builder.call("ZeroPadding1D", image, P), 1, K)]
    )
    view = views(walk(builder.network()))[Tensor(6)]
    assert view is not None
    (window,) = view.windows
    assert isinstance(window, Window)
    assert (window.size, window.before) == (2 * K - 1, P)


def test_one_position_that_is_repeated_is_in_step_with_nothing() -> None:
    builder = Builder()
    image = builder.input(5, 1)
    builder.call("Add", [builder.call("Conv1D", image, 1, 5), image])
    assert views(walk(builder.network()))[Tensor(2)] is None


def test_squeeze_and_excitation_sees_everything() -> None:
    """The gate has seen every position, and so has what it opens and shuts."""
    builder = Builder()
    image = builder.call("Conv2D", builder.input(32, 32, 3), 8, 3, padding="same")
    gate = builder.call("GlobalAveragePooling2D", image, keepdims=True)
    gate = builder.call("Conv2D", gate, 8, 1, activation="sigmoid")
    builder.call("Multiply", [gate, image])
    view = views(walk(builder.network()))[Tensor(4)]
    assert view is not None
    assert view.whole
    assert [(window.size, window.before) for window in view.plain or ()] == [(34, 1)] * 2


def test_a_nested_model_is_seen_through() -> None:
    """Layers in a model of their own see what they see without it."""
    inside = Builder()
    inside.call("Conv2D", inside.call("Conv2D", inside.input(16, 16, 4), 4, 3), 4, 3, strides=2)
    outside = Builder()
    image = outside.call("Conv2D", outside.input(18, 18, 3), 4, 3)
    outside.call("Conv2D", outside.again(inside.network(), image), 4, 3)
    (height, width) = views(walk(outside.network()))[Tensor(3)].windows  # type: ignore[union-attr]
    assert height == width
    assert isinstance(height, Window)
    assert (height.size, height.jump) == (3 + 2 + 2 + 4, 2)
