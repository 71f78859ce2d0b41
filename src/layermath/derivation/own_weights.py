"""The weights that a class of the user's own makes itself, with ``add_weight``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import S, Symbol

from layermath.algebra.floors import Size, letter, plus
from layermath.algebra.written import add, mul
from layermath.derivation.explain import explain
from layermath.derivation.records import Quantity
from layermath.messages import Name, _
from layermath.messages import Shape as ShapePiece
from layermath.network.graph import Weight
from layermath.rules.equations import Equation, Filled


def own_weights(weights: Sequence[Weight], definitions: Mapping[Symbol, Size]) -> Quantity:
    """The parameters that a class of the user's own makes itself: ``64·32 + 32``."""
    products = [mul(*map(S, weight.shape)) if weight.shape else S.One for weight in weights]
    equation = Equation(
        "own_params",
        letter("N_own"),
        "own-weights",
        _("own weights"),
        add(*products) if len(products) > 1 else products[0],
        _(
            "one for each value of {weights}",
            weights=tuple(
                _("{name} {shape}", name=Name(weight.name), shape=ShapePiece(weight.shape))
                for weight in weights
            ),
        ),
    )
    return explain(Filled(equation), plus(weight.params for weight in weights), definitions)
