"""Puts calls into a graph: each layer is applied to the shapes of the tensors that it is called on.

Readers of sources and of configurations make the layers, each in its own way, and call them here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.network.freezing import partial_network, reached_by
from layermath.network.graph import Inferred, exchanged
from layermath.network.growing import (
    KTensor,
    MadeLayer,
    Model,
    Node,
    Shape,
    handed_out,
)
from layermath.problems import ModelProblem, Problem
from layermath.rules.equations import Applied, Nest
from layermath.vocabulary.automatic_names import AutoNames
from layermath.vocabulary.opaque import applied


class GraphBuilder:
    """The graph of one reading. What a reading looks at besides is in `before`, `check` and
    `count`."""

    def __init__(self) -> None:
        self.names = AutoNames()

    def before(self, node: Node) -> None:
        """What is done before a call is put into the graph."""

    def check(self, layer: MadeLayer, done: Applied) -> None:
        """What is looked at once a layer was applied. Raises `Problem` for what is refused."""

    def count(self, depth: int = 0) -> None:
        """Count a call that stands ``depth`` models deep. Raises where it is too much."""

    def invoke(self, node: Node) -> object:
        """Put a call into the graph: its output tensor, or tensors.

        Raises `Problem` with its layer and line, and the network so far, where the layer cannot
        take them.
        """
        self.before(node)
        try:
            outputs, nest = self._outputs(node)
        except Problem as problem:
            problem.at(line=node.line, layer=node.layer.name)
            # A model on the wrong number of tensors has no shapes at all: nothing to advise upon.
            countable = not isinstance(node.layer, Model) or len(node.layer.inputs) == len(
                node.inputs
            )
            if problem.partial is None and countable:
                problem.partial = partial_network(node)
            raise problem from None
        node.outputs = tuple(
            KTensor(node, place, shape, self.names.next("keras_tensor"))
            for place, shape in enumerate(outputs)
        )
        first = not node.layer.nodes
        node.layer.nodes.append(node)
        if first and isinstance(node.layer, MadeLayer):
            for class_name in node.layer.layer.built_inside():
                self.names.next(class_name)
        return handed_out(nest, node.outputs)

    def _outputs(self, node: Node) -> tuple[Sequence[Shape], Nest]:
        shapes = tuple(tensor.shape for tensor in node.inputs)
        if isinstance(node.layer, Model):
            return self.replay(node.layer, shapes), node.layer.nest
        made, done = self._applied(node, {tensor: tensor.shape for tensor in node.inputs})
        node.inferred = Inferred(made.layer, shapes, done)
        return done.outputs, done.nest

    def _applied(self, node: Node, shapes: Mapping[KTensor, Shape]) -> tuple[MadeLayer, Applied]:
        assert isinstance(node.layer, MadeLayer)
        self.count()
        given = exchanged([[*node.arguments], node.keywords], KTensor, shapes.__getitem__)
        done = applied(node.layer.layer, node.layer.name, *given)
        self.check(node.layer, done)
        return node.layer, done

    def replay(self, model: Model, shapes: Sequence[Shape], depth: int = 0) -> list[Shape]:
        """The output shapes of a model that is called on other tensors.

        Raises `Problem` where it cannot take them.
        """
        self.count(depth)
        if not model.takes_any:
            self.check_taken(model, shapes)
            shapes = reached_by(model, shapes)
        if [tensor.shape for tensor in model.inputs] == list(shapes):
            return [tensor.shape for tensor in model.outputs]
        known: dict[KTensor, Shape] = dict(zip(model.inputs, shapes, strict=True))
        for node in model.graph:
            if node.is_input:
                known.setdefault(node.outputs[0], node.outputs[0].shape)
                continue
            if isinstance(node.layer, Model):
                reached = [known[tensor] for tensor in node.inputs]
                outputs: Sequence[Shape] = self.replay(node.layer, reached, depth + 1)
            else:
                try:
                    outputs = self._applied(node, known)[1].outputs
                except Problem as problem:
                    raise problem.at(line=node.layer.line, layer=node.layer.name) from None
            known.update(zip(node.outputs, outputs, strict=True))
        return [known[tensor] for tensor in model.outputs]

    def check_taken(self, model: Model, shapes: Sequence[Shape]) -> None:
        """Raises `ModelProblem` where a model does not take these shapes: it takes those of its
        inputs."""
        check_number(model.name, len(model.inputs), len(shapes))
        for tensor, shape in zip(model.inputs, shapes, strict=True):
            if not fits(tensor.shape, shape):
                raise takes_another(model.name, ShapePiece(tensor.shape), shape)


def check_number(model: str, number: int, given: int) -> None:
    """Raises `ModelProblem` for a model of ``number`` inputs that is called on others."""
    if number != given:
        raise ModelProblem(
            ngettext(
                "{model} has {number} input, and is called on {given}",
                "{model} has {number} inputs, and is called on {given}",
                number,
                model=Name(model),
                given=given,
            )
        )


def fits(wanted: Sequence[object], shape: Shape) -> bool:
    """Whether a model whose input has the shape ``wanted`` takes a shape: no number is another."""
    if UNKNOWN_SHAPE in (wanted, shape):
        return True
    return len(wanted) == len(shape) and not any(
        isinstance(one, int) and isinstance(other, int) and one != other
        for one, other in zip(wanted, shape, strict=True)
    )


def takes_another(model: str, wanted: Piece, shape: Shape) -> ModelProblem:
    """A model that is called on a shape which it was not made for."""
    return ModelProblem(
        _(
            "{model} takes {wanted}, and is called on {given}",
            model=Name(model),
            wanted=wanted,
            given=ShapePiece(shape),
        )
    )
