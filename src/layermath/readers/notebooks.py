"""Jupyter notebooks: the code cells in a row, read as one Keras source."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from layermath.algebra.floors import Size
from layermath.messages import Message, _
from layermath.network.graph import Network
from layermath.problems import CallProblem, Problem
from layermath.readers import keras

MAGIC = re.compile(r"^(\s*)([%!?].*|[\w.\[\]]+\s*\?{1,2}\s*)$")
"""A line for IPython: ``%matplotlib inline``, ``!pip install keras``, ``?Dense``, ``Dense?``."""

ASSIGNED = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*$")
"""A variable that takes what a command prints: ``files = !ls``."""

AROUND_PYTHON = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "pypy"})
"""Magics of a whole cell whose other lines are Python all the same."""

CELLS = 10_000


@dataclass(frozen=True)
class Text:
    """The source of a notebook. ``starts`` are the first lines of its cells in the text, and
    ``numbers`` the numbers of these cells in the notebook, from 1."""

    source: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]
    notes: tuple[Message, ...]

    def place(self, line: int) -> tuple[int, int]:
        """The cell of a line of the text, and the line in that cell."""
        at = max(bisect_right(self.starts, line) - 1, 0)
        return self.numbers[at], line - self.starts[at] + 1


def is_notebook(value: object) -> bool:
    """Whether the value of a JSON text is a notebook."""
    return isinstance(value, dict) and (
        isinstance(value.get("cells"), list)
        or isinstance(value.get("worksheets"), list)
        or "nbformat" in value
    )


def read(
    value: Mapping[str, Any],
    *,
    bindings: Mapping[str, Size] | None = None,
    inputs: Mapping[str | None, Sequence[Size]] | None = None,
    model: str | None = None,
    call: str | None = None,
    source: str | None = None,
) -> Network:
    """Read the model of a notebook, which is never run; the options are those of
    `keras.read`. Lines in its problems are lines of a cell, whose number goes with them."""
    text = source_of(value)
    try:
        network = keras.read(
            text.source, bindings=bindings, inputs=inputs, model=model, call=call, source=source
        )
    except Problem as problem:
        if problem.line is not None and text.starts:
            problem.cell, problem.line = text.place(problem.line)
        if isinstance(problem, CallProblem):
            problem.details = (*problem.details, *text.notes)
        problem.partial = None if problem.partial is None else _without_lines(problem.partial)
        raise
    return replace(_without_lines(network), notes=(*network.notes, *text.notes))


def source_of(value: Mapping[str, Any]) -> Text:
    """The code cells of a notebook, one after the other. Raises `CallProblem` where it has none."""
    lines: list[str] = []
    starts, numbers, notes = [], [], []
    for number, cell in enumerate(_cells(value), 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        written = cell.get("source", cell.get("input"))
        if isinstance(written, list) and all(isinstance(one, str) for one in written):
            written = "".join(written)
        if not isinstance(written, str):
            continue
        code, wrong_line = _python(written)
        if wrong_line is not None:
            notes.append(
                _(
                    "cell {number} is not Python in line {line}: it is passed over",
                    number=number,
                    line=wrong_line,
                )
            )
            continue
        starts.append(len(lines) + 1)
        numbers.append(number)
        lines += code.split("\n")
    if not starts:
        raise CallProblem(_("this notebook has no cell of Python"), *notes)
    return Text("\n".join(lines), tuple(starts), tuple(numbers), tuple(notes))


def _cells(value: Mapping[str, Any]) -> list[Any]:
    cells = value.get("cells")
    if not isinstance(cells, list):  # as IPython 2 and before wrote it
        sheets = value.get("worksheets")
        cells = [
            cell
            for sheet in (sheets if isinstance(sheets, list) else [])
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if len(cells) > CELLS:
        raise CallProblem(_("this notebook has more than {most} cells", most=CELLS))
    return cells


def _python(cell: str) -> tuple[str, int | None]:
    """The Python of a cell, line by line, and the line that is none, if there is one."""
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    wrong = _wrong_line(cell)
    if wrong is None:
        return cell, None
    lines = cell.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%"):
        magic = re.match(r"\s*%%(\w*)", lines[first])
        if magic is None or magic[1] not in AROUND_PYTHON:
            return "", None
        lines[first] = ""
    code = "\n".join(map(_without_magic, lines))
    return code, _wrong_line(code)


def _without_magic(line: str) -> str:
    found = MAGIC.match(line)
    if found:
        return f"{found[1]}pass"
    assigned = ASSIGNED.match(line)
    return f"{assigned[1]}..." if assigned else line


def _wrong_line(code: str) -> int | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        return error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return 1
    return None


def _without_lines(network: Any) -> Any:
    """A network of a notebook: a line number without its cell would say nothing."""
    if not isinstance(network, Network):
        return network
    entries = {
        name: replace(
            entry,
            line=None,
            layer=_without_lines(entry.layer) if isinstance(entry.layer, Network) else entry.layer,
        )
        for name, entry in network.entries.items()
    }
    calls = tuple(replace(call, line=None) for call in network.calls)
    return replace(network, entries=MappingProxyType(entries), calls=calls)
