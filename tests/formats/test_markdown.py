"""Markdown: headings, a table, formulas between ``$$``, and names that stay names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import layermath
from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats import notebook
from layermath.formats.markdown import MarkdownOptions, render

EXAMPLES = Path("docs/examples")


def text_of(name: str, options: MarkdownOptions = MarkdownOptions()) -> str:  # noqa: B008
    return render(layermath.derive(layermath.load(EXAMPLES / f"{name}.py")).data, options)


def blocks(text: str) -> list[str]:
    """What stands between ``$$`` and ``$$``, each on a line of its own."""
    lines = text.split("\n")
    marks = [place for place, line in enumerate(lines) if line == "$$"]
    assert len(marks) % 2 == 0
    assert text.count("$$") == len(marks)
    return [
        "\n".join(lines[one + 1 : other])
        for one, other in zip(marks[::2], marks[1::2], strict=True)
    ]


def test_a_layer() -> None:
    text = text_of("mnist_cnn")
    assert (
        "\n### 3 conv2d\\_1: Conv2D(32, 3×3, relu)\n\n(13, 13, 32) → (11, 11, 32)\n\n$$\n" in text
    )
    assert "&= \\mathbf{9{,}248}" in text
    assert "Not one slice copied 32 times: copies would have 320 parameters, not 9,248." in text
    assert "- **Values**: 32,650 are computed" in text


@pytest.mark.parametrize("name", ["mnist_cnn", "two_convs_free", "unet", "resnet50"])
def test_the_formulas_are_whole(name: str) -> None:
    text = text_of(name)
    for block in blocks(text):
        assert block.startswith("\\begin{aligned}\n")
        assert block.endswith("\n\\end{aligned}")
        assert "\n\n" not in block
        assert block.count("{") == block.count("}")
        assert block.count("\\left") == block.count("\\right")
        assert len(re.findall(r"(?<!\\)\$", block)) % 2 == 0
        assert not re.search(r"\\(label|num|intertext|input|def)\b", block)


def test_the_table_has_one_number_of_cells() -> None:
    rows = [line for line in text_of("mnist_cnn").split("\n") if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
    assert len(rows) == 10


def test_a_brief_one_has_no_formulas() -> None:
    text = text_of("mnist_cnn", MarkdownOptions(Detail.BRIEF))
    assert "$$" not in text
    assert "| conv2d |" in text


def test_layers_can_be_chosen() -> None:
    text = text_of("mnist_cnn", MarkdownOptions(layers=frozenset({"dense"})))
    assert re.findall(r"^### (.*?):", text, re.MULTILINE) == ["6 dense"]


@pytest.mark.parametrize(
    "name", ["<script>", "a|b", "`x`", "$$", "*a*", "[a](b)", "a\nb", "x_y", "\\", "# a", "\ue000"]
)
def test_a_name_stays_a_name(numbers: NetworkDerivation, name: str) -> None:
    first = replace(numbers.layers[0], name=name)
    later = tuple(
        replace(
            layer,
            quantities=tuple(
                replace(one, after=name) if one.after else one for one in layer.quantities
            ),
        )
        for layer in numbers.layers[1:]
    )
    text = render(replace(numbers, name=name, layers=(first, *later)))
    plainly = render(numbers)
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert not re.search(r"(?<!\\)<", outside)
    assert len(blocks(text)) == len(blocks(plainly))
    assert text.count("\n") == plainly.count("\n")
    for sign in "|":
        count = len(re.findall(rf"(?<!\\){re.escape(sign)}", outside))
        assert count == plainly.count(sign)


def test_what_a_notebook_keeps_of_a_large_network_is_small() -> None:
    small = layermath.derive(layermath.load(EXAMPLES / "mnist_cnn.py"))
    assert notebook.is_small(small.data)
    assert "aligned" in small._repr_markdown_()
    assert "align*" in small._repr_latex_()
    assert "<math" in small._repr_html_()
    large = layermath.derive(layermath.load(EXAMPLES / "resnet50.py"))
    assert not notebook.is_small(large.data)
    assert "aligned" not in large._repr_markdown_()
    for text in (large._repr_html_(), large._repr_markdown_(), large._repr_latex_()):
        assert len(text) < 60_000
        assert "25" in text
