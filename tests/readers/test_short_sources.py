"""Short sources, each with a turn of its own, against what Keras 3.15.1 answered for them: names in
the order of ``model.layers``, parameters, output shapes, or that it refuses the model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import layermath as lm

pytestmark = pytest.mark.quick

FILE = Path(__file__).parent.parent / "data" / "keras_sources" / "short_sources.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
ANSWERED = [case for case in CASES if "refused" not in case]
REFUSED = [case for case in CASES if "refused" in case]


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: str(case["case"]))
def test_as_keras_answers(case: dict[str, Any]) -> None:
    network = lm.loads(case["source"], model=case["model"])
    derivation = lm.derive(network)
    assert network.name == case["name"]
    assert list(derivation.layers) == case["layers"]
    assert [layer.params for layer in derivation.layers.values()] == case["params"]
    assert [list(shape) for shape in derivation.outputs] == case["outputs"]
    assert derivation.totals.params == case["total"]
    assert derivation.totals.trainable_params == case["trainable"]
    assert [network.calls[one.call].layer for one in network.inputs] == case["inputs"]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: str(case["case"]))
def test_refused_as_keras_refuses(case: dict[str, Any]) -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(case["source"], model=case["model"])
    assert caught.value.exit_code == 1
    assert caught.value.line is not None
