"""Walk a network in order: apply each layer to the shapes that reach it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

from sympy import Eq, Expr, Le, S, Symbol

from layermath.algebra.conditions import Condition, at_least, equal
from layermath.algebra.floors import Size, times, total
from layermath.algebra.unknown import UNKNOWN_SHAPE, as_declared, is_known, known_total
from layermath.algebra.written import value
from layermath.messages import Name, _
from layermath.network.graph import Call, Entry, Network, Tensor, exchanged, items_in
from layermath.operations import Fixed, Operation
from layermath.problems import Problem
from layermath.progress import counted
from layermath.rules.biases import known_additions
from layermath.rules.equations import Applied, Equation, Requirement
from layermath.rules.stated import stated
from layermath.rules.states import NetworkCell, StateSize
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.opaque import applied

Shape = tuple[Size, ...]

_TAKES_ITS_OWN = ("Functional", "Sequential")
"""The kinds of networks that take the shapes which they were made for, and no others."""


@dataclass(frozen=True)
class Step:
    """One call: the layer, the shapes that reach it, and what it makes of them."""

    call: Call
    entry: Entry
    inputs: tuple[Shape, ...]
    done: Applied | Walk

    @property
    def outputs(self) -> tuple[Shape, ...]:
        return self.done.outputs

    @property
    def params(self) -> Size:
        return self.done.params

    @property
    def trainable_params(self) -> Size:
        return self.done.trainable_params if self.entry.trainable else 0

    @property
    def macs(self) -> Size:
        return self.done.macs

    @property
    def bias_additions(self) -> Size:
        return self.done.bias_additions

    @property
    def activations(self) -> Size:
        """How many values the layer computes. An input layer computes none; those of an operation
        are no layer's."""
        if isinstance(self.done, Walk):
            return self.done.activations
        if isinstance(self.entry.layer, (InputLayer, Operation)):
            return 0
        return total(times(shape) for shape in self.outputs)


@dataclass(frozen=True)
class Walk:
    """A network on given input shapes, call by call."""

    network: Network
    steps: tuple[Step, ...]
    shapes: Mapping[Tensor, Shape]
    asked: tuple[Condition, ...] = ()
    """What a model inside another asks of the shapes that it is called on."""

    @cached_property
    def outputs(self) -> tuple[Shape, ...]:
        return tuple(self.shapes[tensor] for tensor in self.network.outputs)

    @cached_property
    def first(self) -> Mapping[str, Step]:
        """The first call of each layer."""
        found: dict[str, Step] = {}
        for step in self.steps:
            found.setdefault(step.call.layer, step)
        return MappingProxyType(found)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the layers ask of the symbols."""
        return self.asked + tuple(
            condition
            for step in self.steps
            for condition in (
                step.done.conditions
                if isinstance(step.done, Walk)
                else (requirement.condition for requirement in step.done.requirements)
            )
            if isinstance(condition, bool) or is_known(condition)
        )

    @cached_property
    def left_out(self) -> Mapping[str, Step]:
        """A call of each layer, those of models inside too, whose parameters or MACs are unknown,
        so that no total has them."""
        found: dict[str, Step] = {}
        for step in self.steps:
            if isinstance(step.done, Walk):
                found = {**step.done.left_out, **found}
            elif not is_known(step.params) or not is_known(step.macs):
                found.setdefault(step.call.layer, step)
        return MappingProxyType(found)

    @cached_property
    def params(self) -> Size:
        """Parameters, as far as they are known: those of a shared layer count once."""
        return known_total(
            [
                *(step.params for step in self.first.values()),
                *(weight.params for weight in self.network.weights),
            ]
        )

    @cached_property
    def trainable_params(self) -> Size:
        return known_total(
            [
                *(step.trainable_params for step in self.first.values()),
                *(weight.params for weight in self.network.weights if weight.trainable),
            ]
        )

    @cached_property
    def macs(self) -> Size:
        """MACs, as far as they are known: those of a shared layer count at each call."""
        return known_total(step.macs for step in self.steps)

    @cached_property
    def bias_additions(self) -> Size:
        """Additions of biases, as far as they are known: those of a shared layer at each call."""
        return known_total(step.bias_additions for step in self.steps)

    @cached_property
    def activations(self) -> Size:
        return known_total(step.activations for step in self.steps)


@dataclass(frozen=True)
class Inside(Layer, abstract=True):
    """A network as the layer of a wrapper: ``TimeDistributed(model)``."""

    network: Network

    takes_one = False

    @classmethod
    def bind(cls, arguments: Sequence[object], keywords: Mapping[str, object]) -> Self:
        """Make it from its network, which was checked when it was read."""
        return cls(*arguments, **keywords)  # type: ignore[arg-type]  # the field, as it came

    def apply(self, *inputs: Any) -> Applied:
        """Walk the network on shapes, one for each of its inputs, or a list or dict of them.

        Raises `Problem` where one of its layers cannot take what reaches it.
        """
        walked = walk(self.network, [*_flat(inputs)])
        return Applied(
            walked.outputs,
            stated(walked.params, walked.trainable_params, walked.macs),
            view="unknown",
            requirements=tuple(
                Requirement(condition, _("inside {model}", model=Name(self.network.name)))
                for condition in walked.conditions
            ),
            nest=0 if len(walked.outputs) == 1 else [*range(len(walked.outputs))],
            additions=known_additions(walked.bias_additions),
        )

    @property
    def shown_type(self) -> str:
        """The class of the model."""
        return self.network.kind

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There are none of its own."""
        return ()


