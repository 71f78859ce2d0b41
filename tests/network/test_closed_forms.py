"""The closed form of every size and count is what the layers do, one after the other."""

from __future__ import annotations

from hypothesis import given, reject, settings
from hypothesis import strategies as st
from sympy import S

from layermath.algebra.conditions import together
from layermath.algebra.floors import CeilDiv, FloorDiv, Size, symbol
from layermath.network.walk import bind, walk
from layermath.problems import Problem
from tests.drawing import tried_on
from tests.exact import exact
from tests.network.build import Builder
from tests.network.by_hand import Link, holds, network, sizes

H, W, L = symbol("H"), symbol("W"), symbol("L")

windows = st.builds(
    Link,
    st.sampled_from(["conv", "pool"]),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["valid", "valid", "same"]),
    filters=st.integers(1, 4),
)
dilated = st.builds(
    Link, st.just("conv"), kernel=st.integers(1, 3), dilation=st.integers(1, 4), filters=st.just(2)
)
edges = st.builds(
    Link,
    st.sampled_from(["pad", "crop"]),
    before=st.integers(0, 2),
    after=st.integers(0, 2),
)
upwards = st.builds(
    Link,
    st.sampled_from(["up", "transposed"]),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same"]),
    filters=st.integers(1, 3),
)
downwards = st.one_of(windows, windows, dilated, edges)
RANGE = range(1, 70)


def refused_for_every(chain: list[Link], lengths: range) -> bool:
    return all(sizes(chain, length) is None for length in lengths)


@tried_on(450)
@given(st.lists(st.one_of(downwards, upwards), max_size=6))
def test_a_chain_is_its_closed_form(chain: list[Link]) -> None:
    """Sizes where the conditions hold, and the conditions exactly where every layer can be."""
    try:
        walked = walk(network(chain, 1, (L,), 1))
    except Problem:
        assert refused_for_every(chain, RANGE)
        return
    conditions = together(walked.conditions)
    for length in RANGE:
        by_hand = sizes(chain, length)
        assert all(holds(c, {"L": length}) for c in conditions) == (by_hand is not None)
        if by_hand is not None:
            closed = [exact(step.outputs[0][0], {L: length}) for step in walked.steps[1:]]
            assert closed == by_hand


def is_one_floor(size: Size) -> bool:
    floors = S(size).atoms(FloorDiv, CeilDiv)
    return len(floors) <= 1 and not any(floor.args[0].has(FloorDiv, CeilDiv) for floor in floors)


@given(st.lists(downwards, max_size=8))
@settings(deadline=None)
def test_windows_over_windows_are_one_floor(chain: list[Link]) -> None:
    try:
        walked = walk(network(chain, 1, (L,), 1))
    except Problem:
        reject()
    assert all(is_one_floor(step.outputs[0][0]) for step in walked.steps)


@given(
    st.lists(downwards, max_size=3),
    st.integers(1, 4),
    st.integers(1, 4),
    st.lists(edges, max_size=2),
)
@settings(deadline=None)
def test_a_stride_that_upsampling_divides_or_is_divided_by_leaves_one_floor(
    chain: list[Link], factor: int, ratio: int, between: list[Link]
) -> None:
    """T10: v | t, and t | v."""
    for up, down in ((factor, factor * ratio), (factor * ratio, factor)):
        links = [
            *chain,
            Link("up", stride=up),
            *between,
            Link("pool", kernel=down, stride=down, padding="valid"),
        ]
        try:
            walked = walk(network(links, 1, (L,), 1))
        except Problem:
            continue
        assert is_one_floor(walked.outputs[0][0])


@tried_on(120)
@given(st.lists(st.tuples(windows, windows), min_size=1, max_size=3), st.integers(1, 3))
def test_counts_are_polynomials_in_the_sizes(pairs: list[tuple[Link, Link]], units: int) -> None:
    """Parameters and MACs of a network with `Flatten` and `Dense`, in H and W together."""
    builder = Builder()
    tensor = builder.input(H, W, 3)
    for down, right in pairs:
        tensor = builder.call(
            "Conv2D",
            tensor,
            down.filters,
            (down.kernel, right.kernel),
            strides=(down.stride, right.stride),
            padding=down.padding,
        )
    tensor = builder.call("Dense", builder.call("Flatten", tensor), units)
    try:
        walked = walk(builder.network(tensor))
    except Problem:
        reject()
    links = [
        [
            Link("conv", link.kernel, link.stride, padding=pair[0].padding)
            for pair in pairs
            for link in (pair[axis],)
        ]
        for axis in (0, 1)
    ]
    for height, width in ((1, 30), (12, 13), (31, 24), (40, 41)):
        rows, columns = sizes(links[0], height), sizes(links[1], width)
        if rows is None or columns is None:
            continue
        params, macs, channels = 0, 0, 3
        for (down, right), h, w in zip(pairs, rows, columns, strict=True):
            weights = down.kernel * right.kernel * channels * down.filters
            params += weights + down.filters
            macs += weights * h * w
            channels = down.filters
        features = rows[-1] * columns[-1] * channels
        params += (features + 1) * units
        macs += features * units
        at = {H: height, W: width}
        assert exact(S(walked.params), at) == params
        assert exact(S(walked.macs), at) == macs


