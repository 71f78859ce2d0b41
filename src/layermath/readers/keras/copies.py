"""Copies of models: ``clone_model(model)``, and a model that is saved and loaded again.

A copy has layers of its own, with the names and the shapes of the first: its weights are others,
and it is frozen or changed by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from layermath.network.growing import (
    GraphLayer,
    KTensor,
    MadeInput,
    MadeLayer,
    Model,
    Node,
    SequentialModel,
)
from layermath.readers.keras.builder import Builder
from layermath.readers.keras.graph import Group
from layermath.readers.python.budget import Budget


@dataclass(frozen=True)
class Checkpoint:
    """``ModelCheckpoint("best.keras")``: ``fit`` saves the model under that name."""

    path: str


class Copies:
    """Copies the models of one reading, and keeps those that it saves."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._saved: dict[str, Model] = {}

    def save(self, model: Model, path: str) -> None:
        """``model.save(path)``: what is loaded from there later is the model as it is now."""
        self._saved[path] = _Copying(self._builder.budget).model(model)

    def fit(self, model: Model, callbacks: object) -> None:
        """``model.fit(callbacks=[…])``, which saves the model where one of these is for that."""
        for one in callbacks if isinstance(callbacks, (list, tuple)) else (callbacks,):
            if isinstance(one, Checkpoint):
                self.save(model, one.path)

    def load(self, path: str) -> Model | None:
        """``load_model(path)``: a copy of what was saved there, None where nothing was."""
        saved = self._saved.get(path)
        return None if saved is None else self._made(saved)

    def clone(self, model: Model) -> Model:
        """``clone_model(model)``"""
        return self._made(model, at_once=model)

    def _made(self, model: Model, at_once: Model | None = None) -> Model:
        """A copy that counts as built. Keras makes a Functional inside a Sequential each time it
        builds one: after each layer, but for one that it makes ``at_once``."""
        copying = _Copying(self._builder.budget)
        made = copying.model(model)
        for one in copying.copied:
            if isinstance(one, SequentialModel) and one.is_built:
                for _time in range(1 if one is at_once else len(one.listed)):
                    self._builder.names.next("Functional")
        self._builder.built(made)
        return made


class _Copying:
    """One copy: what stands for what in it."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._layers: dict[GraphLayer, GraphLayer] = {}
        self._nodes: dict[Node, Node] = {}
        self._tensors: dict[KTensor, KTensor] = {}

    @property
    def copied(self) -> tuple[GraphLayer, ...]:
        """The layers and models that have a copy."""
        return tuple(self._layers)

    def model(self, model: Model) -> Model:
        """The copy of a model."""
        made = self.layer(model)
        assert isinstance(made, Model)
        return made

    def layer(self, layer: GraphLayer) -> GraphLayer:
        """The copy of a layer, or of a model with all that is inside."""
        made = self._layers.get(layer)
        if made is not None:
            return made
        self._budget.spend()
        made = replace(layer, nodes=[])
        self._layers[layer] = made
        if isinstance(layer, MadeInput):
            self._node(layer.nodes[0])
        if not isinstance(layer, Model) or not isinstance(made, Model):
            return made
        made.layers = [self.layer(one) for one in layer.layers]
        made.graph = [self._node(node) for node in layer.graph]
        made.inputs = [self._tensor(one) for one in layer.inputs]
        made.outputs = [self._tensor(one) for one in layer.outputs]
        made.input_structure = self._structure(layer.input_structure)
        made.output_structure = self._structure(layer.output_structure)
        if isinstance(made, Group):
            made.weights = [*made.weights]
            made.fields = {key: self._field(item) for key, item in made.fields.items()}
        return made

    def _node(self, node: Node) -> Node:
        """The copy of a call, and of those that feed it."""
        found = self._nodes.get(node)
        if found is not None:
            return found
        self._budget.spend()
        made = Node(
            self.layer(node.layer),
            tuple(self._structure(item) for item in node.arguments),
            {key: self._structure(item) for key, item in node.keywords.items()},
            node.line,
        )
        self._nodes[node] = made
        made.outputs = tuple(KTensor(made, one.place, one.shape, one.name) for one in node.outputs)
        self._tensors.update(zip(node.outputs, made.outputs, strict=True))
        made.layer.nodes.append(made)
        return made

    def _tensor(self, tensor: KTensor) -> KTensor:
        self._node(tensor.node)
        return self._tensors[tensor]

    def _structure(self, value: object) -> object:
        if isinstance(value, KTensor):
            return self._tensor(value)
        if isinstance(value, (list, tuple)):
            return type(value)(self._structure(item) for item in value)
        if isinstance(value, Mapping):
            return {key: self._structure(item) for key, item in value.items()}
        return value

    def _field(self, value: object) -> object:
        """An attribute of an object, with the copies of the layers that it holds."""
        if isinstance(value, (MadeLayer, Model)):
            return self._layers.get(value, value)
        if isinstance(value, list):
            return [self._field(item) for item in value]
        return value
