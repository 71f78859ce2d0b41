"""How much a source may ask for, declared in one place, and the budget that counts it.

Every number here is far above what a model needs and low enough that any source, hostile or not,
is read to its end or given up within a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layermath.messages import Message, _

if TYPE_CHECKING:
    from layermath.readers.python.values import Foreign, Unknown

SOURCE_CHARACTERS = 500_000
"""The longest source that is parsed."""

STEPS = 200_000
"""Expressions and statements evaluated, with larger steps for costly ones (`STEPS_OF_…`)."""

STEPS_OF_ARCHITECTURES = 400_000
"""The steps for the architectures of ``keras.applications``, all of one reading together, counted
apart from the source's own: the largest, with letters, takes 165 000."""

STEPS_OF_AN_EXPRESSION = 2
STEPS_OF_A_LAYER = 20
STEPS_OF_ALGEBRA = 25
ITEMS_A_STEP = 8
NODES_A_STEP = 8
CHARACTERS_A_STEP = 64

ROUNDS = 256
"""After so many rounds of a loop over a range that makes no part of a model, the rest is passed
over: it trains, or prints, and what it assigns is unknown."""

SHARE_OF_A_LOOP = 5
"""A loop that makes no layer may take one part in so many of the steps that are left: it makes
data. However many such loops there are, steps are left for a model behind them."""

ITEMS = 100_000
"""The longest list, tuple, dict or set."""

CHARACTERS = 100_000
"""The longest string."""

BITS = 4096
"""The longest integer."""

SIZE_BITS = 256
"""The longest integer in the size of a tensor that holds symbols."""

SIZE_PARTS = 600
"""How many parts the size of a tensor may have, as it is written."""

STEPS_OF_A_PART = 4

TERMS = 400
"""How many terms a symbolic size may have when it is multiplied out."""

SIZE_NESTING = 16
"""How deep a symbolic size that the source computes may nest: quotients in quotients, powers."""

VALUES = 1024
"""How many values of a constant are kept; of a larger one the shape alone."""

CALLS = 60
"""How deep functions of the source may call each other."""

NESTING = 90
"""How deep brackets and operators may nest in one statement; a deeper statement is passed over."""

DATA_NESTING = 40
"""How deep lists and tuples may nest where they are compared, printed or given to a layer."""

MODELS_NESTING = 24
"""How deep models may stand inside models."""

MODEL_CALLS = 20_000
"""How many layer calls a model may have, those inside nested models counted at each use."""


class CannotFollow(Exception):
    """An expression that has no value here. ``needs`` are the symbols that stand in the way;
    ``cause`` is what it was that could not be followed first, where that is something else;
    ``reasons`` say why, and what to write instead, where there is more to say; ``foreign`` is the
    call of a class that is not Keras's, if it was one."""

    def __init__(
        self,
        needs: Iterable[str] = (),
        cause: Unknown | None = None,
        reasons: Sequence[Message] = (),
        foreign: Foreign | None = None,
    ) -> None:
        super().__init__()
        self.needs = frozenset(needs)
        self.cause = cause
        self.reasons = tuple(reasons)
        self.foreign = foreign


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
        self._apart = STEPS_OF_ARCHITECTURES
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
        """Count what is spent inside on the architectures, and not on the source."""
        outside = self._left, self._allowed, self._loops, self._floor
        self._left, self._allowed = self._apart, STEPS_OF_ARCHITECTURES
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
