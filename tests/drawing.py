"""How much is tried where not everything is, and that it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings

FULL = bool(os.environ.get("LAYERMATH_FULL"))
ALL = FULL or bool(os.environ.get("LAYERMATH_ALL"))
"""Whether a run may take minutes, as in CI; the plain one is for between two thoughts."""

Item = TypeVar("Item")

Test = Callable[..., None]


def some(items: Sequence[Item], every: int = 3) -> Sequence[Item]:
    """All of them where a run may take minutes; in the plain one every third, the first among
    them."""
    return items if ALL else items[::every]


def fewer(number: int) -> int:
    """As many where a run may take minutes, and in the plain one a third."""
    return number if ALL else number // 3


def tried_on(examples: int) -> Callable[[Any], Test]:
    """As many examples in the full run, a third where it may take minutes, and in the plain one,
    which draws anew each time, a sixth.

    A property refuses a draw that says nothing of it with `assume`. Where nearly all are refused it
    would hold nothing, and nobody would see it: as many as half of the examples must come to its
    end, or half of the draws, where there are so few.
    """
    asked = max(examples // (1 if FULL else 3 if ALL else 6), 3)
    chosen = settings(max_examples=asked, deadline=None, suppress_health_check=list(HealthCheck))

    def counted(test: Any) -> Test:
        checked, drawn, held = test.hypothesis.inner_test, 0, 0

        @wraps(checked)
        def once(*given: Any, **named: Any) -> None:
            nonlocal drawn, held
            drawn += 1
            checked(*given, **named)
            held += 1

        @wraps(test)
        def every(*given: Any, **named: Any) -> None:
            nonlocal drawn, held
            drawn = held = 0
            test(*given, **named)
            assert held >= min(asked, drawn) // 2, (
                f"{held} of {drawn} draws were checked to the end"
            )

        test.hypothesis.inner_test = once
        return every

    return lambda test: counted(chosen(test))
