"""Run the program in this process, as a shell would."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from layermath import cli

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"


@dataclass(frozen=True)
class Result:
    """What a run printed, and how it ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """``run("derive", path)``, with standard input as ``stdin=``."""
    thresholds = gc.get_threshold()
    for name in ("NO_COLOR", "FORCE_COLOR", "LAYERMATH_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def started(*arguments: object, stdin: str | None = None) -> Result:
        monkeypatch.setattr(sys, "argv", ["layermath", *map(str, arguments)])
        if stdin is not None:
            monkeypatch.setattr(
                sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
            )
        try:
            cli.main()
            status = 0
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
        printed = capsys.readouterr()
        return Result(status, printed.out, printed.err)

    yield started
    gc.set_threshold(*thresholds)


@pytest.fixture
def example() -> Callable[[str], Path]:
    """An example of the docs, by its name."""
    return lambda name: EXAMPLES / f"{name}.py"
