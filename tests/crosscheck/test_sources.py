"""Sources in many styles, run with real Keras: the stored answers are Keras's still, and ours."""

from __future__ import annotations

import os

import pytest

from tests.readers.real_keras import FOLDER, answers
from tests.readers.test_styles import EXPECTED, agrees, answer

pytestmark = pytest.mark.crosscheck


@pytest.mark.parametrize("style", EXPECTED)
def test_keras_answers_as_layermath_does(style: str) -> None:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    pytest.importorskip("keras")
    found = answers((FOLDER / f"{style}.py").read_text(encoding="utf-8"))
    assert {**found, "passed_over": []} == {**EXPECTED[style], "passed_over": []}
    assert agrees(answer(style, None), found["last"])
    for name, model in found["models"].items():
        assert agrees(answer(style, name), model)
