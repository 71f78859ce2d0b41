"""``layermath summary`` in every format, and ``--count``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Example = Callable[[str], Path]


@pytest.mark.parametrize(
    ("format_", "part"),
    [
        ("markdown", "| conv2d\\_1 | Conv2D(32, 3×3, relu) | (11, 11, 32) | 9,248 |"),
        ("latex", r"\begin{tabular}"),
        ("csv", 'conv2d_1,"Conv2D(32, 3x3, relu)","[11, 11, 32]",9248,1115136,8x8,'),
        ("html", "<!DOCTYPE html>"),
        ("json", '"schema": "layermath.summary/1"'),
    ],
)
def test_formats(run: Run, example: Example, format_: str, part: str) -> None:
    done = run("summary", example("mnist_cnn"), "--format", format_)
    assert (done.status, done.err) == (0, "")
    assert part in done.out


def test_into_a_file(run: Run, example: Example, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    run("summary", example("mnist_cnn"), "--format", "csv", "-o", path)
    assert path.read_text(encoding="utf-8").startswith("layer,rule,output_shape,")


def test_flops_are_derived(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--count", "flops")
    assert "FLOPs = 2·M" in done.out
    assert "2,827,008" in done.out
    assert "Pooling, activations and normalisation are in none of these." in done.out
    with_biases = run("derive", example("mnist_cnn"), "--count", "flops+bias")
    assert "FLOPs = 2·M + H_out·W_out·F" in with_biases.out
    assert "FLOPs" not in run("derive", example("mnist_cnn")).out


def test_why_two_counters_disagree(run: Run, example: Example) -> None:
    for options in (("--count", "flops"), ("--detail", "full")):
        done = run("summary", example("resnet50"), *options)
        for number in ("26,560", "53,120", "25,557,032", "7,715,946,496"):
            assert number in done.out
    assert "25,557,032" not in run("summary", example("resnet50")).out


def test_flops_of_each_layer(run: Run, example: Example) -> None:
    done = run("summary", example("mnist_cnn"), "--count", "flops+bias")
    assert "2·1,115,136 + 11·11·32" in done.out


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_window(
    run: Run, example: Example, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    from layermath.setting.measure import width

    monkeypatch.setenv("COLUMNS", str(columns))
    for options in ((), ("--input", "H,W,1")):
        done = run("summary", example("mnist_cnn"), "--count", "flops", *options)
        block = done.out[done.out.index("FLOPs, and what") :]
        assert max(map(width, block.splitlines())) <= columns


def test_flops_in_letters(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--input", "H,W,1", "--count", "flops")
    assert "576·H₁·W₁ + 18,432·H₃·W₃" in done.out
    latex = run("derive", example("mnist_cnn"), "--count", "flops", "--format", "latex").out
    assert r"\mathit{FLOPs}" in latex


def test_a_wrong_count(run: Run, example: Example) -> None:
    assert run("derive", example("mnist_cnn"), "--count", "flips").status == 2
