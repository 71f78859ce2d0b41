"""From a network to its derivation."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from sympy import S, Symbol

from layermath.algebra.conditions import together
from layermath.algebra.floors import Size, minus, plus, symbol, times, total
from layermath.algebra.unknown import is_known, unknown
from layermath.algebra.written import in_order, value
from layermath.derivation.explain import explain
from layermath.derivation.explained import Explained
from layermath.derivation.fields import View, misaligned, views
from layermath.derivation.flops import flops_of
from layermath.derivation.letters import told_apart
from layermath.derivation.losses import losses
from layermath.derivation.naming import Named, named
from layermath.derivation.own_weights import own_weights
from layermath.derivation.readings import readings
from layermath.derivation.records import (
    Later,
    LayerDerivation,
    ModelInput,
    NetworkDerivation,
    Quantity,
    Tape,
    Totals,
)
from layermath.derivation.repetition import fold, form_of
from layermath.derivation.whole import whole
from layermath.messages import Message, Name, Piece, _, ngettext
from layermath.network.graph import Network, Tensor
from layermath.network.walk import Step, Walk, bind, symbols_of, walk
from layermath.operations import Operation
from layermath.progress import counted
from layermath.rules.axes import C_IN
from layermath.rules.stated import STATED
from layermath.vocabulary.layer import Layer

MOST_NAMED = 6
"""So many names stand in a sentence."""

COUNTS = MappingProxyType({"macs": None, "flops": False, "flops+bias": True})
"""What may be counted: MACs alone, or FLOPs too, without or with the additions of biases."""

_NONE: Mapping[str, Size] = MappingProxyType({})


def compose(
    network: Network, bindings: Mapping[str, Size] = _NONE, count: str = "macs"
) -> NetworkDerivation:
    """Derive a network, with ``bindings`` put in for its symbols; ``count`` is one of `COUNTS`.

    Raises `Problem` where a layer cannot take what reaches it.
    """
    bound = bind(network, {symbol(name): size for name, size in bindings.items()})
    walked = walk(bound)
    scene = _Scene(walked, named(walked), COUNTS[count])
    layers, operations = in_flow(scene.layers(bound.listed), scene.layers(_operations(bound)))
    return NetworkDerivation(
        network.name,
        network.framework.lower(),
        network.source,
        tuple(
            ModelInput(bound.calls[tensor.call].layer, walked.shapes[tensor])
            for tensor in bound.inputs
        ),
        symbols_of(bound),
        layers,
        walked.outputs,
        _totals(scene),
        scene.names.sizes,
        together(walked.conditions),
        Later(lambda: whole(walked, scene.names, scene.seen)),
        (*network.notes, *_left_out(walked)),
        _channels_last(scene.shown),
        Later(lambda: fold(layers)),
        operations,
    )


def in_flow(
    layers: Sequence[LayerDerivation], operations: Sequence[LayerDerivation]
) -> tuple[tuple[LayerDerivation, ...], tuple[LayerDerivation, ...]]:
    """The layers of a network, which keep their order, and its operations, each with its place in
    the flow: an operation stands right behind the last of those that feed it."""
    places = {layer.name: (number, 0) for number, layer in enumerate(layers)}
    for number, one in enumerate(operations, start=1):
        behind = max((places[name][0] for name in one.inputs if name in places), default=-1)
        places[one.name] = (behind, number)
    order = {name: place for place, name in enumerate(sorted(places, key=places.__getitem__), 1)}

    def placed(ones: Sequence[LayerDerivation]) -> tuple[LayerDerivation, ...]:
        return tuple(replace(one, order=order[one.name]) for one in ones)

    return placed(layers), placed(operations)


def _operations(network: Network) -> tuple[str, ...]:
    """The operations on tensors, which are listed nowhere, in the order in which data passes."""
    return tuple(
        dict.fromkeys(
            call.layer
            for call in network.calls
            if isinstance(network.entries[call.layer].layer, Operation)
        )
    )


def _channels_last(shown: Walk) -> bool:
    """Whether the first rule that reads channels reads them from the end of the input's shape."""
    for step in shown.steps:
        for filled in () if isinstance(step.done, Walk) else step.done.quantities:
            channels = filled.where.get(C_IN)
            if channels is not None:
                shape = step.inputs[0] if step.inputs else ()
                return bool(shape) and shape[-1] == channels != shape[0]
    return False


