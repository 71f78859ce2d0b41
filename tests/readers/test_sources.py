"""Sources as people write them, against what Keras answered for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import layermath as lm
from layermath.vocabulary.keras import layers

FOLDER = Path(__file__).parent.parent / "data" / "keras_sources"
REFERENCE: dict[str, Any] = json.loads((FOLDER / "reference.json").read_text(encoding="utf-8"))


def nested(model: dict[str, Any]) -> bool:
    """Whether a layer of the model is a model, which has no class in ``keras.layers``."""
    return any(layer["class"] in ("Sequential", "Functional") for layer in model["layers"])


def is_known(model: dict[str, Any]) -> bool:
    classes = {layer["class"] for layer in model["layers"]} - {"Sequential", "Functional"}
    return all(layers.find(name) is not None for name in classes)


MODELS = [
    (source, name)
    for source, entry in REFERENCE.items()
    for name, model in entry["models"].items()
    if is_known(model)
]


def test_most_sources_have_rules_by_now() -> None:
    assert len({source for source, _name in MODELS}) >= 6


@pytest.mark.parametrize(("source", "name"), MODELS)
def test_names_order_shapes_and_counts(source: str, name: str) -> None:
    entry = REFERENCE[source]
    expected = entry["models"][name]
    network = lm.load(str(FOLDER / entry["file"]), model=name)
    derivation = lm.derive(network)
    assert network.name == expected["name"]
    assert network.kind == expected["class"]
    assert [
        (
            layer.name,
            layer.type,
            list(layer.output_shape),
            layer.params,
            layer.trainable_params,
            list(layer.data.inputs),
        )
        for layer in derivation.layers.values()
    ] == [
        (
            layer["name"],
            layer["class"],
            layer["output_shape"],
            layer["params"],
            layer["trainable_params"],
            layer["inputs_from"],
        )
        for layer in expected["layers"]
    ]
    assert [list(shape) for shape in derivation.outputs] == expected["outputs"]
    assert derivation.totals.params == expected["total_params"]
    assert derivation.totals.trainable_params == expected["trainable_params"]


def test_a_model_inside_a_model_has_its_own_layers() -> None:
    derivation = lm.derive(lm.load(str(FOLDER / "autoencoder.py")))
    encoder = derivation.layers["encoder"]
    assert "code" in encoder.layers
    assert sum(int(layer.params) for layer in encoder.layers.values()) == encoder.params
