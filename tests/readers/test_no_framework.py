"""The interpreter of Python knows no framework: it names none, and imports none of the rooms that
know what is computed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from layermath.readers import python
from layermath.vocabulary.keras import layers

MODULES = sorted(Path(python.__file__).parent.glob("*.py"))
FRAMEWORKS = re.compile(r"keras|tensorflow|\btf\b|torch|onnx|\bjax\b", re.IGNORECASE)
OTHER_ROOMS = ("keras", "keras_config", "layers", "network", "operations", "rules", "vocabulary")
SYNTAX = {name for name in dir(ast) if name[:1].isupper()} | {"Add", "Dot"}
"""Names of layers that are names of Python's syntax, or of SymPy's sums."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_framework_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not FRAMEWORKS.findall(text)
    assert not set(re.findall(r"\w+", text)) & (set(layers.names()) - SYNTAX)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_of_a_framework_is_imported(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not [name for name in names if set(name.split(".")) & set(OTHER_ROOMS)]