numbers = st.fixed_dictionaries(
    {
        "K": st.integers(1, 4),
        "P": st.integers(1, 3),
        "S": st.integers(1, 3),
        "D": st.integers(1, 3),
        "F": st.integers(1, 5),
        "C": st.integers(1, 3),
        "L": st.integers(1, 60),
    }
)


def lettered(**of: Size) -> Builder:
    """Padding, a strided and a dilated convolution, twice, and a pooling with the stride S."""
    builder = Builder()
    tensor = builder.input(of["L"], of["C"])
    for _ in range(2):
        tensor = builder.call("ZeroPadding1D", tensor, (of["P"], of["P"]))
        tensor = builder.call("Conv1D", tensor, of["F"], of["K"], strides=of["S"])
        tensor = builder.call("Conv1D", tensor, of["F"], of["K"], dilation_rate=of["D"])
    builder.call("AveragePooling1D", tensor, of["S"])
    return builder


LETTERS = walk(lettered(**{name: symbol(name) for name in "LCFKPSD"}).network())


def in_numbers(v: dict[str, int]) -> list[Link]:
    pad = Link("pad", before=v["P"], after=v["P"])
    strided = Link("conv", v["K"], v["S"], filters=v["F"])
    spread = Link("conv", v["K"], dilation=v["D"], filters=v["F"])
    return [*(pad, strided, spread) * 2, Link("pool", v["S"], v["S"])]


@given(numbers)
@settings(deadline=None)
def test_letters_for_kernel_stride_padding_dilation_and_filters(values: dict[str, int]) -> None:
    """T4: the same closed form, whatever numbers are put in afterwards."""
    by_hand = sizes(in_numbers(values), values["L"])
    conditions = together(LETTERS.conditions)
    assert all(holds(c, values) for c in conditions) == (by_hand is not None)
    if by_hand is None:
        return
    at = {symbol(name): number for name, number in values.items()}
    closed = [exact(S(step.outputs[0][0]), at) for step in LETTERS.steps[1:]]
    assert closed == by_hand
    numeric = walk(lettered(**values).network())
    assert exact(S(LETTERS.params), at) == numeric.params
    assert exact(S(LETTERS.macs), at) == numeric.macs
    assert exact(S(LETTERS.activations), at) == numeric.activations


def test_letters_for_everything_are_still_one_floor() -> None:
    assert all(is_one_floor(step.outputs[0][0]) for step in LETTERS.steps)


@tried_on(120)
@given(numbers)
def test_some_letters_bound_later_are_the_same_as_bound_at_once(values: dict[str, int]) -> None:
    some = {symbol(name): values[name] for name in "KSD"}
    try:
        bound = walk(bind(lettered(**{n: symbol(n) for n in "LCFKPSD"}).network(), some))
    except Problem:
        reject()
    at = {symbol(name): number for name, number in values.items()}
    if sizes(in_numbers(values), values["L"]) is not None:
        assert exact(S(bound.outputs[0][0]), at) == exact(S(LETTERS.outputs[0][0]), at)


def test_the_first_case() -> None:
    """28×28, two 3×3 convolutions, each with a pooling: ⌊(H − 6)/4⌋ from H = 10 on."""
    chain = [Link("conv", 3, filters=32), Link("pool", 2, 2)] * 2
    walked = walk(network(chain, 2, (H, W), 1))
    assert walked.outputs[0] == (FloorDiv(H - 6, S(4)), FloorDiv(W - 6, S(4)), 32)
    assert [str(c) for c in together(walked.conditions)] == ["H >= 10", "W >= 10"]
    assert sizes(chain, 10) is not None
    assert sizes(chain, 9) is None


def test_what_is_no_single_floor_stays_exact() -> None:
    """pool 2, up 3, pool 2: ⌊3·⌊H/2⌋/2⌋ has no single floor (T11)."""
    chain = [Link("pool", 2, 2), Link("up", stride=3), Link("pool", 2, 2)]
    size = walk(network(chain, 1, (L,), 1)).outputs[0][0]
    assert not is_one_floor(size)
    assert all(exact(size, {L: n}) == 3 * (n // 2) // 2 for n in range(2, 50))


def test_a_chain_in_three_dimensions() -> None:
    chain = [Link("conv", 3, 2, filters=4), Link("pad", before=1, after=0), Link("pool", 2, 2)]
    walked = walk(network(chain, 3, (symbol("Z"), H, W), 1))
    for size in range(3, 40):
        by_hand = sizes(chain, size)
        assert by_hand is not None
        at = {symbol("Z"): size, H: size, W: size}
        assert [exact(walked.outputs[0][axis], at) for axis in range(3)] == [by_hand[-1]] * 3