@dataclass(frozen=True)
class _Scene:
    """What the layers of one network are derived from: its walk, the same in the named sizes, and
    whether FLOPs are counted, with the additions of biases or without."""

    walked: Walk
    names: Named
    biases: bool | None

    @cached_property
    def seen(self) -> Mapping[Tensor, View | None]:
        """How each tensor sees the input."""
        return views(self.walked)

    @property
    def shown(self) -> Walk:
        """The walk in the named sizes."""
        return self.names.walk

    @cached_property
    def calls(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the calls of each layer."""
        found: dict[str, list[int]] = {}
        for index, step in enumerate(self.walked.steps):
            found.setdefault(step.entry.name, []).append(index)
        return found

    def layers(self, names: Sequence[str]) -> tuple[LayerDerivation, ...]:
        """The layers of these names, in an order in which each comes after those that feed it."""
        listed = [self.calls[name] for name in names if name in self.calls]
        explanations = _Explanations(self, [first for first, *_again in listed])
        return tuple(_layer(calls, explanations) for calls in listed)

    def flops(self, name: str) -> Size | None:
        """The FLOPs of all calls of a layer, where they are counted and known."""
        steps = [self.walked.steps[index] for index in self.calls[name]]
        macs = _together([step.macs for step in steps])
        if self.biases is None or not is_known(_whole(steps[0], "macs", macs)):
            return None
        added = total(step.bias_additions for step in steps) if self.biases else 0
        return plus((times((2, macs)), added))

    def inside(self, step: Step) -> _Scene | None:
        """That of the model which a call is of. Its sizes have no names."""
        return (
            _Scene(step.done, Named(step.done), self.biases)
            if isinstance(step.done, Walk)
            else None
        )


def _layer(calls: Sequence[int], explanations: _Explanations) -> LayerDerivation:
    scene, index = explanations.scene, calls[0]
    walked = scene.walked
    step, shown = walked.steps[index], scene.shown.steps[index]
    again = [walked.steps[number] for number in calls[1:]]
    layer = step.entry.layer
    view = scene.seen[Tensor(index)]
    inner = scene.inside(step)
    inside: tuple[LayerDerivation, ...] = ()
    between: tuple[LayerDerivation, ...] = ()
    if inner is not None:
        network = inner.walked.network
        inside, between = in_flow(inner.layers(network.listed), inner.layers(_operations(network)))

    def readers(of: Step) -> tuple[str, ...]:
        return tuple(walked.network.calls[tensor.call].layer for tensor in of.call.tensors)

    return LayerDerivation(
        name=step.entry.name,
        type=step.entry.class_name
        or (layer.shown_type if isinstance(layer, Layer) else layer.kind),
        title=layer.title() if isinstance(layer, Layer) else (),
        inputs=readers(step),
        input_shapes=step.inputs,
        output_shapes=step.outputs,
        shown_inputs=shown.inputs,
        shown_outputs=tuple(
            scene.shown.shapes[Tensor(index, output)] for output in range(len(step.outputs))
        ),
        params=_whole(step, "params", step.params),
        trainable_params=_whole(step, "trainable_params", step.trainable_params),
        macs=_together([_whole(step, "macs", step.macs), *(other.macs for other in again)]),
        shown_params=in_order(S(_whole(step, "params", shown.done.params))),
        shown_macs=in_order(S(_whole(step, "macs", shown.done.macs))),
        activations=_together([one.activations for one in (step, *again)]),
        receptive_field=None if view is None else view.fields,
        quantities=Later(lambda: explanations.of_calls[index].quantities),
        notes=Later(lambda: explanations.of_calls[index].notes),
        tapes=Later(lambda: explanations.of_calls[index].tapes),
        calls=tuple((other.inputs, other.outputs) for other in again),
        layers=inside,
        line=step.entry.line,
        same_as=explanations.same_as(index),
        operations=between,
        flops=scene.flops(step.entry.name),
        rows=Later(lambda: fold(inside)),
        readings=Later(lambda: readings(walked, index, shown)),
        called_on=tuple(map(readers, again)),
    )


def _together(counts: Sequence[Size]) -> Size:
    """The sum over several calls. The count of one stays as its rule has it."""
    return counts[0] if len(counts) == 1 else plus(counts)


def _whole(step: Step, count: str, known: Size) -> Size:
    """A count of a layer. What is ``known`` of a model with an unknown layer in it is not its
    count."""
    if isinstance(step.done, Walk):
        for one in step.done.left_out.values():
            if not is_known(getattr(one, count)):
                return unknown(f"{step.entry.name}.{count}")
    return known


@dataclass(frozen=True)
class _Explanation:
    """What is said of one layer."""

    quantities: tuple[Quantity, ...]
    notes: tuple[Message, ...]
    tapes: tuple[Tape, ...]


class _Explanations:
    """What is said of the layers of one network. It is made for all of them when it is asked for
    of one: each builds on what those before it have said. ``order`` are the numbers of their first
    calls; ``same`` is the number of an earlier one with the same rule, arguments and sizes."""

    def __init__(self, scene: _Scene, order: Sequence[int]) -> None:
        self.scene = scene
        self.order = order
        first: dict[Hashable, int] = {}
        steps = scene.walked.steps
        same = {index: first.setdefault(form_of(steps[index]), index) for index in order}
        self.same = {index: other for index, other in same.items() if index != other}

    def same_as(self, index: int) -> str | None:
        """The name of the earlier layer that is the same."""
        same = self.same.get(index)
        return None if same is None else self.scene.walked.steps[same].entry.name

    @cached_property
    def of_calls(self) -> Mapping[int, _Explanation]:
        """By the number of the call."""
        explained = Explained()
        letters = frozenset(name.name for name in symbols_of(self.scene.walked.network))
        derived: dict[int, list[Quantity]] = {}
        found: dict[int, _Explanation] = {}
        for index in counted(self.order):
            same = self.same.get(index, index)
            if same not in derived:
                derived[same] = _derived(self.scene, index)
            found[index] = self._explanation(index, derived[same], explained, letters)
        return found

    def _explanation(
        self, index: int, derived: list[Quantity], explained: Explained, letters: frozenset[str]
    ) -> _Explanation:
        walked, seen = self.scene.walked, self.scene.seen
        step, shown = walked.steps[index], self.scene.shown.steps[index].done
        unaligned = misaligned(walked, index, seen)
        lost = losses(walked, index, seen[Tensor(index)], shown)
        kind = step.entry.layer.shown_type if isinstance(step.entry.layer, Layer) else ""
        name = step.entry.name
        quantities = [explained.link(quantity, name, kind) for quantity in derived]
        if self.scene.biases is not None and self.scene.flops(name) not in (None, 0):
            quantities += self._flops(index, explained)
        notes = (*explained.new(shown), *lost.notes, *((unaligned,) if unaligned else ()))
        told = tuple(told_apart(quantity, letters) for quantity in quantities)
        return _Explanation(told, notes, lost.tapes)

    def _flops(self, index: int, explained: Explained) -> Iterator[Quantity]:
        """How the FLOPs of a layer come from its MACs."""
        steps = self.scene.walked.steps[index], self.scene.shown.steps[index]
        done, shown = (step.done for step in steps)
        if isinstance(done, Walk) or isinstance(shown, Walk):
            return
        filled, closed = (flops_of(one, biases=bool(self.scene.biases)) for one in (shown, done))
        quantity = explain(filled, closed.value, self.scene.names.definitions)
        yield explained.after(quantity, filled.equation.expression, steps[0].entry.name)


def _derived(scene: _Scene, index: int) -> list[Quantity]:
    """The derivations of a layer, as they are where nothing was said before."""
    entry, done = scene.walked.steps[index].entry, scene.walked.steps[index].done
    shown = scene.shown.steps[index].done
    if isinstance(done, Walk) or isinstance(shown, Walk):
        weights = entry.layer.weights if isinstance(entry.layer, Network) else ()
        return [own_weights(weights, scene.names.definitions)] if weights else []
    quantities = []
    dropped: set[Symbol] = set()
    for filled, closed in zip(shown.quantities, done.quantities, strict=True):
        if not is_known(closed.value) or filled.equation.rule == STATED:
            continue
        quantities.append(explain(filled, closed.value, scene.names.definitions, dropped))
        dropped |= {drop.letter for drop in filled.drops}
    return quantities


def _left_out(walked: Walk) -> Iterator[Message]:
    """What the totals leave out: no count is silently zero."""
    without_rule: list[str] = []
    behind: list[str] = []
    for name, step in walked.left_out.items():
        known = all(is_known(size) for shape in step.inputs for size in shape)
        (without_rule if known else behind).append(name)
    if without_rule:
        yield _(
            "The totals leave out {layers}: no rule here says what is in there.",
            layers=_named(without_rule),
        )
    if behind:
        yield ngettext(
            "They leave out {number} layer whose input is unknown: {layers}.",
            "They leave out {number} layers whose input is unknown: {layers}.",
            len(behind),
            layers=_named(behind),
        )


def _named(names: Sequence[str]) -> tuple[Piece, ...]:
    """The names, the first few where there are many."""
    shown = names if len(names) <= MOST_NAMED else names[: MOST_NAMED - 1]
    return (*map(Name, shown), *(("…",) if len(shown) < len(names) else ()))


def _totals(scene: _Scene) -> Totals:
    walked, shown = scene.walked, scene.shown
    totals = Totals(
        walked.params,
        walked.trainable_params,
        minus(walked.params, walked.trainable_params),
        walked.macs,
        walked.activations,
        in_order(S(shown.params)),
        in_order(S(shown.macs)),
        in_order(S(shown.activations)),
    )
    if scene.biases is None:
        return totals
    added = (walked.bias_additions, shown.bias_additions) if scene.biases else (0, 0)
    in_sizes = total((times((2, value(totals.macs_in_sizes))), added[1]))
    return replace(
        totals,
        flops=plus((times((2, walked.macs)), added[0])),
        flops_in_sizes=in_order(S(in_sizes)),
    )
