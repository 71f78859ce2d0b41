"""What the composer has said of letters, where it does not hold in another notation."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from sympy import Expr, Symbol

from layermath.algebra.floors import Letter, letter
from layermath.algebra.written import put_in
from layermath.derivation.records import Quantity
from layermath.messages import Message, Piece
from layermath.notations.forms import base_of

_WORDS = {
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
"""The words with which the composer tells a letter of a rule apart from one of the model."""

_MORE = frozenset({*_WORDS.values(), "rule"})


def as_the_rule_has_it(quantity: Quantity) -> Quantity:
    """Letters that the composer told apart from the model's, back as the rule has them: in another
    notation they may be other letters than the model's."""
    names = {one: told for one in (quantity.symbol, *quantity.where) if (told := _told(one))}
    if not names:
        return quantity

    def message(said: Message) -> Message:
        return replace(
            said, pieces=MappingProxyType({n: piece(one) for n, one in said.pieces.items()})
        )

    def piece(one: Piece) -> Piece:
        if isinstance(one, Message):
            return message(one)
        if isinstance(one, tuple):
            return tuple(map(piece, one))
        return put_in(one, names) if isinstance(one, Expr) else one

    return replace(
        quantity,
        symbol=names.get(quantity.symbol, quantity.symbol),
        steps=tuple(
            replace(
                step,
                expression=put_in(step.expression, names),
                reason=None if step.reason is None else message(step.reason),
            )
            for step in quantity.steps
        ),
        where=MappingProxyType({names.get(one, one): v for one, v in quantity.where.items()}),
        changed=tuple(names.get(one, one) for one in quantity.changed),
    )


def _told(one: Symbol) -> Letter | None:
    head, *marks = one.name.split("_")
    if not marks or marks[0] not in _MORE or _WORDS.get(head, "rule") != marks[0]:
        return None
    return letter("_".join([head, *marks[1:]]))


def without_values(reason: Message | None, gone: frozenset[str]) -> Message | None:
    """``P = 0 (valid), D = 1: …`` without what it says of letters that are ``gone``."""
    if reason is None or not gone or "values" not in reason.pieces:
        return reason
    values = reason.pieces["values"]
    if not isinstance(values, tuple):
        return reason
    kept = tuple(one for one in values if not _is_value_of(one, gone))
    if kept:
        return replace(reason, pieces=MappingProxyType({**reason.pieces, "values": kept}))
    rest = reason.pieces.get("reason")
    return rest if isinstance(rest, Message) else None


def _is_value_of(piece: Piece, gone: frozenset[str]) -> bool:
    one = piece.pieces.get("letter") if isinstance(piece, Message) else None
    return isinstance(one, Symbol) and base_of(one) in gone
