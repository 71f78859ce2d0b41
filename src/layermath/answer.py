"""The answer to a question, as data: all solutions, and the way to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from layermath.algebra.conditions import Condition
from layermath.algebra.solutions import Solutions
from layermath.messages import Message


@dataclass(frozen=True)
class Line:
    """One line of the way: what holds, and why."""

    statement: Message
    reason: Message | None = None


@dataclass(frozen=True)
class Answer:
    """All solutions of a question.

    ``unknowns`` are the symbols asked for. ``headline`` says the solutions in one line; ``lines``
    the way to them; ``notes`` what else is worth knowing. ``solutions`` is the set of each unknown
    where they do not depend on each other; ``listing`` the combinations where they do; ``family`` a
    formula in the symbols that stay free, with ``family_condition`` on them.
    """

    unknowns: tuple[Symbol, ...]
    wishes: tuple[str, ...]
    headline: Message
    lines: tuple[Line, ...] = ()
    notes: tuple[Message, ...] = ()
    solutions: Mapping[Symbol, Solutions] = field(default_factory=dict)
    listing: tuple[tuple[int, ...], ...] | None = None
    family: Expr | None = None
    family_condition: Condition = True
