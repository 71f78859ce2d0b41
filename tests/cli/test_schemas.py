"""The JSON is what its schemas in the docs say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import EXAMPLES, Run

DOCS = EXAMPLES.parent
SCHEMAS = {
    name: json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    for name in ("derivation", "summary", "formula", "solve")
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_derivations_and_summaries(run: Run, path: Path) -> None:
    derived = json.loads(run("derive", path, "--format", "json").out)
    jsonschema.validate(derived, SCHEMAS["derivation"])
    jsonschema.validate(
        json.loads(run("summary", path, "--format", "json").out), SCHEMAS["summary"]
    )


def test_formulas(run: Run) -> None:
    jsonschema.validate(json.loads(run("formula", "--format", "json").out), SCHEMAS["formula"])
    one = json.loads(run("formula", "Conv2D", "--format", "json").out)
    jsonschema.validate(one, SCHEMAS["formula"])


@pytest.mark.parametrize(
    "given", ["max_pooling2d_1.H == 5", "conv2d.H == 2*max_pooling2d.H", "max_pooling2d_1.H == 0"]
)
def test_answers(run: Run, example: Callable[[str], Path], given: str) -> None:
    done = run(
        "solve", example("mnist_cnn"), "--input", "H,W,1", "--for", "H", "--given", given,
        "--format", "json",
    )  # fmt: skip
    jsonschema.validate(json.loads(done.out), SCHEMAS["solve"])
