"""Models in the styles that people write them in, against what Keras answered (`real_keras`)."""

from __future__ import annotations

import json
from typing import Any

import pytest

import layermath as lm
from layermath.api.derivation import Derivation
from layermath.network.graph import Network
from tests.readers.real_keras import ANSWERS, FOLDER, Options

EXPECTED: dict[str, Any] = json.loads(ANSWERS.read_text(encoding="utf-8"))


def read(style: str, model: str | None) -> tuple[Network, Derivation]:
    """The network and the derivation of one of the sources; None is the model it takes itself."""
    path = FOLDER / f"{style}.py"
    options = Options.of(path.read_text(encoding="utf-8"))
    network = lm.load(
        str(path),
        options.bindings,
        inputs=options.inputs,
        model=None if model == "called" else model,
        call=options.call,
    )
    return network, lm.derive(network)


def answer(style: str, model: str | None) -> dict[str, Any]:
    """What layermath says of a model, as `real_keras.described` says it of Keras's."""
    network, derivation = read(style, model)
    return {
        "name": network.name,
        "class": network.kind,
        "inputs": [
            list(network.entries[network.calls[one.call].layer].layer.shape)
            for one in network.inputs
        ],
        "outputs": [list(shape) for shape in derivation.outputs],
        "params": derivation.totals.params,
        "trainable_params": derivation.totals.trainable_params,
        "layers": [_layer(layer) for layer in derivation.layers.values()],
    }


def _layer(layer: Any) -> dict[str, Any]:
    found = {
        "name": layer.name,
        "class": layer.type,
        "inputs": list(layer.data.inputs),
        "shapes": [list(shape) for shape in layer.output_shapes],
        "params": layer.params,
        "trainable_params": layer.trainable_params,
    }
    if layer.layers:
        found["layers"] = [[name, one.params] for name, one in layer.layers.items()]
    return found


def agrees(ours: Any, theirs: Any) -> bool:
    """Equal, but that an axis which Keras leaves open may be known here, or a letter."""
    if theirs is None:
        return not isinstance(ours, (list, dict, str))
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    if isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(agrees(ours[k], theirs[k]) for k in theirs)
    return bool(ours == theirs)


def test_every_style_has_an_answer() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("style", EXPECTED)
def test_the_model_that_is_taken(style: str) -> None:
    ours, theirs = answer(style, None), EXPECTED[style]["last"]
    assert agrees(ours, theirs) or ours == theirs  # the second shows the difference


@pytest.mark.parametrize(
    ("style", "model"),
    [(style, name) for style, entry in EXPECTED.items() for name in entry["models"]],
)
def test_each_model_by_its_name(style: str, model: str) -> None:
    ours, theirs = answer(style, model), EXPECTED[style]["models"][model]
    assert agrees(ours, theirs) or ours == theirs
