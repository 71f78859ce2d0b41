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
    for name in ("derivation", "summary", "formula", "solve", "compare")
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


@pytest.mark.parametrize("options", [(), ("--input", "H,W,1")])
def test_comparisons(run: Run, example: Callable[[str], Path], options: tuple[str, ...]) -> None:
    models = example("mnist_cnn"), "Sequential([Input((28, 28, 1)), Conv2D(8, K), LeakyReLU()])"
    done = run("compare", *models, *options, "--format", "json")
    jsonschema.validate(json.loads(done.out), SCHEMAS["compare"])


@pytest.mark.parametrize("count", ["flops", "flops+bias"])
def test_flops_stand_beside_macs(run: Run, example: Callable[[str], Path], count: str) -> None:
    for command, schema in (("derive", "derivation"), ("summary", "summary")):
        done = run(command, example("mnist_cnn"), "--count", count, "--format", "json")
        data = json.loads(done.out)
        jsonschema.validate(data, SCHEMAS[schema])
        assert data["totals"]["macs"] == 1413504
        assert data["totals"]["flops"] >= 2 * 1413504
