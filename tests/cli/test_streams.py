"""Pipes, encodings, full disks and closed streams: the program as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES

MODEL = str(EXAMPLES / "mnist_cnn.py")
BAD = "Sequential([Input((3, 3, 1)), Conv2D(8, 5)])"
POSIX = pytest.mark.skipif(os.name != "posix", reason="shells and signals of POSIX")


def environment(**changes: str) -> dict[str, str]:
    """The tests' own environment, where nothing decides about colours, encodings or tracebacks."""
    names = ("NO_COLOR", "FORCE_COLOR", "LAYERMATH_DEBUG", "PYTHONIOENCODING")
    return {**{k: v for k, v in os.environ.items() if k not in names}, "COLUMNS": "80", **changes}


def shell(command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which ``layermath`` is the program."""
    line = f'layermath() {{ "{sys.executable}" -m layermath "$@"; }}; {command}'
    return subprocess.run(
        ["bash", "-c", line],
        env=environment(**changes),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@POSIX
def test_a_reader_that_has_seen_enough_is_no_mistake() -> None:
    done = shell(
        f"layermath derive {EXAMPLES}/resnet50.py --detail full | (exec <&-; sleep 1.5);"
        ' echo "${PIPESTATUS[0]}"'
    )
    assert done.stdout == "0\n"
    assert done.stderr == ""


@POSIX
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [f"derive {MODEL}", "--help"])
def test_a_full_disk_is_said(arguments: str) -> None:
    done = shell(f"layermath {arguments} > /dev/full")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@POSIX
@pytest.mark.parametrize(
    ("command", "status"),
    [
        (f"layermath derive {MODEL} >&-", 0),
        ("layermath derive nowhere.py 2>&-", 2),
        ("layermath derive - <&-", 2),
    ],
)
def test_closed_streams(command: str, status: int) -> None:
    done = shell(command)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert "mistake" not in done.stderr


@POSIX
def test_a_terminal_without_the_signs_of_mathematics_gets_ascii() -> None:
    done = shell(f"layermath derive {MODEL}", PYTHONIOENCODING="latin-1")
    assert done.stdout.isascii()
    assert "floor(4.5) + 1" in done.stdout
    done = shell(f"layermath derive '{BAD}'", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "3 - 5 + 1 = -1" in done.stderr
    assert "\\u" not in done.stderr
    assert "\\x" not in done.stderr


@POSIX
def test_an_interrupt_is_quiet() -> None:
    code = (
        "import signal, sys, time; from layermath import cli, sources\n"
        # a shell's background job, as CI may be, inherits that interrupts are ignored
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def long(model): print('reading', flush=True); time.sleep(60)\n"
        "sources.find = long\n"
        "sys.argv = ['layermath', 'derive', 'cnn.py']\n"
        "cli.main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


def test_help_and_version_do_without_sympy() -> None:
    for option in ("--help", "--version"):
        code = (
            "import sys; from layermath.cli import main\n"
            f"sys.argv = ['layermath', '{option}']\n"
            "try: main()\n"
            "except SystemExit: print('sympy' in sys.modules, 'rich' in sys.modules)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.endswith("False False\n")


def test_a_mistake_of_the_program_shows_no_traceback() -> None:
    code = (
        "import sys; from layermath import cli, sources\n"
        "def broken(model): raise ZeroDivisionError('of its own')\n"
        "sources.find = broken\n"
        "sys.argv = ['layermath', 'derive', 'cnn.py']\n"
        "cli.main()"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Please report it" in done.stderr
    assert "Traceback" not in done.stderr
    done = subprocess.run(
        command,
        env=environment(LAYERMATH_DEBUG="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" in done.stderr
