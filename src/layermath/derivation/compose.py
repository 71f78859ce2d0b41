"""From a network to its derivation."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from sympy import Expr, S, Symbol

from layermath.algebra.conditions import together
from layermath.algebra.floors import Size, minus, plus, symbol
from layermath.algebra.unknown import is_known, unknown
from layermath.algebra.written import in_order
from layermath.derivation.explain import explain
from layermath.derivation.fields import View, misaligned, views
from layermath.derivation.letters import told_apart
from layermath.derivation.losses import losses
from layermath.derivation.naming import Named, named, unnamed
from layermath.derivation.own_weights import own_weights
from layermath.derivation.readings import readings
from layermath.derivation.records import (
    Derivation,
    Detail,
    Later,
    LayerDerivation,
    ModelInput,
    Quantity,
    Tape,
    Totals,
)
from layermath.derivation.repetition import fold, form_of
from layermath.derivation.whole import whole
from layermath.layers.opaque import STATED
from layermath.messages import Message, Name, Piece, _, ngettext
from layermath.network.graph import Network, Tensor
from layermath.network.walk import Step, Walk, bind, symbols_of, walk
from layermath.operations import Operation
from layermath.progress import counted
from layermath.rules.axes import C_IN
from layermath.rules.equations import Applied
from layermath.vocabulary.layer import Layer

MOST_NAMED = 6
"""So many names stand in a sentence."""

_NONE: Mapping[str, Size] = MappingProxyType({})


def compose(network: Network, bindings: Mapping[str, Size] = _NONE) -> Derivation:
    """Derive a network, with ``bindings`` put in for its symbols.

    Raises `Problem` where a layer cannot take what reaches it.
    """
    bound = bind(network, {symbol(name): size for name, size in bindings.items()})
    walked = walk(bound)
    names = named(walked)
    seen = views(walked)
    layers = _layers(walked, names, seen, bound.listed)
    return Derivation(
        network.name,
        "keras",
        network.source,
        tuple(
            ModelInput(bound.calls[tensor.call].layer, walked.shapes[tensor])
            for tensor in bound.inputs
        ),
        symbols_of(bound),
        layers,
        walked.outputs,
        _totals(walked, names),
        names.sizes,
        together(walked.conditions),
        Later(lambda: whole(walked, names, seen)),
        (*network.notes, *_left_out(walked)),
        _channels_last(names),
        Later(lambda: fold(layers)),
        _layers(walked, names, seen, _operations(bound)),
    )


def _operations(network: Network) -> tuple[str, ...]:
    """The operations on tensors, which Keras does not list, in the order in which data passes."""
    return tuple(
        dict.fromkeys(
            call.layer
            for call in network.calls
            if isinstance(network.entries[call.layer].layer, Operation)
        )
    )


def _channels_last(names: Named) -> bool:
    """Whether the first rule that reads channels reads them from the end of the input's shape."""
    for done, inputs in zip(names.applied, names.inputs, strict=True):
        for filled in () if isinstance(done, Walk) else done.quantities:
            channels = filled.where.get(C_IN)
            if channels is not None:
                shape = inputs[0] if inputs else ()
                return bool(shape) and shape[-1] == channels != shape[0]
    return False


def _layers(
    walked: Walk, names: Named, seen: Mapping[Tensor, View | None], listed_names: Sequence[str]
) -> tuple[LayerDerivation, ...]:
    """Layers in the order given, in which each comes after those that feed it."""
    calls: dict[str, list[int]] = {}
    for index, step in enumerate(walked.steps):
        calls.setdefault(step.entry.name, []).append(index)
    listed = [calls[name] for name in listed_names if name in calls]
    explanations = _Explanations(walked, names, seen, [first for first, *_again in listed])
    made = []
    for first, *again in listed:
        layer = _layer(first, explanations)
        for index in again:
            layer = _called_again(layer, walked.steps[index], walked.network)
        made.append(layer)
    return tuple(made)


