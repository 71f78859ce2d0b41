"""Letters for sizes that have no value: free names, and the axes of an input shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from sympy import Expr, S, Symbol

from layermath.algebra.floors import Size, as_size, symbol
from layermath.readers.python.unknown import Unknown

AXES = {1: "L", 2: "LC", 3: "HWC", 4: "ZHWC", 5: "TZHWC"}
"""The letters of the axes of an input shape, by their number; the last one is the channels."""


def axis_letter(place: int, rank: int) -> str:
    """The letter of an axis of an input of ``rank`` axes."""
    letters = AXES.get(rank)
    return letters[place] if letters is not None else f"A{place + 1}"


class Letters:
    """Gives out symbols. ``bindings`` are values that stand in for them; ``taken`` names that the
    source uses for something of its own."""

    def __init__(self, bindings: Mapping[str, Size], taken: Collection[str]) -> None:
        self.bindings = bindings
        self._taken = set(taken)
        self.looked_up: dict[str, None] = {}
        """Free names that were asked for, in order."""
        self.stand_ins: dict[str, Unknown] = {}
        """Free names that are variables of the source whose values cannot be followed."""
        self._first: dict[str, Unknown] = {}
        self._further: dict[tuple[str, object], tuple[str, Unknown]] = {}
        self.axes: set[str] = set()
        """The names that are letters of axes."""
        self.open: set[Symbol] = set()
        """The symbols that stand for a ``None`` of an input shape."""

    def free(self, name: str) -> Size:
        """The value of a name that the source gives none: what it is bound to, or its symbol."""
        self.looked_up[name] = None
        return self.bindings.get(name, symbol(name))

    def stand_in(self, value: Unknown) -> Size:
        """A variable whose value cannot be followed, as a size: a name without a value. One that
        was given the same expression on other data before, as in a loop, has another name."""
        assert value.name is not None
        name = value.name
        first = self._first.setdefault(name, value)
        if value.count is not None and first.count is not None:
            again = first.written.node is value.written.node
            if again and first.count.key != value.count.key:
                name = self._another(name, value)
        size = self.free(name)
        if isinstance(size, Symbol):
            self.stand_ins[name] = value
        return size

    def _another(self, name: str, value: Unknown) -> str:
        assert value.count is not None
        known = self._further.get((name, value.count.key))
        if known is not None:
            return known[0]
        number = 2
        while self.is_taken(f"{name}_{number}"):
            number += 1
        found = f"{name}_{number}"
        self._further[name, value.count.key] = found, value  # which keeps its data alive
        return found

    def is_taken(self, name: str) -> bool:
        """Whether the name stands for something else already."""
        return name in self._taken or name in self.looked_up

    def bound(self, size: Size) -> Size:
        """The size with values put in for the symbols that are bound."""
        if isinstance(size, int):
            return size
        return as_size(size.xreplace({symbol(name): S(v) for name, v in self.bindings.items()}))

    def axis(self, place: int, rank: int, input_name: str, *, bare: bool, is_open: bool) -> Size:
        """The size of an axis without a value: its letter, or with the input's name behind it where
        another input, or the source, has the letter."""
        letter = axis_letter(place, rank)
        if not bare or letter in self._taken:
            letter = letter + "_" + re.sub(r"\W", "_", input_name)
        self.axes.add(letter)
        size = self.free(letter)
        if is_open and isinstance(size, Symbol) and letter not in self.bindings:
            self.open.add(size)
        return size

    def is_open(self, size: object) -> bool:
        """Whether the size depends on an axis that is left open until run time: None there."""
        return isinstance(size, Expr) and not self.open.isdisjoint(size.free_symbols)