@dataclass(frozen=True)
class InsideCell(Inside, NetworkCell, abstract=True):
    """A network as the cell of a recurrent layer: ``RNN(MyCell(32))``. ``state_size`` are the sizes
    of its states, as the cell has them."""

    state_size: StateSize


def _flat(structure: Any) -> Iterator[Shape]:
    """The shapes of a structure, in Keras's order: dicts by sorted key."""
    if isinstance(structure, dict):
        structure = [structure[key] for key in sorted(structure, key=str)]
    for item in structure:
        if isinstance(item, tuple):
            yield item
        else:
            yield from _flat(item)


def walk(network: Network, inputs: Sequence[Shape] | None = None) -> Walk:
    """Apply every layer in order. ``inputs`` replace the shapes of the network's own inputs.

    Raises `Problem`, with the layer and its line, where a layer cannot take what reaches it.
    """
    shapes: dict[Tensor, Shape] = {}
    given = {} if inputs is None else _given(network, inputs)
    steps = []
    for index, call in enumerate(counted(network.calls)):
        entry = network.entries[call.layer]
        tensors = call.tensors
        reached = tuple(shapes[tensor] for tensor in tensors)
        override = given.get(Tensor(index))
        try:
            done = _apply(entry, call, shapes, reached, override)
        except Problem as problem:
            problem.at(line=call.line or entry.line, layer=entry.name)
            if inputs is None and problem.partial is None:
                problem.partial = replace(
                    network, calls=network.calls[: index + 1], outputs=(Tensor(index),)
                )
            raise problem from None
        for output, shape in enumerate(done.outputs):
            shapes[Tensor(index, output)] = shape
        steps.append(Step(call, entry, reached, done))
    return Walk(network, tuple(steps), MappingProxyType(shapes))


def _given(network: Network, shapes: Sequence[Shape]) -> dict[Tensor, Shape]:
    """What is put in for the shapes of the network's own inputs."""
    given = dict(zip(network.inputs, shapes, strict=True))
    if network.kind not in _TAKES_ITS_OWN or UNKNOWN_SHAPE not in shapes:
        return given
    for tensor, shape in given.items():
        entry = network.entries[network.calls[tensor.call].layer]
        if isinstance(entry.layer, InputLayer):
            given[tensor] = as_declared(entry.layer.shape, shape, f"{network.name}.{entry.name}")
    return given


def spatial_sizes(network: Network, shape: Shape) -> Shape:
    """The sizes of the spatial axes of a feature map of the network."""
    return shape[1:] if network.channels_first else shape[:-1]


def resized(network: Network, shape: Shape, spatial: Shape) -> Shape:
    """The shape with other sizes on its spatial axes."""
    return (shape[0], *spatial) if network.channels_first else (*spatial, shape[-1])


def attempted(network: Network, inputs: Sequence[Shape] | None = None) -> Walk | None:
    """`walk`, and None where a layer cannot take what reaches it."""
    try:
        return walk(network, inputs)
    except Problem:
        return None


def apply_step(step: Step, shapes: Mapping[Tensor, Shape]) -> Applied | Walk:
    """Apply the layer of a step again, to other shapes of the same tensors."""
    tensors = step.call.tensors
    return _apply(step.entry, step.call, shapes, tuple(shapes[t] for t in tensors), None)


def _apply(
    entry: Entry,
    call: Call,
    shapes: Mapping[Tensor, Shape],
    reached: tuple[Shape, ...],
    override: Shape | None,
) -> Applied | Walk:
    if isinstance(entry.layer, Network):
        inside = walk(entry.layer, reached)
        return replace(inside, asked=tuple(_asked(entry.layer, reached)))
    if override is not None:
        return InputLayer(override).apply()
    known = call.inferred
    if known is not None and known.layer is entry.layer and known.inputs == reached:
        return known.done
    given = exchanged([[*call.arguments], call.keywords], Tensor, shapes.__getitem__)
    return applied(entry.layer, entry.name, *given)


