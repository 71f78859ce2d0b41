"""Pipeline: layers in a row as one; and the two classes that have no rule of their own.

Source: Keras, *Preprocessing layers* (`Pipeline`), *Core layers* (`Layer`, `Wrapper`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from sympy import Add, Expr, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.messages import Code, Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.biases import summed
from layermath.rules.equations import (
    MACS,
    PARAMS,
    TRAINABLE,
    Applied,
    Equation,
    Filled,
    Requirement,
)
from layermath.rules.rule import Applicable, Inputs, Rule
from layermath.rules.structures import put_together
from layermath.rules.weights import nothing_to_learn


@written
def together(counts: Sequence[Expr]) -> Expr:
    """What the layers have, one after the other."""
    return Add(*counts)


@dataclass(frozen=True)
class Pipeline(Rule):
    """Layers in a row: each takes what the one before it gives. Takes what the first one takes."""

    takes_one = False

    layers: tuple[Applicable, ...]

    def apply(self, inputs: Inputs) -> Applied:
        """Apply to what the first layer takes. Raises `ModelProblem` where one of them cannot take
        what reaches it."""
        done: list[Applied] = []
        current: Inputs = inputs
        for one in self.layers:
            on_data = getattr(one.rule, "on_data", None)
            done.append(one(current) if on_data is None else on_data(current, one))
            current = put_together(done[-1].outputs, done[-1].nest)
        requirements: list[Requirement] = []
        for applied in done:
            requirements += applied.requirements
        looking = [one for one in done if one.view != "windows" or one.reach]
        simple = len(looking) <= 1
        return replace(
            done[-1],
            quantities=(*_sizes(done), *self._counts(done)),
            view=looking[0].view if simple and looking else ("windows" if simple else "unknown"),
            reach=looking[0].reach if simple and looking else {},
            windowed=any(one.windowed for one in done),
            requirements=tuple(requirements),
            weights=tuple(weight for one in done for weight in one.weights),
            additions=summed(
                {str(place): applied.additions for place, applied in enumerate(done, start=1)}
            ),
            sentences=(
                _(
                    "Each takes what the one before it gives: {layers}.",
                    layers=tuple(
                        _(
                            "{layer} gives {shape}",
                            layer=Name(one.shown_type),
                            shape=ShapePiece(applied.outputs[0]),
                        )
                        for one, applied in zip(self.layers, done, strict=True)
                    ),
                ),
            ),
        )

    def _counts(self, done: Sequence[Applied]) -> tuple[Filled, ...]:
        """The parameters of all layers, each layer once, and the products of all of them."""
        first = [
            applied
            for place, applied in enumerate(done)
            if all(self.layers[place] is not one for one in self.layers[:place])
        ]
        params = [one.params for one in first]
        if not any(count != 0 for count in params):
            counts: tuple[Filled, ...] = (Filled(nothing_to_learn(_no_weights())),)
        else:
            counts = (_summed("params", PARAMS, params),)
            trained = [one.trainable_params for one in first]
            if trained != params:
                counts = (*counts, _summed("trainable_params", TRAINABLE, trained))
        macs = [one.macs for one in done]
        return (*counts, *((_summed("macs", MACS, macs),) if any(m != 0 for m in macs) else ()))

    def title(self) -> tuple[Piece, ...]:
        """``Rescaling, Resizing``"""
        return tuple(Name(one.shown_type) for one in self.layers)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The counts of two layers in a row."""
        return tuple(
            _sum_equation(quantity, symbol, _letters(symbol, 2))
            for quantity, symbol in (("params", PARAMS), ("macs", MACS))
        )


def _no_weights() -> Message:
    return _("no layer in the row has anything to learn")


def _letters(symbol: Symbol, number: int) -> tuple[Symbol, ...]:
    return tuple(letter(f"{symbol.name}_{place + 1}") for place in range(number))


def _sum_equation(quantity: str, symbol: Symbol, counts: Sequence[Symbol]) -> Equation:
    labels = {"params": _("parameters"), "trainable_params": _("trainable"), "macs": _("MACs")}
    return Equation(
        quantity,
        symbol,
        f"pipeline-{quantity.replace('_', '-')}",
        labels[quantity],
        together(counts),
        _("what each of the layers has, one after the other"),
    )


def _summed(quantity: str, symbol: Symbol, counts: Sequence[Size]) -> Filled:
    """The sum of the counts that are not 0."""
    kept = [count for count in counts if count != 0] or [0]
    letters = _letters(symbol, len(kept))
    return Filled(_sum_equation(quantity, symbol, letters), dict(zip(letters, kept, strict=True)))


def _sizes(done: Sequence[Applied]) -> list[Filled]:
    """The rules of the sizes that come out: of each, the last one that changed it."""
    found: dict[str, Filled] = {}
    rank = -1
    for applied in done:
        if len(applied.outputs[0]) != rank:
            found = {}
        rank = len(applied.outputs[0])
        for filled in applied.quantities:
            if filled.equation.quantity.startswith("output"):
                found[filled.equation.quantity] = replace(filled, like=None)
    return list(found.values())


@dataclass(frozen=True)
class NothingOfItsOwn(Rule):
    """What all layers are made from. It says nothing of what comes out, so that every call is
    refused."""

    takes_one = False
    any_layout = True

    name: str

    def apply(self, *inputs: Any, **options: Any) -> NoReturn:
        """Raises `ModelProblem`."""
        raise ModelProblem(
            _(
                "{type} does nothing of its own: a class made from it says what comes out",
                type=Code(self.name),
            )
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """It has no weights."""
        return (nothing_to_learn(_("it has no weights of its own")),)


@dataclass(frozen=True)
class AroundAnother(NothingOfItsOwn):
    """What layers around another one are made from."""

    inner: Applicable

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """It has no weights beside those of the layer inside."""
        return (_sum_equation("params", PARAMS, _letters(PARAMS, 1)),)
