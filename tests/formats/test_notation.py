"""Notations: each rewrites, and none changes a value."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Symbol

from layermath import api
from layermath.algebra.floors import Letter, letter
from layermath.derivation.records import NetworkDerivation, Quantity, Step
from layermath.formats.text import TextOptions, render
from layermath.formats.text.side_by_side import render_notations
from layermath.notations import in_its_notation
from layermath.notations.files import PRESETS, named
from layermath.notations.restating import restated_rules
from layermath.notations.side_by_side import (
    compare_derivation,
    compare_rules,
    of_interest,
)
from layermath.rules.equations import Equation
from layermath.setting.notation import Notation, Spelling
from layermath.setting.styles import LATEX, UNICODE
from tests.drawing import some, tried_on
from tests.exact import exact
from tests.formats.restated import check, meant
from tests.layers.drawn import TYPES

Values: TypeAlias = "dict[Symbol, int]"


RULES = [name for name in TYPES if api.equations(name)[1]]


def values_for(old: Equation, new: Equation, notation: Notation, data: st.DataObject) -> Values:
    """A value for each letter of both: what a book does not have has no effect, a padding is one of
    two equal sides, and the output of ``same`` is what Keras gives. Where a book has no floor, the
    stride divides."""
    values: dict[Symbol, int] = {}
    for one in sorted(old.expression.free_symbols, key=str):
        values[one] = data.draw(st.integers(1, 9), str(one))
    gone = notation.absent | ({"S"} if new.expression.free_symbols.isdisjoint(STRIDES) else set())
    for name, neutral in (("D", 1), ("G", 1), ("P", 0)):
        if name in gone and letter(name) in values:
            values[letter(name)] = neutral
    if letter("P") in values:
        values[letter("P")] = 0 if "P" in notation.absent else 2 * data.draw(st.integers(0, 4))
    if letter("C_in") in values and letter("G") in values:
        values[letter("C_in")] *= values[letter("G")]
    for axis in "LHWZ":
        size = letter(f"{axis}_in")
        if old.rule in ("convolution-size", "pooling-size") and size in values:
            if "S" in gone:
                values[letter("S")] = 1
            extent = values.get(letter("D"), 1) * (values[letter("K")] - 1) + 1
            steps = data.draw(st.integers(0, 5)) * (values[letter("S")] if notation.exact else 1)
            values[size] = extent - values.get(letter("P"), 0) + steps
        if old.rule == "same-padding" and size in values:
            values[letter(f"{axis}_out")] = -(-values[size] // values[letter("S")])
    if old.rule == "transposed-valid-size":
        values[letter("D")] = 1 if "D" in notation.absent else 2
        values[letter("K")] = 3
        values[letter("E")] = values[letter("D")] * 2 + 1
    half = values.get(letter("P"), 0) // 2
    for one in new.expression.free_symbols:
        base = one.name.partition("@")[0]
        sides = {"P_side": half, "P_start": half, "P_end": half}
        known = {**{old.name: size for old, size in values.items()}, **sides}
        values.setdefault(one, known.get(base, 1))
    return values


STRIDES = [letter(name) for name in ("S", "S@1/1", "S@1/2", "S@2/2", "S@1/3", "S@2/3", "S@3/3")]


@cache
def in_every_notation(type_name: str) -> list[tuple[Notation, Equation, Equation]]:
    """Each rule of a layer type, and how each notation has it."""
    rules = api.equations(type_name)[1]
    return [
        (notation, old, new)
        for notation in PRESETS.values()
        for old, new in restated_rules(rules, notation)[0]
    ]


@pytest.mark.parametrize("type_name", RULES)
@tried_on(12)
@given(st.data())
def test_every_general_rule_keeps_its_value(type_name: str, data: st.DataObject) -> None:
    for notation, old, new in in_every_notation(type_name):
        values = values_for(old, new, notation, data)
        original = exact(old.expression, values)
        rule = Step("rule", new.rule, new.expression)
        said = Quantity("", new.symbol, new.label, (rule,), 0, MappingProxyType({}))
        assert exact(new.expression, values) == meant(said, original), (notation.name, old, new)


def formulas(type_name: str, notation: str, *, width: int = 120) -> dict[str, list[str]]:
    """What ``layermath formula`` prints, by label."""
    equations = api.equations(type_name)[1]
    restated, apart = restated_rules(equations, named(notation))
    style = replace(UNICODE, notation=apart)
    found: dict[str, list[str]] = {}
    for _old, new in restated:
        text = f"{style.write(new.symbol)} = {style.write(new.expression)}"
        found.setdefault(new.quantity, []).append(text)
    return found


@pytest.mark.parametrize(
    ("type_name", "notation", "quantity", "formula"),
    [
        ("Conv2D", "dumoulin", "output.H", "o₁ = ⌊(i₁ + 2·p − k)/s⌋ + 1"),
        ("Conv1D", "dumoulin", "output.L", "o = ⌊(i + 2·p − k)/s⌋ + 1"),
        ("Conv2D", "cs231n", "output.W", "W₂ = (W₁ − F + 2·P)/S + 1"),
        ("Conv2D", "cs231n", "params", "N = (F·F·D₁)·K + K"),
        ("Conv2D", "ng", "output.H", "n_H^[l] = ⌊(n_H^[l−1] + 2·p^[l] − f^[l])/s^[l] + 1⌋"),
        ("Conv2D", "ng", "params", "N = f^[l]·f^[l]·n_c^[l−1]·n_c^[l] + n_c^[l]"),
        (
            "Conv2D",
            "pytorch",
            "output.H",
            "H_out = ⌊(H_in + 2×padding[0] − dilation[0]×(kernel_size[0] − 1) − 1)/stride[0] + 1⌋",
        ),
        (
            "Conv2D",
            "pytorch",
            "output.W",
            "W_out = ⌊(W_in + 2×padding[1] − dilation[1]×(kernel_size[1] − 1) − 1)/stride[1] + 1⌋",
        ),
        (
            "Conv1D",
            "pytorch",
            "output.L",
            "L_out = ⌊(L_in + 2×padding − dilation×(kernel_size − 1) − 1)/stride + 1⌋",
        ),
        (
            "Conv2DTranspose",
            "pytorch",
            "output.H",
            "H_out = (H_in − 1)×stride[0] − 2×padding[0] + dilation[0]×(kernel_size[0] − 1)"
            " + output_padding[0] + 1",
        ),
        ("Dense", "pytorch", "params", "N = out_features×in_features + out_features"),
        ("Conv2DTranspose", "dumoulin", "output.H", "o′₁ = (i′₁ − 1)·s − 2·p + k + a"),
        (
            "Conv2D",
            "keras",
            "output.H",
            "H_out = ⌊(H_in − dilation_rate·(kernel_size − 1) − 1)/strides⌋ + 1",
        ),
        ("Conv2D", "keras", "output.H", "H_out = ⌊(H_in − 1)/strides⌋ + 1"),
        ("MaxPooling2D", "keras", "output.H", "H_out = ⌊(H_in − pool_size)/strides⌋ + 1"),
        ("Conv2D", "goodfellow", "output.H", "z_j = m_j − k + 1"),
        ("Conv1D", "goodfellow", "output.L", "z = m − k + 1"),
        ("Conv2D", "cs230", "output.H", "O_h = (I_h − F + P_start + P_end)/S + 1"),
        ("Conv1D", "cs230", "output.L", "O = (I − F + P_start + P_end)/S + 1"),
        ("Conv1D", "cs230", "padding.L", "P_start = ⌊max(S·⌈I/S⌉ − I + F − S, 0)/2⌋"),
        ("Conv1D", "cs230", "padding.L", "P_end = ⌈max(S·⌈I/S⌉ − I + F − S, 0)/2⌉"),
        ("Conv2D", "cs230", "params", "N = (F·F·C + 1)·K"),
        ("Dense", "cs230", "params", "N = (N_in + 1)·N_out"),
        ("Conv2D", "d2l", "output.H", "n_h′ = ⌊(n_h − k_h + p_h + s_h)/s_h⌋"),
        ("Conv2D", "d2l", "output.W", "n_w′ = ⌊(n_w − k_w + p_w + s_w)/s_w⌋"),
        ("Conv2D", "d2l", "params", "N = c_o·c_i·k_h·k_w + c_o"),
        ("Conv2D", "korean", "output.H", "OH = (H + 2·P − FH)/S + 1"),
        ("Conv2D", "korean", "output.W", "OW = (W + 2·P − FW)/S + 1"),
        ("Conv2D", "korean", "params", "N = FN·C·FH·FW + FN"),
        ("Conv2D", "distill", "output.H", "h_l = ⌊(h_{l−1} + p_l + q_l − k_l)/s_l⌋ + 1"),
        ("Conv2D", "layermath", "output.H", "H_out = ⌊(H_in + P − D·(K − 1) − 1)/S⌋ + 1"),
    ],
)
def test_the_formula_is_as_the_book_prints_it(
    type_name: str, notation: str, quantity: str, formula: str
) -> None:
    assert formula in formulas(type_name, notation)[quantity]


def derived(source: str, notation: str, **options: Any) -> str:
    """A derivation as text, at 100 columns."""
    data = api.derive(api.loads(source)).data
    return render(data, TextOptions(notation=named(notation), width=100, **options))


CONV = "keras.Sequential([keras.Input((28, 28, {c})), layers.Conv2D({f}, {k}, {more})])"


def test_cs231n_says_what_it_calls_invalid_and_the_size_is_keras_s() -> None:
    text = derived(CONV.format(c=1, f=8, k=3, more="strides=2"), "cs231n")
    assert "⌊(H₁ − F + 2·P)/S⌋ + 1" in text
    assert "CS231n calls this invalid" in text
    assert "(13, 13, 8)" in text


def test_cs231n_has_no_floor_where_the_stride_divides() -> None:
    text = derived(CONV.format(c=1, f=8, k=4, more="strides=2"), "cs231n")
    assert "(28 − 4)/2 + 1" in text
    assert "⌊" not in text.partition("The network")[0]


def test_padding_on_each_side_is_one_number_where_it_is_even() -> None:
    text = derived(CONV.format(c=1, f=8, k=3, more='padding="same"'), "ng")
    assert "p^[l] = max(" in text
    assert "on each side" in text
    assert "p_start" not in text


def test_an_odd_padding_is_told_for_each_side() -> None:
    text = derived(CONV.format(c=1, f=8, k=4, more='padding="same"'), "cs231n")
    assert "P_start = ⌊max(" in text
    assert "P_end = ⌈max(" in text
    assert "Keras puts the odd one there" in " ".join(text.split())


def test_d2l_has_the_padding_in_total_and_says_that_its_odd_one_goes_before() -> None:
    text = " ".join(derived(CONV.format(c=1, f=8, k=4, more='padding="same"'), "d2l").split())
    assert "in all: 1 before and 2 after, as Keras has it" in text
    assert "in Dive into Deep Learning the odd one goes before" in text


@pytest.mark.parametrize(
    ("notation", "shapes"),
    [
        ("pytorch", "(3, 20, 30) → (8, 18, 28)"),
        ("cs231n", "(30, 20, 3) → (28, 18, 8)"),
        ("ng", "(20, 30, 3) → (18, 28, 8)"),
    ],
)
def test_shapes_stand_in_the_order_of_the_book(notation: str, shapes: str) -> None:
    source = "keras.Sequential([keras.Input((20, 30, 3)), layers.Conv2D(8, 3)])"
    text = derived(source, notation)
    assert shapes in text
    assert "--input H,W,3" in text  # what is typed is Keras's


def test_the_legend_speaks_the_letters_of_the_notation() -> None:
    text = derived(CONV.format(c=1, f=8, k=3, more=""), "cs231n")
    assert "H₁, H₂ height" in text
    assert "K filters" in text
    assert "F kernel" in text
    assert "P padding, on each side" in text


def test_a_letter_of_the_model_stays_and_the_book_s_is_told_apart() -> None:
    text = derived("keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(F, 3)])", "cs231n")
    assert "F_kernel" in text
    assert "K = F" in text  # K filters are the model's F
    own = derived("keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(8, F)])", "cs231n")
    assert "F_kernel" not in own  # the book's F is the model's


def test_a_letter_of_the_rule_that_no_longer_clashes_is_the_book_s() -> None:
    text = derived("keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(K, 3)])", "dumoulin")
    assert "K_kernel" not in text
    assert "n = K" in text


def test_sizes_of_the_network_keep_their_names() -> None:
    source = (
        "keras.Sequential([keras.Input((H, W, 1)), layers.Conv2D(8, 3), layers.MaxPooling2D(2)])"
    )
    text = derived(source, "cs231n")
    assert "H₁ = " in text
    assert "H_in" in text


def test_latex_sets_indices() -> None:
    data = api.derive(api.loads(CONV.format(c=1, f=8, k=3, more="")))
    assert r"n_{H}^{[l-1]} + 2 \cdot p^{[l]} - f^{[l]}" in data.latex(notation=named("ng"))
    text = data.latex(notation=named("pytorch"))
    assert r"\text{kernel\_size}[0]" in text
    assert r" \times " in text
    assert r"H_{\mathrm{out}}" in text
    assert "o_{1} &=" in data.latex(notation=named("dumoulin"))


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("n_H^[l−1]", "n_{H}^{[l-1]}"),
        ("n_h′", "n_{h}'"),
        ("i′₁", "i_{1}'"),
        ("k̂", r"\hat{k}"),
        ("h_{l−1}", "h_{l-1}"),
        ("α_l", r"\alpha_{l}"),
        ("P_start", r"P_{\mathrm{start}}"),
        ("kernel_size[0]", r"\text{kernel\_size}[0]"),
        ("FH", r"\mathit{FH}"),
        ("H_in", r"H_{\mathrm{in}}"),
    ],
)
def test_a_spelling_in_latex(text: str, latex: str) -> None:
    assert LATEX.spelled(Spelling(text)) == latex


@pytest.mark.parametrize("notation", PRESETS.values(), ids=list(PRESETS))
def test_every_letter_is_ascii_in_latex(notation: Notation) -> None:
    for name in notation.letters:
        places = [name] if "@" in name or "_" in name else [name, f"{name}@1/2"]
        for spelling in map(notation.spelling, places):
            assert LATEX.spelled(spelling).isascii(), spelling
            assert spelling.ascii.isascii(), spelling


def test_ascii_has_no_other_signs() -> None:
    for name in PRESETS:
        text = derived(CONV.format(c=1, f=8, k=3, more=""), name, unicode=False)
        assert text.isascii(), name


def test_json_stays_in_layermath_s_letters() -> None:
    derivation = api.derive(api.loads(CONV.format(c=1, f=8, k=3, more="")))
    before = derivation.to_dict()
    derivation.latex(notation=named("ng"))
    assert derivation.to_dict() == before


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@cache
def example_of(name: str) -> NetworkDerivation:
    """The derivation of one of the examples in the documentation."""
    return api.derive(api.load(EXAMPLES / f"{name}.py")).data


@pytest.mark.parametrize("example", ["mnist_cnn_free", "two_convs_free", "unet", "mnist_cnn_same"])
@pytest.mark.parametrize("notation", PRESETS)
def test_a_network_in_a_notation(example: str, notation: str) -> None:
    """Every line comes to what it came to; no letter is written as a symbol of the model that it
    does not stand for."""
    old = example_of(example)
    new, options = in_its_notation(old, TextOptions(notation=named(notation)))
    values = {one: number for number, one in zip(range(40, 90, 3), old.symbols, strict=False)}
    values |= {one: 2 for one in old.symbols if one.name == "K"}
    own = {options.style.write(one) for one in old.symbols}
    for size in old.sizes:
        values[size.name] = int(exact(size.closed_form, values))
        own.add(options.style.write(size.name))
    for before, after in zip(old.layers, new.layers, strict=True):
        originals = {one.quantity: one for one in before.quantities}
        for quantity in after.quantities:
            name = quantity.quantity.replace("padding_end", "padding")
            check(originals[name], quantity, values)
            for step in quantity.steps:
                for one in step.expression.free_symbols:
                    if isinstance(one, Letter) and options.style.write(one) in own:
                        assert options.style.write(quantity.where[one]) == options.style.write(one)
        assert after.params == before.params
        assert all(
            sorted(map(str, a)) == sorted(map(str, b))
            for a, b in zip(after.shown_outputs, before.shown_outputs, strict=True)
        )


def test_a_derivation_is_put_into_its_notation_once() -> None:
    old = example_of("mnist_cnn_same")
    for name in PRESETS:
        once = in_its_notation(old, TextOptions(notation=named(name)))
        assert in_its_notation(*once) == once


# Two side by side ----------------------------------------------------------------------------


@cache
def data_of(source: str) -> NetworkDerivation:
    """The derivation of a source."""
    return api.derive(api.loads(source)).data


def compared(source: str, one: str, other: str, width: int = 80) -> str:
    data = data_of(source)
    pairs = of_interest(compare_derivation(data, (named(one), named(other)), None))
    return render_notations(data.name, pairs, TextOptions(width=width))


def test_two_notations_stand_side_by_side_with_the_reason_why_they_are_equal() -> None:
    source = CONV.format(c=1, f=8, k=3, more="strides=2")
    text = compared(source, "dumoulin", "pytorch")
    assert "Dumoulin and Visin                      PyTorch" in text
    assert "o₁ = ⌊(i₁ + 2·p − k)/s⌋ + 1" in text
    assert "= ⌊13.5⌋" in text
    assert "= ⌊12.5⌋ + 1" in text
    assert "⌊x⌋ + 1 = ⌊x + 1⌋ for every x" in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("one", [*PRESETS, "layermath"])
@pytest.mark.parametrize("other", some([*PRESETS, "layermath"]))
def test_any_two_can_be_compared_and_come_to_the_same(one: str, other: str) -> None:
    source = CONV.format(c=3, f=8, k=3, more="strides=2")
    data = data_of(source)
    for pair in compare_derivation(data, (named(one), named(other)), None):
        assert pair.left.lines[-1] == pair.right.lines[-1]
        assert isinstance(pair.left.lines[-1], Integer)
    for width in (40, 80, 120):
        assert compared(source, one, other, width)


def test_rules_are_compared_without_a_model() -> None:
    equations = api.equations("Conv2D")[1]
    pairs = of_interest(compare_rules(equations, (named("ng"), named("d2l"))))
    text = render_notations("Conv2D", pairs, TextOptions())
    assert "n_h′ = ⌊(n_h − k_h + p_h + s_h)/s_h⌋" in text
    assert "both sides together" in text
