"""How many random examples a property is tried on."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FULL = bool(os.environ.get("LAYERMATH_FULL"))


def tried_on(examples: int) -> settings:
    """As many examples in the full run; in the plain one, which draws anew each time, a third."""
    return settings(
        max_examples=examples if FULL else max(examples // 3, 3),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
