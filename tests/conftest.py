"""What holds for all tests: no test is timed. A loaded machine makes nothing wrong."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
