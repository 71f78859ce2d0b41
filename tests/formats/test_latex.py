"""The LaTeX fragment: what it looks like, and that a name cannot break out of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from layermath.derivation.records import NetworkDerivation
from layermath.formats.latex import LatexOptions, render_fragment

pytestmark = pytest.mark.quick


def test_a_layer(numbers: NetworkDerivation) -> None:
    assert r"""
% 2  conv2d_1, Conv2D(32, 3x3, relu): (13, 13, 32) -> (11, 11, 32)
\begin{align*}
  H_{\mathrm{out}} &= 13 - 3 + 1 = \mathbf{11} && \text{as conv2d; now $H_{\mathrm{in}} = 13$} \\
  N &= (K \cdot K \cdot C_{\mathrm{in}} + 1) \cdot F \\
  &= (3 \cdot 3 \cdot 32 + 1) \cdot 32 && \text{a filter is as deep as its input,} \\
  &= 289 \cdot 32 && \text{and has one bias} \\
  &= \mathbf{9{,}248} \\
""" in render_fragment(numbers)


def test_it_is_whole(numbers: NetworkDerivation, letters: NetworkDerivation) -> None:
    for derivation in (numbers, letters):
        text = render_fragment(derivation)
        assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") > 1
        body = "\n".join(line for line in text.split("\n") if not line.startswith("%"))
        assert body.count("{") == body.count("}")
        assert body.count("$") % 2 == 0
        assert body.isascii()
        assert "\n\n\n" not in text


@pytest.mark.parametrize("name", ["x\n\\input{y}", "%", "}$", "\\end{align*}", "a_b", "\ue000"])
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
    text = render_fragment(replace(numbers, name=name, layers=(first, *later)))
    body = "\n".join(line for line in text.split("\n") if not line.startswith("%"))
    assert "input{" not in body
    assert body.count(r"\end{align*}") == 4
    assert "%" not in body.replace(r"\%", "")
    assert len(re.findall(r"(?<!\\)\$", body)) % 2 == 0


def test_layers_can_be_chosen(numbers: NetworkDerivation) -> None:
    text = render_fragment(numbers, LatexOptions(layers=frozenset({"conv2d_1"})))
    assert "% 1  conv2d," not in text
    assert r"\left\lfloor" in text
    assert "as conv2d" not in text
