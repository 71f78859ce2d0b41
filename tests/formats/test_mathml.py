"""MathML: it reads back to the same value, and it keeps to what browsers agree on."""

from __future__ import annotations

import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sympy import Integer, Rational, Symbol, floor

import layermath
from layermath.algebra.floors import CeilDiv, FloorDiv, Maximum, symbol
from layermath.algebra.written import add, mul
from layermath.derivation.records import LayerDerivation
from layermath.formats.mathml import BREAK, MathML, MathMLSetter, broken, whole
from layermath.messages import Code, Count, Extent, Name, Shape, _
from tests.exact import exact
from tests.formats.mathml_reader import plain, value

EXAMPLES = Path("docs/examples")
BARS, LINE = MathML(), MathML(bars=False)
H, W, K, S = (symbol(name) for name in "HWKS")
SETTER = MathMLSetter()


def _every(layers: tuple[LayerDerivation, ...]) -> list[LayerDerivation]:
    return [one for layer in layers for one in (layer, *_every(layer.layers))]


def indexed(name: str) -> str:
    """``F1`` is set as F with the index 1."""
    return re.sub(r"^([A-Za-z])(\d+)$", r"\1_\2", name)


@pytest.mark.parametrize("name", ["mnist_cnn", "two_convs_free", "unet", "mnist_cnn_same"])
def test_every_line_reads_back_and_equals_the_one_above(name: str) -> None:
    derivation = layermath.derive(layermath.load(EXAMPLES / f"{name}.py")).data
    chance = random.Random(name)
    definitions = {size.name: size.closed_form for size in derivation.sizes}
    lines = 0
    for layer in _every(derivation.layers):
        for quantity in layer.quantities:
            for _again in range(3):
                free: dict[Symbol, int] = {s: chance.randint(20, 90) for s in derivation.symbols}
                sizes = {one: int(exact(form, free)) for one, form in definitions.items()}
                known = {**free, **sizes}
                letters = {
                    one: int(exact(size, known)) if not isinstance(size, int) else size
                    for one, size in quantity.where.items()
                }
                found = set()
                for step in quantity.steps:
                    rule = step.kind in ("rule", "reduced")
                    named = {one.name: number for one, number in known.items()}
                    if rule:
                        named |= {one.name: number for one, number in letters.items()}
                    named |= {indexed(one): number for one, number in named.items()}
                    for style in (BARS, LINE):
                        found.add(value(whole(style.write(step.expression)), named))
                        lines += 1
                assert len(found) == 1, (layer.name, quantity.quantity, found)
    assert lines > 30


@pytest.mark.parametrize(
    ("expression", "seen"),
    [
        (add(FloorDiv(add(H, mul(Integer(-1), K)), S, evaluate=False), Integer(1)), "⌊H−KS⌋+1"),
        (CeilDiv(H, S, evaluate=False), "⌈HS⌉"),
        (Maximum(H, Integer(0)), "max(H,0)"),
        (floor(Rational(9, 2), evaluate=False), "⌊4.5⌋"),
        (mul(add(H, Integer(1)), W), "(H+1)·W"),
    ],
)
def test_what_is_read(expression: object, seen: str) -> None:
    text = whole(BARS.write(expression))
    assert plain(ElementTree.fromstring(f"<math>{text}</math>")) == seen


def test_a_floor_is_drawn_where_it_must_grow() -> None:
    assert '<mrow class="floor">' in BARS.write(FloorDiv(H, S, evaluate=False))
    assert 'class="floor"' not in LINE.write(FloorDiv(H, S, evaluate=False))
    assert 'stretchy="false"' in LINE.write(FloorDiv(H, S, evaluate=False))


def test_a_fraction_over_a_fraction_does_not_shrink() -> None:
    nested = FloorDiv(FloorDiv(H, S, evaluate=False), K, evaluate=False)
    assert '<mrow displaystyle="true">' in BARS.write(nested)


def test_thousands_stand_in_one_number() -> None:
    assert LINE.write(Integer(1413504), thousands=True) == "<mn>1,413,504</mn>"


def test_a_sum_may_be_broken_only_at_its_own_operators() -> None:
    text = BARS.write(add(H, mul(add(W, Integer(1)), K), Integer(1)))
    assert text.count(BREAK) == 2
    assert broken(text).count("<math>") == 3
    assert BREAK not in broken(text)


@pytest.mark.parametrize("name", ["<b>", "a&b", "x_<i>", "\ue000", "\ue002", '"', "H_in"])
def test_a_letter_is_only_a_letter(name: str) -> None:
    root = ElementTree.fromstring(f"<math>{LINE.write(Symbol(name))}</math>")
    assert {one.tag for one in root.iter()} <= {"math", "mi", "msub", "mtext"}


def test_a_sentence() -> None:
    said = SETTER.say(
        _(
            "{name}: {K} = {k} in {shape}, {extent} & {count} <{code}>",
            name=Name("a<b>_1"),
            K=K,
            k=3,
            shape=Shape((26, H)),
            extent=Extent((3, 3)),
            count=Count(12345),
            code=Code("</code>"),
        )
    )
    root = ElementTree.fromstring(f"<p>{said}</p>")
    assert plain(root) == "a<b>_1: K=3 in (26,H), 3×3 & 12,345 <</code>>"
    assert {one.tag for one in root.iter()} == {"p", "code", "span", "math", "mi", "mn", "mo"}


def test_no_line_begins_with_a_comma() -> None:
    assert SETTER.say(_("({K}), {k} rows", K=K, k=3)) == (
        '<span class="held">(<math><mi>K</mi></math>),</span> <math><mn>3</mn></math> rows'
    )


def test_layers_that_have_an_address_are_links() -> None:
    setter = MathMLSetter(links={"conv": "conv"})
    assert setter.say(_("as {layer}", layer=Name("conv"))) == (
        'as <a href="#conv"><code>conv</code></a>'
    )
