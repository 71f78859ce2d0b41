"""The README shows what the program prints: its commands are run, and what stands below them is
compared. A line ``[…]`` stands for any number of lines left out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = "[…]"


def shown() -> list[tuple[str, list[str]]]:
    """Every command in a ``console`` block, with the output below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for text in block.splitlines():
            if text.startswith("$ "):
                found.append((text[2:], []))
            elif text.startswith("> ") and found[-1][0].endswith("\\"):
                found[-1] = (found[-1][0].removesuffix("\\") + text[2:], [])
            else:
                found[-1][1].append(text)
    return found


def run(command: str, folder: Path) -> str:
    """What a command of layermath prints, at 80 columns, in a folder that has the docs."""
    program, *arguments = shlex.split(command)
    assert program == "layermath"
    environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "layermath", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def pattern(output: list[str]) -> str:
    """The shown output as a regular expression, with its left-out lines."""
    while output and not output[-1].strip():
        output = output[:-1]
    parts = [r"(?:.*\n)*?" if text == LEFT_OUT else re.escape(text) + "\n" for text in output]
    return "".join(parts) + (r"(?:.*\n)*" if output and output[-1] == LEFT_OUT else r"\n*")


COMMANDS = [(command, output) for command, output in shown() if "layermath" in command]


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=[c[:60] for c, _ in COMMANDS])
def test_a_command_prints_what_the_readme_shows(
    command: str, output: list[str], tmp_path: Path
) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    printed = run(command.rpartition("&& ")[2], tmp_path)
    if output:
        assert re.fullmatch(pattern(output), printed), printed


def test_the_commands_that_set_up_are_the_promised_ones() -> None:
    assert "$ pip install . && layermath derive docs/examples/mnist_cnn.py" in README
    assert "$ pip install '.[test]' && pytest" in README


def test_the_python_example_says_the_truth() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    checked = 0
    example = example.replace("docs/", f"{ROOT}/docs/")
    for text in example.splitlines():
        code, _, expected = text.partition("  # → ")
        if expected:
            assert str(eval(code, names)) == expected, code  # our own README, not a user's file
            checked += 1
        else:
            exec(code, names)
    assert checked >= 3


def test_the_readme_is_two_screens() -> None:
    assert len(README.splitlines()) <= 120
