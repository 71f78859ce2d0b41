"""What the composer has said of letters, where it does not hold in another notation."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from sympy import Symbol

from layermath.messages import Message, Piece
from layermath.notations.forms import base_of


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
