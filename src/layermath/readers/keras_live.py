"""A model that a program holds: written down as Keras does it, and asked what no rule tells.

Keras is never imported here: who has a model has it already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any

from layermath.algebra.floors import Size
from layermath.messages import Code, _
from layermath.network.graph import Network
from layermath.problems import CallProblem
from layermath.readers import keras_config

MODELS_NESTING = 24


def read(
    model: object,
    *,
    bindings: Mapping[str, Size] | None = None,
    inputs: Mapping[str | None, Sequence[Size]] | None = None,
) -> Network:
    """Read a model of Keras; the options are those of `keras_config.read`.

    Raises `CallProblem` for what is no model or has no graph, `ModelProblem` where it is wrong.
    """
    write = getattr(model, "to_json", None)
    if not callable(write) or not hasattr(model, "layers"):
        raise CallProblem(
            _("{type} is not a Keras model", type=Code(type(model).__name__)),
            _("Give a Sequential or a functional model that is built."),
        )
    return keras_config.read(
        _written(model, write), bindings=bindings, inputs=inputs, known=dict(_known(model))
    )


def _written(model: Any, write: Callable[[], object]) -> str | Mapping[str, Any]:
    """The configuration, as text. A layer that cannot write down its arguments is written without
    them."""
    with _layers_that_can_be_written(model):
        try:
            text = write()
        except Exception as error:  # the user's own code runs in there
            raise _not_written(error) from None
    if not isinstance(text, str):
        raise _not_written(TypeError("to_json() gives no text"))
    return text


def _not_written(error: Exception) -> CallProblem:
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return CallProblem(_("this model cannot be written down as JSON: {reason}", reason=reason))


@contextmanager
def _layers_that_can_be_written(model: Any) -> Iterator[None]:
    """Give every layer whose ``get_config`` fails, for a while, one that tells its name alone."""
    helped = []
    try:
        for _path, layer in _own_layers(model):
            try:
                json.dumps(layer.get_config(), default=str)
            except Exception:  # whatever the user's get_config raises
                config = {"name": layer.name, "trainable": getattr(layer, "trainable", True)}
                object.__setattr__(layer, "get_config", config.copy)
                helped.append(layer)
        yield
    finally:
        for layer in helped:
            object.__delattr__(layer, "get_config")


def _known(model: Any) -> Iterator[tuple[tuple[str, ...], keras_config.Known]]:
    for path, layer in _own_layers(model):
        weights = getattr(layer, "weights", [])
        built = getattr(layer, "built", False)
        yield (
            path,
            keras_config.Known(
                _shapes(layer),
                _count(weights) if built else None,
                _count(getattr(layer, "trainable_weights", [])) if built else None,
            ),
        )


def _own_layers(model: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The layers that may have no rule, with the names that lead to them."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), model)]
    while waiting:
        path, one = waiting.pop()
        for layer in getattr(one, "layers", []):
            inside = (*path, layer.name)
            if hasattr(layer, "layers") and hasattr(layer, "to_json"):
                if len(inside) <= MODELS_NESTING:
                    waiting.append((inside, layer))
                continue
            yield inside, layer


def _count(weights: Sequence[Any]) -> int:
    return sum(prod(map(int, weight.shape)) for weight in weights)


def _shapes(layer: Any) -> tuple[tuple[int | None, ...], ...] | None:
    """The shapes of the layer's outputs, where it is called once."""
    try:
        outputs = layer.output
    except (AttributeError, ValueError):  # it is called never, or several times
        return None
    if isinstance(outputs, dict):
        outputs = [outputs[key] for key in sorted(outputs)]
    elif not isinstance(outputs, (list, tuple)):
        outputs = [outputs]
    shapes = [getattr(one, "shape", None) for one in outputs]
    if not shapes or any(shape is None for shape in shapes):
        return None
    return tuple(tuple(shape) for shape in shapes if shape is not None)
