"""The graph: which layer call feeds which. It holds configurations and no equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sympy import Symbol

from layermath.algebra.floors import Size, times
from layermath.messages import Message

if TYPE_CHECKING:
    from layermath.operations import Fixed
    from layermath.rules.equations import Applied
    from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class Tensor:
    """Output number ``output`` of call number ``call`` of a network."""

    call: int
    output: int = 0


Structure: TypeAlias = "Tensor | Fixed | list[Structure] | dict[str, Structure]"
"""What a layer is called on, as it was written: a tensor, or a list or dict of them; an operation,
on constants too."""


T = TypeVar("T")


def items_in(structure: object, kind: type[T]) -> Iterator[T]:
    """What a structure has of that kind, tensors say, in Keras's order: dicts by sorted key."""
    if isinstance(structure, kind):
        yield structure
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            yield from items_in(item, kind)
    elif isinstance(structure, Mapping):
        for key in sorted(structure, key=str):
            yield from items_in(structure[key], kind)


def exchanged(structure: Any, kind: type[T], change: Callable[[T], object]) -> Any:
    """The same structure with ``change(item)`` in the place of each item of that kind."""
    if isinstance(structure, kind):
        return change(structure)
    if isinstance(structure, Mapping):
        return {key: exchanged(item, kind, change) for key, item in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)(exchanged(item, kind, change) for item in structure)
    return structure


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
class Inferred:
    """What a layer made of the shapes of these tensors, when the model was read."""

    layer: Layer
    inputs: tuple[tuple[Size, ...], ...]
    done: Applied


@dataclass(frozen=True)
class Call:
    """One call of a layer: ``layer(*arguments, **keywords)``. ``inferred`` holds as long as the
    layer and the shapes that reach it are these."""

    layer: str
    arguments: tuple[Structure, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    line: int | None = None
    inferred: Inferred | None = field(default=None, compare=False, repr=False)

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """What the layer is called on, in Keras's order."""
        return tuple(items_in([*self.arguments, self.keywords], Tensor))


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
