"""From the graph that has grown to the frozen `Network`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sympy import Expr, Symbol

from layermath.algebra.unknown import as_declared
from layermath.messages import Name, _
from layermath.network.graph import Call, Entry, Network, Tensor, exchanged
from layermath.network.growing import (
    GraphLayer,
    KTensor,
    MadeLayer,
    Model,
    Node,
    SequentialModel,
    Shape,
)
from layermath.network.order import Order
from layermath.network.walk import symbols_of
from layermath.problems import ModelProblem
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer

Count = Callable[[int, int], None]
"""Told of each network how many calls it has and how deep it stands in others."""


def _uncounted(calls: int, depth: int) -> None:
    pass


def network_of(
    model: Model, count: Count = _uncounted, open_sizes: Iterable[Symbol] = ()
) -> Network:
    """The network of a built model. What ``count`` raises is raised for one that is too large."""
    network = _Freezing(count).network(model, None, frozen=False, depth=0)
    inside = frozenset(symbols_of(network))
    return replace(network, unknown_sizes=inside.intersection(open_sizes))


def stack_of(model: SequentialModel, inside: Callable[[GraphLayer], Layer | Network]) -> Network:
    """The network of a Sequential that has no input shape yet: it takes the shape that comes.
    ``inside`` gives what each of its layers is."""
    entries = {"input": Entry("input", InputLayer(()))}
    calls = [Call("input")]
    for layer in model.layers:
        entries[layer.name] = Entry(
            layer.name,
            inside(layer),
            layer.line,
            layer.call_text,
            layer.trainable and model.trainable,
        )
        calls.append(Call(layer.name, (Tensor(len(calls) - 1),)))
    return Network(
        model.name,
        model.kind,
        MappingProxyType(entries),
        tuple(layer.name for layer in model.layers),
        tuple(calls),
        (Tensor(0),),
        (Tensor(len(calls) - 1),),
    )


def partial_network(node: Node) -> Network:
    """The network up to a call that failed, which is its last."""
    order = Order((), node.inputs)
    nodes = [*order.nodes, node]
    layers = dict.fromkeys([*order.layers, node.layer])
    upto = Model(node.layer.name, layers=[*layers], graph=nodes)
    upto.inputs = [one.outputs[0] for one in nodes if one.is_input]
    network = _Freezing().network(upto, None, frozen=False, depth=0)
    return replace(network, outputs=(Tensor(len(nodes) - 1),))


class _Freezing:
    def __init__(self, count: Count = _uncounted) -> None:
        self._count = count

    def network(
        self, model: Model, shapes: Sequence[Shape] | None, *, frozen: bool, depth: int
    ) -> Network:
        """The network of a model; ``shapes`` are those that it is called on, ``frozen`` says
        whether a model around it is."""
        self._count(len(model.graph), depth)
        frozen = frozen or not model.trainable
        places = {node: place for place, node in enumerate(model.graph)}

        def tensor(one: KTensor) -> Tensor:
            return Tensor(places[one.node], one.place)

        reached = (
            {}
            if shapes is None
            else dict(zip((one.node for one in model.inputs), shapes, strict=True))
        )
        first: dict[GraphLayer, Node] = {}
        for node in model.graph:
            first.setdefault(node.layer, node)
        check_names(first)
        entries = {
            layer.name: self._entry(layer, first[layer], reached, frozen, depth)
            for layer in model.layers
            if layer in first
        }
        return Network(
            model.name,
            model.kind,
            MappingProxyType(entries),
            tuple(dict.fromkeys(layer.name for layer in model.listed)),
            tuple(
                Call(
                    node.layer.name,
                    exchanged(node.arguments, KTensor, tensor),
                    MappingProxyType(exchanged(node.keywords, KTensor, tensor)),
                    node.line,
                    node.inferred,
                )
                for node in model.graph
            ),
            tuple(map(tensor, model.inputs)),
            tuple(map(tensor, model.outputs)),
            weights=tuple(model.weights),
        )

    def _entry(
        self,
        layer: GraphLayer,
        node: Node,
        reached: Mapping[Node, Shape],
        frozen: bool,
        depth: int,
    ) -> Entry:
        trainable = layer.trainable and not frozen
        if isinstance(layer, Model):
            shapes = [one.shape for one in node.inputs]
            if not layer.takes_any and len(shapes) == len(layer.inputs):
                shapes = reached_by(layer, shapes)
            # The last call of a partial network is one that failed, perhaps for its inputs' ranks.
            fits = [len(one.shape) for one in layer.inputs] == [len(shape) for shape in shapes]
            inside = self.network(layer, shapes if fits else None, frozen=frozen, depth=depth + 1)
            return Entry(layer.name, inside, layer.line, layer.call_text, trainable)
        assert isinstance(layer, MadeLayer)
        made = layer.layer
        if isinstance(made, InputLayer) and node in reached:
            made = _taken(made, reached[node])
        return Entry(layer.name, made, layer.line, layer.call_text, trainable, layer.class_name)


def check_names(layers: Iterable[GraphLayer]) -> None:
    """Raises `ModelProblem` for two layers of one model with one name."""
    known = list(layers)
    names = Counter(layer.name for layer in known)
    for layer in known:
        if names[layer.name] > 1:
            raise same_name(layer.name, layer.line)


def same_name(name: str, line: int | None) -> ModelProblem:
    """Two layers of one model with one name."""
    return ModelProblem(
        _("two layers of one model have the name {name}: names must differ", name=Name(name)),
        line=line,
        layer=name,
    )


def reached_by(model: Model, shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes that reach a model which takes those of its own inputs alone."""
    return [
        as_declared(tensor.shape, shape, f"{model.name}.{tensor.name}")
        for tensor, shape in zip(model.inputs, shapes, strict=True)
    ]


def _taken(layer: InputLayer, shape: Shape) -> InputLayer:
    """The input of a model inside a model: what it leaves to a letter is what it is called on, so
    that no letter stands in the network that means nothing there."""
    sizes = tuple(
        given if isinstance(size, Expr) else size
        for size, given in zip(layer.shape, shape, strict=True)
    )
    return InputLayer(sizes)
