"""The graph that a source builds while it is read: layers, their calls, tensors and models.

These change as the source changes them (``model.add``, ``layer.trainable = False``); what is left
at the end becomes a frozen `layermath.network.Network` in `networks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layermath.algebra.floors import Size
from layermath.network.graph import Weight
from layermath.operations import Operation
from layermath.problems import ModelProblem
from layermath.vocabulary.layer import Layer

if TYPE_CHECKING:
    from layermath.readers.python.unknown import Count, Unknown
    from layermath.readers.python.values import Partial, UserClass

Shape = tuple[Size, ...]


@dataclass(eq=False)
class Node:
    """One call of a layer or model on tensors. An input layer has one without arguments."""

    layer: GraphLayer
    arguments: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    outputs: tuple[KTensor, ...] = ()

    @property
    def is_input(self) -> bool:
        """Whether it is the call of an input layer."""
        return isinstance(self.layer, MadeInput)

    @property
    def inputs(self) -> list[KTensor]:
        """The tensors that it is called on, in Keras's order."""
        return [
            tensor for item in (*self.arguments, dict(self.keywords)) for tensor in tensors_in(item)
        ]


@dataclass(eq=False)
class KTensor:
    """A symbolic tensor: an output of a call, its shape without the batch axis."""

    node: Node
    place: int
    shape: Shape
    name: str


@dataclass(eq=False)
class GraphLayer:
    """What can stand in a model: a layer, or a model used as one."""

    name: str
    line: int | None
    call_text: str
    trainable: bool = True
    nodes: list[Node] = field(default_factory=list)


@dataclass(eq=False)
class MadeLayer(GraphLayer):
    """A layer that the source made. ``given_shape`` is its ``input_shape=``, if it has one;
    ``waiting`` is the group that it wraps, which is read at the first call; ``class_name`` its
    class, where that is one of the source's own."""

    layer: Layer = field(kw_only=True)
    given_shape: GivenShape | None = field(default=None, kw_only=True)
    waiting: Group | None = field(default=None, kw_only=True)
    class_name: str | None = field(default=None, kw_only=True)


@dataclass(eq=False)
class MadeInput(MadeLayer):
    """An input layer. ``number`` counts the input layers of the source as they are made; ``copied``
    is the one whose shape this one has, where a model takes that of the model inside it."""

    number: int = field(kw_only=True)
    lettered: bool = field(kw_only=True)
    """Whether letters were put in for axes without a value."""
    copied: MadeInput | None = field(default=None, kw_only=True)

    @property
    def origin(self) -> MadeInput:
        """The input layer that first had this shape."""
        return self if self.copied is None else self.copied.origin

    @property
    def tensor(self) -> KTensor:
        """What it feeds into the model."""
        return self.nodes[0].outputs[0]


@dataclass(eq=False)
class Model(GraphLayer):
    """A functional model. ``broken`` says why it cannot be followed, if it cannot; ``made`` counts
    when it was last built."""

    input_structure: object = None
    output_structure: object = None
    inputs: list[KTensor] = field(default_factory=list)
    outputs: list[KTensor] = field(default_factory=list)
    graph: list[Node] = field(default_factory=list)
    """Its calls, each after those that feed it."""
    layers: list[GraphLayer] = field(default_factory=list)
    broken: ModelProblem | None = None
    made: int = 0

    @property
    def listed(self) -> list[GraphLayer]:
        """Its layers, as Keras lists them: without the operations on tensors."""
        return [layer for layer in self.layers if not is_operation(layer)]

    @property
    def is_built(self) -> bool:
        """Whether its shapes are known."""
        return bool(self.outputs)

    def freeze(self, trainable: bool) -> None:
        """``model.trainable = …``, which sets the flag of every layer inside."""
        self.trainable = trainable
        for layer in self.layers:
            if isinstance(layer, Model):
                layer.freeze(trainable)
            else:
                layer.trainable = trainable


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
    weights: list[Weight] = field(default_factory=list, kw_only=True)
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
            if (self.functional or not isinstance(layer, MadeInput)) and not is_operation(layer)
        ]

    def take(self, model: Model) -> None:
        """Become the functional model: ``super().__init__(inputs, outputs)``."""
        self.input_structure, self.output_structure = model.input_structure, model.output_structure
        self.inputs, self.outputs = model.inputs, model.outputs
        self.graph, self.layers, self.broken = model.graph, model.layers, model.broken
        self.functional = True


@dataclass(eq=False)
class SequentialModel(Model):
    """A stack of layers; the input layer, if there is one, is the first of ``layers``."""

    threaded: int = 0
    """How many of the layers stand in ``graph``."""
    unread_shape: str | None = None
    """The input shape as it was written, where it has no value."""

    @property
    def listed(self) -> list[GraphLayer]:
        """Its layers, as Keras lists them: without the input layer."""
        return self.layers[1:] if self.starts_with_input else self.layers[:]

    @property
    def starts_with_input(self) -> bool:
        """Whether its input shape is known."""
        return bool(self.layers) and isinstance(self.layers[0], MadeInput)


def is_operation(layer: GraphLayer) -> bool:
    """Whether it is an operation on tensors, which no model lists among its layers."""
    return isinstance(layer, MadeLayer) and isinstance(layer.layer, Operation)


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


def tensors_in(structure: object) -> Iterator[KTensor]:
    """The tensors of a structure, in Keras's order: dicts by sorted key."""
    if isinstance(structure, KTensor):
        yield structure
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            yield from tensors_in(item)
    elif isinstance(structure, dict):
        for key in sorted(structure, key=str):
            yield from tensors_in(structure[key])
