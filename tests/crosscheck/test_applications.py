"""Every architecture of ``keras.applications`` that Keras can build: its ``to_json()`` is read, and
every layer agrees with the real one in name, class, output shape, parameters and trainable ones.

A few small ones by default; all of them with ``LAYERMATH_FULL=1`` in the environment.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

import layermath as lm

pytestmark = pytest.mark.crosscheck

SMALL = [
    "ConvNeXtTiny",
    "EfficientNetV2B0",
    "MobileNet",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50V2",
    "VGG16",
]
OTHERS = [
    *("ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtXLarge"),
    *("DenseNet121", "DenseNet169", "DenseNet201"),
    *(f"EfficientNetB{number}" for number in range(8)),
    *("EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3"),
    *("EfficientNetV2L", "EfficientNetV2M", "EfficientNetV2S"),
    *("InceptionResNetV2", "InceptionV3", "MobileNetV2", "MobileNetV3Large", "NASNetLarge"),
    *("ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "ResNet50", "VGG19", "Xception"),
]
FULL = os.environ.get("LAYERMATH_FULL") == "1"


@pytest.mark.parametrize("architecture", [*SMALL, *OTHERS] if FULL else SMALL)
def test_every_layer_agrees(architecture: str) -> None:
    keras = real_keras()
    with no_weights(keras):
        model = getattr(keras.applications, architecture)(weights=None)
    agrees(model, lm.loads(model.to_json()))


def test_the_list_is_that_of_keras() -> None:
    found = {name for name in dir(real_keras().applications) if name[0].isupper()}
    assert found == {*SMALL, *OTHERS}


def real_keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", "jax")
    return pytest.importorskip("keras")


def agrees(model: Any, network: Any) -> None:
    """Assert that a network is what Keras has: every layer of it, in order."""
    derivation = lm.derive(network)
    assert network.name == model.name
    assert [
        (
            layer.name,
            layer.type,
            [[known(size) for size in shape] for shape in layer.output_shapes],
            layer.params,
            layer.trainable_params,
        )
        for layer in derivation.layers.values()
    ] == [described(layer) for layer in model.layers]
    assert derivation.totals.params == model.count_params()
    assert derivation.totals.trainable_params == count(model.trainable_weights)


def known(size: Any) -> int | None:
    """What Keras says of a size: None where it is open until run time."""
    return size if isinstance(size, int) else None


def described(layer: Any) -> tuple[object, ...]:
    outputs = layer._inbound_nodes[0].output_tensors
    return (
        layer.name,
        type(layer).__name__,
        [list(one.shape[1:]) for one in outputs],
        layer.count_params(),
        count(layer.trainable_weights),
    )


def count(weights: Any) -> int:
    total = 0
    for weight in weights:
        size = 1
        for axis in weight.shape:
            size *= axis
        total += size
    return total


@contextlib.contextmanager
def no_weights(keras: Any) -> Iterator[None]:
    """Weights whose values are never asked for: one number, seen at every place."""
    numpy = importlib.import_module("numpy")

    def zeros(_self: Any, shape: Any, dtype: Any = None, **_options: Any) -> Any:
        return numpy.broadcast_to(numpy.zeros((), dtype), shape)

    with contextlib.ExitStack() as stack:
        for name in ("GlorotUniform", "HeNormal", "VarianceScaling", "TruncatedNormal"):
            initializer = getattr(keras.initializers, name)
            stack.enter_context(mock.patch.object(initializer, "__call__", zeros))
        yield
