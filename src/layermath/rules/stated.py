"""Counts that no weights lead to: stated as they are known, or unknown, or of frozen weights."""

from __future__ import annotations

from sympy import Integer, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.unknown import unknown
from layermath.messages import _
from layermath.rules.equations import MACS, PARAMS, TRAINABLE, Equation, Filled

STATED = "stated"
"""The name of the rule of a count that no rule leads to: it has no derivation."""


def stated(params: Size | None, trainable: Size | None, macs: Size | None) -> tuple[Filled, ...]:
    """Counts that no rule of the layer's own leads to: known numbers, or unknown ones."""
    return (
        _stated("params", PARAMS, params),
        _stated("trainable_params", TRAINABLE, trainable),
        _stated("macs", MACS, macs),
    )


def _stated(quantity: str, symbol: Symbol, size: Size | None) -> Filled:
    label = _("parameters") if quantity != "macs" else _("MACs")
    expression = unknown(quantity) if size is None else S(size)
    return Filled(Equation(quantity, symbol, STATED, label, expression))


def nothing_trained() -> Filled:
    """No parameter of a frozen layer is trained."""
    return Filled(
        Equation(
            "trainable_params",
            TRAINABLE,
            "frozen",
            _("trainable"),
            Integer(0),
            _("the layer is frozen: its weights stay as they are"),
        )
    )
