"""``--latex``: which level, and where it goes by default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import layermath as lm
from layermath.errors import LayermathError
from tests.cli.conftest import Run

Example = Callable[[str], Path]


@pytest.mark.parametrize(
    ("level", "start"),
    [
        ("fragment", "\\begin{align*}"),
        ("input", "\\providecommand"),
        ("article", "\\documentclass[10pt,a4paper]{article}"),
        ("beamer", "\\documentclass[14pt,aspectratio=169,t]{beamer}"),
        ("exam", "\\newif\\ifsolutions"),
    ],
)
def test_levels(run: Run, example: Example, level: str, start: str) -> None:
    done = run("derive", example("mnist_cnn"), "--latex", level)
    assert done.status == 0
    assert start in done.out


def test_a_tex_file_is_one_to_input(run: Run, example: Example, tmp_path: Path) -> None:
    file = tmp_path / "cnn.tex"
    assert run("derive", example("mnist_cnn"), "--format", "latex", "-o", file).status == 0
    assert "\\label{eq:conv2d:params}" in file.read_text(encoding="utf-8")
    other = tmp_path / "cnn.md"
    assert run("derive", example("mnist_cnn"), "--format", "latex", "-o", other).status == 0
    assert "\\label" not in other.read_text(encoding="utf-8")
    assert "\\label" not in run("derive", example("mnist_cnn"), "--format", "latex").out


def test_the_level_goes_with_latex_only(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--latex", "beamer", "--format", "json")
    assert done.status == 2
    assert done.err == "--latex beamer writes LaTeX: it cannot go with --format json\n"


def test_from_python(example: Example) -> None:
    derivation = lm.derive(lm.load(example("mnist_cnn")))
    assert "\\documentclass" in derivation.latex(level="article")
    with pytest.raises(LayermathError, match="it must be one of"):
        derivation.latex(level="poster")
