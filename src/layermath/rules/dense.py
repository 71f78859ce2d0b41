"""Fully connected: each neuron has a weight for each value that comes in.

Sources: Keras, ``Dense``; PyTorch, ``Linear``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Symbol

from layermath.algebra.floors import Size
from layermath.messages import Message, Piece, _
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import CHANNELS, Axis, axes_of
from layermath.rules.biases import additions
from layermath.rules.equations import Applied, Equation, Filled, Stage, Weight
from layermath.rules.rule import Rule, Shape
from layermath.rules.states import U
from layermath.rules.weights import RANK, Contraction

PRODUCTS = _("one product for each weight")


@cache
def contraction(features: Symbol, bias: bool) -> Contraction:
    """A weight for each value that a neuron sees, and a bias for each neuron."""
    return Contraction("dense", (Weight("kernel", (features, U)),), (U,), bias)


@dataclass(frozen=True)
class Dense(Rule):
    """Fully connected on the last axis: ``(…, D)`` to ``(…, units)``; ``low_rank`` is the rank of a
    low-rank adaptation. Raises `ModelProblem` for a scalar."""

    units: Size
    bias: bool = True
    activation: str | None = None
    low_rank: Size | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor of at least one axis."""
        if not shape:
            raise ModelProblem(_("it takes an input of at least one axis, and is given a scalar"))
        *spatial, axis = axes_of(len(shape))
        positions, features = [one.size_in for one in spatial], axis.size_in
        where = {
            **dict(zip((features, U), (shape[-1], self.units), strict=True)),
            **dict(zip(positions, shape, strict=False)),
        }
        weights = contraction(features, self.bias)
        return Applied(
            ((*shape[:-1], self.units),),
            (
                Filled(units_equation(axis), {U: self.units}),
                *self._parameters(weights, where, shape[-1]),
                Filled(weights.macs(positions, PRODUCTS), where, says={Stage.FILLED: PRODUCTS}),
            ),
            view="everything" if len(shape) == 1 else "windows",
            sentences=self._sentences(shape[-1]),
            additions=additions([*positions, U], where, self.bias),
            weights=weights.filled(where, self.low_rank),
        )

    def _parameters(
        self, weights: Contraction, where: dict[Symbol, Size], features: Size
    ) -> tuple[Filled, ...]:
        if self.low_rank is not None:
            ranked = where | {RANK: self.low_rank}
            return tuple(Filled(equation, ranked) for equation in weights.low_rank())
        equation = weights.parameters(biased=BIASED)
        return (Filled(equation, where, says={Stage.GENERAL: self._connected(features)}),)

    def _connected(self, features: Size) -> Message:
        if not self.bias:
            return _(
                "fully connected: a neuron has a weight for each value that comes in, and no bias"
            )
        if not isinstance(features, int):
            return _(
                "fully connected: a neuron has a weight for each value that comes in, and one bias"
            )
        return _(
            "fully connected: a neuron has a weight for each value that comes "
            "in, and one bias: {each}",
            each=features + 1,
        )

    def _sentences(self, features: Size) -> tuple[Message, ...]:
        said = activations.sentence(self.activation, self.units)
        if said is None:
            return ()
        summed = (
            _(
                "Each neuron sums its {number} products and its bias before the activation acts.",
                number=features,
            )
            if self.bias
            else _(
                "Each neuron sums its {number} products before the activation acts.",
                number=features,
            )
        )
        return (summed, said)

    def title(self) -> tuple[Piece, ...]:
        """``128, relu``"""
        return (self.units, *activations.title(self.activation))

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one vector."""
        weights = [contraction(CHANNELS.size_in, bias) for bias in (True, False)]
        return (
            units_equation(CHANNELS),
            *(one.parameters(biased=BIASED) for one in weights),
            weights[0].macs((), PRODUCTS),
        )


BIASED = _("with a bias for each neuron")


@cache
def units_equation(axis: Axis) -> Equation:
    """One value for each neuron."""
    return Equation(
        axis.quantity, axis.size_out, "dense-units", axis.label, U, _("one value for each neuron")
    )
