"""The terminal at hand: its width, its colours, its signs, and how far a long run is."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from layermath.progress import watched

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SIGNS = "⌊⌋⌈⌉·−×→≤≥₁²─└┘╳"


def width() -> int:
    """Columns: the terminal's own, 80 in a pipe."""
    return shutil.get_terminal_size((80, 24)).columns


def colour() -> bool:
    """Whether standard output is a terminal that takes colours, by the usual conventions."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def unicode(stream: TextIO) -> bool:
    """Whether the encoding of a stream has the signs of mathematics."""
    try:
        SIGNS.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


PATIENCE = 1.0
"""Seconds that a run may take before its progress is shown."""

_PAUSE = 0.1
"""Seconds between two drawings of the bar."""


class Bar:
    """A progress bar on a terminal. It is drawn after ``patience`` seconds, and gone without a
    trace when the work is over."""

    def __init__(self, stream: TextIO, patience: float = PATIENCE) -> None:
        self._stream = stream
        self._next = time.monotonic() + patience
        self._drawn: tuple[Progress, TaskID] | None = None

    def tell(self, done: int, total: int) -> None:
        """So many of so many are done."""
        if done == total:
            self.end()
            return
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        progress, task = self._drawn or self._begun(total)
        progress.update(task, completed=done, total=total)
        progress.refresh()

    def _begun(self, total: int) -> tuple[Progress, TaskID]:
        # Rich is imported by a run that is long anyway
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress

        progress = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(file=self._stream),
            auto_refresh=False,
            transient=True,
        )
        self._drawn = progress, progress.add_task("", total=total)
        progress.start()
        return self._drawn

    def end(self) -> None:
        """Take the bar away."""
        if self._drawn is not None:
            self._drawn[0].stop()
            self._drawn = None


@contextmanager
def progress() -> Iterator[None]:
    """Show how far the work inside is, on standard error, where that is a terminal and the work
    takes long."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    bar = Bar(sys.stderr)
    with watched(bar.tell):
        try:
            yield
        finally:
            bar.end()
