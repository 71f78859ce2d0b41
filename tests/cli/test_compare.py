"""``layermath compare`` as a program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Example = Callable[[str], Path]
SMALL = "keras.Sequential([keras.Input((H, W, 3)), layers.Conv2D(F, 3)], name='small')"
LARGE = "keras.Sequential([keras.Input((H, W, 3)), layers.Conv2D(G, 3)], name='large')"


@pytest.fixture
def padded(example: Example, tmp_path: Path) -> Path:
    """The example with its convolutions padded."""
    text = example("mnist_cnn").read_text(encoding="utf-8")
    path = tmp_path / "mnist_cnn_same.py"
    path.write_text(text.replace("(3, 3),", "(3, 3), padding='same',"), encoding="utf-8")
    return path


def test_models_that_differ_are_no_error(run: Run, example: Example, padded: Path) -> None:
    done = run("compare", example("mnist_cnn"), padded)
    assert (done.status, done.err) == (0, "")
    for part in (
        "mnist_cnn_same", "padding valid → same", "801·128 → 1,569·128", "+ 98,304 (× 1.87)",
        "the same  dense_1", "drops nothing now",
    ):  # fmt: skip
        assert part in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_equal_models_are_said_to_be(run: Run, example: Example) -> None:
    done = run("compare", example("mnist_cnn"), example("mnist_cnn"))
    assert done.status == 0
    assert done.out.startswith("The two models are the same")


def test_every_detail(run: Run, example: Example, padded: Path) -> None:
    models = "compare", example("mnist_cnn"), padded, "--detail"
    assert "max_pooling2d" not in run(*models, "brief").out
    full = run(*models, "full").out
    assert "conv2d_1, M" in full
    assert "dense_1" in full


def test_letters_in_both(run: Run, example: Example, padded: Path) -> None:
    done = run("compare", example("mnist_cnn"), padded, "--input", "H,W,1")
    assert "4,096·⌊H/4⌋·⌊W/4⌋ − 4,096·⌊(H − 6)/4⌋·⌊(W − 6)/4⌋" in done.out
    assert "H ≥ 10, W ≥ 10" in done.out
    assert run("compare", example("mnist_cnn"), padded, "--input", "H,W,1", "--ascii").out.isascii()


def test_a_value_goes_to_the_model_that_has_the_letter(run: Run) -> None:
    done = run("compare", SMALL, LARGE, "--set", "F=2", "--set", "G=5", "--format", "json")
    params = json.loads(done.out)["totals"]["params"]
    assert params == {"before": 56, "after": 140, "difference": 84}


def test_a_letter_that_neither_has_is_a_wrong_call(run: Run) -> None:
    done = run("compare", SMALL, LARGE, "--set", "Q=2")
    assert done.status == 2
    assert "--set Q=2: this model has no Q" in done.err


def test_two_models_of_one_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "both.py"
    path.write_text(f"a = {SMALL}\nb = {LARGE}\n", encoding="utf-8")
    done = run("compare", path, path, "--model", "a", "--model", "b", "--set", "F=2")
    assert done.status == 0
    assert "filters 2 → G" in done.out
    assert run("compare", path, path, *["--model", "a"] * 3).status == 2


@pytest.mark.parametrize("place", [0, 1])
def test_a_model_that_is_wrong(run: Run, place: int) -> None:
    wrong = "Conv2D(4, 9, input_shape=(5, 5, 3))"
    models = [SMALL, SMALL]
    models[place] = wrong
    done = run("compare", *models)
    assert done.status == 1
    assert "the kernel is larger than its input" in done.err


def test_a_model_that_is_not_there(run: Run, example: Example) -> None:
    assert run("compare", example("mnist_cnn"), "no_such.py").status == 2
    assert run("compare", "-", "-").status == 2


def test_markdown(run: Run, example: Example, padded: Path) -> None:
    done = run("compare", example("mnist_cnn"), padded, "--format", "markdown")
    assert "| conv2d\\_1 | (11, 11, 32) | (14, 14, 32) | padding valid → same |" in done.out
    assert "+ 98,304 (× 1.87), all in dense" in done.out


def test_names_cannot_break_out(run: Run) -> None:
    evil = "keras.Sequential([keras.Input((4,)), layers.Dense(2, name='{}')])"
    models = evil.format("a|b"), evil.format("<b>\\x1b[31m")
    text = run("compare", *models).out
    assert "\x1b" not in text
    page = run("compare", *models, "--detail", "full", "--format", "markdown").out
    assert "a\\|b" in page
    assert "<b>" not in page.replace("\\<b\\>", "")


def test_in_python(example: Example, padded: Path) -> None:
    import layermath as lm

    compared = lm.compare(lm.load(example("mnist_cnn")), lm.load(padded))
    assert not compared.same
    assert compared.counts["params"].difference == 98_304
    assert compared.to_dict()["schema"] == "layermath.compare/1"
    assert "98,304" in str(compared)
    assert "98,304" in compared.markdown()
    assert repr(compared) == "<comparison of mnist_cnn and mnist_cnn>"


def test_flops_of_both(run: Run, example: Example, padded: Path) -> None:
    models = "compare", example("mnist_cnn"), padded, "--count"
    flops = json.loads(run(*models, "flops", "--format", "json").out)["totals"]["flops"]
    assert flops == {"before": 2_827_008, "after": 4_468_224, "difference": 1_641_216}
    assert "2,852,650" in run(*models, "flops+bias").out


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 130])
def test_no_line_is_wider_than_the_window(
    run: Run, example: Example, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    from layermath.setting.measure import width

    monkeypatch.setenv("COLUMNS", str(columns))
    models = example("mnist_cnn"), example("unet")
    for options in ((), ("--detail", "full"), ("--input", "H,W,1")):
        page = run("compare", *models, *options).out
        assert max(map(width, page.splitlines())) <= columns