def _layer(index: int, explanations: _Explanations) -> LayerDerivation:
    walked, names = explanations.walked, explanations.names
    step, shown = walked.steps[index], names.applied[index]
    layer = step.entry.layer
    view = explanations.seen[Tensor(index)]
    return LayerDerivation(
        name=step.entry.name,
        type=step.entry.class_name
        or (layer.shown_type if isinstance(layer, Layer) else layer.kind),
        title=layer.title() if isinstance(layer, Layer) else (),
        inputs=tuple(walked.network.calls[tensor.call].layer for tensor in step.call.tensors),
        input_shapes=step.inputs,
        output_shapes=step.outputs,
        shown_inputs=names.inputs[index],
        shown_outputs=tuple(names.shapes[Tensor(index, out)] for out in range(len(step.outputs))),
        params=_whole(step, "params", step.params),
        trainable_params=_whole(step, "trainable_params", step.trainable_params),
        macs=_whole(step, "macs", step.macs),
        shown_params=in_order(S(_whole(step, "params", shown.params))),
        shown_macs=in_order(S(_whole(step, "macs", shown.macs))),
        activations=step.activations,
        receptive_field=None if view is None else view.fields,
        quantities=Later(lambda: explanations.of_calls[index].quantities),
        notes=Later(lambda: explanations.of_calls[index].notes),
        tapes=Later(lambda: explanations.of_calls[index].tapes),
        layers=(inside := _nested(step, operations=False)),
        line=step.entry.line,
        same_as=explanations.same_as(index),
        operations=_nested(step, operations=True),
        rows=Later(lambda: fold(inside)),
        readings=Later(lambda: readings(walked, index, names.applied)),
    )


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

    def __init__(
        self,
        walked: Walk,
        names: Named,
        seen: Mapping[Tensor, View | None],
        order: Sequence[int],
    ) -> None:
        self.walked = walked
        self.names = names
        self.seen = seen
        self.order = order
        first: dict[Hashable, int] = {}
        same = {index: first.setdefault(form_of(walked.steps[index]), index) for index in order}
        self.same = {index: other for index, other in same.items() if index != other}

    def same_as(self, index: int) -> str | None:
        """The name of the earlier layer that is the same."""
        same = self.same.get(index)
        return None if same is None else self.walked.steps[same].entry.name

    @cached_property
    def of_calls(self) -> Mapping[int, _Explanation]:
        """By the number of the call."""
        explained = _Explained()
        letters = frozenset(name.name for name in symbols_of(self.walked.network))
        derived: dict[int, list[Quantity]] = {}
        found: dict[int, _Explanation] = {}
        for index in counted(self.order):
            step, same = self.walked.steps[index], self.same.get(index, index)
            if same not in derived:
                derived[same] = _derived(step, self.names.applied[index], self.names)
            found[index] = self._explanation(index, derived[same], explained, letters)
        return found

    def _explanation(
        self, index: int, derived: list[Quantity], explained: _Explained, letters: frozenset[str]
    ) -> _Explanation:
        step, shown = self.walked.steps[index], self.names.applied[index]
        unaligned = misaligned(self.walked, index, self.seen)
        lost = losses(self.walked, index, self.seen[Tensor(index)], shown)
        kind = step.entry.layer.shown_type if isinstance(step.entry.layer, Layer) else ""
        quantities = tuple(
            told_apart(explained.link(quantity, step.entry.name, kind), letters)
            for quantity in derived
        )
        notes = (*explained.new(shown), *lost.notes, *((unaligned,) if unaligned else ()))
        return _Explanation(quantities, notes, lost.tapes)


def _nested(step: Step, *, operations: bool) -> tuple[LayerDerivation, ...]:
    if not isinstance(step.done, Walk):
        return ()
    inner = step.done
    wanted = _operations(inner.network) if operations else inner.network.listed
    return _layers(inner, unnamed(inner), views(inner), wanted) if wanted else ()


