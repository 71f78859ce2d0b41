"""The page: whole, readable, without a way out, and safe from the names in a model."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

import layermath
from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.html import HtmlOptions, render, render_cell
from layermath.formats.html.stylesheet import DARK, LIGHT, NOTEBOOK, PAGE
from layermath.notations.files import PRESETS
from layermath.page.outline import Outline
from tests.formats.mathml_reader import plain

EXAMPLES = Path("docs/examples")
NAMES = ["mnist_cnn", "two_convs_free", "unet", "conv1d", "mnist_cnn_free", "resnet50"]
SPACE = "{http://www.w3.org/1999/xhtml}"
LIMIT = 2_000_000
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x>',
    "a&b;",
    "</style>",
    "x\u202e\x1b[31m",
    "]]>",
]


@cache
def example(name: str) -> NetworkDerivation:
    return layermath.derive(layermath.load(EXAMPLES / f"{name}.py")).data


@cache
def page_of(name: str) -> str:
    """The page of an example, as it is by default."""
    return render(example(name))


@cache
def root_of(name: str) -> ElementTree.Element:
    """The same as XML, to be read only."""
    return parsed(page_of(name))


def parsed(page: str) -> ElementTree.Element:
    """The page as XML; names of elements without their namespace."""
    doctype, text = page.split("\n", 1)
    assert doctype == "<!DOCTYPE html>"
    root = ElementTree.fromstring(text)
    for one in root.iter():
        one.tag = re.sub(r"^\{.*\}", "", one.tag)
    return root


@pytest.mark.parametrize("name", NAMES)
def test_it_is_well_formed_and_no_address_is_used_twice(name: str) -> None:
    root = root_of(name)
    addresses = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(addresses) == len(set(addresses)) > 2
    links = [one.attrib["href"] for one in root.iter("a")]
    assert {link[1:] for link in links} <= set(addresses)
    assert len(root.findall(".//h1")) == 1
    assert root.find(".//nav") is not None


@pytest.mark.parametrize("name", NAMES)
def test_it_needs_nothing_beside_it(name: str) -> None:
    assert "default-src 'none'; style-src 'unsafe-inline'" in page_of(name)
    root = root_of(name)
    tags = {one.tag for one in root.iter()}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for one in root.iter():
        assert not any(name.startswith("on") or name == "src" for name in one.attrib)
        assert one.attrib.get("href", "#").startswith("#")
    for sheet in (PAGE, NOTEBOOK):
        assert "url(" not in sheet
        assert "@import" not in sheet
        assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_large(name: str) -> None:
    assert len(page_of(name).encode()) < LIMIT / 4


def test_a_page_of_429_layers_is_not_too_large() -> None:
    text = gzip.decompress(Path("tests/data/keras_models/DenseNet121.json.gz").read_bytes())
    derivation = layermath.derive(layermath.loads(text.decode()))
    page = derivation.html()
    assert len(page.encode()) < LIMIT
    parsed(page)


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("name", ["mnist_cnn", "mnist_cnn_free"])
def test_every_notation_makes_a_page(name: str, preset: str) -> None:
    root = parsed(render(example(name), HtmlOptions(notation=PRESETS[preset])))
    assert not [one for one in root.iter() if one.tag in ("mi", "mtext") and "^" in plain(one)]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_on_the_page(name: str) -> None:
    root = root_of(name)
    outline = Outline(example(name))
    shown = [one for section in outline.sections for one in section.derived]
    lines = [line for one in shown if one.quantity.like is None for line in one.lines]
    found = [one for one in root.iter("div") if one.attrib.get("class", "").startswith("line")]
    assert sum(one.attrib["class"] in ("line", "line long") for one in found) >= len(lines)
    for one in found:
        if one.attrib["class"] != "lines":
            right = next(part for part in one if part.attrib["class"] == "right")
            assert plain(right).startswith("=")


def test_what_is_seen_in_a_summary_is_the_result() -> None:
    root = root_of("mnist_cnn")
    text = [" ".join(plain(one).split()) for one in root.iter("summary")]
    assert "HeightHout=26" in text
    assert "ParametersN=102,528" in text
    assert "Heightas max_pooling2d; now Hin=11Hout=5" in text


def test_there_is_no_link_in_what_unfolds() -> None:
    for name in NAMES:
        for one in root_of(name).iter("summary"):
            assert one.find(".//a") is None


def test_the_first_use_of_a_rule_stands_open_and_what_is_known_is_shut() -> None:
    root = root_of("mnist_cnn")
    sections = {one.attrib.get("id"): one for one in root.iter("section")}
    first, again = sections["conv2d"], sections["dense_1"]
    assert [one for one in first.iter("details") if "open" in one.attrib]
    assert not [one for one in again.iter("details") if "open" in one.attrib]
    cut = sections["max_pooling2d_1"]
    assert [one for one in cut.iter("details") if "open" in one.attrib]


def test_at_full_detail_everything_stands_open() -> None:
    page = render(example("mnist_cnn"), HtmlOptions(Detail.FULL))
    assert all("open" in one.attrib for one in parsed(page).iter("details"))


def test_what_was_put_in_is_marked() -> None:
    root = root_of("mnist_cnn")
    marked = [plain(one) for one in root.iter("mrow") if one.attrib.get("class") == "put"]
    assert marked[:2] == ["28", "3"]


def test_what_is_lost_is_said_once_in_red() -> None:
    root = root_of("mnist_cnn")
    red = [plain(one) for one in root.iter("em")]
    assert red == ["The last 2 rows and columns of the input reach no output of max_pooling2d_1."]
    assert not list(root_of("conv1d").iter("em"))


def test_a_large_network_is_folded() -> None:
    root = root_of("resnet50")
    rows = root.findall(".//tbody/tr")
    assert len(rows) == len(example("resnet50").rows)
    blocks = [one for one in root.iter("details") if one.attrib.get("class") == "block"]
    assert len(blocks) == 8
    assert sum("open" in one.attrib for one in blocks) == 2


def test_layers_can_be_chosen() -> None:
    page = render(example("mnist_cnn"), HtmlOptions(layers=frozenset({"dense"})))
    layers = [one for one in parsed(page).iter("section") if "layer" in one.attrib.get("class", "")]
    assert [one.attrib["id"] for one in layers] == ["dense"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_a_name(numbers: NetworkDerivation, name: str) -> None:
    first = replace(numbers.layers[0], name=name, type=name)
    later = tuple(
        replace(
            layer,
            quantities=tuple(
                replace(one, after=name) if one.after else one for one in layer.quantities
            ),
        )
        for layer in numbers.layers[1:]
    )
    hostile = replace(numbers, name=name, source=name, layers=(first, *later))
    page = render(hostile)
    plainly = {one.tag for one in parsed(render(numbers)).iter()}
    root = parsed(page)
    assert {one.tag for one in root.iter()} <= plainly
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "<script" not in page
    ElementTree.fromstring(render_cell(hostile))


def test_names_that_are_the_page_s_own_get_another_address(numbers: NetworkDerivation) -> None:
    layers = tuple(
        replace(layer, name=name)
        for layer, name in zip(numbers.layers, ["contents", "layer-2", "two words"], strict=True)
    )
    root = parsed(render(replace(numbers, layers=layers)))
    addresses = [one.attrib["id"] for one in root.iter() if "id" in one.attrib]
    assert len(addresses) == len(set(addresses))
    assert {"layer-1", "layer-2", "layer-3"} <= set(addresses)


def test_a_cell_has_no_address_and_is_a_fragment() -> None:
    cell = ElementTree.fromstring(render_cell(example("mnist_cnn")))
    assert cell.attrib["class"] == "lm cell"
    assert not [one for one in cell.iter() if "id" in one.attrib or "href" in one.attrib]
    assert not [
        one
        for one in cell.iter("details")
        if one.attrib.get("class") == "block" and "open" in one.attrib
    ]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_everything_that_is_read_has_contrast(colours: dict[str, str]) -> None:
    read = [name for name in colours if name not in ("paper", "wash", "rule")]
    for ground in ("paper", "wash"):
        for name in read:
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
