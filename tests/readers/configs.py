"""Configurations by hand, as Keras writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def layer3(
    class_name: str, name: str, *feeding: Any, module: str = "keras.layers", **config: Any
) -> dict[str, Any]:
    """A layer as Keras 3 writes it, called on outputs of other layers."""
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": name, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [{"args": list(feeding), "kwargs": {}}] if feeding else [],
    }


def tensor3(name: str, node: int = 0, output: int = 0, shape: Any = None) -> dict[str, Any]:
    """A tensor as Keras 3 writes it among the arguments of a call."""
    config = {"shape": shape, "dtype": "float32", "keras_history": [name, node, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def input3(name: str, *shape: int | None) -> dict[str, Any]:
    """An input layer."""
    return layer3("InputLayer", name, batch_shape=[None, *shape])


def functional3(
    layers: Sequence[dict[str, Any]], inputs: Any, outputs: Any, name: str = "model", **more: Any
) -> dict[str, Any]:
    """A functional model of Keras 3."""
    config = {"name": name, "trainable": True, "layers": [*layers]}
    config |= {"input_layers": inputs, "output_layers": outputs, **more}
    module = "keras.src.models.functional"
    return {"module": module, "class_name": "Functional", "config": config}


def sequential3(layers: Sequence[dict[str, Any]], name: str = "sequential") -> dict[str, Any]:
    """A Sequential of Keras 3."""
    config = {"name": name, "trainable": True, "layers": [*layers]}
    return {"module": "keras", "class_name": "Sequential", "config": config}


def layer2(class_name: str, name: str, *nodes: Any, **config: Any) -> dict[str, Any]:
    """A layer as Keras 2 writes it: each node a list of ``[name, node, tensor, kwargs]``."""
    return {
        "class_name": class_name,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "name": name,
        "inbound_nodes": [*nodes],
    }


def functional2(
    layers: Sequence[dict[str, Any]], inputs: Any, outputs: Any, name: str = "model"
) -> dict[str, Any]:
    """A functional model of Keras 2."""
    config = {"name": name, "layers": [*layers], "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config, "keras_version": "2.11.0"}


def text(config: object) -> str:
    return json.dumps(config)
