"""The terminal at hand: how wide it is, and whether it has colours and the signs of mathematics."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

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
