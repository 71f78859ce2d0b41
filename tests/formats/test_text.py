"""The text: what stands in it, where its columns are, and that nothing runs over the edge."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sympy import Integer

from layermath.algebra.floors import CeilDiv, FloorDiv, symbol
from layermath.algebra.written import add, mul
from layermath.derivation.records import Detail, LayerDerivation, ModelInput, NetworkDerivation
from layermath.formats.text import TextOptions, find, render, render_formula, render_summary
from layermath.messages import Code, _
from layermath.rules.equations import Equation
from layermath.setting.measure import width, wrap, wrap_formula
from tests.drawing import some

pytestmark = pytest.mark.quick

ANSI = re.compile(r"\x1b\[\d+m")


def lines_of(text: str) -> list[str]:
    return text.split("\n")


def test_the_answer_comes_first(numbers: NetworkDerivation) -> None:
    assert render(numbers).startswith("""\
cnn · 3 layers · input (15, 15, 1): height, width, channels

   layer            output          parameters         MACs     sees
   ─────────────────────────────────────────────────────────────────
   conv2d           (13, 13, 32)           320       48,672      3×3
   conv2d_1         (11, 11, 32)         9,248    1,115,136      3×3
   max_pooling2d    (5, 5, 32)               0            –    10×10
   ─────────────────────────────────────────────────────────────────
   total                                 9,568    1,163,808

   N parameters · M MACs · H height · W width · C channels · F filters
""")


def test_the_first_layer_of_a_kind_starts_from_the_general_rule(numbers: NetworkDerivation) -> None:
    assert """
1  conv2d · Conv2D(32, 3×3, relu)                     (15, 15, 1) → (13, 13, 32)
   height      H_out = ⌊(H_in + P − K)/S⌋ + 1
                     = H_in − K + 1           P = 0 (valid), S = 1: the places
                     = 15 − 3 + 1             where K rows fit into H_in
                     = 13
   width       W_out = 13                     in the same way
   parameters      N = (K·K·C_in + 1)·F
                     = (3·3·1 + 1)·32         a filter is as deep as its input,
                     = 10·32                  and has one bias
                     = 320
""" in render(numbers)


def test_the_next_one_starts_at_its_numbers(numbers: NetworkDerivation) -> None:
    text = render(numbers)
    second = text[text.index("2  conv2d_1") : text.index("3  max_pooling2d")]
    assert "   height      H_out = 13 − 3 + 1 = 11        as conv2d; now H_in = 13\n" in second
    assert "width" not in second
    full = render(numbers, TextOptions(detail=Detail.FULL))
    second = full[full.index("2  conv2d_1") : full.index("3  max_pooling2d")]
    assert "⌊(H_in + P − K)/S⌋ + 1" in second
    assert "width" in second


def test_a_layer_that_is_shown_alone_is_explained_in_full(numbers: NetworkDerivation) -> None:
    text = render(numbers, TextOptions(layers=frozenset({"conv2d_1"})))
    assert "⌊(H_in + P − K)/S⌋ + 1" in text
    assert "as conv2d" not in text
    assert "In all 3 layers: 9,568 parameters" in text
    assert "max_pooling2d" not in text


def test_a_floor_that_cuts_is_drawn(numbers: NetworkDerivation) -> None:
    assert """
                     = ⌊4.5⌋ + 1              half a step is left over
                     = 4 + 1
                     = 5

               row   1  2  3  4  5  6  7  8  9 10 11
                     └──┘  └──┘  └──┘  └──┘  └──┘  ╳
               out    1     2     3     4     5
""" in render(numbers)


def test_brief_is_a_line_a_layer(numbers: NetworkDerivation) -> None:
    assert (
        render(numbers, TextOptions(detail=Detail.BRIEF))
        == """\
