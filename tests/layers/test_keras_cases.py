"""Every layer type answers as Keras does, on the cases that were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from layermath.algebra.floors import Size, times
from layermath.rules.equations import Applied
from layermath.rules.rule import Shape
from tests import grouped
from tests.layers.keras_cases import Case, answer, cases

pytestmark = pytest.mark.quick

EVERY = cases()
TYPES = grouped.by(lambda case: case.type_name, EVERY)


def agrees(ours: Sequence[Size], theirs: Sequence[int | None]) -> bool:
    """Whether a shape is Keras's. Where Keras knows no size, an exact one is as good."""
    return len(ours) == len(theirs) and all(
        known is None or size == known for size, known in zip(ours, theirs, strict=True)
    )


def flat(nested: Any) -> list[list[int | None]]:
    """The shapes in what several outputs are handed out as."""
    if isinstance(nested, dict):
        return [shape for key in sorted(nested) for shape in flat(nested[key])]
    if all(isinstance(item, int | None) for item in nested):
        return [nested]
    return [shape for item in nested for shape in flat(item)]


@pytest.mark.parametrize("type_name", TYPES)
def test_a_layer_answers_as_keras_does(type_name: str) -> None:
    grouped.each(TYPES[type_name], agrees_with_keras)


def agrees_with_keras(case: Case) -> None:
    applied = answer(case)
    if case.refused:
        assert applied is None, f"Keras refuses {case.source} on {case.inputs}"
        return
    assert applied is not None, f"Keras takes {case.source} on {case.inputs}"
    shapes = case.answer["output_shape"]
    theirs = flat(shapes) if case.answer.get("multi_output") else [shapes]
    assert len(applied.outputs) == len(theirs)
    assert all(agrees(*pair) for pair in zip(applied.outputs, theirs, strict=True))
    assert applied.params == case.answer["params"]
    assert applied.trainable_params == case.answer["trainable_params"]
    if applied.weights:
        ours, weights = declared(applied), case.answer["weights"]
        assert [one[1:] for one in ours] == [
            (tuple(shape), trained) for _, shape, trained in weights
        ]
        # Keras has the layer inside before the name: ``lstm_cell/kernel``
        for (name, *_rest), (theirs, *_others) in zip(ours, weights, strict=True):
            assert f"/{theirs}".endswith(f"/{name}")


def declared(applied: Applied) -> list[tuple[str, Shape, bool]]:
    """The weights as the rule has them, whose numbers are the parameters."""
    numbers = [(times(one.shape), one.trainable) for one in applied.weights]
    assert sum(number for number, _trained in numbers) == applied.params
    assert sum(number for number, trained in numbers if trained) == applied.trainable_params
    return [(one.name, one.shape, one.trainable) for one in applied.weights]


def test_there_are_cases_of_many_layer_types() -> None:
    assert len(EVERY) > 400
