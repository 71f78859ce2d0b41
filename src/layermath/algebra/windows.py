"""Windows that slide over windows are one window (T2, T3).

A chain of convolutions and poolings reads its input as one window does: of size R (the receptive
field), R's steps J apart (the jump), over an input padded by P. One triple a layer, updated by
``P += p·J; R += (e − 1)·J; J *= s``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gcd, lcm

from layermath.algebra.floors import Size, floor_div, minus, plus, times
from layermath.algebra.polynomials import (
    Polynomial,
    added,
    larger_of,
    multiplied,
    negative,
    polynomial,
    size_of,
)


class Window:
    """Output j sees the inputs ``jump·j − before … jump·j − before + size − 1``, in pixels."""

    def __init__(self, size: Size = 1, jump: Size = 1, before: Size = 0, after: Size = 0) -> None:
        self._parts: tuple[Polynomial, Polynomial, Polynomial, Polynomial] = (
            polynomial(size),
            polynomial(jump),
            polynomial(before),
            polynomial(after),
        )

    def then(self, extent: Size, stride: Size, before: Size, after: Size) -> Window:
        """The window of a layer with this effective kernel, stride and padding, behind this one."""
        size, jump, padded_before, padded_after = self._parts
        behind = Window()
        behind._parts = (
            added(size, multiplied(added(polynomial(extent), -1), jump)),
            multiplied(jump, polynomial(stride)),
            added(padded_before, multiplied(polynomial(before), jump)),
            added(padded_after, multiplied(polynomial(after), jump)),
        )
        return behind

    @cached_property
    def size(self) -> Size:
        """How many inputs an output sees."""
        return size_of(self._parts[0])

    @cached_property
    def jump(self) -> Size:
        """From one output to the next."""
        return size_of(self._parts[1])

    @cached_property
    def before(self) -> Size:
        """How far the first output begins before the first input."""
        return size_of(self._parts[2])

    @cached_property
    def after(self) -> Size:
        """What padding adds at the other end."""
        return size_of(self._parts[3])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Window) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash((self.size, self.jump, self.before, self.after))

    def __repr__(self) -> str:
        return f"Window({self.size}, {self.jump}, {self.before}, {self.after})"

    def places(self, size: Size) -> Size:
        """How many outputs an input of ``size`` gives: ``⌊(n + P − R)/J⌋ + 1`` (T2)."""
        reach = plus((size, self.before, self.after, times((-1, self.size))))
        return plus((floor_div(reach, self.jump), 1))

    def all_places(self, places: Size) -> Size:
        """How much of the input ``places`` outputs next to each other see together."""
        return plus((times((minus(places, 1), self.jump)), self.size))

    def joined(self, other: Window) -> Window | None:
        """The hull of two windows that meet: None where they are not known to be in step.

        One of the ends on each side must be known to be the further, whatever the letters are.
        """
        if self == other:
            return self
        jump = self._parts[1]
        if jump != other._parts[1]:
            return None
        before = larger_of(self._parts[2], other._parts[2])
        beyond = larger_of(self._beyond, other._beyond)
        slack = larger_of(self._slack, other._slack)
        if before is None or beyond is None or slack is None:
            return None
        hull = Window()
        hull._parts = (added(beyond, before), jump, before, added(slack, beyond))
        return hull

    @property
    def _beyond(self) -> Polynomial:
        """Where the first output ends: after its last input."""
        size, _jump, before, _after = self._parts
        return added(size, negative(before))

    @property
    def _slack(self) -> Polynomial:
        """What an input is longer by than the last output sees, before the floor."""
        size, _jump, before, after = self._parts
        return added(added(before, after), negative(size))


@dataclass(frozen=True)
class Phases:
    """Windows that repeat themselves only every few outputs, as behind upsampling (T13).

    Output ``every·q + i`` sees the inputs ``gain·q + ends[i][0] … gain·q + ends[i][1]``.
    """

    gain: int
    ends: tuple[tuple[int, int], ...]

    @property
    def every(self) -> int:
        return len(self.ends)

    def at(self, place: int) -> tuple[int, int]:
        """The first and the last input that output ``place`` sees."""
        turns, phase = divmod(place, self.every)
        first, last = self.ends[phase]
        return first + self.gain * turns, last + self.gain * turns

    def then(self, extent: int, stride: int, before: int) -> Phases:
        """Behind this, a layer whose output j reads ``stride·j − before …`` over ``extent``."""
        common = gcd(self.every, stride)
        return Phases(
            self.gain * (stride // common),
            tuple(
                (self.at(stride * j - before)[0], self.at(stride * j - before + extent - 1)[1])
                for j in range(self.every // common)
            ),
        )

    def up(self, extent: int, factor: int, before: int) -> Phases:
        """Behind this, a layer that writes input i to ``factor·i − before …`` over ``extent``:
        output j sees ``⌈(j + p − e + 1)/s⌉ … ⌊(j + p)/s⌋``."""
        return Phases(
            self.gain,
            tuple(
                (
                    self.at(-((extent - 1 - before - j) // factor))[0],
                    self.at((j + before) // factor)[1],
                )
                for j in range(self.every * factor)
            ),
        )

    def joined(self, other: Phases) -> Phases | None:
        """The hull of two that meet; None where they move over the input at different paces, or
        where an output sees nothing, as between the places of a kernel shorter than its stride."""
        every = lcm(self.every, other.every)
        if min(*self.sizes, *other.sizes) < 1:
            return None
        if self.gain * other.every != other.gain * self.every or every > MOST_PHASES:
            return None
        return Phases(
            self.gain * (every // self.every),
            tuple(
                (
                    min(self.at(j)[0], other.at(j)[0]),
                    max(self.at(j)[1], other.at(j)[1]),
                )
                for j in range(every)
            ),
        )

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many inputs each phase sees."""
        return tuple(last - first + 1 for first, last in self.ends)

    def shortest(self) -> Phases:
        """The same with as few phases as can be."""
        for fewer in range(1, self.every):
            gain, rest = divmod(self.gain * fewer, self.every)
            if self.every % fewer or rest:
                continue
            shorter = Phases(gain, self.ends[:fewer])
            if all(shorter.at(j) == self.at(j) for j in range(self.every)):
                return shorter
        return self

    def all_places(self, places: int) -> tuple[int, int]:
        """The first and the last input that ``places`` outputs next to each other see together."""
        seen = [
            self.at(j)
            for j in {*range(min(places, self.every)), *range(max(0, places - self.every), places)}
        ]
        return min(first for first, _last in seen), max(last for _first, last in seen)


MOST_PHASES = 4096
"""More phases than these are not followed."""


def phases_of(window: Window) -> Phases | None:
    """A window as one phase; None where it is not known in numbers."""
    parts = (window.size, window.jump, window.before)
    if not all(isinstance(part, int) for part in parts):
        return None
    size, jump, before = (int(part) for part in parts)
    return Phases(jump, ((-before, size - before - 1),))
