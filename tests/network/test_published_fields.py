"""Receptive fields as they were published: Araujo, Norris and Sim, *Computing Receptive Fields of
Convolutional Neural Networks*, Distill 2019; part of the table that goes with it.

The networks are those of TF-Slim, written anew with the layers of Keras. ``None`` in the table is a
resolution that is left open, and a padding that then depends on it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from layermath.algebra.floors import Size, symbol
from layermath.algebra.windows import Window
from layermath.derivation.fields import views
from layermath.network.graph import Tensor
from layermath.network.walk import walk
from tests.network.build import Builder

pytestmark = pytest.mark.quick

TABLE = Path(__file__).parents[1] / "data" / "receptive_fields.csv"


def alexnet_v2(builder: Builder, image: Tensor) -> None:
    x = builder.call("Conv2D", image, 64, 11, strides=4, name="alexnet_v2/conv1")
    x = builder.call("MaxPooling2D", x, 3, strides=2, name="alexnet_v2/pool1")
    x = builder.call("Conv2D", x, 192, 5, padding="same", name="alexnet_v2/conv2")
    x = builder.call("MaxPooling2D", x, 3, strides=2, name="alexnet_v2/pool2")
    for number, filters in ((3, 384), (4, 384), (5, 256)):
        name = f"alexnet_v2/conv{number}"
        x = builder.call("Conv2D", x, filters, 3, padding="same", name=name)
    builder.call("MaxPooling2D", x, 3, strides=2, name="alexnet_v2/pool5")


def vgg_16(builder: Builder, x: Tensor) -> None:
    for block, (times, filters) in enumerate(
        ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), start=1
    ):
        for number in range(1, times + 1):
            name = f"vgg_16/conv{block}/conv{block}_{number}"
            x = builder.call("Conv2D", x, filters, 3, padding="same", name=name)
        x = builder.call("MaxPooling2D", x, 2, name=f"vgg_16/pool{block}")


def mobilenet_v1(builder: Builder, image: Tensor) -> None:
    x = builder.call("Conv2D", image, 32, 3, strides=2, padding="same", name="Conv2d_0")
    for number, (filters, stride) in enumerate(
        (
            (64, 1),
            (128, 2),
            (128, 1),
            (256, 2),
            (256, 1),
            (512, 2),
            *((512, 1),) * 5,
            (1024, 2),
            (1024, 1),
        ),
        start=1,
    ):
        x = builder.call("DepthwiseConv2D", x, 3, strides=stride, padding="same")
        x = builder.call("Conv2D", x, filters, 1, name=f"Conv2d_{number}_pointwise")


def padded(builder: Builder, x: Tensor, filters: int, kernel: int, stride: int) -> Tensor:
    """TF-Slim's ``conv2d_same``: with a stride, half of the kernel on each side whatever the
    size."""
    if stride == 1:
        return builder.call("Conv2D", x, filters, kernel, padding="same")
    x = builder.call("ZeroPadding2D", x, kernel // 2)
    return builder.call("Conv2D", x, filters, kernel, strides=stride)


def resnet_v1_50(builder: Builder, image: Tensor) -> None:
    x = padded(builder, image, 64, 7, 2)
    x = builder.call("MaxPooling2D", x, 3, strides=2, padding="same")
    for block, (units, filters) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), start=1):
        for unit in range(1, units + 1):
            last = unit == units
            stride = 2 if last and block < 4 else 1
            y = builder.call("Conv2D", x, filters, 1)
            y = padded(builder, y, filters, 3, stride)
            y = builder.call("Conv2D", y, 4 * filters, 1)
            if unit == 1:
                x = builder.call("Conv2D", x, 4 * filters, 1, strides=stride)
            elif stride > 1:
                x = builder.call("MaxPooling2D", x, 1, strides=stride)
            x = builder.call("Add", [x, y], name=f"resnet_v1_50/block{block}" if last else None)


NETWORKS: dict[str, Callable[[Builder, Tensor], None]] = {
    "alexnet_v2": alexnet_v2,
    "vgg_16": vgg_16,
    "mobilenet_v1": mobilenet_v1,
    "resnet_v1_50": resnet_v1_50,
}


def table() -> list[dict[str, str]]:
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def fields(network: str, resolution: str) -> dict[str, tuple[Window, ...]]:
    """The windows of every layer along both axes."""
    builder = Builder()
    sides: tuple[Size, Size] = (symbol("H"), symbol("W"))
    if resolution != "None":
        sides = (int(resolution), int(resolution))
    NETWORKS[network](builder, builder.input(*sides, 3))
    walked = walk(builder.network())
    found = {}
    for tensor, view in views(walked).items():
        assert view is not None
        assert view.plain is not None
        found[walked.steps[tensor.call].entry.name] = view.plain
    return found


@pytest.mark.parametrize(
    "row",
    table(),
    ids=lambda row: f"{row['cnn']}-{row['resolution']}-{row['endpoint'].split('/', 1)[-1]}",
)
def test_the_published_table(row: dict[str, str]) -> None:
    for window in fields(row["cnn"], row["resolution"])[row["endpoint"]]:
        assert str(window.size) == row["rf"]
        assert str(window.jump) == row["stride"]
        if row["padding"] == "None":
            assert not isinstance(window.before, int)
        else:
            assert str(window.before) == row["padding"]


def test_every_network_of_the_table_is_written_here() -> None:
    assert {row["cnn"] for row in table()} == set(NETWORKS)
    assert len(table()) == 114
