"""Tell apart the letters of a rule from those of the model, where both use one for two things.

The model's own letters win: its K stays K, and the rule's becomes ``K_kernel``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from sympy import Expr, Symbol

from layermath.algebra.floors import Letter, letter
from layermath.algebra.written import put_in
from layermath.derivation.records import Quantity, Step
from layermath.messages import Piece

_MEANINGS = {
    "K": "kernel",
    "S": "stride",
    "D": "dilation",
    "G": "groups",
    "F": "filters",
    "U": "units",
    "T": "steps",
    "P": "padding",
    "N": "params",
    "M": "macs",
    "h": "heads",
    "d": "head",
}


def told_apart(quantity: Quantity, taken: frozenset[str]) -> Quantity:
    """The derivation with the rule's letters renamed that the model, whose letters are ``taken``,
    uses for something else."""
    names = {
        one: _another(one)
        for one in (quantity.symbol, *quantity.where)
        if one.name in taken and getattr(quantity.where.get(one), "name", None) != one.name
    }
    return _renamed(quantity, names) if names else quantity


def as_the_rule_has_it(quantity: Quantity) -> Quantity:
    """The derivation with letters that `told_apart` has renamed as the rule has them: in another
    notation they may be other letters than the model's."""
    names = {one: own for one in (quantity.symbol, *quantity.where) if (own := _own(one))}
    return _renamed(quantity, names) if names else quantity


def _own(one: Symbol) -> Letter | None:
    head, *marks = one.name.split("_")
    if not marks or marks[0] != _MEANINGS.get(head, "rule"):
        return None
    return letter("_".join([head, *marks[1:]]))


def _renamed(quantity: Quantity, names: Mapping[Symbol, Letter]) -> Quantity:
    """The derivation with other letters, in its sentences too."""
    return replace(
        quantity,
        symbol=names.get(quantity.symbol, quantity.symbol),
        steps=tuple(_step(step, names) for step in quantity.steps),
        where=MappingProxyType({names.get(one, one): v for one, v in quantity.where.items()}),
        changed=tuple(names.get(one, one) for one in quantity.changed),
    )


def _another(one: Symbol) -> Letter:
    head, _underscore, axis = one.name.partition("_")
    meaning = _MEANINGS.get(head, "rule")
    return letter(f"{head}_{meaning}" + (f"_{axis}" if axis else ""))


def _step(step: Step, names: Mapping[Symbol, Letter]) -> Step:
    def renamed(piece: Piece) -> Piece:
        return put_in(piece, names) if isinstance(piece, Expr) else piece

    return replace(
        step,
        expression=put_in(step.expression, names),
        reason=None if step.reason is None else step.reason.changed(renamed),
    )
