"""Calls of a configuration, as they are put into the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from layermath.messages import _
from layermath.network.growing import KTensor, tensors_in
from layermath.problems import ModelProblem
from layermath.readers.keras_config.records import NodeCall, Reference
from layermath.readers.keras_config.values import value_of

Arguments = tuple[object, ...]
Keywords = Mapping[str, object]


def put(written: NodeCall, tensor: Callable[[Reference], KTensor]) -> tuple[Arguments, Keywords]:
    """What is called on: tensors for references, and values for what Keras serialized."""

    def of(item: object) -> Any:
        if isinstance(item, Reference):
            return tensor(item)
        if isinstance(item, list):
            parts = [of(part) for part in item]
            # a list without tensors is a value: an axis list, a slice of several axes
            return tuple(parts) if next(tensors_in(parts), None) is None else parts
        if isinstance(item, dict):
            if "class_name" in item:
                return value_of(item, dict)
            return {key: of(part) for key, part in item.items()}
        return item

    keywords = {key: of(item) for key, item in written.keywords.items()}
    return tuple(of(item) for item in written.arguments), keywords


def check_tensors(arguments: Arguments, keywords: Keywords) -> None:
    """Raises `ModelProblem` for a layer that is called on something else than tensors: an operation
    takes constants, a layer takes none but flags."""
    for argument in arguments:
        if argument is not None:
            _check(argument)
    for item in keywords.values():
        if isinstance(item, (KTensor, list, tuple, dict)):
            _check(item)


def _check(item: object) -> None:
    if isinstance(item, KTensor):
        return
    if isinstance(item, (list, dict)) and item:
        for part in item.values() if isinstance(item, dict) else item:
            _check(part)
        return
    raise ModelProblem(_("it is called on something that is not a tensor"))
