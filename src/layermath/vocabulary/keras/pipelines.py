"""Keras's layers in a row, and the two classes that have no rule of their own.

Source: Keras, *Preprocessing layers* (`Pipeline`), *Core layers* (`Layer`, `Wrapper`).
"""

from __future__ import annotations

from layermath.messages import _
from layermath.vocabulary.arguments import wrong
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.layer_type import LayerType, Parameter, passed_over


def _layers_in_a_row(value: object, name: str, rank: int = 0) -> tuple[Layer, ...]:
    """A list of layers, not empty."""
    if not isinstance(value, (tuple, list)) or not all(isinstance(one, Layer) for one in value):
        raise wrong(name, value, _("it must be a list of layers"))
    if not value:
        raise wrong(name, value, _("it must hold at least one layer"))
    return tuple(value)


def _a_layer(value: object, name: str, rank: int = 0) -> Layer:
    """A layer."""
    if not isinstance(value, Layer):
        raise wrong(name, value, _("it must be a layer"))
    return value


TYPES = (
    LayerType(
        "Pipeline",
        "pipelines.Pipeline",
        (Parameter("layers", _layers_in_a_row),),
        spelling=KERAS,
        # what the layers in the row make when they are called first
        built=lambda given: tuple(name for one in given["layers"] for name in one.built_inside()),
    ),
    LayerType(
        "Wrapper",
        "pipelines.AroundAnother",
        (Parameter("layer", _a_layer, to="inner"),),
        spelling=KERAS,
        fixed={"name": "Wrapper"},
    ),
    LayerType(
        "Layer",
        "pipelines.NothingOfItsOwn",
        passed_over("autocast", keyword_only=True),
        spelling=KERAS,
        fixed={"name": "Layer"},
    ),
)
