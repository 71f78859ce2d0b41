"""What a derivation has said so far, so that it is not said again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sympy import Expr, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.written import in_order
from layermath.derivation.records import Detail, Quantity
from layermath.messages import Message, _
from layermath.network.walk import Walk
from layermath.rules.equations import Applied


@dataclass(frozen=True)
class Saying:
    """The layer that first explained a rule, and the values that it had there."""

    layer: str
    where: Mapping[Symbol, Size]


class Explained:
    """What has been explained so far, so that it is not said again."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, Symbol, str, Expr], Saying] = {}
        self.sentences: set[str] = set()
        self.flops: dict[Expr, str] = {}

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
            (kind, quantity.symbol, rule.rule, rule.expression), Saying(layer, quantity.where)
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

    def after(self, quantity: Quantity, rule: Expr, layer: str) -> Quantity:
        """Point to the layer that first had this rule, which is the same in every layer."""
        first = self.flops.setdefault(rule, layer)
        return quantity if first == layer else replace(quantity, after=first)
