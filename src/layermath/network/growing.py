"""The graph as it grows: layers, their calls on tensors, and the models that they make.

Layers and models change while a model is read (``model.add``, ``layer.trainable = False``); what is
left at the end becomes a frozen `Network` in `freezing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layermath.algebra.floors import Size
from layermath.network.graph import Inferred, Weight, items_in
from layermath.problems import ModelProblem
from layermath.rules.equations import Nest
from layermath.vocabulary.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

Shape = tuple[Size, ...]


@dataclass(eq=False)
class Node:
    """One call of a layer or model on tensors. An input layer has one without arguments."""

    layer: GraphLayer
    arguments: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    outputs: tuple[KTensor, ...] = ()
    inferred: Inferred | None = None

    @property
    def is_input(self) -> bool:
        """Whether it is the call of an input layer."""
        return isinstance(self.layer, MadeInput)

    @property
    def inputs(self) -> list[KTensor]:
        """The tensors that it is called on, in Keras's order."""
        return list(tensors_in([*self.arguments, dict(self.keywords)]))


@dataclass(eq=False)
class KTensor:
    """A symbolic tensor: an output of a call, its shape without the batch axis."""

    node: Node
    place: int
    shape: Shape
    name: str


@dataclass(eq=False)
class GraphLayer:
    """What can stand in a model: a layer, or a model used as one. ``is_operation``: it is an
    operation on tensors, which no model lists among its layers."""

    name: str
    line: int | None = None
    call_text: str = ""
    trainable: bool = True
    nodes: list[Node] = field(default_factory=list)
    is_operation: bool = field(default=False, kw_only=True)


@dataclass(eq=False)
class MadeLayer(GraphLayer):
    """A layer with its arguments. ``class_name`` is its class, where that is one of the source's
    own."""

    layer: Layer = field(kw_only=True)
    class_name: str | None = field(default=None, kw_only=True)


@dataclass(eq=False)
class MadeInput(MadeLayer):
    """An input layer."""

    def feeds(self, name: str, shape: Shape, line: int | None = None) -> KTensor:
        """Make its one call: the tensor that it feeds into a model."""
        node = Node(self, line=line)
        node.outputs = (KTensor(node, 0, shape, name),)
        self.nodes.append(node)
        return self.tensor

    @property
    def tensor(self) -> KTensor:
        """What it feeds into the model."""
        return self.nodes[0].outputs[0]


@dataclass(eq=False)
class Model(GraphLayer):
    """A functional model. ``kind`` is its class; ``broken`` says why it cannot be followed, if it
    cannot; ``made`` counts when it was last built; ``weights`` are those that no layer has."""

    input_structure: object = None
    output_structure: object = None
    inputs: list[KTensor] = field(default_factory=list)
    outputs: list[KTensor] = field(default_factory=list)
    graph: list[Node] = field(default_factory=list)
    """Its calls, each after those that feed it."""
    layers: list[GraphLayer] = field(default_factory=list)
    broken: ModelProblem | None = None
    made: int = 0
    kind: str = field(default="Functional", kw_only=True)
    weights: list[Weight] = field(default_factory=list, kw_only=True)
    takes_any: bool = field(default=False, kw_only=True)
    """Whether it takes whatever shapes it can compute with, not those that it was made for."""

    @property
    def listed(self) -> list[GraphLayer]:
        """Its layers, as Keras lists them: without the operations on tensors."""
        return [layer for layer in self.layers if not layer.is_operation]

    @property
    def is_built(self) -> bool:
        """Whether its shapes are known."""
        return bool(self.outputs)

    @property
    def nest(self) -> Nest:
        """How it hands out its outputs: as it was given them."""
        numbers = iter(range(len(self.outputs)))

        def of(structure: object) -> Nest:
            if isinstance(structure, dict):
                return {key: of(structure[key]) for key in sorted(structure, key=str)}
            if isinstance(structure, list):
                return [of(item) for item in structure]
            return next(numbers)

        return of(self.output_structure)

    def freeze(self, trainable: bool) -> None:
        """``model.trainable = …``, which sets the flag of every layer inside."""
        self.trainable = trainable
        for layer in self.layers:
            if isinstance(layer, Model):
                layer.freeze(trainable)
            else:
                layer.trainable = trainable


@dataclass(eq=False)
class SequentialModel(Model):
    """A stack of layers; the input layer, if there is one, is the first of ``layers``."""

    kind: str = field(default="Sequential", kw_only=True)
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


def tensors_in(structure: object) -> Iterator[KTensor]:
    """The tensors of a structure, in Keras's order: dicts by sorted key."""
    return items_in(structure, KTensor)


def handed_out(nest: Nest, outputs: Sequence[KTensor]) -> object:
    """The outputs of a call as it hands them out: alone, or in a list, tuple or dict."""
    if isinstance(nest, int):
        return outputs[nest]
    if isinstance(nest, dict):
        return {key: handed_out(item, outputs) for key, item in nest.items()}
    items = [handed_out(item, outputs) for item in nest]
    return tuple(items) if isinstance(nest, tuple) else items
