"""The layer types: one class each, with its equations and the sentences that explain them.

A module of this package holds one family. Every public class in it that is a `Layer` and not
``abstract`` is a layer type; it is found here under its name and its aliases, and needs no other
registration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from layermath.vocabulary.keras.catalogue import AnyType, types
from layermath.vocabulary.layer import Layer

__all__ = ["AnyType", "catalogue", "find", "names"]

_CLASS = re.compile(r"^class (\w+)|^ +aliases\b[^=\n]*= \(([^)]*)\)", re.MULTILINE)
_ALIAS = re.compile(r'"(\w+)"')


@cache
def _types(module: str) -> Mapping[str, type[Layer]]:
    """The layer types of one module, by their names and aliases."""
    found: dict[str, type[Layer]] = {}
    for thing in vars(import_module(f"{__name__}.{module}")).values():
        if isinstance(thing, type) and issubclass(thing, Layer) and not thing.abstract:
            for name in (thing.type_name(), *thing.aliases):
                found[name] = thing
    return MappingProxyType(found)


@cache
def catalogue() -> Mapping[str, AnyType]:
    """Every layer type by its name and its aliases."""
    found: dict[str, AnyType] = {**types()}
    for module in iter_modules(__path__):
        found |= _types(module.name)
    return MappingProxyType(found)


@cache
def _mentioned() -> Mapping[str, tuple[str, ...]]:
    """The modules in whose text a name stands as that of a class, or as an alias.

    To read the texts takes a twentieth of the time that it takes to import all modules, of which a
    model needs a few.
    """
    found: dict[str, list[str]] = {}
    for module in iter_modules(__path__):
        spec = module.module_finder.find_spec(f"{__name__}.{module.name}", None)
        text = getattr(spec and spec.loader, "get_source", lambda name: None)(spec and spec.name)
        for own, aliases in _CLASS.findall(text or ""):
            for name in (own, *_ALIAS.findall(aliases)):
                found.setdefault(name, []).append(module.name)
    return MappingProxyType({name: tuple(modules) for name, modules in found.items()})


def find(name: str) -> AnyType | None:
    """The layer type of that name in ``keras.layers``, None where there is none."""
    if name in types():
        return types()[name]
    for module in _mentioned().get(name, ()):
        found = _types(module).get(name)
        if found is not None:
            return found
    return catalogue().get(name)


def names() -> tuple[str, ...]:
    """Every name that `find` knows."""
    return tuple(sorted(catalogue()))
