"""The table of a large network, and its derivation: what repeats is shown once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from sympy import Integer

import layermath as lm
from layermath.algebra.floors import CeilDiv, FloorDiv, symbol
from layermath.derivation.records import Detail, NamedSize, NetworkDerivation
from layermath.formats.json.derivation import to_dict, to_summary_dict
from layermath.formats.text import TextOptions, render, render_summary
from layermath.page.sizes import halved
from layermath.setting.measure import width
from tests.drawing import some

RESNET = Path(__file__).parents[2] / "docs" / "examples" / "resnet50.py"
H, W = symbol("H"), symbol("W")


@cache
def resnet(*shape: object) -> NetworkDerivation:
    return lm.derive(lm.load(RESNET, inputs={None: shape} if shape else None)).data


def test_resnet50_on_a_page() -> None:
    assert (
        render_summary(resnet(H, W, 3))
        == """\
resnet50 · 177 layers · input (H, W, 3)

   layer            rule                       output         parameters   sees
   ────────────────────────────────────────────────────────────────────────────
   input_layer                                 (H, W, 3)               0      1
   conv1_pad        ZeroPadding2D 3            (H + 6, W + 6, 3)       0      1
   conv1_conv       Conv2D 64, 7×7, /2         (H₁, W₁, 64)        9,472      7
   conv1_bn, relu   BatchNormalization, relu   (H₁, W₁, 64)          256      7
   pool1_pad        ZeroPadding2D 1            (H₁ + 2, W₁ + 2, 64)    0      7
   pool1_pool       MaxPooling2D 3×3, /2       (H₂, W₂, 64)            0     11
   conv2_block1     12 layers, to 256          (H₂, W₂, 256)      76,928     19
   conv2_block2–3   2 × 10 layers, 71,552      (H₂, W₂, 256)     143,104     35
   conv3_block1     12 layers, to 512, /2      (H₃, W₃, 512)     383,232     51
   conv3_block2–4   3 × 10 layers, 282,368     (H₃, W₃, 512)     847,104     99
   conv4_block1     12 layers, to 1024, /2     (H₄, W₄, 1024)  1,520,128    131
   conv4_block2–6   5 × 10 layers, 1,121,792   (H₄, W₄, 1024)  5,608,960    291
   conv5_block1     12 layers, to 2048, /2     (H₅, W₅, 2048)  6,054,912    355
   conv5_block2–3   2 × 10 layers, 4,471,808   (H₅, W₅, 2048)  8,943,616    483
   avg_pool         GlobalAveragePooling2D     (2048)                  0    all
   predictions      Dense 1000, softmax        (1000)          2,049,000    all
   ────────────────────────────────────────────────────────────────────────────
   177 layers in 16 rows (--detail full shows each)
   parameters  25,636,712, of them 25,583,592 trainable
   MACs        9,408·H₁·W₁ + 212,992·H₂·W₂ + 1,212,416·H₃·W₃ + 7,077,888·H₄·W₄
               + 14,942,208·H₅·W₅ + 2,048,000
               where 32 divides H and W: 76,848·H·W + 2,048,000
   sizes       H_j = ⌈H/2^j⌉, W_j = ⌈W/2^j⌉
"""
    )


def test_in_numbers_there_is_one_count() -> None:
    text = render_summary(resnet())
    assert "   MACs        3,857,973,248\n" in text
    assert "sizes" not in text


def test_full_detail_has_a_row_for_each_layer() -> None:
    text = render_summary(resnet(), TextOptions(width=120, detail=Detail.FULL))
    assert all(layer.name in text for layer in resnet().layers)
    assert "rule" not in text


@pytest.mark.parametrize("columns", [*some(range(40, 125, 7)), 80, 200])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_window(columns: int, unicode: bool) -> None:
    for derivation in (resnet(), resnet(H, W, 3)):
        for text in (
            render_summary(derivation, TextOptions(columns, unicode=unicode)),
            render(derivation, TextOptions(columns, unicode=unicode)),
        ):
            assert max(map(width, text.split("\n"))) <= columns
            assert unicode or text.isascii()


def test_a_block_that_repeats_is_derived_once() -> None:
    text = render(resnet())
    assert "conv4_block2_1_conv · Conv2D" in text
    assert "conv4_block3_1_conv" not in text
    assert "   conv4_block2–6: these 10 layers 5 times, with the same sizes.\n" in text


def test_a_layer_that_was_derived_is_pointed_to() -> None:
    text = render(resnet())
    assert "\n   As conv2_block1_1_bn.\n" in text.replace(" " * 60, "")


def test_full_detail_derives_each_layer() -> None:
    text = render(resnet(), TextOptions(detail=Detail.FULL))
    assert all(f"  {layer.name} " in text for layer in resnet().layers)
    assert "5 times" not in text


def test_a_layer_that_is_asked_for_is_derived() -> None:
    text = render(resnet(), TextOptions(layers=frozenset({"conv4_block5_2_conv"})))
    assert "= (3·3·256 + 1)·256" in text
    assert "As conv" not in text


def test_the_json_has_every_layer() -> None:
    names = [layer.name for layer in resnet().layers]
    assert [one["name"] for one in to_summary_dict(resnet())["layers"]] == names
    layers = to_dict(resnet())["layers"]
    assert [one["name"] for one in layers] == names
    assert all(one["derivations"] for one in layers if one["type"] == "Conv2D")


def named(number: int, closed: object) -> NamedSize:
    return NamedSize(symbol(f"H_{number}"), "layer", closed, closed, "H")  # type: ignore[arg-type]


def test_sizes_that_are_halved_have_one_rule() -> None:
    write = TextOptions().style.write
    up = [named(j, CeilDiv(H, Integer(2**j))) for j in (1, 2, 3)]
    down = [named(j, FloorDiv(H, Integer(2**j))) for j in (1, 2, 3)]
    assert [write(rule) for _name, rule in halved(up)] == ["⌈H/2^j⌉"]
    assert [write(rule) for _name, rule in halved(down)] == ["⌊H/2^j⌋"]
    assert halved([*up[:2], down[2]]) == []
    assert halved([*up[:2], named(3, FloorDiv(H - 1, Integer(8)))]) == []


NESTED = """
import keras
from keras import layers

def backbone():
    i = keras.Input((32, 32, 8))
    x = i
    for n in range(12):
        x = layers.Conv2D(8, 3, padding="same", name=f"block{n}_conv")(x)
        x = layers.BatchNormalization(name=f"block{n}_bn")(x)
        x = layers.ReLU(name=f"block{n}_relu")(x)
    return keras.Model(i, x, name="backbone")

i = keras.Input((32, 32, 8))
model = keras.Model(i, layers.Flatten()(backbone()(i)))
"""


def test_a_nested_network_is_folded_too() -> None:
    derivation = lm.derive(lm.loads(NESTED)).data
    text = render(derivation)
    assert "2.2  block0_conv · Conv2D" in text
    assert "block0–11: these 3 layers 12 times" in text
    assert "block7_conv ·" not in text
    assert "2.36  block11_bn" in render(derivation, TextOptions(detail=Detail.FULL))
