"""``derive --format html`` and ``--format markdown``, and what a notebook shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

import layermath as lm
from tests.cli.conftest import Run

Example = Callable[[str], Path]


def test_html(run: Run, example: Example) -> None:
    page = run("derive", example("mnist_cnn"), "--format", "html").out
    assert page.startswith("<!DOCTYPE html>\n")
    ElementTree.fromstring(page.split("\n", 1)[1])
    assert "113,386" in page
    assert page == lm.derive(lm.load(example("mnist_cnn"))).html()


def test_markdown(run: Run, example: Example) -> None:
    page = run("derive", example("mnist_cnn"), "--format", "markdown").out
    assert page.startswith("# mnist\\_cnn")
    assert page == lm.derive(lm.load(example("mnist_cnn"))).markdown()


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_into_a_file(run: Run, example: Example, tmp_path: Path, format_: str) -> None:
    target = tmp_path / "page"
    done = run("derive", example("conv1d"), "--format", format_, "-o", str(target))
    assert not done.out
    assert "14,064" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_chosen_layers(run: Run, example: Example, format_: str) -> None:
    chosen = ("derive", example("mnist_cnn"), "--layer", "dense", "--format", format_)
    page = run(*chosen).out
    assert "102" in page
    assert "Each neuron sums its" in page
    assert "One filter gives" not in page


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_how_much_is_shown(run: Run, example: Example, format_: str) -> None:
    sizes = [
        len(run("derive", example("unet"), "--detail", detail, "--format", format_).out)
        for detail in ("brief", "normal", "full")
    ]
    assert sizes == sorted(sizes)


def test_flops_have_a_column(run: Run, example: Example) -> None:
    page = run("derive", example("mnist_cnn"), "--count", "flops", "--format", "html").out
    assert 'data-k="FLOPs"' in page
    assert "2,827,008" in page


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_what_other_counters_count(run: Run, example: Example, format_: str) -> None:
    chosen = ("derive", example("resnet50"), "--format", format_)
    page = run(*chosen, "--count", "flops+bias").out
    assert "FLOPs, and what other counters count" in page
    assert "25,557,032" in page
    assert "counters count" not in run(*chosen).out


def test_find_writes_text(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--find", "320", "--format", "html")
    assert done.status == 2


def test_a_notebook_s_choice(example: Example) -> None:
    derivation = lm.derive(lm.load(example("mnist_cnn")))
    assert "<math" in derivation._repr_html_()
    assert "$$" in derivation._repr_markdown_()
    assert "align*" in derivation._repr_latex_()
