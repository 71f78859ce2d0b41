"""Notation: how the letters of the rules are written in one book or another.

A notation is a value that a renderer is given. Rules are written once, in layermath's own letters;
a notation says what stands on the page instead. There is one so far, layermath's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Notation:
    """A way to write the rules: ``letters`` has what stands for a letter where that differs."""

    name: str = "layermath"
    letters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def letter(self, name: str) -> str:
        """How the letter ``name`` of a rule is written."""
        return self.letters.get(name, name)


LAYERMATH = Notation()
"""The default: ``H_in``, ``H_out``, ``K``, ``S``, ``D``, ``P`` (both sides together), ``N``."""
