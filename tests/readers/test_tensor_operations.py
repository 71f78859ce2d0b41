"""Operators, slices and functions on tensors, read from sources."""

from __future__ import annotations

import json
from typing import Any

import pytest

import layermath as lm
from layermath.network.graph import Network
from tests.readers.operation_forms import ANSWERS, FORMS, HEAD

EXPECTED: dict[str, Any] = json.loads(ANSWERS.read_text(encoding="utf-8"))


def read(form: str) -> Network:
    return lm.loads(f"{HEAD}m = keras.Model([x, y, v, im], {form})\n")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_what_keras_makes_of_it(form: str) -> None:
    theirs = EXPECTED[form]
    if "error" in theirs:
        with pytest.raises(lm.LayermathError) as caught:
            read(form)
        assert caught.value.exit_code == 1
        return
    network = read(form)
    derivation = lm.derive(network)
    ours = [None, *derivation.outputs[0]]
    assert [
        None if size is None else one for one, size in zip(ours, theirs["shape"], strict=True)
    ] == (theirs["shape"])  # behind a reshape Keras knows no size that it does not compute
    made = [[entry.name, entry.layer.type_name()] for entry in network.entries.values()]
    assert sorted(made) == theirs["made"]
    assert list(derivation.layers) == theirs["layers"]
    assert derivation.totals.params == theirs["params"]


def test_every_form_has_an_answer() -> None:
    assert list(EXPECTED) == FORMS
