"""The options --notation and --compare-notation."""

from __future__ import annotations

from pathlib import Path

import pytest

import layermath
from layermath import LayermathError
from tests.cli.conftest import Run

CONV = "Conv2D(8, 3, strides=2, input_shape=(28, 28, 1))"


def test_a_derivation_and_a_formula_have_a_notation(run: Run) -> None:
    assert "n_H^[l] = ⌊(n_H^[l−1] + 2·p^[l] − f^[l])/s^[l] + 1⌋" in " ".join(
        run("formula", "Conv2D", "--notation", "ng").out.split()
    )
    assert "CS231n calls this invalid" in run("derive", CONV, "--notation", "cs231n").out
    found = run("derive", CONV, "--notation", "korean", "--find", "80").out
    assert "FN·C·FH·FW + FN" in found


@pytest.mark.parametrize("format_", ["latex", "html", "markdown", "typst"])
def test_every_format_has_a_notation(run: Run, format_: str) -> None:
    own = run("derive", CONV, "--format", format_)
    done = run("derive", CONV, "--format", format_, "--notation", "dumoulin")
    assert own.status == done.status == 0
    assert own.out != done.out


def test_json_has_layermath_s_letters(run: Run) -> None:
    one = run("derive", CONV, "--format", "json", "--notation", "ng").out
    assert one == run("derive", CONV, "--format", "json").out


def test_two_notations_are_compared(run: Run) -> None:
    for command in (("derive", CONV), ("formula", "Conv2D")):
        done = run(*command, "--compare-notation", "dumoulin,pytorch")
        assert done.status == 0
        assert "Dumoulin and Visin" in done.out
        assert "for every x" in done.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--notation", "pytroch"], "Did you mean pytorch?"),
        (["--notation", "none.toml"], "none.toml cannot be read"),
        (["--compare-notation", "ng"], "it must be two notations"),
        (["--compare-notation", "ng,nobody"], "there is no notation nobody"),
    ],
)
def test_what_is_no_notation_is_refused(run: Run, options: list[str], said: str) -> None:
    done = run("formula", "Conv2D", *options)
    assert done.status == 2
    assert done.out == ""
    assert said in done.err


def test_a_file_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("[letters]\nK = 3\n")
    done = run("formula", "Conv2D", "--notation", str(file))
    assert done.status == 2
    assert f"{file}:2: K: it must be a letter or a word" in done.err


def test_comparing_writes_text(run: Run) -> None:
    done = run("derive", CONV, "--format", "json", "--compare-notation", "ng,d2l")
    assert done.status == 2
    assert "--compare-notation writes text" in done.err


def test_in_python_a_notation_goes_by_its_name() -> None:
    derivation = layermath.derive(layermath.loads(CONV))
    assert "i_{1}" in derivation.latex(notation="dumoulin")
    with pytest.raises(LayermathError, match="there is no notation"):
        derivation.latex(notation="nobody")
