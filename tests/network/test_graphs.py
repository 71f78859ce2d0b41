"""Where branches meet: the condition is exact, and none is asked where all sizes fit (T12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Ge, Mod, S

from layermath.algebra.conditions import together
from layermath.algebra.floors import FloorDiv, floor_div, symbol
from layermath.network.graph import Tensor
from layermath.network.walk import Walk, walk
from layermath.problems import ModelProblem, Problem
from tests.drawing import tried_on
from tests.exact import exact
from tests.network.build import Builder
from tests.network.by_hand import Link, add, holds, sizes
from tests.network.test_closed_forms import downwards, upwards

H, W, L = symbol("H"), symbol("W"), symbol("L")


def u_net(height: object, levels: int, *, valid: bool = False, crops: tuple[int, ...] = ()) -> Walk:
    """A U-Net of ``levels`` poolings; with ``valid`` convolutions the skips are cropped."""
    builder = Builder()
    tensor = builder.input(height, height, 1)
    padding = "valid" if valid else "same"

    def twice(tensor: Tensor) -> Tensor:
        for _ in range(2):
            tensor = builder.call("Conv2D", tensor, 4, 3, padding=padding)
        return tensor

    skips = []
    for _ in range(levels):
        tensor = twice(tensor)
        skips.append(tensor)
        tensor = builder.call("MaxPooling2D", tensor, 2)
    tensor = twice(tensor)
    for level in reversed(range(levels)):
        tensor = builder.call("Conv2DTranspose", tensor, 4, 2, strides=2)
        skip = skips[level]
        if crops:
            skip = builder.call("Cropping2D", skip, crops[level])
        tensor = twice(builder.call("Concatenate", [tensor, skip]))
    return walk(builder.network(builder.call("Conv2D", tensor, 2, 1)))


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_a_u_net_works_where_its_strides_divide_the_image(levels: int) -> None:
    walked = u_net(H, levels)
    assert together(walked.conditions) == (Eq(Mod(H, 2**levels), 0),)
    assert walked.outputs[0] == (H, H, 2)


@pytest.mark.parametrize("height", range(1, 65))
def test_no_other_image_works(height: int) -> None:
    if height % 16:
        with pytest.raises(ModelProblem):
            u_net(height, 4)
    else:
        assert u_net(height, 4).outputs[0] == (height, height, 2)


CROPS = (88, 40, 16, 4)


def test_the_valid_u_net_of_2015() -> None:
    """Ronneberger, Fischer, Brox: 572 becomes 388, and only H mod 16 = 12 loses nothing."""
    walked = u_net(H, 4, valid=True, crops=CROPS)
    assert together(walked.conditions) == (Ge(H, 188), Eq(Mod(H, 16), 12))
    numbers = u_net(572, 4, valid=True, crops=CROPS)
    assert numbers.outputs[0] == (388, 388, 2)
    assert exact(walked.outputs[0][0], {H: 572}) == 388


def test_the_valid_u_net_of_2015_at_every_size() -> None:
    """At the edges too: 188 is the first, with 4 rows left."""
    conditions = together(u_net(H, 4, valid=True, crops=CROPS).conditions)
    closed = u_net(H, 4, valid=True, crops=CROPS).outputs[0][0]
    for height in range(120, 260):
        try:
            output = u_net(height, 4, valid=True, crops=CROPS).outputs[0][0]
        except Problem:
            output = None
        assert all(holds(c, {"H": height}) for c in conditions) == (output is not None), height
        if output is not None:
            assert exact(closed, {H: height}) == output


def test_a_residual_block_fits_at_every_size() -> None:
    """3×3 with padding 1 and stride 2 beside a 1×1 with stride 2: both ⌊(H − 1)/2⌋ + 1."""
    builder = Builder()
    image = builder.input(H, W, 8)
    main = builder.call("ZeroPadding2D", image, 1)
    main = builder.call("Conv2D", main, 8, 3, strides=2)
    main = builder.call("Conv2D", main, 8, 3, padding="same")
    builder.call("Add", [main, builder.call("Conv2D", image, 8, 1, strides=2)])
    walked = walk(builder.network())
    assert together(walked.conditions) == ()
    assert walked.outputs[0][0] == floor_div(H + 1, 2)


def test_a_feature_pyramid_meets_in_half_of_all_sizes() -> None:
    """C5 twice as large beside C4, behind five strides of 2 rounded up (T12)."""
    builder = Builder()
    tensor = builder.input(H, 1)
    levels = []
    for _ in range(5):
        tensor = builder.call("Conv1D", tensor, 1, 3, strides=2, padding="same")
        levels.append(tensor)
    builder.call("Add", [builder.call("UpSampling1D", levels[4], 2), levels[3]])
    (condition,) = together(walk(builder.network()).conditions)
    for height in range(1, 200):
        assert holds(condition, {"H": height}) == ((height + 31) % 32 >= 16)


def test_branches_that_never_fit_are_refused_whatever_the_size() -> None:
    builder = Builder()
    image = builder.input(H, 1)
    one = builder.call("Conv1D", image, 1, 3)
    other = builder.call("Conv1D", image, 1, 2)
    builder.call("Add", [one, other])
    with pytest.raises(ModelProblem):
        walk(builder.network())


def test_branches_that_grow_differently_meet_where_algebra_says() -> None:
    builder = Builder()
    image = builder.input(H, 1)
    builder.call("Concatenate", [builder.call("MaxPooling1D", image, 2), image], axis=1)
    assert walk(builder.network()).outputs[0][0] == FloorDiv(3 * H, S(2))


branches = st.lists(st.one_of(downwards, upwards), max_size=3)


@tried_on(450)
@given(branches, branches, branches, st.sampled_from(["Add", "Concatenate"]))
def test_two_branches_meet_exactly_where_the_conditions_say(
    stem: list[Link], one: list[Link], other: list[Link], kind: str
) -> None:
    def meets(length: int) -> int | None:
        before = sizes(stem, length)
        if before is None:
            return None
        start = before[-1] if before else length
        left, right = sizes(one, start), sizes(other, start)
        if left is None or right is None:
            return None
        ends = {left[-1] if left else start, right[-1] if right else start}
        return ends.pop() if len(ends) == 1 else None

    builder = Builder()
    tensor = builder.input(L, 1)
    number = 0
    tips = []
    for link in stem:
        tensor = add(builder, link, 1, tensor, f"stem_{(number := number + 1)}")
    for branch in (one, other):
        tip = tensor
        for link in branch:
            tip = add(builder, link, 1, tip, f"branch_{(number := number + 1)}")
        tips.append(builder.call("Conv1D", tip, 2, 1))
    builder.call(kind, tips)
    lengths = range(1, 61)
    try:
        walked = walk(builder.network())
    except Problem:
        assert all(meets(length) is None for length in lengths)
        return
    conditions = together(walked.conditions)
    for length in lengths:
        by_hand = meets(length)
        assert all(holds(c, {"L": length}) for c in conditions) == (by_hand is not None)
        if by_hand is not None:
            assert exact(S(walked.outputs[0][0]), {L: length}) == by_hand


def test_a_model_inside_asks_for_the_shape_it_was_made_for() -> None:
    inside = Builder()
    inside.call("Conv2D", inside.input(28, 28, 1), 4, 3)
    outside = Builder()
    outside.again(inside.network(), outside.input(H, W, 1))
    assert {Eq(H, 28), Eq(W, 28)} <= set(together(walk(outside.network()).conditions))
