"""Where a framework has the channels: rules have them last.

Shapes go to a rule with their channels last, and come back as the framework has them, in sentences
too.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from layermath.messages import Message, Piece, Shape
from layermath.rules.equations import Applied
from layermath.rules.rule import Shape as Sizes


def channels_to_the_end(shape: Sizes) -> Sizes:
    """``(C, H, W)`` as a rule has it, ``(H, W, C)``."""
    return (*shape[1:], *shape[:1])


def channels_to_the_front(shape: Sizes) -> Sizes:
    """``(H, W, C)`` as a framework has it, ``(C, H, W)``."""
    return (*shape[-1:], *shape[:-1])


def channels_first(done: Applied) -> Applied:
    """What a rule says, with the channels before the other axes."""
    return replace(
        done,
        outputs=tuple(map(channels_to_the_front, done.outputs)),
        sentences=tuple(map(_message, done.sentences)),
    )


def _message(message: Message) -> Message:
    return replace(
        message,
        pieces=MappingProxyType({name: _piece(one) for name, one in message.pieces.items()}),
    )


def _piece(piece: Piece) -> Piece:
    return Shape(channels_to_the_front(piece.sizes)) if isinstance(piece, Shape) else piece
