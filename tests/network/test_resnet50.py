"""ResNet-50, as Keras has it, with free sizes: against numbers that are counted block by block."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from sympy import expand

import layermath as lm
from layermath.algebra.floors import floor_div, symbol
from layermath.algebra.written import value
from tests.exact import exact

SOURCE = Path(__file__).parents[2] / "docs" / "examples" / "resnet50.py"
H, W = symbol("H"), symbol("W")
COEFFICIENTS = (9_408, 212_992, 1_212_416, 7_077_888, 14_942_208)
AT_ONCE = 2_048_000


@cache
def free() -> lm.Derivation:
    return lm.derive(lm.load(str(SOURCE), inputs={None: (H, W, 3)}))


@cache
def at(height: int, width: int) -> lm.Derivation:
    return lm.derive(lm.load(str(SOURCE), inputs={None: (height, width, 3)}))


def halved(size: int, times: int) -> int:
    """Each of the five strided layers rounds up."""
    for _ in range(times):
        size = (size + 1) // 2
    return size


def macs(height: int, width: int) -> int:
    """The products of all convolutions, one bottleneck after the other."""
    size = [(halved(height, n) * halved(width, n)) for n in range(6)]
    total = 7 * 7 * 3 * 64 * size[1]
    channels = 64
    for stage, (filters, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), start=2):
        for block in range(blocks):
            if block == 0:
                total += channels * 4 * filters * size[stage]
            total += (channels + 9 * filters + 4 * filters) * filters * size[stage]
            channels = 4 * filters
    return total + 2048 * 1000


def test_five_named_sizes_an_axis() -> None:
    sizes = free().data.sizes
    for letter, size in (("H", H), ("W", W)):
        named = [one for one in sizes if one.letter == letter]
        assert [str(one.name) for one in named] == [f"{letter}_{n}" for n in range(1, 6)]
        assert [value(one.closed_form) for one in named] == [
            floor_div(size + 2**n - 1, 2**n) for n in range(1, 6)
        ]


def test_the_parameters() -> None:
    totals = free().totals
    assert totals.params == 25_636_712
    assert totals.non_trainable_params == 53_120


def test_macs_are_a_polynomial_in_the_named_sizes() -> None:
    names = [symbol(f"H_{n}") * symbol(f"W_{n}") for n in range(1, 6)]
    expected = sum(c * area for c, area in zip(COEFFICIENTS, names, strict=True)) + AT_ONCE
    assert expand(value(free().totals.macs_in_sizes) - expected) == 0


@pytest.mark.parametrize(
    ("height", "width"), [(224, 224), (225, 225), (32, 32), (33, 47), (97, 1), (1, 1), (299, 331)]
)
def test_the_closed_form_is_what_a_network_of_that_size_counts(height: int, width: int) -> None:
    counted = macs(height, width)
    assert exact(free().totals.macs, {H: height, W: width}) == counted
    assert at(height, width).totals.macs == counted
    assert at(height, width).totals.params == 25_636_712


def test_macs_at_224() -> None:
    assert macs(224, 224) == 3_857_973_248
    assert at(224, 224).totals.macs == 3_857_973_248


def test_where_32_divides_the_image() -> None:
    divided = value(free().totals.macs, {H: 32 * H, W: 32 * W})
    assert expand(divided - (76_848 * 32 * H * 32 * W + AT_ONCE)) == 0
    said = " ".join(str(free()).split())
    assert "76,848·H·W + 2,048,000" in said


def test_no_size_is_refused() -> None:
    """Padding keeps every layer supplied, and every sum fits: no condition is left."""
    assert free().conditions == ()


@pytest.mark.parametrize("resolution", [None, 224, 225])
def test_the_receptive_field_at_the_end(resolution: int | None) -> None:
    derivation = free() if resolution is None else at(resolution, resolution)
    fields = derivation.layers["conv5_block3_out"].data.receptive_field
    assert fields is not None
    for field in fields:
        assert (field.size, field.jump) == (483, 32)
        # 3 + 1·2 before the stages, 1·4·3 in the first, and so on
        assert field.before == 3 + 2 + 4 * 3 + 8 * 4 + 16 * 6 + 32 * 3
