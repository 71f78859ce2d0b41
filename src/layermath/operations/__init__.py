"""Operations on tensors: what ``x + y``, ``x[:, -1]`` and ``keras.ops.mean(x)`` are.

An operation is applied to shapes as a layer is, and has no parameters. Its classes have the names
that Keras's ``model.to_json()`` gives them (`Add`, `GetItem`, `Mean`); a module of this package
holds one family. A public class in it that is not ``abstract`` is found under its name, and so are
those in the module's ``TYPES``, which differ in nothing but their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from layermath.operations.operation import Fixed, Operation, TouchesBatch

__all__ = ["Fixed", "Operation", "TouchesBatch", "catalogue", "find", "names"]


@cache
def catalogue() -> Mapping[str, type[Operation]]:
    """Every operation by its name."""
    found: dict[str, type[Operation]] = {}
    for module in iter_modules(__path__):
        things = vars(import_module(f"{__name__}.{module.name}"))
        for thing in (*things.values(), *things.get("TYPES", ())):
            if isinstance(thing, type) and issubclass(thing, Operation) and not thing.abstract:
                found[thing.type_name()] = thing
    return MappingProxyType(found)


def find(name: str) -> type[Operation] | None:
    """The operation of that name in Keras, None where there is none."""
    return catalogue().get(name)


def names() -> tuple[str, ...]:
    """Every name that `find` knows."""
    return tuple(sorted(catalogue()))
