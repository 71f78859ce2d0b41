"""The browser of the web tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.chromium import NAMES, Chromium


@pytest.fixture
def chromium(tmp_path: Path) -> Chromium:
    """Headless Chromium. The tests of this folder were asked for by their mark: without a browser
    they fail."""
    found = Chromium.found(tmp_path)
    assert found is not None, f"none of {', '.join(NAMES)} is installed"
    return found
