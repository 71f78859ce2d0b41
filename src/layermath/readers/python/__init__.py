"""A subset of Python, read without running it: an interpreter over `ast` with no door.

It is bounded in steps and sizes. What it cannot follow has no value and is passed over, unless
something depends on it. What a framework adds comes to it as a `World`.
"""

from __future__ import annotations

from layermath.readers.python.calls import call
from layermath.readers.python.expressions import EXPRESSIONS
from layermath.readers.python.machine import Language
from layermath.readers.python.statements import STATEMENTS, passed_over

PYTHON = Language(EXPRESSIONS, STATEMENTS, passed_over, call)
"""The subset of Python that is read."""
