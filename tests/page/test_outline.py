"""What a page says, elides and folds: decided once, and said by every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

import layermath as lm
from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats import html, markdown, typst
from layermath.formats.latex import LatexOptions, Level
from layermath.formats.latex import render as latex
from layermath.formats.text import TextOptions
from layermath.formats.text import render as text
from layermath.page.outline import Outline, Section
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import UNICODE

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SAY = TextSetter().say

RESIDUAL = """
x = inputs = keras.Input((8, 8, 4))
y = layers.Conv2D(4, 3, padding="same")(x)
y = layers.Conv2D(4, 3, padding="same")(y)
outputs = layers.Dense(2)((x + y) @ keras.ops.ones((4, 6)))
model = keras.Model(inputs, outputs)
"""

FORMATS: Mapping[str, Callable[[NetworkDerivation], str]] = {
    "text": lambda one: text(one, TextOptions(width=120)),
    "latex": lambda one: latex(one, LatexOptions(), Level.FRAGMENT),
    "input": lambda one: latex(one, LatexOptions(), Level.INPUT),
    "article": lambda one: latex(one, LatexOptions(), Level.ARTICLE),
    "beamer": lambda one: latex(one, LatexOptions(), Level.BEAMER),
    "markdown": markdown.render,
    "typst": typst.render,
    "html": html.render,
}


@cache
def example(name: str) -> NetworkDerivation:
    return lm.derive(lm.load(EXAMPLES / f"{name}.py")).data


@cache
def residual() -> NetworkDerivation:
    return lm.derive(lm.loads(RESIDUAL)).data


def lines(section: Section, quantity: str) -> list[str]:
    """The lines of a quantity: ``13 − 3 + 1 = 11 | as conv2d; now H_in = 13``."""
    (found,) = [one for one in section.derived if one.quantity.quantity == quantity]
    return [
        " | ".join(
            filter(
                None,
                (
                    " = ".join(UNICODE.write(one, thousands=True) for one in line.expressions),
                    "; ".join(map(SAY, line.reasons)),
                ),
            )
        )
        for line in found.lines
    ]


def sections(derivation: NetworkDerivation, detail: Detail = Detail.NORMAL) -> dict[str, Section]:
    return {one.layer.name: one for one in Outline(derivation, detail).sections}


def test_the_first_of_a_kind_starts_from_the_rule() -> None:
    first = sections(example("mnist_cnn"))["conv2d"]
    assert lines(first, "params") == [
        "(K·K·C_in/G + 1)·F",
        "(K·K·C_in + 1)·F | G = 1: a filter has K·K weights on each channel, and one bias in all",
        "(3·3·1 + 1)·32",
        "(9 + 1)·32 | 9 weights and a bias, 32 times",
        "10·32",
        "320",
    ]


def test_the_next_starts_at_its_numbers_on_one_line() -> None:
    second = sections(example("mnist_cnn"))["conv2d_1"]
    assert lines(second, "output.H") == ["13 − 3 + 1 = 11 | as conv2d; now H_in = 13"]
    assert second.derived[0].known is not None


def test_a_floor_that_cuts_is_never_elided() -> None:
    pool = sections(example("mnist_cnn"))["max_pooling2d_1"]
    assert lines(pool, "output.H")[1:] == [
        "⌊4.5⌋ + 1 | 2 does not divide 9: 1/2 of a step is left over, where no window fits",
        "5",
    ]


def test_what_is_as_before_is_said_in_one_sentence() -> None:
    pool = sections(example("mnist_cnn"))["max_pooling2d_1"]
    assert {one.quantity.quantity for one in pool.derived} == {"output.H"}
    assert SAY(pool.notes[0][0]) == "C_out = 32 and N = 0, as max_pooling2d."


def test_an_axis_alike_is_said_so() -> None:
    first = sections(example("mnist_cnn"))["conv2d"]
    assert lines(first, "output.W") == ["26 | in the same way"]


def test_full_detail_elides_nothing() -> None:
    full = sections(example("mnist_cnn"), Detail.FULL)["conv2d_1"]
    assert len(full.derived) == len(full.layer.quantities)
    assert all(one.known is None for one in full.derived)
    assert all(len(line.expressions) == 1 for one in full.derived for line in one.lines)


def test_of_what_repeats_the_first_stands_for_all() -> None:
    found = sections(example("resnet50"))
    behind = [SAY(sentence) for one in found.values() for sentence in one.behind]
    assert "conv4_block2–6: these 10 layers 5 times, with the same sizes." in behind
    assert "conv4_block3_1_conv" not in found
    assert [one.number for one in found.values()] == sorted(
        (one.number for one in found.values()), key=int
    )
    assert len(sections(example("resnet50"), Detail.FULL)) == 177


def test_an_operation_stands_where_it_happens() -> None:
    names = [(one.number, one.layer.name) for one in Outline(residual()).sections]
    assert names == [
        ("1", "input_layer"),
        ("2", "conv2d"),
        ("3", "conv2d_1"),
        ("4", "add"),
        ("5", "matmul"),
        ("6", "dense"),
    ]


def test_with_layers_chosen_what_is_inside_them_is_shown() -> None:
    source = """
inner = keras.Sequential([layers.Dense(3), layers.Dense(4)], name="inner")
model = keras.Sequential([keras.Input((2,)), inner, layers.Dense(5)])
"""
    derivation = lm.derive(lm.loads(source)).data
    chosen = Outline(derivation, layers=frozenset({"inner"})).sections
    assert [one.number for one in chosen] == ["1", "1.1", "1.2"]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_every_section(name: str) -> None:
    page = FORMATS[name](residual())
    places = [page.rfind(one) for one in ("conv2d", "matmul", "dense")]
    assert all(place > 0 for place in places)
    assert "1,536" in page or "1{,}536" in page  # MACs of the product between the layers
    assert "Operations on tensors" not in page


@pytest.mark.parametrize("name", FORMATS)
def test_a_line_that_is_lost_is_lost_in_every_format(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each format prints the lines of the page: without them, it has none of its own."""
    before = FORMATS[name](example("mnist_cnn"))
    monkeypatch.setattr("layermath.page.outline._stays", lambda step: False)
    monkeypatch.setattr("layermath.page.outline._on_one_line", lambda *_lines, **_how: None)
    assert FORMATS[name](example("mnist_cnn")) != before
