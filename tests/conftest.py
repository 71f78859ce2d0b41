"""What holds for all tests: no test is timed. A loaded machine makes nothing wrong.

Random tests draw anew at each run, and so find what no run before has found; with
LAYERMATH_REPEATABLE=1 they draw the same at each, so that a run says something of the change.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.drawing import ALL

REPEATABLE = os.environ.get("LAYERMATH_REPEATABLE") == "1"

for name, examples in {"all": 100, "plain": 50, "quick": 15}.items():
    settings.register_profile(name, max_examples=examples, deadline=None, derandomize=REPEATABLE)


def pytest_configure(config: pytest.Config) -> None:
    """How many random examples there are where a property does not say: see `tests.drawing`."""
    settings.load_profile("all" if ALL else "quick" if is_quick(config) else "plain")


def is_quick(config: pytest.Config) -> bool:
    """Whether it is the run of ``-m quick``."""
    return bool(config.option.markexpr == "quick")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of ``-m quick``, only the files are imported that have such tests: looking into all the
    others would take as long as the tests."""
    if is_quick(config) and collection_path.suffix == ".py":
        return "mark.quick" not in collection_path.read_text(encoding="utf-8") or None
    return None
