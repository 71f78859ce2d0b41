"""From the graph that was read to the frozen `Network`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from sympy import Expr, Symbol

from layermath.messages import _
from layermath.network.graph import Call, Entry, Network, Structure, Tensor
from layermath.operations import Fixed
from layermath.readers.keras.graph import (
    GraphLayer,
    Group,
    KTensor,
    MadeLayer,
    Model,
    Node,
    SequentialModel,
    Shape,
    is_operation,
)
from layermath.readers.keras.order import Order
from layermath.readers.keras.refusals import same_name
from layermath.readers.keras.structures import reached_by
from layermath.readers.python.budget import LimitReached
from layermath.readers.python.limits import MODEL_CALLS, MODELS_NESTING
from layermath.readers.python.unknown import CannotFollow
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer


class _Counter:
    """Counts the calls of a network with those of the networks inside it."""

    def __init__(self) -> None:
        self.calls = 0

    def add(self, calls: int, depth: int) -> None:
        self.calls += calls
        if self.calls > MODEL_CALLS:
            raise LimitReached(_("a model has at most {number} calls", number=MODEL_CALLS))
        if depth > MODELS_NESTING:
            raise LimitReached(
                _("models stand inside models at most {number} deep", number=MODELS_NESTING)
            )


def network_of(model: Model, open_sizes: Iterable[Symbol] = ()) -> Network:
    """The network of a built model. Raises `LimitReached` for one that is too large."""
    network = _network(model, None, frozen=False, counter=_Counter(), depth=0)
    inside = frozenset(symbols_of(network))
    return replace(network, unknown_sizes=inside.intersection(open_sizes))


def stack_of(model: SequentialModel) -> Network:
    """The network of a Sequential that has no input shape yet: it takes the shape that comes."""
    entries = {"input": Entry("input", InputLayer(()))}
    calls = [Call("input")]
    for layer in model.layers:
        inside: Layer | Network | None = None
        if isinstance(layer, MadeLayer):
            inside = layer.layer
        elif isinstance(layer, Model) and layer.is_built:
            inside = network_of(layer)
        elif isinstance(layer, SequentialModel):
            inside = stack_of(layer)
        if inside is None:
            raise CannotFollow
        entries[layer.name] = Entry(
            layer.name, inside, layer.line, layer.call_text, layer.trainable and model.trainable
        )
        calls.append(Call(layer.name, (Tensor(len(calls) - 1),)))
    return Network(
        model.name,
        "Sequential",
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
    inputs = [one.outputs[0] for one in nodes if one.is_input]
    return _assembled(
        node.layer.name,
        [*order.layers, *(() if node.layer in order.layers else (node.layer,))],
        nodes,
        inputs,
        (Tensor(len(nodes) - 1),),
        shapes=None,
        frozen=False,
        counter=_Counter(),
        depth=0,
    )


def _network(
    model: Model,
    shapes: Sequence[Shape] | None,
    *,
    frozen: bool,
    counter: _Counter,
    depth: int,
) -> Network:
    frozen = frozen or not model.trainable
    network = _assembled(
        model.name,
        model.layers,
        model.graph,
        model.inputs,
        model.outputs,
        shapes=shapes,
        frozen=frozen,
        counter=counter,
        depth=depth,
    )
    return replace(
        network,
        kind=_kind(model),
        weights=tuple(model.weights) if isinstance(model, Group) else (),
        listed=tuple(dict.fromkeys(layer.name for layer in model.listed)),
    )


def _kind(model: Model) -> str:
    if isinstance(model, Group):
        return model.kind
    return "Sequential" if isinstance(model, SequentialModel) else "Functional"


def _assembled(
    name: str,
    layers: Sequence[GraphLayer],
    nodes: Sequence[Node],
    inputs: Sequence[KTensor],
    outputs: Sequence[KTensor] | tuple[Tensor],
    *,
    shapes: Sequence[Shape] | None,
    frozen: bool,
    counter: _Counter,
    depth: int,
) -> Network:
    counter.add(len(nodes), depth)
    places = {node: place for place, node in enumerate(nodes)}

    def tensor(one: KTensor | Tensor) -> Tensor:
        return one if isinstance(one, Tensor) else Tensor(places[one.node], one.place)

    def structure(value: object) -> Structure:
        if isinstance(value, KTensor):
            return tensor(value)
        if isinstance(value, Fixed):
            return value
        if isinstance(value, dict):
            return {key: structure(item) for key, item in value.items()}
        assert isinstance(value, list)
        return [structure(item) for item in value]

    def keyword(value: object) -> object:
        if isinstance(value, KTensor):
            return tensor(value)
        if isinstance(value, dict):
            return {key: keyword(item) for key, item in value.items()}
        return type(value)(map(keyword, value)) if isinstance(value, (list, tuple)) else value

    reached = {} if shapes is None else dict(zip((one.node for one in inputs), shapes, strict=True))
    first: dict[GraphLayer, Node] = {}
    for node in nodes:
        first.setdefault(node.layer, node)
    names = Counter(layer.name for layer in first)
    for layer in first:
        if names[layer.name] > 1:  # it was given another name after the model was built
            raise same_name(layer.name, layer.line)
    entries = {
        layer.name: _entry(layer, first[layer], reached, frozen, counter, depth)
        for layer in layers
        if layer in first
    }
    return Network(
        name,
        "Functional",
        MappingProxyType(entries),
        tuple(layer.name for layer in layers if not is_operation(layer)),
        tuple(
            Call(
                node.layer.name,
                tuple(structure(item) for item in node.arguments),
                MappingProxyType({key: keyword(item) for key, item in node.keywords.items()}),
                node.line,
            )
            for node in nodes
        ),
        tuple(tensor(one) for one in inputs),
        tuple(tensor(one) for one in outputs),
    )


def _entry(
    layer: GraphLayer,
    node: Node,
    reached: Mapping[Node, Shape],
    frozen: bool,
    counter: _Counter,
    depth: int,
) -> Entry:
    trainable = layer.trainable and not frozen
    if isinstance(layer, Model):
        shapes = [one.shape for one in node.inputs]
        if not isinstance(layer, Group) and len(shapes) == len(layer.inputs):
            shapes = reached_by(layer, shapes)
        # The last call of a partial network is one that failed, perhaps for its inputs' ranks.
        fits = [len(one.shape) for one in layer.inputs] == [len(shape) for shape in shapes]
        inside = _network(
            layer,
            shapes if fits else None,
            frozen=frozen,
            counter=counter,
            depth=depth + 1,
        )
        return Entry(layer.name, inside, layer.line, layer.call_text, trainable)
    assert isinstance(layer, MadeLayer)
    made = layer.layer
    if isinstance(made, InputLayer) and node in reached:
        made = _taken(made, reached[node])
    return Entry(layer.name, made, layer.line, layer.call_text, trainable, layer.class_name)


def _taken(layer: InputLayer, shape: Shape) -> InputLayer:
    """The input of a model inside a model: what it leaves to a letter is what it is called on, so
    that no letter stands in the network that means nothing there."""
    sizes = tuple(
        given if isinstance(size, Expr) else size
        for size, given in zip(layer.shape, shape, strict=True)
    )
    return InputLayer(sizes)


def symbols_of(network: Network) -> tuple[Symbol, ...]:
    """The symbols of a network, in the order in which its layers bring them in."""
    found: dict[Symbol, None] = {}
    for entry in network.entries.values():
        if isinstance(entry.layer, Network):
            found |= dict.fromkeys(symbols_of(entry.layer))
        else:
            found |= dict.fromkeys(_symbols_in(entry.layer))
    return tuple(found)


def _symbols_in(item: object) -> Iterator[Symbol]:
    if isinstance(item, Expr):
        names = (name for name in item.free_symbols if isinstance(name, Symbol))
        yield from sorted(names, key=lambda name: name.name)
    elif isinstance(item, (tuple, list)):
        for part in item:
            yield from _symbols_in(part)
    elif isinstance(item, Layer):
        for argument in item.given.values():
            yield from _symbols_in(argument)
