"""A model's text, whatever it is written in: decided by its content, not by a file's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layermath.algebra.floors import Size
from layermath.network.graph import Network


def read(
    text: str,
    *,
    bindings: Mapping[str, Size] | None = None,
    inputs: Mapping[str | None, Sequence[Size]] | None = None,
    model: str | None = None,
    call: str | None = None,
    source: str | None = None,
) -> Network:
    """Read a Keras source, a configuration or a notebook; the options are those of
    `keras.read`. Raises `Problem`."""
    from layermath.readers import json_text

    options: dict[str, Any] = {"inputs": inputs, "model": model, "call": call, "source": source}
    if not json_text.is_json(text):
        from layermath.readers import keras

        return keras.read(text, bindings=bindings, **options)
    from layermath.readers import keras_config, notebooks

    value = json_text.parse(text)
    if notebooks.is_notebook(value):
        return notebooks.read(value, bindings=bindings, **options)
    return keras_config.read(value, bindings=bindings, **options)
