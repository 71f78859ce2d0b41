"""The positions of one axis as a strip of cells: which of them are drawn, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Basic

from layermath.derivation.reading import Reading
from layermath.pictures.picture import Font, wide

MOST = 20
"""More positions than this are drawn as the first and the last of them."""

_FIRST, _LAST = 7, 6
_LONGEST = 10
"""A window of at most so many positions is drawn with all its cells."""

_PLENTY = 1_000_000
"""Stands for a size that is a letter: more than what is drawn."""


@dataclass(frozen=True)
class Strip:
    """Cells for the positions in ``shown``, in their order; None is an ellipsis.

    ``reading`` has numbers only: of a free size its beginning is drawn, and ``end`` is the size.
    """

    reading: Reading
    shown: tuple[int | None, ...]
    end: Basic | None = None

    @cached_property
    def cell(self) -> float:
        """The width of a cell: 1, or more where numbers are long."""
        longest = max(len(str(p)) for p in self.shown if p is not None)
        if self.end is not None:
            longest = max(3, len(str(self.end)))
        return max(1.0, wide("0" * longest, Font.SMALL) + 0.3)

    @cached_property
    def at(self) -> dict[int, float]:
        """The left edge of each position's cell."""
        return {p: i * self.cell for i, p in enumerate(self.shown) if p is not None}

    @cached_property
    def gaps(self) -> tuple[float, ...]:
        """The middles of the ellipses."""
        return tuple((i + 0.5) * self.cell for i, p in enumerate(self.shown) if p is None)

    @cached_property
    def length(self) -> float:
        """From the left edge to the right."""
        return (len(self.shown) + (self.end is not None)) * self.cell

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The places of the window of which both ends are drawn."""
        reading = self.reading
        found = []
        for position in self.at:
            place, rest = divmod(position - reading.window(0)[0], int(reading.stride))
            if not rest and 0 <= place < reading.windows_there and self._whole(place):
                found.append(place)
        return tuple(found)

    def _whole(self, place: int) -> bool:
        first, last = self.reading.window(place)
        return first in self.at and last in self.at

    @cached_property
    def hidden(self) -> tuple[float, ...]:
        """Where an ellipsis stands for places that are not drawn."""
        if self.end is not None:
            return self.gaps
        return tuple(
            (sum(self.ends(place)) + sum(self.ends(behind))) / 4
            for place, behind in zip(self.places, self.places[1:], strict=False)
            if behind > place + 1
        )

    def ends(self, place: int) -> tuple[float, float]:
        """The left and the right edge of a place of the window."""
        first, last = self.reading.window(place)
        return self.at[first], self.at[last] + self.cell

    def hops(self) -> Iterator[tuple[float, float]]:
        """From the right edge of each place to that of the next, where both are drawn."""
        for place in self.places:
            if place + 1 in self.places:
                yield self.ends(place)[1], self.ends(place + 1)[1]

    @cached_property
    def lost(self) -> tuple[int, ...]:
        """The real positions among those drawn that no place of the window reads."""
        there = self.reading.positions_there
        return tuple(p for p in self.at if 1 <= p <= there and not self.reading.is_read(p))


def strip(reading: Reading, low: int, high: int, most: int = MOST) -> Strip | None:
    """The strip of the positions ``low … high``, with an ellipsis where there are more than
    ``most``."""
    if high - low + 1 <= most:
        return Strip(reading, tuple(range(low, high + 1)))
    extent = int(reading.extent)
    left_over = max(0, high - reading.window(reading.windows_there - 1)[1])
    if extent <= min(_LONGEST, most - 8) and left_over <= 3:
        two = min(extent + int(reading.stride), _LONGEST)
        head = max(extent, min(max(_FIRST, two), most // 2))
        tail = max(extent + left_over, min(max(_LAST, two + left_over), most // 2 - 1))
        if head + tail + 1 < high - low + 1:
            return Strip(
                reading, (*range(low, low + head), None, *range(high - tail + 1, high + 1))
            )
        return Strip(reading, tuple(range(low, high + 1)))
    return Strip(reading, _ends_only(reading, low, high))


def _ends_only(reading: Reading, low: int, high: int) -> tuple[int | None, ...]:
    """The ends of the first two places and of the last one: of windows too long to be drawn."""
    count = reading.windows_there
    wanted = {low, low + 1, high - 1, high}
    for place in {0, min(1, count - 1), count - 1}:
        first, last = reading.window(place)
        wanted |= {first, first + 1, last - 1, last}
    wanted.add(reading.window(count - 1)[1] + 1)
    places = sorted(p for p in wanted if low <= p <= high)
    return tuple(_with_ellipses(places))


def _with_ellipses(places: Sequence[int]) -> Iterator[int | None]:
    before = None
    for place in places:
        if before is not None and place == before + 2:
            yield before + 1
        elif before is not None and place > before + 1:
            yield None
        yield place
        before = place


def open_strip(reading: Reading) -> Strip | None:
    """The beginning of the strip of a size that is a letter, and its last position. None where the
    padding depends on the size, or a window is too long."""
    if not reading.slides or int(reading.extent) > _LONGEST or not isinstance(reading.size, Basic):
        return None
    if len(str(reading.size)) > 6:
        return None
    padding, extent, stride = int(reading.before), int(reading.extent), int(reading.stride)
    room = _PLENTY + padding + int(reading.after) - extent
    stands_for = replace(reading, size=_PLENTY, places=room // stride + 1)
    head = max(_FIRST, extent - padding)
    return Strip(stands_for, (*range(1 - padding, head + 1), None), reading.size)
