"""What repeats is folded: by names that have a structure, by rules where they have none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import layermath as lm
from layermath.algebra.floors import symbol
from layermath.derivation.compose import compose
from layermath.derivation.records import LayerDerivation, Row
from layermath.formats.text import render_summary
from layermath.network.graph import Tensor
from tests.network.build import Builder

pytestmark = pytest.mark.quick

RESNET = Path(__file__).parents[2] / "docs" / "examples" / "resnet50.py"
UNET = RESNET.with_name("unet.py")


def rows_of(builder: Builder) -> tuple[Row, ...]:
    return tuple(compose(builder.network()).rows)


def shown(row: Row) -> tuple[str, int, int]:
    """Name, how often, how many layers."""
    return row.name, len(row.blocks), len(row.blocks[0])


def layers_in(row: Row) -> list[str]:
    return [layer.name for layer in row.layers]


def same(one: LayerDerivation, other: LayerDerivation) -> bool:
    return (one.type, one.title, one.input_shapes, one.output_shapes, one.params) == (
        other.type,
        other.title,
        other.input_shapes,
        other.output_shapes,
        other.params,
    )


def residual(
    builder: Builder, x: Tensor, channels: int, name: str | None, strides: int = 1
) -> Tensor:
    """A block with a way past it; names only where one is given."""

    def call(what: str, *arguments: object, on: object, role: str, **keywords: object) -> Tensor:
        number = sum(key.startswith(what.lower()) for key in builder.entries)
        named = f"{name}_{role}" if name else f"{what.lower()}_{number}"
        return builder.call(what, on, *arguments, name=named, **keywords)  # type: ignore[arg-type]

    past = x
    if strides > 1:
        past = call("Conv2D", channels, 1, on=x, role="0_conv", strides=strides)
    x = call("Conv2D", channels, 3, on=x, role="1_conv", padding="same", strides=strides)
    x = call("BatchNormalization", on=x, role="1_bn")
    x = call("Activation", "relu", on=x, role="1_relu")
    x = call("Conv2D", channels, 3, on=x, role="2_conv", padding="same")
    x = call("BatchNormalization", on=x, role="2_bn")
    x = call("Add", on=[past, x], role="add")
    return call("Activation", "relu", on=x, role="out")


def test_resnet50_in_sixteen_rows() -> None:
    rows = lm.derive(lm.load(RESNET)).data.rows
    assert [shown(row) for row in rows] == [
        ("input_layer", 1, 1),
        ("conv1_pad", 1, 1),
        ("conv1_conv", 1, 1),
        ("conv1_bn, relu", 1, 2),
        ("pool1_pad", 1, 1),
        ("pool1_pool", 1, 1),
        ("conv2_block1", 1, 12),
        ("conv2_block2–3", 2, 10),
        ("conv3_block1", 1, 12),
        ("conv3_block2–4", 3, 10),
        ("conv4_block1", 1, 12),
        ("conv4_block2–6", 5, 10),
        ("conv5_block1", 1, 12),
        ("conv5_block2–3", 2, 10),
        ("avg_pool", 1, 1),
        ("predictions", 1, 1),
    ]


def test_rows_are_the_same_with_sizes_left_open() -> None:
    letters = (symbol("H"), symbol("W"), 3)
    free = lm.derive(lm.load(RESNET, inputs={None: letters})).data.rows
    assert [*map(shown, free)] == [*map(shown, lm.derive(lm.load(RESNET)).data.rows)]


def test_a_small_network_is_not_folded() -> None:
    builder = Builder()
    x = builder.input(8)
    for _number in range(10):
        x = builder.call("Dense", x, 8)
    assert rows_of(builder) == ()


def test_a_network_without_repetition_is_not_folded() -> None:
    assert lm.derive(lm.load(UNET)).data.rows == ()


def test_a_hundred_equal_layers_are_two_rows() -> None:
    network = lm.loads(
        "import keras\nmodel = keras.Sequential([keras.Input((64,))])\n"
        "for _ in range(100):\n    model.add(keras.layers.Dense(64))\n"
    )
    assert [shown(row) for row in lm.derive(network).data.rows] == [
        ("dense", 1, 1),
        ("dense_1–99", 99, 1),
    ]


def test_names_that_tell_nothing_are_folded_by_their_rules() -> None:
    builder = Builder()
    x = builder.call("Conv2D", builder.input(32, 32, 3), 16, 3, name="conv2d_stem")
    for _number in range(5):
        x = residual(builder, x, 16, None)
    rows = rows_of(builder)
    (block,) = (row for row in rows if len(row.blocks) > 1)
    assert shown(block)[1:] == (5, 7)
    assert block.layers[0].type == "Conv2D"
    assert block.blocks[0][-1].type == "Activation"


def test_the_block_that_changes_the_size_stands_alone() -> None:
    builder = Builder()
    x = builder.call("Conv2D", builder.input(32, 32, 3), 16, 3, name="stem")
    for stage, channels in ((1, 32), (2, 64)):
        for block in range(1, 5):
            x = residual(builder, x, channels, f"stage{stage}_block{block}", 1 + (block == 1))
    assert [shown(row) for row in rows_of(builder)] == [
        ("input", 1, 1),
        ("stem", 1, 1),
        ("stage1_block1", 1, 8),
        ("stage1_block2–4", 3, 7),
        ("stage2_block1", 1, 8),
        ("stage2_block2–4", 3, 7),
    ]


def test_blocks_with_letters_behind_their_numbers() -> None:
    builder = Builder()
    x = builder.call("Conv2D", builder.input(32, 32, 3), 16, 3, name="stem")
    for letter in "abcd":
        x = residual(builder, x, 16, f"block1{letter}")
    assert shown(rows_of(builder)[-1]) == ("block1a–d", 4, 7)


def test_equal_rules_on_other_sizes_do_not_repeat() -> None:
    """Convolutions without padding: each makes its output smaller."""
    builder = Builder()
    x = builder.input(100, 100, 4)
    for _number in range(30):
        x = builder.call("Conv2D", x, 4, 3)
    assert rows_of(builder) == ()


def test_other_arguments_do_not_repeat() -> None:
    builder = Builder()
    x = builder.input(16)
    for number in range(30):
        x = builder.call("Dense", x, 16, use_bias=number < 10)
    assert [len(row.blocks) for row in rows_of(builder)] == [1, 10, 20]


def test_equal_layers_that_are_connected_otherwise_do_not_repeat() -> None:
    """Sums with the layer before last, and with the last alone."""
    builder = Builder()
    past = builder.input(16)
    x = builder.call("Dense", past, 16)
    for number in range(24):
        past, x = x, builder.call("Add", [x, past] if number < 12 else [x, x])
    runs = [row for row in rows_of(builder) if len(row.blocks) > 1]
    assert len(runs) == 2


def test_a_longer_block_that_repeats_is_found_too() -> None:
    """What repeats need not be a run of one layer: here seven, three times."""
    builder = Builder()
    x = builder.input(8)
    for _block in range(3):
        for units in (8, 9, 8, 9, 9, 10, 8):
            x = builder.call("Dense", x, units)
    rows = [shown(row)[1:] for row in rows_of(builder)]
    assert rows[0] == (1, 1)
    assert (3, 7) in rows
    assert len(rows) == 2


def test_a_shared_layer_stands_in_one_row() -> None:
    builder = Builder()
    x = builder.input(8)
    for _number in range(30):
        x = builder.call("Dense", x, 8)
    rows = rows_of(builder)
    names = [name for row in rows for name in layers_in(row)]
    assert len(names) == len(set(names)) == 31


@given(
    st.lists(st.sampled_from([(8, True), (8, False), (9, True)]), min_size=1, max_size=60),
    st.integers(1, 4),
)
def test_every_layer_is_in_one_row_and_blocks_are_equal(
    units: list[tuple[int, bool]], times: int
) -> None:
    builder = Builder()
    x = builder.input(8)
    for size, bias in units * times:
        x = builder.call("Dense", x, size, use_bias=bias)
    derivation = compose(builder.network())
    rows = derivation.rows
    if not rows:
        return
    assert [layer for row in rows for layer in row.layers] == [*derivation.layers]
    for row in rows:
        for block in row.blocks[1:]:
            assert all(map(same, row.blocks[0], block))


def test_the_first_layer_of_a_form_is_named_by_the_others() -> None:
    layers = lm.derive(lm.load(RESNET)).layers
    assert layers["conv3_block2_1_conv"].data.same_as is None
    assert layers["conv3_block4_1_conv"].data.same_as == "conv3_block2_1_conv"


@pytest.mark.parametrize("shape", [(224, 224, 3), (symbol("H"), symbol("W"), 3)])
def test_no_derivation_is_made_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, shape: tuple[object, ...]
) -> None:
    made: list[str] = []

    def explain(*arguments: object, **keywords: object) -> None:
        made.append("a derivation")

    monkeypatch.setattr(sys.modules["layermath.derivation.compose"], "explain", explain)
    network = lm.load(RESNET, inputs={None: shape})
    text = render_summary(lm.derive(network).data)
    assert "25,636,712" in text
    assert not made
