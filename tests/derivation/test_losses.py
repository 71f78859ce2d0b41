"""What is said to be lost is lost: a pixel that no window reads."""

from __future__ import annotations

import layermath as lm


def notes(source: str, name: str) -> str:
    return str(lm.derive(lm.loads(source))).split(name, 2)[-1]


def test_a_row_that_no_window_reads_is_told() -> None:
    source = "keras.Sequential([keras.Input((11, 11, 3)), layers.MaxPooling2D(2)])"
    assert "row 11 and column 11 are never read" in notes(source, "max_pooling2d")


def test_the_zeros_of_a_padding_layer_are_no_loss() -> None:
    source = (
        "keras.Sequential([keras.Input((224, 224, 3)), layers.ZeroPadding2D(3), "
        "layers.Conv2D(4, 7, strides=2)])"
    )
    assert "never read" not in notes(source, "conv2d")


def test_a_pixel_beside_the_zeros_is_a_loss() -> None:
    source = (
        "keras.Sequential([keras.Input((14, 14, 3)), layers.ZeroPadding2D(((0, 1), (0, 1))), "
        "layers.Conv2D(4, 7, strides=5)])"
    )
    said = notes(source, "conv2d")
    assert "13 to 14" in said
    assert "15" not in said.split("never read")[0].rsplit("13 to 14", 1)[-1]


def test_adaptive_pooling_reads_the_same_with_channels_first() -> None:
    source = (
        "keras.Sequential([keras.Input((3, 8, 12)), "
        "layers.Conv2D(4, 3, padding='same', data_format='channels_first'), "
        "layers.AdaptiveAveragePooling2D((2, 3), data_format='channels_first')])"
    )
    layer = lm.derive(lm.loads(source)).to_dict()["layers"][-1]
    assert layer["receptive_field"]["size"] == [6, 6]
    assert layer["receptive_field"]["jump"] == [4, 4]


def test_a_kernel_in_letters_is_not_said_to_be_shorter_than_its_stride() -> None:
    free = "keras.Sequential([keras.Input((H, W, C)), layers.Conv2D(F, K)])"
    assert "shorter than its stride" not in str(lm.derive(lm.loads(free)))
    short = "keras.Sequential([keras.Input((9, 9, 3)), layers.Conv2D(4, 1, strides=2), "
    short += "layers.Conv2D(4, 1)])"
    assert "shorter than its stride" in str(lm.derive(lm.loads(short)))