1  conv2d         15 − 3 + 1 = 13                 (3·3·1 + 1)·32 = 320
2  conv2d_1       13 − 3 + 1 = 11                 (3·3·32 + 1)·32 = 9,248
3  max_pooling2d  ⌊(11 − 2)/2⌋ + 1 = 5  drops 1   0
                                                  ───────────────────────
                                                  9,568
"""
    )


def test_the_named_sizes_stand_before_the_layers(letters: NetworkDerivation) -> None:
    text = render(letters)
    assert text.startswith("pools · 2 layers · input (H, 6, 2) · H ≥ 4\n")
    assert re.search(r"H₁ +pool +⌊H/2⌋ +⌊H/2⌋", text)
    assert "   height         H₁ = ⌊(H_in − K)/S⌋ + 1\n" in text
    assert "(H₁, 3, 2) → (⌊H₁/2⌋, 1, 2)" in text


@pytest.mark.parametrize("detail", list(Detail))
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_window(
    numbers: NetworkDerivation, letters: NetworkDerivation, unicode: bool, detail: Detail
) -> None:
    for columns in (*some(range(40, 141)), 80, 200, 500):
        options = TextOptions(columns, detail, unicode)
        for derivation in (numbers, letters):
            for text in (render(derivation, options), render_summary(derivation, options)):
                assert max(width(line) for line in lines_of(text)) <= columns
                assert not any(line.endswith(" ") for line in lines_of(text))


@pytest.mark.parametrize("columns", range(64, 121, 8))
def test_the_signs_of_equality_stand_under_each_other(
    numbers: NetworkDerivation, columns: int
) -> None:
    rows = [
        line
        for line in lines_of(render(numbers, TextOptions(columns)))
        if re.match(r" {3}(\S+ +\S+|  +) = ", line) and not line.startswith("   parameters  3")
    ]
    assert len(rows) > 15
    assert {line.index("= ") for line in rows} == {21}


@pytest.mark.parametrize("columns", [30, 20, 5, 0, -1])
def test_a_window_that_is_far_too_narrow_raises_nothing(
    numbers: NetworkDerivation, letters: NetworkDerivation, columns: int
) -> None:
    for derivation in (numbers, letters):
        for detail in Detail:
            assert render(derivation, TextOptions(columns, detail))


def test_colour_changes_nothing_but_colour(numbers: NetworkDerivation) -> None:
    coloured = render(numbers, TextOptions(colour=True))
    assert ANSI.sub("", coloured) == render(numbers)
    assert "\x1b[1m9,248\x1b[0m" in coloured
    assert "13 − 3 + 1 = \x1b[1m11\x1b[0m" in coloured
    assert "\x1b[31m╳\x1b[0m" in coloured
    assert "\x1b[2mas conv2d; now H_in = 13\x1b[0m" in coloured
    assert "\x1b" not in render(numbers)


def test_ascii_is_ascii(numbers: NetworkDerivation, letters: NetworkDerivation) -> None:
    for derivation in (numbers, letters):
        for detail in Detail:
            assert render(derivation, TextOptions(detail=detail, unicode=False)).isascii()


def test_a_hostile_name_moves_nothing(numbers: NetworkDerivation) -> None:
    name = "\x1b[2J\r\n" + "x" * 300
    first = replace(numbers.layers[0], name=name)
    hostile = replace(numbers, name=name, layers=(first, *numbers.layers[1:]))
    for detail in Detail:
        text = render(hostile, TextOptions(detail=detail))
        assert "\x1b" not in text
        assert "\r" not in text
    assert r"\x1b[2J\r\n" in render(hostile)


def test_a_nested_model_is_numbered_within(numbers: NetworkDerivation) -> None:
    inner: LayerDerivation = replace(numbers.layers[1], name="inner", order=1)
    outer = replace(numbers.layers[2], name="block", type="Functional", layers=(inner,), title=())
    text = render(replace(numbers, layers=(numbers.layers[0], replace(outer, order=2))))
    assert "\n2  block · Functional " in text
    assert "\n2.1  inner · Conv2D(32, 3×3, relu) " in text


def test_a_shared_layer_lists_its_calls(numbers: NetworkDerivation) -> None:
    shared = replace(numbers.layers[0], calls=((((9, 9, 1),), ((7, 7, 32),)),))
    text = render(replace(numbers, layers=(shared,)))
    assert "Called again, with the same parameters: (9, 9, 1) → (7, 7, 32)" in text


def test_several_inputs_are_named(numbers: NetworkDerivation) -> None:
    inputs = (ModelInput("image", (15, 15, 1)), ModelInput("age", (1,)))
    text = render(replace(numbers, inputs=inputs))
    assert "inputs image (15, 15, 1), age (1)" in text


# Find ----------------------------------------------------------------------------------------


def test_find_shows_where_a_number_comes_from(numbers: NetworkDerivation) -> None:
    assert (
        find(numbers, 9248, TextOptions())
        == """\
