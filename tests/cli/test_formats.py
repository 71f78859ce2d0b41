"""Configurations, archives and notebooks on the command line: the options work as on a source."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.readers.configs import functional3, input3, layer3, tensor3, text

pytestmark = pytest.mark.quick

CONFIG = text(
    functional3(
        [
            input3("image", None, None, 3),
            layer3("Conv2D", "conv", tensor3("image"), filters=4, kernel_size=[3, 3]),
        ],
        ["image", 0, 0],
        ["conv", 0, 0],
    )
)
CELL = "model = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3, name='conv')])"
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": CELL}], "nbformat": 4})


@pytest.fixture(params=["m.json", "m.keras", "m.ipynb"])
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    if path.suffix == ".keras":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", CONFIG)
    else:
        path.write_text(NOTEBOOK if path.suffix == ".ipynb" else CONFIG, encoding="utf-8")
    return path


def test_letters_and_shapes(run: Run, model: Path) -> None:
    def output(*options: str) -> object:
        done = run("summary", model, *options, "--format", "json")
        assert done.status == 0, done.err
        return json.loads(done.out)["outputs"]

    assert output() == [["H - 2", "W - 2", 4]]
    assert output("--set", "H=9") == [[7, "W - 2", 4]]
    assert output("--input", "6,5,3") == [[4, 3, 4]]
    assert output("--input", "G,H,3", "--set", "H=9") == [["G - 2", 7, 4]]
    done = run("summary", model, "--set", "Q=9")
    assert (done.status, done.out) == (2, "")
    assert "no Q" in done.err


def test_a_layer_that_cannot_take_its_input(run: Run, model: Path) -> None:
    done = run("derive", model, "--input", "2,5,3")
    assert (done.status, done.out) == (1, "")
    assert model.name in done.err
    assert "conv" in done.err
    assert "2 − 3 + 1" in done.err


def test_standard_input_and_quotes(run: Run) -> None:
    for written in (CONFIG, NOTEBOOK):
        assert run("derive", written).status == 0
        assert run("derive", "-", stdin=written).out == run("derive", written).out
    done = run("derive", "-", stdin='{"class_name": 3}')
    assert done.status == 2
    assert done.err.startswith("<stdin>: this is not a Keras model")