def _called_again(made: LayerDerivation, step: Step, network: Network) -> LayerDerivation:
    return replace(
        made,
        macs=None if made.macs is None else plus((made.macs, step.macs)),
        activations=plus((made.activations, step.activations)),
        calls=(*made.calls, (step.inputs, step.outputs)),
        called_on=(*made.called_on, tuple(network.calls[t.call].layer for t in step.call.tensors)),
    )


@dataclass(frozen=True)
class _Said:
    """The layer that first explained a rule, and the values that it had there."""

    layer: str
    where: Mapping[Symbol, Size]


class _Explained:
    """What has been explained so far, so that it is not said again."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, Symbol, str, Expr], _Said] = {}
        self.sentences: set[str] = set()

    def new(self, done: Applied | Walk) -> tuple[Message, ...]:
        """The sentences of a layer that no layer before it has said."""
        if isinstance(done, Walk):
            return ()
        fresh = []
        for sentence in done.sentences:
            key = self._key(sentence)
            if key not in self.sentences:
                self.sentences.add(key)
                fresh.append(sentence)
        return tuple(fresh)

    @staticmethod
    def _key(sentence: Message) -> str:
        """The same sentence about another activation, or another class, is another sentence."""
        about = (str(sentence.pieces.get(piece, "")) for piece in ("activation", "type"))
        return "|".join([sentence.id, *about])

    def link(self, quantity: Quantity, layer: str, kind: str) -> Quantity:
        """Point to the layer that explained this rule. Where there is something new to say about
        it, the rule is said again, in the form that it has here, with what is new in its letters.
        """
        news = {
            self._key(step.reason)
            for step in quantity.steps
            if step.reason is not None and step.kind in ("substituted", "arithmetic")
        } - self.sentences
        self.sentences |= news
        place = next((i for i, s in enumerate(quantity.steps) if s.kind == "reduced"), 0)
        rule = quantity.steps[place]
        first = self.rules.setdefault(
            (kind, quantity.symbol, rule.rule, rule.expression), _Said(layer, quantity.where)
        )
        if first.layer == layer:
            return quantity
        letters = [letter for letter in quantity.where if rule.expression.has(letter)]
        if news and not quantity.quantity.startswith("output"):
            values = _(
                "{values}",
                values=tuple(
                    _("{letter} = {size}", letter=letter, size=in_order(S(quantity.where[letter])))
                    for letter in letters
                ),
            )
            hidden = tuple(replace(s, detail=Detail.FULL) for s in quantity.steps[:place])
            return replace(
                quantity,
                steps=(*hidden, replace(rule, reason=values), *quantity.steps[place + 1 :]),
            )
        changed = tuple(
            letter
            for letter in letters
            if first.where.get(letter) != quantity.where[letter]
            and str(quantity.where[letter]) != letter.name
        )
        steps = tuple(
            replace(step, reason=None) if step.kind == "substituted" and not news else step
            for step in quantity.steps
        )
        return replace(quantity, steps=steps, after=first.layer, changed=changed)


def _derived(step: Step, shown: Applied | Walk, names: Named) -> list[Quantity]:
    """The derivations of a layer, as they are where nothing was said before."""
    if isinstance(step.done, Walk) or isinstance(shown, Walk):
        weights = step.entry.layer.weights if isinstance(step.entry.layer, Network) else ()
        return [own_weights(weights, names.definitions)] if weights else []
    quantities = []
    dropped: set[Symbol] = set()
    for filled, closed in zip(shown.quantities, step.done.quantities, strict=True):
        if not is_known(closed.value) or filled.equation.rule == STATED:
            continue
        quantities.append(explain(filled, closed.value, names.definitions, dropped))
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


def _totals(walked: Walk, names: Named) -> Totals:
    params, trainable = walked.params, walked.trainable_params
    shown = Walk(
        walked.network,
        tuple(
            replace(step, done=done) for step, done in zip(walked.steps, names.applied, strict=True)
        ),
        names.shapes,
    )
    return Totals(
        params,
        trainable,
        minus(params, trainable),
        walked.macs,
        walked.activations,
        in_order(S(shown.params)),
        in_order(S(shown.macs)),
        in_order(S(names.activations(walked))),
    )