2  conv2d_1 · Conv2D(32, 3×3, relu)                  (13, 13, 32) → (11, 11, 32)
   parameters      N = (K·K·C_in + 1)·F
                     = (3·3·32 + 1)·32        a filter is as deep as its input,
                     = 289·32                 and has one bias
                     = 9,248
"""
    )


def test_find_shows_the_general_rule_even_where_it_was_explained(
    numbers: NetworkDerivation,
) -> None:
    found = find(numbers, 11, TextOptions())
    assert found is not None
    assert "⌊(H_in + P − K)/S⌋ + 1" in found


def test_find_adds_up_a_total(numbers: NetworkDerivation) -> None:
    assert (
        find(numbers, 9568, TextOptions())
        == """\
The network as a whole
   parameters      N = 320 + 9,248            all layers together
                     = 9,568
"""
    )


def test_find_looks_into_the_arithmetic_and_then_gives_up(numbers: NetworkDerivation) -> None:
    found = find(numbers, 289, TextOptions())
    assert found is not None
    assert "289·32" in found
    assert find(numbers, 289289, TextOptions()) is None


# Formula -------------------------------------------------------------------------------------


def test_a_rule_of_another_axis_is_said_once() -> None:
    h, w, s, k = (symbol(name) for name in ("H_in", "W_in", "S", "K"))
    valid, same = (_("with {code}", code=Code(f'padding="{name}"')) for name in ("valid", "same"))
    rules = [
        Equation(f"output.{axis}", symbol(f"{axis}_out"), rule, _(label), expression, when=when)
        for axis, label, size in (("H", "height", h), ("W", "width", w))
        for rule, expression, when in (
            ("valid", FloorDiv(add(size, mul(Integer(-1), k)), s, evaluate=False), valid),
            ("same", CeilDiv(size, s), same),
        )
    ]
    assert (
        render_formula("Pool", rules, TextOptions())
        == """\
Pool

   height      H_out = ⌊(H_in − K)/S⌋         with padding="valid"
               H_out = ⌈H_in/S⌉               with padding="same"
   width       W_out = …                      in the same way
"""
    )


# Measure -------------------------------------------------------------------------------------


def test_wide_characters_take_two_columns() -> None:
    assert width("높이 H") == 6
    assert width("e\u0301") == 1
    assert width("⌊H₁·2⌋") == 6


def test_a_formula_breaks_before_an_operator_outside_parentheses() -> None:
    assert wrap_formula("(3·3·32 + 1)·32 + (5 − 1)·2 = 9,256", 24) == [
        "(3·3·32 + 1)·32",
        "+ (5 − 1)·2 = 9,256",
    ]
    assert wrap_formula("max(H − 2, 0)", 13) == ["max(H − 2, 0)"]
    assert wrap_formula("unbreakable", 4) == ["unbreakable"]


def test_prose_keeps_short_formulas_together() -> None:
    assert wrap("the filters that come in here: F = 32 of them", 33) == [
        "the filters that come in here:",
        "F = 32 of them",
    ]
