"""The command line: it reads options, calls `layermath.api`, prints, and decides nothing else.

Whatever takes time to import (SymPy, above all) is imported inside the commands, so that ``--help``
and the completions of a shell are there at once.
"""

from __future__ import annotations

from layermath.cli.program import app, main

__all__ = ["app", "main"]
