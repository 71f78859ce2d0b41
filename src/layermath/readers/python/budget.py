"""The budget that counts what a source asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from layermath.messages import Message, _
from layermath.readers.python.limits import (
    BITS,
    CHARACTERS,
    CHARACTERS_A_STEP,
    ITEMS,
    ITEMS_A_STEP,
    NODES_A_STEP,
    SHARE_OF_A_LOOP,
    STEPS,
    STEPS_APART,
    STEPS_OF_ALGEBRA,
    TERMS,
)
from layermath.readers.python.unknown import CannotFollow


class LimitReached(Exception):
    """The source asks for more than a limit allows. ``line`` is where."""

    def __init__(self, limit: Message, line: int | None = None) -> None:
        super().__init__(limit.id)
        self.limit = limit
        self.line = line


@dataclass(eq=False)
class Loop:
    """A loop that is running. It may end below ``floor`` steps, where ``may_end()`` says so."""

    floor: int
    may_end: Callable[[], bool]


class LoopEnds(Exception):
    """A loop that makes no layer has taken its share of the steps."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.loop = loop


class Budget:
    """Counts the steps of one reading, and knows the line that it stands at."""

    def __init__(self, steps: int = STEPS) -> None:
        self._left = steps
        self._allowed = steps
        self._apart = STEPS_APART
        self._nodes = 0
        self._loops: list[Loop] = []
        self._floor = 0
        """How few steps may be left before a loop, or the reading, has to end."""
        self.line: int | None = None

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises `LimitReached` when there are none left, `LoopEnds` where a loop has
        taken its share."""
        self._left -= steps
        if self._left < self._floor:
            self._at_floor()

    def walked(self) -> None:
        """Count a node of the source that is looked at and not evaluated: many make a step."""
        self._nodes += 1
        if self._nodes >= NODES_A_STEP:
            self._nodes = 0
            self.spend()

    def _at_floor(self) -> None:
        if self._left < 0:
            raise self.reached(_("a reading takes at most {number} steps", number=self._allowed))
        for loop in self._loops:
            if self._left < loop.floor:
                loop.floor = 0  # asked once
                self._floor = 0
                if loop.may_end():
                    raise LoopEnds(loop)
        self._floor = max((loop.floor for loop in self._loops), default=0)

    def enter(self, may_end: Callable[[], bool]) -> Loop:
        """A loop begins, which may take a share of the steps that are left."""
        loop = Loop(self._left - self._left // SHARE_OF_A_LOOP, may_end)
        self._loops.append(loop)
        self._floor = max(self._floor, loop.floor)
        return loop

    def end_loop(self) -> None:
        """Raises `LoopEnds` for the innermost loop, if it may end."""
        loop = self._loops[-1]
        if loop.may_end():
            raise LoopEnds(loop)

    def leave(self, loop: Loop) -> None:
        """The loop, and what was running inside it, is over."""
        del self._loops[self._loops.index(loop) :]
        self._floor = max((one.floor for one in self._loops), default=0)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Count what is spent inside on sources of our own, and not on the user's."""
        outside = self._left, self._allowed, self._loops, self._floor
        self._left, self._allowed = self._apart, STEPS_APART
        self._loops, self._floor = [], 0
        try:
            yield
        finally:
            self._apart = self._left
            self._left, self._allowed, self._loops, self._floor = outside

    def reached(self, limit: Message) -> LimitReached:
        """A limit, reached at the present line."""
        return LimitReached(limit, self.line)

    def items(self, number: int) -> None:
        """Count a collection of that many items, before it is made. Raises `CannotFollow` for one
        that is too long to be part of a model."""
        self._value(number <= ITEMS)
        self.spend(number // ITEMS_A_STEP)

    def characters(self, number: int) -> None:
        """Count a string of that many characters, before it is made. Raises as `items`."""
        self._value(number <= CHARACTERS)
        self.spend(number // CHARACTERS_A_STEP)

    def bits(self, number: int) -> None:
        """Count an integer of that many bits, before it is made. Raises as `items`."""
        self._value(number <= BITS)

    def terms(self, number: int) -> None:
        """Count a symbolic size of that many terms. Raises as `items`."""
        self._value(number <= TERMS)

    @staticmethod
    def _value(is_small: bool) -> None:
        if not is_small:
            raise CannotFollow

    def algebra(self, operands: int = 1) -> None:
        """Count an operation on symbolic sizes."""
        self.spend(STEPS_OF_ALGEBRA * operands)
