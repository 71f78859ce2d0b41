"""Layer types are found by their names."""

from __future__ import annotations

import subprocess
import sys

from layermath.vocabulary.keras.layers import catalogue, find


def test_a_name_leads_to_the_type_that_the_catalogue_has() -> None:
    assert {name: find(name) for name in catalogue()} == dict(catalogue())
    assert find("Conv2d") is None


def test_only_what_a_model_needs_is_imported() -> None:
    code = (
        "import sys; from layermath.vocabulary.keras.layers import find;"
        "find('Dense'); find('MaxPool2D');"
        "heavy = ('rules.attention', 'rules.encoding');"
        "print([name for name in sys.modules if name.endswith(heavy)])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
