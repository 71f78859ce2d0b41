"""Every layer type of Keras that is a line of a table, by its names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

from layermath.vocabulary.keras import (
    attention,
    augmentation,
    convolutions,
    core,
    einsum,
    elsewhere,
    encoding,
    image_size,
    keeping,
    lookup,
    merging,
    normalization,
    pipelines,
    pooling,
    recurrent,
    reshaping,
    spectrograms,
    statistics,
)
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.layer_type import LayerType

AnyType: TypeAlias = "type[Layer] | LayerType"
"""A layer type: a class of its own, or a line of a table."""

_TABLES = (
    attention,
    augmentation,
    convolutions,
    core,
    einsum,
    elsewhere,
    encoding,
    image_size,
    keeping,
    lookup,
    merging,
    normalization,
    pipelines,
    pooling,
    recurrent,
    reshaping,
    spectrograms,
    statistics,
)


@cache
def catalogue() -> Mapping[str, AnyType]:
    """Each type by its name and its aliases."""
    return MappingProxyType(
        {
            name: found
            for table in _TABLES
            for found in table.TYPES
            for name in (found.type_name(), *found.aliases)
        }
    )


def find(name: str) -> AnyType | None:
    """The layer type of that name, None where there is none."""
    return catalogue().get(name)


def names() -> tuple[str, ...]:
    """Every name that `find` knows."""
    return tuple(sorted(catalogue()))
