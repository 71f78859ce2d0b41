"""Calls of a configuration, as the walk applies them."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from layermath.messages import _
from layermath.network.graph import Call, Tensor
from layermath.problems import ModelProblem
from layermath.readers.keras_config.records import NodeCall, Reference
from layermath.readers.keras_config.values import value_of


def call(layer: str, written: NodeCall, tensor: Callable[[Reference], Tensor]) -> Call:
    """The call with tensors for its references, and values for what Keras serialized."""

    def put(item: object) -> Any:
        if isinstance(item, Reference):
            return tensor(item)
        if isinstance(item, list):
            parts = [put(part) for part in item]
            # a list without tensors is a value: an axis list, a slice of several axes
            return parts if any(map(_has_tensor, parts)) else tuple(parts)
        if isinstance(item, dict):
            if "class_name" in item:
                return value_of(item, dict)
            return {key: put(part) for key, part in item.items()}
        return item

    return Call(
        layer,
        tuple(put(item) for item in written.arguments),
        MappingProxyType({key: put(item) for key, item in written.keywords.items()}),
    )


def check_tensors(call: Call) -> None:
    """Raises `ModelProblem` for a layer that is called on something else than tensors: an operation
    takes constants, a layer takes none but flags."""
    for argument in call.arguments:
        if argument is not None:
            _check(argument)
    for item in call.keywords.values():
        if isinstance(item, (Tensor, list, tuple, dict)):
            _check(item)


def _check(item: object) -> None:
    if isinstance(item, Tensor):
        return
    if isinstance(item, (list, dict)) and item:
        for part in item.values() if isinstance(item, dict) else item:
            _check(part)
        return
    raise ModelProblem(_("it is called on something that is not a tensor"))


def _has_tensor(item: object) -> bool:
    if isinstance(item, dict):
        return any(map(_has_tensor, item.values()))
    return isinstance(item, Tensor) or (isinstance(item, list) and any(map(_has_tensor, item)))
