"""Notebooks: their code cells are one source; messages name the cell and the line in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import layermath as lm

pytestmark = pytest.mark.quick


def notebook(*cells: str | list[str] | dict[str, Any]) -> str:
    made = [
        cell if isinstance(cell, dict) else {"cell_type": "code", "source": cell, "outputs": []}
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


TEXT = {"cell_type": "markdown", "source": "# layers.Dense(3"}
MODEL = "model = keras.Sequential([keras.Input((4,)), layers.Dense(units)])"


def params(text: str) -> object:
    return lm.derive(lm.loads(text)).totals.params


def test_code_cells_are_read_in_a_row() -> None:
    assert params(notebook(TEXT, "units = 3", MODEL)) == 15
    assert params(notebook(["units = 2\n", "units += 1\n"], TEXT, ["# a comment\n", MODEL])) == 15


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "!pip install keras",
        "  !pip install -q \\\n",
        "?layers.Dense",
        "layers.Dense?",
        "layers.Dense??",
        "files = !ls",
        "when = %time 3",
        "%%bash\nfor f in *; do echo $f; done",
        "%%html\n<b>layers</b>",
        "if True:\n    !nvidia-smi",
        "%load_ext tensorboard\nimport os",
        "this is no Python (",
    ],
)
def test_what_is_for_the_notebook_is_passed_over(magic: str) -> None:
    assert params(notebook(magic, "%%time\nunits = 3", magic, MODEL, magic)) == 15


def test_percent_that_is_python_stays() -> None:
    assert params(notebook("units = (13\n% 10)", MODEL)) == 15


def test_a_problem_says_the_cell_and_the_line() -> None:
    text = notebook(
        TEXT, "units = 3\n\n", TEXT, f"# here\n{MODEL}\nmodel.add(layers.Flatten(8, 9))"
    )
    with pytest.raises(lm.LayermathError, match=r"^cell 4, line 3: ") as raised:
        lm.loads(text)
    assert (raised.value.exit_code, raised.value.line) == (1, 3)


def test_the_file_is_named_too(tmp_path: Path) -> None:
    path = tmp_path / "cnn.ipynb"
    path.write_text(notebook("units = 0", MODEL), encoding="utf-8")
    with pytest.raises(lm.LayermathError, match=r"cnn\.ipynb: cell 2, line 1: "):
        lm.load(path)


def test_no_line_of_the_text_that_nobody_sees_is_told() -> None:
    derivation = lm.derive(lm.loads(notebook("", "", "units = N", MODEL)))
    assert all("line" not in layer for layer in derivation.to_dict()["layers"])


def test_a_cell_that_is_no_python_is_told() -> None:
    network = lm.loads(notebook("units = 3", "x = (\n", MODEL))
    assert any("passed over" in note.id for note in network.notes)
    with pytest.raises(lm.LayermathError, match="cell 2 is not Python"):
        lm.loads(notebook("units = 3", "x = (\n"))


def test_options() -> None:
    text = notebook(MODEL, "def f(u):\n    return keras.Sequential([keras.Input((u,))])")
    assert lm.derive(lm.loads(text, {"units": 3})).totals.params == 15
    assert lm.derive(lm.loads(text, {"units": 3}, inputs=(9,))).totals.params == 30


@pytest.mark.parametrize(
    "text",
    [
        notebook(),
        notebook(TEXT),
        notebook("print(3)"),
        '{"cells": 3, "nbformat": 4}',
        '{"cells": [3, null, {}, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]}',
        '{"cells": [{"cell_type": "code", "source": [3]}]}',
        '{"nbformat": 4}',
        '{"worksheets": [3, {"cells": 4}], "nbformat": 3}',
    ],
)
def test_without_a_model(text: str) -> None:
    with pytest.raises(lm.LayermathError) as raised:
        lm.loads(text)
    assert raised.value.exit_code == 2


def test_an_old_notebook() -> None:
    cells = [{"cell_type": "code", "input": ["units = 3\n", MODEL]}]
    assert params(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3})) == 15
