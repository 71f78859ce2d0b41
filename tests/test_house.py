"""The drawing of the house: imports go round in no circle, and its rooms know no framework."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "layermath"

# Circles -------------------------------------------------------------------------------------


@cache
def modules() -> dict[str, Path]:
    """Every module by its name, but the sources that are read and never run."""
    return {
        ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): file
        for file in SOURCE.rglob("*.py")
        if "architectures" not in file.parts
    }


def imported(name: str) -> Iterator[str]:
    """What a module imports of ours, for the type checker alone too."""
    for node in ast.walk(ast.parse(modules()[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module in modules():
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                yield inner if inner in modules() else node.module


def circles() -> set[frozenset[str]]:
    """Modules that reach each other (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: set[frozenset[str]] = set()

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        path.append(name)
        for other in set(imported(name)) - {name}:
            if other not in number:
                visit(other)
            if other in path:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == number[name]:
            circle = path[path.index(name) :]
            del path[path.index(name) :]
            if len(circle) > 1:
                found.add(frozenset(one.removeprefix("layermath.") for one in circle))

    for name in modules():
        if name not in number:
            visit(name)
    return found


def test_imports_run_in_no_circle() -> None:
    assert circles() == set()


# Frameworks ----------------------------------------------------------------------------------

ROOMS = (
    "algebra",
    "rules",
    "derivation",
    "page",
    "formats",
    "questions",
    "notations",
    "pictures",
)
FRAMEWORK = re.compile(
    r"\b(?:keras|torch|pytorch|onnx|tensorflow)\b"
    r"|\b(?:use_bias|data_format|kernel_size|pool_size|dilation_rate|return_sequences)\b"
    r"|\bpadding=[\"'`]|\bstrides=[\d(]|\baxis=-1",
    re.IGNORECASE,
)
STILL: dict[str, int] = {
    "rules/activations.py": 1,
    "rules/axes.py": 5,
    "rules/biases.py": 2,
    "rules/conv_lstm.py": 2,
    "rules/einsum.py": 1,
    "rules/equations.py": 3,
    "rules/multi_head_attention.py": 2,
    "rules/recurrent.py": 2,
    "rules/spectral_normalization.py": 1,
    "rules/transposed.py": 4,
    "rules/windows.py": 2,
    "derivation/counters.py": 1,
    "derivation/readings.py": 1,
    "page/counting.py": 4,
    "formats/typst/style.py": 1,
    "questions/alignment.py": 1,
    "questions/backwards.py": 1,
    "questions/drawing.py": 8,
    "questions/exercises.py": 1,
    "questions/rewritings.py": 1,
    "questions/written_answers.py": 1,
    "notations/files.py": 2,
    "notations/forms.py": 1,
    "notations/side_by_side.py": 2,
    "notations/sides.py": 3,
}
"""On how many lines a file still does, to be emptied; none may be added."""


def said(file: Path) -> list[str]:
    """The lines that name a framework or one of its arguments, but those of sources."""
    text = file.read_text(encoding="utf-8")
    sources = {line for node in ast.walk(ast.parse(text)) for line in lines_of_sources(node)}
    return [
        line
        for number, line in enumerate(text.splitlines(), 1)
        if FRAMEWORK.search(line) and number not in sources
    ]


def lines_of_sources(node: ast.AST) -> Iterator[int]:
    """The numbers of the lines in a docstring that name sources: ``Source: Keras, *Dense*``, to the
    end of the paragraph."""
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        return
    if ast.get_docstring(node) is None:
        return
    first = node.body[0]
    assert isinstance(first, ast.Expr)
    assert isinstance(first.value, ast.Constant)
    within = False
    for number, line in enumerate(str(first.value.value).splitlines(), first.lineno):
        within = bool(line.strip()) and (within or re.search(r"\bSources?: ", line) is not None)
        if within:
            yield number


@pytest.mark.parametrize("room", [room for room in ROOMS if (SOURCE / room).is_dir()])
def test_a_room_knows_no_framework(room: str) -> None:
    for file in sorted((SOURCE / room).rglob("*.py")):
        most = STILL.get(file.relative_to(SOURCE).as_posix(), 0)
        lines = said(file)
        assert len(lines) <= most, (file, lines)
