"""What holds for all tests: no test is timed. A loaded machine makes nothing wrong.

Random tests draw anew at each run, and so find what no run before has found; with
LAYERMATH_REPEATABLE=1 they draw the same at each, so that a run says something of the change.
"""

from __future__ import annotations

import os

from hypothesis import settings

REPEATABLE = os.environ.get("LAYERMATH_REPEATABLE") == "1"

settings.register_profile("untimed", deadline=None, derandomize=REPEATABLE)
settings.load_profile("untimed")