def _asked(model: Network, reached: Sequence[Shape]) -> Iterator[Condition]:
    """What a model asks of the tensors that it is called on: it takes the shapes that it was made
    for. A class of the user's own takes whatever it can compute with."""
    if model.kind not in _TAKES_ITS_OWN:
        return
    for tensor, shape in zip(model.inputs, reached, strict=True):
        layer = model.entries[model.calls[tensor.call].layer].layer
        if isinstance(layer, InputLayer) and len(layer.shape) == len(shape):
            for wanted, given in zip(layer.shape, shape, strict=True):
                if isinstance(wanted, int) and wanted != given and is_known(given):
                    yield equal(given, wanted)


def bind(network: Network, bindings: Mapping[Symbol, Size]) -> Network:
    """Put values in for symbols, in every configuration of the network, all at once.

    Raises `Problem` where a value is not one that an argument can take.
    """
    if not bindings:
        return network
    entries = {name: _bind_entry(entry, bindings) for name, entry in network.entries.items()}
    weights = (
        replace(one, shape=tuple(value(S(size), bindings) for size in one.shape))
        for one in network.weights
    )
    return replace(
        network,
        entries=MappingProxyType(entries),
        calls=tuple(_bind_call(call, bindings) for call in network.calls),
        weights=tuple(weights),
        unknown_sizes=network.unknown_sizes - bindings.keys(),
    )


def _bind_call(call: Call, bindings: Mapping[Symbol, Size]) -> Call:
    """A call with values put into the shapes of the constants that it is on."""
    if next(items_in(call.arguments, Fixed), None) is None:
        return call

    def bound(constant: Fixed) -> Fixed:
        return Fixed(
            tuple(value(s, bindings) if isinstance(s, Expr) else s for s in constant.shape),
            tuple(replace(o, condition=_bound(o.condition, bindings)) for o in constant.asked),
        )

    return replace(call, arguments=exchanged(call.arguments, Fixed, bound), inferred=None)


def _bound(condition: Condition, bindings: Mapping[Symbol, Size]) -> Condition:
    """What must hold, with values put in: decided where they decide it."""
    if isinstance(condition, bool):
        return condition
    left, right = (value(side, bindings) for side in condition.args)
    if isinstance(condition, Eq):
        return equal(left, right)
    return at_least(right, left) if isinstance(condition, Le) else at_least(left, right)


def _bind_entry(entry: Entry, bindings: Mapping[Symbol, Size]) -> Entry:
    if isinstance(entry.layer, Network):
        return replace(entry, layer=bind(entry.layer, bindings))
    try:
        return replace(entry, layer=_bind_layer(entry.layer, bindings))
    except Problem as problem:
        raise problem.at(line=entry.line, layer=entry.name) from None


def _bind_layer(layer: Layer, bindings: Mapping[Symbol, Size]) -> Layer:
    """The same layer with values put in, its arguments checked again."""
    return layer.with_arguments(
        {name: _bind_value(item, bindings) for name, item in layer.given.items()}
    )


def _bind_value(item: object, bindings: Mapping[Symbol, Size]) -> object:
    if isinstance(item, Expr):
        return value(item, bindings)
    if isinstance(item, tuple):
        return tuple(_bind_value(part, bindings) for part in item)
    if isinstance(item, Layer):
        return _bind_layer(item, bindings)
    return bind(item, bindings) if isinstance(item, Network) else item


def symbols_of(network: Network) -> tuple[Symbol, ...]:
    """The symbols of a network, in the order in which its layers bring them in."""
    found: dict[Symbol, None] = {}
    for call in network.calls:
        layer = network.entries[call.layer].layer
        if isinstance(layer, Network):
            found |= dict.fromkeys(symbols_of(layer))
        else:
            for argument in layer.given.values():
                found |= dict.fromkeys(_symbols_in(argument))
    return tuple(found)


def _symbols_in(item: object) -> list[Symbol]:
    if isinstance(item, Expr):
        return sorted(
            (name for name in item.free_symbols if isinstance(name, Symbol)), key=lambda s: s.name
        )
    if isinstance(item, (tuple, list)):
        return [name for part in item for name in _symbols_in(part)]
    if isinstance(item, Layer):
        return [name for one in item.given.values() for name in _symbols_in(one)]
    return [*symbols_of(item)] if isinstance(item, Network) else []
