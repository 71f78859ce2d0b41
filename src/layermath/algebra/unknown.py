"""Sizes that cannot be known: what comes out of a layer that has no rule.

An unknown size goes through every rule as a letter does. What depends on it is unknown too, and is
shown as ``?``: never as a number, and never as zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sympy import Basic, Symbol

from layermath.algebra.floors import Size, total


class UnknownSize(Symbol):
    """A size that nobody knows. It is not a symbol of the model: no value can be put in for it."""


@cache
def unknown(name: str) -> UnknownSize:
    """The unknown size of that name. Two sizes that may differ must have two names."""
    return UnknownSize(name, integer=True, positive=True)


UNKNOWN_SHAPE: tuple[Size, ...] = (unknown("shape"),)
"""The shape of a tensor of which not even the number of axes is known."""


def as_declared(declared: tuple[Size, ...], given: tuple[Size, ...], name: str) -> tuple[Size, ...]:
    """The shape of what a model is called on, where nobody knows it: it can only be one that the
    model takes, so that the numbers of its own input stay, and its letters are unknown."""
    if given != UNKNOWN_SHAPE or declared == UNKNOWN_SHAPE:
        return given
    return tuple(
        size if isinstance(size, int) else unknown(f"{name}.{axis}")
        for axis, size in enumerate(declared)
    )


def known_total(counts: Iterable[Size]) -> Size:
    """The sum of the counts that are known."""
    return total(count for count in counts if is_known(count))


def is_known(size: int | Basic) -> bool:
    """Whether a size, a count or a relation depends on nothing unknown."""
    return isinstance(size, int) or not any(
        isinstance(name, UnknownSize) for name in size.free_symbols
    )
