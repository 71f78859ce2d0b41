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
from layermath.messages import Message, Piece

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
        one: _renamed(one)
        for one in (quantity.symbol, *quantity.where)
        if one.name in taken and getattr(quantity.where.get(one), "name", None) != one.name
    }
    if not names:
        return quantity
    return replace(
        quantity,
        symbol=names.get(quantity.symbol, quantity.symbol),
        steps=tuple(_step(step, names) for step in quantity.steps),
        where=MappingProxyType({names.get(one, one): v for one, v in quantity.where.items()}),
        changed=tuple(names.get(one, one) for one in quantity.changed),
    )


def _renamed(one: Symbol) -> Letter:
    head, _underscore, axis = one.name.partition("_")
    meaning = _MEANINGS.get(head, "rule")
    return letter(f"{head}_{meaning}" + (f"_{axis}" if axis else ""))


def _step(step: Step, names: Mapping[Symbol, Letter]) -> Step:
    return replace(
        step,
        expression=put_in(step.expression, names),
        reason=None if step.reason is None else _message(step.reason, names),
    )


def _message(message: Message, names: Mapping[Symbol, Letter]) -> Message:
    pieces = {name: _piece(piece, names) for name, piece in message.pieces.items()}
    return replace(message, pieces=MappingProxyType(pieces))


def _piece(piece: Piece, names: Mapping[Symbol, Letter]) -> Piece:
    if isinstance(piece, Message):
        return _message(piece, names)
    if isinstance(piece, tuple):
        return tuple(_piece(part, names) for part in piece)
    return put_in(piece, names) if isinstance(piece, Expr) else piece
