"""Every layer type of Keras that is a line of a table, by its names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from layermath.vocabulary.keras import augmentation, convolutions, pooling, recurrent
from layermath.vocabulary.layer_type import LayerType

_TABLES = (augmentation, convolutions, pooling, recurrent)


@cache
def types() -> Mapping[str, LayerType]:
    """Each type by its name and its aliases."""
    return MappingProxyType(
        {
            name: found
            for table in _TABLES
            for found in table.TYPES
            for name in (found.name, *found.aliases)
        }
    )
