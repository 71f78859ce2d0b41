"""Typst: what it looks like, that no name breaks out of it, and (where the ``typst`` wheel is) that
every document compiles as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sympy import Symbol

import layermath as lm
from layermath.api import equations
from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.typst import TypstOptions, render
from layermath.formats.typst.style import TYPST, TypstSetter
from layermath.messages import Code, Name, _
from layermath.notations.files import PRESETS
from layermath.notations.restating import restated_rules
from layermath.setting.language import language, languages
from tests.layers.drawn import TYPES
from tests.layers.keras_cases import cases

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

HOSTILE = (
    "a_b*c*",
    "#panic()",
    '"); #panic("',
    "$x$",
    "[",
    "]",
    "\\",
    "\\]",
    "@label",
    "<script>",
    "`raw",
    "// comment",
    "/* open",
    "= heading",
    "- item",
    "1. item",
    "~'\"",
    "https://example.org",
    "\x1b[31m",
    "block_1-conv%",
    "\ue000x\ue001",
    "필터",
    "\u202ereversed",
)


def named(derivation: NetworkDerivation, name: str) -> NetworkDerivation:
    """The derivation, its model, first layer and everything that refers to them called ``name``."""
    first = replace(derivation.layers[0], name=name, type=name)
    later = tuple(
        replace(
            layer,
            quantities=tuple(
                replace(one, after=name) if one.after else one for one in layer.quantities
            ),
        )
        for layer in derivation.layers[1:]
    )
    return replace(derivation, name=name, layers=(first, *later))


def test_a_layer(numbers: NetworkDerivation) -> None:
    text = render(numbers)
    head = '[#"Conv2D(32, 3×3, relu)";], [$(13, 13, 32) → (11, 11, 32)$])'
    assert rf"#lm-layer([2], [conv2d\_1], {head}" in text
    assert '[height], $H_("out")$,\n  ($= 13 - 3 + 1 = bold(11)$, [as conv2d;' in text
    assert '($= bold("9,248")$, none),' in text


def test_mathematics() -> None:
    assert TYPST.symbol("H_1") == "H_(1)"
    assert TYPST.symbol("C_in") == 'C_("in")'
    assert TYPST.symbol("filters") == 'italic("filters")'
    assert TYPST.symbol('a"b') == r'italic("a\"b")'
    assert TYPST.write(12345) == "12345"
    assert TYPST.write(12345, thousands=True) == '"12,345"'
    h = Symbol("H", integer=True)
    assert TYPST.write(h / 2) == "frac(H, 2)"
    assert replace(TYPST, bars=False).write(h / 2) == r"H\/2"


def test_a_sentence() -> None:
    say = TypstSetter().say
    k = Symbol("K")
    assert say(_("{letter} = {value}", letter=k, value=3)) == "$K = 3$"
    assert say(_("now {letter} = {value}", letter=k, value=3)) == "now $K = 3$"
    assert say(_("{code} [1]", code=Code('padding="same"'))) == (r'#raw("padding=\"same\""); \[1\]')
    assert say(_("as {layer}.", layer=Name("a_b"))) == r"as a\_b."


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_a_name(numbers: NetworkDerivation, name: str) -> None:
    """Nothing that Typst would act on stands outside a string without its backslash."""
    text = render(named(numbers, name))
    heading = next(line for line in text.splitlines() if line.startswith("#lm-title(["))
    shown = re.sub(r"\\.", "", heading.removeprefix("#lm-title([").partition("], (")[0])
    assert not set(shown) & set('#$[]*_`<>@~"/\x1b\ue000\ue001\u202e'), heading


def test_layers_can_be_chosen(numbers: NetworkDerivation) -> None:
    text = render(numbers, TypstOptions(layers=frozenset({"conv2d_1"})))
    assert r"[conv2d\_1]" in text
    assert "#lm-table(right" not in text
    assert text.count("\n#lm-layer(") == 1


def test_brief_has_the_tables_alone(numbers: NetworkDerivation) -> None:
    text = render(numbers, TypstOptions(Detail.BRIEF))
    assert "#lm-table(right" in text
    assert "\n#lm-layer(" not in text


# What compiles -----------------------------------------------------------------------------------


def compiled(source: str) -> int:
    """How many pages a document has. Raises where Typst finds a mistake in it."""
    typst: Any = pytest.importorskip("typst")
    pages = typst.compile(source.encode(), format="svg")
    return len(pages) if isinstance(pages, list) else 1


def text_of(source: str) -> list[str]:
    """The titles of the parts of a document, as Typst reads them."""
    typst: Any = pytest.importorskip("typst")
    import json

    found = json.loads(typst.query(source.encode(), "heading"))
    return [_plain(one["body"]) for one in found]


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(_plain, content))
    if isinstance(content, dict):
        if content.get("func") == "space":
            return " "
        return "".join(
            _plain(content[key]) for key in ("text", "body", "child", "children") if key in content
        )
    return ""


@pytest.mark.typeset
@pytest.mark.parametrize("detail", list(Detail))
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_compiles(path: Path, detail: Detail) -> None:
    derivation = lm.derive(lm.load(path)).data
    pages = compiled(render(derivation, TypstOptions(detail)))
    assert pages <= (20 if detail < Detail.FULL else 120)


@pytest.mark.typeset
@pytest.mark.parametrize("notation", sorted(PRESETS))
def test_a_notation_compiles(notation: str) -> None:
    for name in ("mnist_cnn_same", "two_convs_free", "unet"):
        derivation = lm.derive(lm.load(EXAMPLES / f"{name}.py")).data
        compiled(render(derivation, TypstOptions(notation=PRESETS[notation])))


@pytest.mark.typeset
@pytest.mark.parametrize("code", languages())
def test_a_language_compiles(code: str) -> None:
    spoken = language(code)
    assert spoken is not None
    for name in ("mnist_cnn", "mnist_cnn_free", "resnet50"):
        derivation = lm.derive(lm.load(EXAMPLES / f"{name}.py")).data
        compiled(render(derivation, TypstOptions(language=spoken)))


@pytest.mark.typeset
@pytest.mark.parametrize("notation", sorted(PRESETS))
def test_the_rules_of_every_layer_type_compile(notation: str) -> None:
    """All of them in one document, as compiling one costs less than starting to."""
    lines = []
    for type_name in TYPES:
        rules, spelled = restated_rules(equations(type_name)[1], PRESETS[notation])
        options = TypstOptions(notation=spelled)
        for _old, new in rules:
            symbol, right = map(options.display.write, (new.symbol, new.expression))
            said = "; ".join(map(options.setter.say, filter(None, (new.when, new.reason))))
            lines.append(f"#par[$ {symbol} = {right} $ {said}]")
    assert len(lines) > len(TYPES)
    compiled("\n".join(lines))


def answered() -> Iterator[str]:
    """A model with one layer, for every layer type that takes one tensor."""
    seen: set[str] = set()
    for case in cases():
        shapes = case.inputs
        if case.type_name in seen or case.call != "layer(x)" or len(shapes) != 1:
            continue
        if case.refused or None in shapes[0]:
            continue
        seen.add(case.type_name)
        yield f"keras.Sequential([keras.Input({shapes[0]!r}), {case.source}])"


@pytest.mark.typeset
def test_a_derivation_of_every_layer_type_compiles() -> None:
    parts, preamble = [], ""
    for source in answered():
        text = render(lm.derive(lm.loads(source)).data, TypstOptions(Detail.FULL))
        preamble, title, body = text.partition("\n#lm-title(")
        parts.append(title + body)
    assert len(parts) > 60
    compiled(preamble + "".join(parts))


@pytest.mark.typeset
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_out_as_text(
    numbers: NetworkDerivation, letters: NetworkDerivation, name: str
) -> None:
    typst: Any = pytest.importorskip("typst")
    source = render(named(numbers, name))
    title = text_of(source)[0]
    if name.isascii() and name.isprintable():
        assert title.replace("’", "'").replace("”", '"') == name
    typst.compile(render(named(letters, name)).encode(), format="svg")
