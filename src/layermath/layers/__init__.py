"""The layer types: one class each, with its equations and the sentences that explain them.

A module of this package holds one family. Every public class in it that is a `Layer` and not
``abstract`` is a layer type; it is found here under its name and its aliases, and needs no other
registration.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from layermath.layers.layer import Layer


@cache
def catalogue() -> Mapping[str, type[Layer]]:
    """Every layer type by its name and its aliases."""
    found: dict[str, type[Layer]] = {}
    for module in iter_modules(__path__):
        for thing in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(thing, type) and issubclass(thing, Layer) and not thing.abstract:
                for name in (thing.type_name(), *thing.aliases):
                    found[name] = thing
    return MappingProxyType(found)


def find(name: str) -> type[Layer] | None:
    """The layer type of that name in ``keras.layers``, None where there is none."""
    return catalogue().get(name)


def names() -> tuple[str, ...]:
    """Every name that `find` knows."""
    return tuple(sorted(catalogue()))
