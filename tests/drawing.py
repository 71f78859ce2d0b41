"""How many random examples a property is tried on, and that it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from hypothesis import HealthCheck, settings

FULL = bool(os.environ.get("LAYERMATH_FULL"))

Test = Callable[..., None]


def tried_on(examples: int) -> Callable[[Any], Test]:
    """As many examples in the full run; in the plain one, which draws anew each time, a third.

    A property refuses a draw that says nothing of it with `assume`. Where nearly all are refused it
    would hold nothing, and nobody would see it: as many as half of the examples must come to its
    end, or half of the draws, where there are so few.
    """
    asked = examples if FULL else max(examples // 3, 3)
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
