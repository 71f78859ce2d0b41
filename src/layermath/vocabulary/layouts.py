"""Where a framework has the channels: rules have them last.

Shapes go to a rule with their channels last, and come back as the framework has them, in sentences
too. Of a sequence of feature maps, ``(T, C, H, W)``, only the axes of a map change places.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from layermath.messages import Message, Piece, Shape
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.rules.rule import Shape as Sizes


def channels_to_the_end(inputs: Any, rank: int) -> Any:
    """``(C, H, W)`` as a rule has it, ``(H, W, C)``; the maps have ``rank`` axes beside the
    channels. Also of shapes in a list."""
    if not isinstance(inputs, tuple):
        whole = isinstance(inputs, list)
        return [channels_to_the_end(one, rank) for one in inputs] if whole else inputs
    before = _before(inputs, rank)
    return (*inputs[:before], *inputs[before + 1 :], *inputs[before : before + 1])


def channels_to_the_front(shape: Sizes, rank: int) -> Sizes:
    """``(H, W, C)`` as a framework has it, ``(C, H, W)``."""
    before = _before(shape, rank)
    return (*shape[:before], *shape[-1:], *shape[before:-1])


def _before(shape: Sizes, rank: int) -> int:
    """How many axes stand before those of a map; none where the rank is not said."""
    return max(len(shape) - rank - 1, 0) if rank else 0


def channels_first(done: Applied, rank: int) -> Applied:
    """What a rule says, with the channels before the other axes."""
    return replace(
        done,
        outputs=tuple(channels_to_the_front(shape, rank) for shape in done.outputs),
        sentences=tuple(_message(one, rank) for one in done.sentences),
        requirements=tuple(
            replace(one, reason=_message(one.reason, rank)) for one in done.requirements
        ),
    )


def problem_channels_first(problem: ModelProblem, rank: int) -> ModelProblem:
    """What is wrong, with the channels before the other axes."""
    problem.message = _message(problem.message, rank)
    return problem


def _message(message: Message, rank: int) -> Message:
    def laid(piece: Piece) -> Piece:
        if isinstance(piece, Shape):
            return Shape(channels_to_the_front(piece.sizes, rank))
        return piece

    return message.changed(laid)
