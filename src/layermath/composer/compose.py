"""From a network to its derivation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sympy import Expr, S, Symbol

from layermath.algebra.conditions import together
from layermath.algebra.floors import Size, minus, plus, symbol
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order
from layermath.composer.explain import explain
from layermath.composer.fields import View, misaligned, views
from layermath.composer.letters import told_apart
from layermath.composer.losses import losses
from layermath.composer.naming import Named, named, unnamed
from layermath.composer.whole import whole
from layermath.derivation import Derivation, Detail, LayerDerivation, ModelInput, Quantity, Totals
from layermath.layers.layer import Layer
from layermath.layers.opaque import STATED
from layermath.layers.rules import Applied
from layermath.messages import Message, Name, _
from layermath.network import Network, Tensor
from layermath.walk import Step, Walk, bind, symbols_of, walk

_NONE: Mapping[str, Size] = MappingProxyType({})


def compose(network: Network, bindings: Mapping[str, Size] = _NONE) -> Derivation:
    """Derive a network, with ``bindings`` put in for its symbols.

    Raises `Problem` where a layer cannot take what reaches it.
    """
    bound = bind(network, {symbol(name): size for name, size in bindings.items()})
    walked = walk(bound)
    names = named(walked)
    seen = views(walked)
    layers = _layers(walked, names, seen)
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
        whole(walked, names, seen),
        (*network.notes, *_left_out(walked)),
    )


def _layers(
    walked: Walk, names: Named, seen: Mapping[Tensor, View | None]
) -> tuple[LayerDerivation, ...]:
    """The listed layers, in Keras's order; explained in the order in which data passes."""
    explained = _Explained()
    letters = frozenset(name.name for name in symbols_of(walked.network))
    made: dict[str, LayerDerivation] = {}
    for index, step in enumerate(walked.steps):
        name = step.entry.name
        if name in made:
            made[name] = _called_again(made[name], step)
        else:
            made[name] = _layer(index, walked, names, seen, explained, letters)
    return tuple(made[name] for name in walked.network.listed if name in made)


def _layer(
    index: int,
    walked: Walk,
    names: Named,
    seen: Mapping[Tensor, View | None],
    explained: _Explained,
    letters: frozenset[str],
) -> LayerDerivation:
    step, shown = walked.steps[index], names.applied[index]
    layer = step.entry.layer
    view = seen[Tensor(index)]
    tensors = step.call.tensors
    unaligned = misaligned(walked, index, seen)
    lost = losses(walked, index, view, shown)
    return LayerDerivation(
        name=step.entry.name,
        type=layer.shown_type if isinstance(layer, Layer) else layer.kind,
        title=layer.title() if isinstance(layer, Layer) else (),
        inputs=tuple(walked.network.calls[tensor.call].layer for tensor in tensors),
        input_shapes=step.inputs,
        output_shapes=step.outputs,
        shown_inputs=names.inputs[index],
        shown_outputs=tuple(names.shapes[Tensor(index, out)] for out in range(len(step.outputs))),
        params=step.params,
        trainable_params=step.trainable_params,
        macs=step.macs,
        shown_params=in_order(S(shown.params)),
        shown_macs=in_order(S(shown.macs)),
        activations=step.activations,
        receptive_field=None if view is None else view.fields,
        quantities=tuple(_quantities(step, shown, names, explained, letters)),
        notes=(*explained.new(shown), *lost.notes, *((unaligned,) if unaligned else ())),
        tapes=lost.tapes,
        layers=_nested(step),
        line=step.entry.line,
    )


def _nested(step: Step) -> tuple[LayerDerivation, ...]:
    if not isinstance(step.done, Walk):
        return ()
    inner = step.done
    return _layers(inner, unnamed(inner), views(inner))


def _called_again(made: LayerDerivation, step: Step) -> LayerDerivation:
    return replace(
        made,
        macs=None if made.macs is None else plus((made.macs, step.macs)),
        activations=plus((made.activations, step.activations)),
        calls=(*made.calls, (step.inputs, step.outputs)),
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
        """The same sentence about another activation is another sentence."""
        return "|".join([sentence.id, str(sentence.pieces.get("activation", ""))])

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


def _quantities(
    step: Step,
    shown: Applied | Walk,
    names: Named,
    explained: _Explained,
    letters: frozenset[str],
) -> list[Quantity]:
    if isinstance(step.done, Walk) or isinstance(shown, Walk):
        return []
    kind = step.entry.layer.shown_type if isinstance(step.entry.layer, Layer) else ""
    quantities = []
    dropped: set[Symbol] = set()
    for filled, closed in zip(shown.quantities, step.done.quantities, strict=True):
        if not is_known(closed.value) or filled.equation.rule == STATED:
            continue
        quantity = explain(filled, closed.value, names.definitions, dropped)
        dropped |= {drop.letter for drop in filled.drops}
        quantities.append(told_apart(explained.link(quantity, step.entry.name, kind), letters))
    return quantities


def _left_out(walked: Walk) -> Iterator[Message]:
    """What the totals leave out: no count of theirs is silently zero."""
    if walked.left_out:
        yield _(
            "The totals leave out {layers}: what is in there is unknown.",
            layers=tuple(Name(name) for name in walked.left_out),
        )


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
