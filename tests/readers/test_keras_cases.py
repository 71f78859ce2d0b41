"""Every recorded case as a user writes it: a source of one layer, called on inputs."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

import layermath as lm
from tests import grouped
from tests.layers.keras_cases import CASES
from tests.layers.test_keras_cases import agrees, flat

ROWS = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
CLASSES = grouped.by(lambda row: str(row["class"]), ROWS)


def source_of(row: dict[str, Any]) -> str:
    """The case as a script."""
    if row["call"] == "layer.output":
        return (
            f"layer = {row['source']}\nmodel = keras.Model(layer.output, "
            "layers.Activation('relu', name='same')(layer.output))"
        )
    inputs = [
        f"x{number} = keras.Input({tuple(shape)})"
        for number, shape in enumerate(row["input_shapes"])
    ]
    names = [f"x{number}" for number in range(len(row["input_shapes"]))]
    return "\n".join(
        [
            "import keras, torch\nfrom keras import layers",
            *inputs,
            "x = x0" if names else "",
            f"layer = {row['source']}",
            f"model = keras.Model([{', '.join(names)}], {row['call']})",
        ]
    )


@pytest.mark.parametrize("class_name", CLASSES)
def test_a_source_of_one_layer(class_name: str) -> None:
    grouped.each(CLASSES[class_name], is_derived_as_keras_answers)


def test_every_case_is_tried() -> None:
    assert sum(map(len, CLASSES.values())) == len(ROWS) == 1026


def is_derived_as_keras_answers(row: dict[str, Any]) -> None:
    source = source_of(row)
    ast.parse(source)
    if "error" in row:
        with pytest.raises(lm.LayermathError) as caught:
            lm.derive(lm.loads(source))
        assert caught.value.exit_code == 1
        return
    derivation = lm.derive(lm.loads(source))
    shapes = row["output_shape"]
    theirs = flat(shapes) if row.get("multi_output") else [shapes]
    assert len(derivation.outputs) == len(theirs)
    assert all(agrees(*pair) for pair in zip(derivation.outputs, theirs, strict=True))
    assert derivation.totals.params == row["params"]
    assert derivation.totals.trainable_params == row["trainable_params"]
