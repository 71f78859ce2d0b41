"""The graph: which layer call feeds which. It holds configurations and no equations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from sympy import Symbol

from layermath.algebra.floors import Size, times
from layermath.messages import Message

if TYPE_CHECKING:
    from layermath.operations import Fixed
    from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class Tensor:
    """Output number ``output`` of call number ``call`` of a network."""

    call: int
    output: int = 0


Structure: TypeAlias = "Tensor | Fixed | list[Structure] | dict[str, Structure]"
"""What a layer is called on, as it was written: a tensor, or a list or dict of them; an operation,
on constants too."""


def tensors_in(structure: object) -> Iterator[Tensor]:
    """The tensors of a structure, in Keras's order: dicts by sorted key."""
    if isinstance(structure, Tensor):
        yield structure
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            yield from tensors_in(item)
    elif isinstance(structure, dict):
        for key in sorted(structure, key=str):
            yield from tensors_in(structure[key])


@dataclass(frozen=True)
class Entry:
    """A layer (or a nested network) with the name it has in its network.

    ``line`` is where it was made in the source (1-based), ``call_text`` how: ``Conv2D(32, 3)``.
    ``trainable`` is False where the layer was frozen. ``class_name`` is its class in the source,
    where that is one of the source's own that stands on the layer's.
    """

    name: str
    layer: Layer | Network
    line: int | None = None
    call_text: str = ""
    trainable: bool = True
    class_name: str | None = None


@dataclass(frozen=True)
class Call:
    """One call of a layer: ``layer(*arguments, **keywords)``."""

    layer: str
    arguments: tuple[Structure, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    line: int | None = None

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """What the layer is called on, in Keras's order."""
        return tuple(tensors_in([*self.arguments, dict(self.keywords)]))


@dataclass(frozen=True)
class Weight:
    """A weight that a class of the user's own makes itself: ``add_weight(shape=(n, units))``. Its
    shape has no batch axis."""

    name: str
    shape: tuple[Size, ...]
    trainable: bool = True

    @property
    def params(self) -> Size:
        """How many numbers it has."""
        return times(self.shape)


@dataclass(frozen=True)
class Network:
    """A model as it was read.

    ``entries`` has every layer by its name, ``listed`` the names in the order of Keras's own
    ``model.layers`` (a Sequential does not list its input layer). ``kind`` is its class:
    ``Sequential``, ``Functional``, or a class of the user's own. ``calls`` are ordered so that
    each comes after those that feed it; input layers are calls without arguments.
    ``unknown_sizes`` are the symbols that stand for a ``None`` of an input shape: Keras leaves them
    open until run time, so no weight may depend on them. ``weights`` are those that no layer has,
    ``framework`` is what the model is written in.
    """

    name: str
    kind: str
    entries: Mapping[str, Entry]
    listed: tuple[str, ...]
    calls: tuple[Call, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    unknown_sizes: frozenset[Symbol] = frozenset()
    notes: tuple[Message, ...] = ()
    source: str | None = None
    weights: tuple[Weight, ...] = ()
    framework: str = ""

    @cached_property
    def channels_first(self) -> bool:
        """Whether its feature maps have their channels before the spatial axes."""
        return any(getattr(entry.layer, "channels_first", False) for entry in self.entries.values())
