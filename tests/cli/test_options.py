"""The command line: options, exit statuses, pipes and colours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Example = Callable[[str], Path]
CONV = "Conv2D(F, (K, K), strides=S, input_shape=(H, W, C))"


def test_source_may_stand_in_quotes(run: Run) -> None:
    done = run("derive", "Conv2D(32, 3, input_shape=(28, 28, 1))")
    assert done.status == 0
    assert "320" in done.out


def test_source_may_come_from_standard_input(run: Run) -> None:
    done = run("derive", "-", stdin="model = Sequential([Input((8,)), Dense(3)])")
    assert done.status == 0
    assert "27" in done.out


def test_letters_may_be_set(run: Run) -> None:
    done = run("derive", CONV, "--set", "F=32", "--set", "K=3", "--set", "C=1", "--set", "S=1")
    assert done.status == 0
    assert "320" in done.out


def test_a_letter_may_be_set_to_an_expression(run: Run) -> None:
    data = json.loads(run("derive", CONV, "--set", "W=H", "--format", "json").out)
    assert data["model"]["inputs"][0]["shape"] == ["H", "H", "C"]


@pytest.mark.parametrize(
    "value",
    [
        "F=0",
        "F=-3",
        "F=-G",
        "F=G-G",
        "F=1.5",
        "F=1/2",
        "F=",
        "F",
        "=3",
        "F=x.y",
        "F=1if G",
        "F=9**9**9",
    ],
)
def test_a_wrong_value_is_a_wrong_call(run: Run, value: str) -> None:
    done = run("derive", CONV, "--set", value)
    assert done.status == 2
    assert done.err.startswith(f"--set {value}: ")


def test_letters_are_set_all_at_once(run: Run, example: Example) -> None:
    done = run(
        "derive", example("two_convs_free"), "--set", "F1=F2", "--set", "F2=F1",
        "--format", "json",
    )  # fmt: skip
    shapes = [layer["output_shapes"][0][2] for layer in json.loads(done.out)["layers"]]
    assert shapes == ["F2", "F1"]


def test_a_symbol_that_is_not_there_is_a_wrong_call(run: Run) -> None:
    done = run("derive", CONV, "--set", "Q=3")
    assert done.status == 2
    assert "--set Q=3: this model has no Q; its symbols are" in done.err


def test_the_input_may_be_replaced(run: Run, example: Example) -> None:
    data = json.loads(
        run("derive", example("mnist_cnn"), "--input", "32,40,3", "--format", "json").out
    )
    assert data["layers"][0]["output_shapes"] == [[30, 38, 32]]


@pytest.mark.parametrize("shape", ["0,28,1", "28,-1,1", "28;28", "28,28,1.5"])
def test_a_wrong_shape_is_a_wrong_call(run: Run, example: Example, shape: str) -> None:
    assert run("derive", example("mnist_cnn"), "--input", shape).status == 2


def test_some_layers_only(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--layer", "conv2d_1")
    assert "conv2d_1 · Conv2D" in done.out
    assert "dense · Dense" not in done.out
    assert "113,386" in done.out


def test_some_layers_only_in_every_format(run: Run, example: Example) -> None:
    chosen = "derive", example("mnist_cnn"), "--layer", "conv2d_1", "--layer", "dense", "--format"
    data = json.loads(run(*chosen, "json").out)
    assert [layer["name"] for layer in data["layers"]] == ["conv2d_1", "dense"]
    assert data["totals"]["params"] == 113386
    assert "max_pooling2d" not in run(*chosen, "latex").out


def test_a_layer_that_is_not_there_is_a_wrong_call(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--layer", "conv2d_7")
    assert done.status == 2
    assert "conv2d_1" in done.err


def test_a_number_that_is_not_there(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--find", "77")
    assert done.status == 2
    assert "77" in done.err
    assert "conv2d_1, 9,248 parameters" in run("derive", example("mnist_cnn"), "--find", "9249").err


def test_finding_a_number_writes_text(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--find", "9248", "--format", "json")
    assert done.status == 2
    assert "--format json" in done.err


def test_a_misspelt_option_is_answered_with_the_right_one(run: Run, example: Example) -> None:
    assert "--detail" in run("derive", example("mnist_cnn"), "--detial", "full").err


def test_a_name_that_ends_as_a_file_does_is_a_file(run: Run) -> None:
    done = run("derive", "cnn(1).py")
    assert done.status == 2
    assert "No such file" in done.err


NOTED = """
num_filters = 3
Sequential([Input((8, 8, 1)), Conv2D(num_filtres, 3)])
"""


@pytest.mark.parametrize(
    "options",
    [
        ("derive", "--detail", "brief"),
        ("derive", "--find", "9"),
        ("derive", "--layer", "conv2d"),
        ("derive", "--format", "latex"),
        ("summary",),
    ],
)
def test_what_a_page_leaves_unsaid_is_said_beside_it(run: Run, options: tuple[str, ...]) -> None:
    done = run(options[0], NOTED, *options[1:])
    assert done.status == 0
    assert "did you mean num_filters?" not in done.out
    assert "num_filtres has no value" in done.err


def test_a_note_is_said_once(run: Run) -> None:
    done = run("derive", NOTED)
    assert "did you mean num_filters?" in done.out
    assert done.err == ""
    done = run("derive", NOTED, "--format", "json")
    assert "did you mean num_filters?" in json.loads(done.out)["notes"][0]
    assert done.err == ""


def test_unknown_options_are_wrong_calls(run: Run, example: Example) -> None:
    assert run("derive", example("mnist_cnn"), "--detial", "full").status == 2
    assert run("derive").status == 2


def test_the_version(run: Run) -> None:
    assert run("--version").out.startswith("layermath 0.")


@pytest.mark.parametrize("command", ["derive", "summary", "compare", "formula", "solve"])
def test_help_has_examples(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.status == 0
    assert f"layermath {command}" in done.out


def test_a_pipe_has_no_colours_and_a_terminal_may(
    run: Run, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[" not in run("derive", example("mnist_cnn")).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("derive", example("mnist_cnn")).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("derive", example("mnist_cnn")).out


def test_ascii_on_request(run: Run, example: Example) -> None:
    done = run("derive", example("mnist_cnn"), "--input", "H,W,1", "--ascii")
    assert done.out.isascii()
    assert "floor((H - 6)/4)" in done.out


def test_output_into_a_file(run: Run, example: Example, tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    done = run("derive", example("mnist_cnn"), "-o", path)
    assert done.out == ""
    assert "113,386" in path.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written(run: Run, example: Example, tmp_path: Path) -> None:
    done = run("derive", example("mnist_cnn"), "-o", tmp_path / "no" / "out.txt")
    assert done.status == 2


def test_a_shape_error_says_which_input_would_do(run: Run) -> None:
    source = (
        "keras.Sequential([keras.Input((28, 28, 1)),"
        + "Conv2D(8, 3), MaxPooling2D(2)," * 3
        + "Conv2D(8, 3)])"
    )
    done = run("derive", source)
    assert done.status == 1
    assert "conv2d_3" in done.err
    assert "38×38" in done.err


def test_the_formula_of_every_type(run: Run) -> None:
    done = run("formula")
    assert done.status == 0
    assert "Conv2D" in done.out
    assert "Flatten" in done.out


def test_the_formula_of_a_misspelt_type(run: Run) -> None:
    done = run("formula", "Conv2d")
    assert done.status == 2
    assert "Conv2D" in done.err


def test_summary(run: Run, example: Example) -> None:
    assert "113,386" in run("summary", example("mnist_cnn")).out
    data = json.loads(run("summary", example("mnist_cnn"), "--format", "json").out)
    assert data["schema"] == "layermath.summary/1"


def test_latex(run: Run, example: Example) -> None:
    assert r"\begin{align*}" in run("derive", example("mnist_cnn"), "--format", "latex").out


def test_solve(run: Run, example: Example) -> None:
    done = run(
        "solve", example("mnist_cnn"), "--input", "H,W,1", "--for", "H",
        "--given", "max_pooling2d_1.H == 5",
    )  # fmt: skip
    assert done.status == 0
    assert done.out.startswith("H = 26, 27, 28 or 29")
