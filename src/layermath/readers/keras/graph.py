"""What a Keras source adds to the graph: shapes and inputs as they were written, and classes of the
source's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layermath.network.growing import GraphLayer, MadeInput, MadeLayer, Model

if TYPE_CHECKING:
    from layermath.readers.python.unknown import Count, Unknown
    from layermath.readers.python.values import Partial, UserClass


@dataclass(eq=False)
class WrittenLayer(MadeLayer):
    """A layer that the source made. ``given_shape`` is its ``input_shape=``, if it has one;
    ``waiting`` is the group that it wraps, which is read at the first call."""

    given_shape: GivenShape | None = field(default=None, kw_only=True)
    waiting: Group | None = field(default=None, kw_only=True)


@dataclass(eq=False)
class WrittenInput(MadeInput):
    """An input layer. ``number`` counts the input layers of the source as they are made; ``copied``
    is the one whose shape this one has, where a model takes that of the model inside it."""

    number: int = field(kw_only=True)
    lettered: bool = field(kw_only=True)
    """Whether letters were put in for axes without a value."""
    copied: WrittenInput | None = field(default=None, kw_only=True)

    @property
    def origin(self) -> WrittenInput:
        """The input layer that first had this shape."""
        return self if self.copied is None else self.copied.origin


@dataclass(eq=False)
class Group(Model):
    """A layer or model of a class of the source's own, or a ``Lambda``: a graph like a model's.

    ``kind`` is the class's name; ``type`` the class, or ``function`` what a ``Lambda`` computes;
    ``fields`` are its attributes; ``base`` is the layer that it is, where its class stands on one
    of Keras's: ``class Wide(layers.Dense)``. Where it cannot be followed, ``unread`` says why, and
    ``stand_in`` is the layer without a rule in its place; ``told`` once the user knows.
    """

    kind: str = field(kw_only=True)
    type: UserClass | None = field(default=None, kw_only=True)
    function: Partial | None = field(default=None, kw_only=True)
    fields: dict[str, object] = field(default_factory=dict, kw_only=True)
    takes_any: bool = field(default=True, kw_only=True)
    base: MadeLayer | None = field(default=None, kw_only=True)
    unread: Unknown | None = field(default=None, kw_only=True)
    stand_in: MadeLayer | None = field(default=None, kw_only=True)
    told: bool = field(default=False, kw_only=True)
    functional: bool = field(default=False, kw_only=True)
    """Whether it is made of inputs and outputs: ``super().__init__(inputs, outputs)``."""

    @property
    def listed(self) -> list[GraphLayer]:
        """Its layers, as Keras lists them: a class of its own without what it is called on."""
        return [
            layer
            for layer in self.layers
            if (self.functional or not isinstance(layer, MadeInput)) and not layer.is_operation
        ]

    def take(self, model: Model) -> None:
        """Become the functional model: ``super().__init__(inputs, outputs)``."""
        self.input_structure, self.output_structure = model.input_structure, model.output_structure
        self.inputs, self.outputs = model.inputs, model.outputs
        self.graph, self.layers, self.broken = model.graph, model.layers, model.broken
        self.functional = True


@dataclass(frozen=True)
class GivenShape:
    """An input shape as it was written, without the batch axis. ``items`` are sizes, None, or
    `Unread` for an axis that has no value; ``items`` is None where even their number is open."""

    items: tuple[object, ...] | None
    text: str


@dataclass(frozen=True)
class Unread:
    """An axis of a shape whose value could not be followed, and what size that is, if it is one
    that data decide."""

    text: str
    count: Count | None = None
