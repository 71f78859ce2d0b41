"""What the documents show: their commands, with what stands below them, and examples in Python.

``python -m tests.documentation docs/student.md …`` runs the commands of documents anew and writes
what they print into them. What has a line ``[…]``, which stands for any number of lines left out,
is left to its author.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from layermath import cli

ROOT = Path(__file__).parent.parent
LEFT_OUT = "[…]"

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """A command as a document shows it: its lines there, what is typed, what is printed."""

    lines: tuple[str, ...]
    command: str
    output: tuple[str, ...]

    @property
    def is_run(self) -> bool:
        """Whether it is a command of layermath; others set something up."""
        return self.command.startswith("layermath ")

    def agrees(self, printed: str) -> bool:
        """Whether that is what it shows. Where it shows nothing, the command need only work."""
        return not self.output or re.fullmatch(pattern(self.output), printed) is not None


def shown(block: str) -> list[Shown]:
    """Every command in a ``console`` block, with the output below it."""
    found: list[Shown] = []
    for text in block.splitlines():
        last = found[-1] if found else None
        if text.startswith("$ "):
            found.append(Shown((text,), text[2:], ()))
        elif last is not None and text.startswith("> ") and last.command.endswith("\\"):
            command = last.command.removesuffix("\\") + text[2:]
            found[-1] = Shown((*last.lines, text), command, ())
        elif last is not None:
            found[-1] = Shown(last.lines, last.command, (*last.output, text))
    return found


def commands(document: str) -> list[Shown]:
    """Every command of a document."""
    return [one for block in _CONSOLE.findall(document) for one in shown(block)]


def files(document: str) -> list[tuple[str, str]]:
    """The files that a document shows, in blocks that begin with ```` ```toml file=a.toml ````."""
    return _FILE.findall(document)


def python(document: str) -> list[str]:
    """The examples in Python."""
    return _PYTHON.findall(document)


def pattern(output: tuple[str, ...]) -> str:
    """The shown output as a regular expression, with its left-out lines."""
    while output and not output[-1].strip():
        output = output[:-1]
    parts = [r"(?:.*\n)*?" if text == LEFT_OUT else re.escape(text) + "\n" for text in output]
    return "".join(parts) + (r"(?:.*\n)*" if output and output[-1] == LEFT_OUT else r"\n*")


@contextlib.contextmanager
def folder_for(document: str) -> Iterator[Path]:
    """A folder to run a document's commands in: the docs, a ``cnn.py``, and the files that it
    shows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "docs").symlink_to(ROOT / "docs")
        (folder / "cnn.py").symlink_to(ROOT / "docs" / "examples" / "mnist_cnn.py")
        for file, text in files(document):
            (folder / file).write_text(text, encoding="utf-8")
        yield folder


def run(command: str, folder: Path) -> tuple[int, str]:
    """How a command of layermath ends and what it prints, in this process, at 80 columns."""
    program, *arguments = shlex.split(command)
    assert program == "layermath", command
    before = Path.cwd()
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    environment = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    os.chdir(folder)
    try:
        with (
            mock.patch.object(sys, "argv", [program, *arguments]),
            mock.patch.dict(os.environ, environment),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            try:
                cli.main()
                status = 0
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        os.chdir(before)
    assert isinstance(printed.buffer, io.BytesIO)
    return status, printed.buffer.getvalue().decode("utf-8")


def check_python(example: str) -> int:
    """Run an example and compare the values that it states, ``code  # → value``; their number."""
    names: dict[str, object] = {"__name__": "__main__"}
    source = example.replace('"docs/', f'"{ROOT}/docs/')
    lines, checked = source.splitlines(), 0
    for statement in ast.parse(source).body:
        # our own document, not a user's file
        code = ast.get_source_segment(source, statement) or ""
        expected = lines[(statement.end_lineno or 0) - 1].partition("  # → ")[2]
        if expected:
            assert isinstance(statement, ast.Expr), code
            assert str(eval(code, names)) == expected, code
            checked += 1
        else:
            start = min((one.lineno for one in getattr(statement, "decorator_list", ())), default=0)
            whole = "\n".join(lines[(start or statement.lineno) - 1 : statement.end_lineno])
            exec(whole, names)
    return checked


def renewed(document: str) -> str:
    """The document with what its commands print now."""
    with folder_for(document) as folder:

        def anew(block: re.Match[str]) -> str:
            lines: list[str] = []
            for one in shown(block[1]):
                lines += one.lines
                if not one.is_run:
                    lines += one.output
                    continue
                _status, printed = run(one.command, folder)
                if not one.output or LEFT_OUT in one.output:
                    lines += one.output
                else:
                    lines += printed.rstrip("\n").split("\n")
            return "```console\n" + "\n".join(lines) + "\n```"

        return _CONSOLE.sub(anew, document)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
