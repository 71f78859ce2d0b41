"""The README shows what the program prints: its commands are run, the first in a process of its
own, and what stands below them is compared. A line ``[…]`` stands for any number of lines left out.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation import ROOT, Shown, check_python, commands, python, run

README = (ROOT / "README.md").read_text(encoding="utf-8")


def run_alone(command: str, folder: Path) -> tuple[int, str]:
    """How a command of layermath ends and what it prints, in a process of its own."""
    _program, *arguments = shlex.split(command)
    environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "layermath", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


COMMANDS = [one for one in commands(README) if "layermath" in one.command]


@pytest.mark.parametrize("shown", COMMANDS, ids=[one.command[:60] for one in COMMANDS])
def test_a_command_prints_what_the_readme_shows(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    start = run_alone if shown is COMMANDS[0] else run
    status, printed = start(shown.command.rpartition("&& ")[2], tmp_path)
    assert status == 0, printed
    assert shown.agrees(printed), printed


def test_the_commands_that_set_up_are_the_promised_ones() -> None:
    assert "$ pip install . && layermath derive docs/examples/mnist_cnn.py" in README
    assert "$ pip install '.[test]' && pytest" in README


def test_the_python_example_says_the_truth() -> None:
    (example,) = python(README)
    assert check_python(example) >= 3


def test_the_readme_is_two_screens() -> None:
    assert len(README.splitlines()) <= 120
