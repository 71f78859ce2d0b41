"""All integers that satisfy relations between sizes and counts of one symbol.

On a residue class x = M·q + r every floor of the relation is a polynomial in q (T11), so the whole
relation is. The sign of an integer polynomial on all integers follows from that of its difference
``p(q + 1) − p(q)``, which has one degree less: between the places where the difference changes its
sign p is monotone, and bisection in integers finds where it crosses zero. No real root is needed,
and nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb, lcm
from typing import Literal

from sympy import Add, Integer, Mul, Pow, S, Symbol

from layermath.algebra.floors import CeilDiv, FloorDiv, Size
from layermath.algebra.residues import LONGEST, period

Comparator = Literal["==", "<=", ">=", "<", ">"]
Polynomial = tuple[int, ...]
"""Coefficients, the constant first."""

Interval = tuple[int | None, int | None]
"""Integers from … to …, both included; None is without end."""

_HOLDS: dict[Comparator, Callable[[int], bool]] = {
    "==": lambda sign: sign == 0,
    "<=": lambda sign: sign <= 0,
    ">=": lambda sign: sign >= 0,
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
}


@dataclass(frozen=True)
class Solutions:
    """A set of positive integers: on each residue class modulo ``modulus`` some intervals.

    ``classes[r]`` are intervals of x itself, in order, whose members are those ≡ r.
    """

    modulus: int
    classes: tuple[tuple[Interval, ...], ...]

    def __contains__(self, x: int) -> bool:
        return x >= 1 and any(_inside(x, one) for one in self.classes[x % self.modulus])

    @property
    def settles(self) -> int:
        """From here on membership depends on the residue alone."""
        ends = [end for one in self.classes for low, high in one for end in (low, high)]
        return max((end + 1 for end in ends if end is not None), default=1)

    @property
    def tail(self) -> tuple[int, ...]:
        """The residues whose large members are all in."""
        return tuple(r for r, one in enumerate(self.classes) if one and one[-1][1] is None)

    @property
    def finite(self) -> bool:
        return not self.tail

    def members(self, limit: int) -> Iterator[int]:
        """The members in order, ``limit`` of them at most."""
        found = 0
        end = self.settles if self.finite else None
        x = min((low or 1 for one in self.classes for low, _high in one), default=1)
        while found < limit and (end is None or x < end):
            if x in self:
                yield x
                found += 1
            x += 1

    def runs(self, limit: int) -> Iterator[tuple[int, int]]:
        """The members of a finite set as runs of integers that follow each other, ``limit`` of
        them at most."""
        if self.modulus == 1:
            yield from (
                (low or 1, high) for low, high in self.classes[0][:limit] if high is not None
            )
            return
        run: tuple[int, int] | None = None
        for x in self.members(LONGEST):
            if run is None or x != run[1] + 1:
                if run is not None:
                    yield run
                run = (x, x)
            run = (run[0], x)
        if run is not None:
            yield run


def _inside(x: int, interval: Interval) -> bool:
    low, high = interval
    return (low is None or low <= x) and (high is None or x <= high)


def solve(name: Symbol, relations: Sequence[tuple[Size, Comparator]]) -> Solutions | None:
    """All positive integers for which every ``difference comparison 0`` holds.

    None where a relation is not one in ``name`` alone that repeats itself over a period that can be
    looked through.
    """
    modulus = 1
    for difference, _comparison in relations:
        if not S(difference).free_symbols <= {name}:
            return None
        every = _period(difference)
        if every is None:
            return None
        modulus = lcm(modulus, every)
    if modulus > LONGEST:
        return None
    classes = []
    for residue in range(modulus):
        intervals: list[Interval] = [(1, None)]
        for difference, comparison in relations:
            polynomial = on_class(difference, modulus, residue)
            if polynomial is None:
                return None
            holds = _HOLDS[comparison]
            kept = [
                (_first(low, modulus, residue), _last(high, modulus, residue))
                for low, high, sign in signs(polynomial)
                if holds(sign)
            ]
            intervals = list(_intersection(intervals, _joined(kept, modulus)))
        classes.append(tuple(intervals))
    return Solutions(modulus, tuple(classes))


def _period(size: Size) -> int | None:
    if isinstance(size, int):
        return 1
    every = 1
    for floor in size.atoms(FloorDiv, CeilDiv):
        found = period(floor)
        if found is None:
            return None
        every = lcm(every, found.every)
    return every


def on_class(size: Size, modulus: int, residue: int) -> Polynomial | None:
    """The size at ``modulus·q + residue``, as a polynomial in q; None where it is not one."""
    if isinstance(size, (int, Integer)):
        return (int(size),)
    if isinstance(size, Symbol):
        return (residue, modulus)
    found = [on_class(argument, modulus, residue) for argument in size.args]
    parts = [part for part in found if part is not None]
    if len(parts) < len(found):
        return None
    if isinstance(size, Add):
        return _sum(parts)
    if isinstance(size, Mul):
        return _product(parts)
    if isinstance(size, Pow) and len(parts[1]) == 1 and parts[1][0] >= 0:
        return _product([parts[0]] * parts[1][0])
    if isinstance(size, (FloorDiv, CeilDiv)) and len(parts[1]) == 1:
        numerator, stride = parts[0], parts[1][0]
        if all(coefficient % stride == 0 for coefficient in numerator[1:]):
            sign = 1 if isinstance(size, FloorDiv) else -1
            constant = sign * ((sign * numerator[0]) // stride)
            return (constant, *(coefficient // stride for coefficient in numerator[1:]))
    return None


def _sum(parts: Iterable[Polynomial]) -> Polynomial:
    total: list[int] = []
    for part in parts:
        total += [0] * (len(part) - len(total))
        for power, coefficient in enumerate(part):
            total[power] += coefficient
    return _trimmed(total)


def _product(parts: Iterable[Polynomial]) -> Polynomial:
    result = [1]
    for part in parts:
        longer = [0] * (len(result) + len(part) - 1)
        for i, a in enumerate(result):
            for j, b in enumerate(part):
                longer[i + j] += a * b
        result = longer
    return _trimmed(result)


def _trimmed(coefficients: list[int]) -> Polynomial:
    while len(coefficients) > 1 and coefficients[-1] == 0:
        coefficients.pop()
    return tuple(coefficients) or (0,)


def evaluate(polynomial: Polynomial, q: int) -> int:
    """The polynomial at q."""
    result = 0
    for coefficient in reversed(polynomial):
        result = result * q + coefficient
    return result


def signs(polynomial: Polynomial) -> list[tuple[int | None, int | None, int]]:
    """The integers in intervals on which the polynomial has one sign (−1, 0 or 1), in order."""
    if len(polynomial) == 1:
        return [(None, None, _sign(polynomial[0]))]
    found: list[tuple[int | None, int | None, int]] = []
    for low, high, slope in signs(_difference(polynomial)):
        for piece in _monotone(polynomial, low, high, slope):
            if found and found[-1][2] == piece[2]:
                found[-1] = (found[-1][0], piece[1], piece[2])
            else:
                found.append(piece)
    return found


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _difference(polynomial: Polynomial) -> Polynomial:
    """``p(q + 1) − p(q)``."""
    result = [0] * (len(polynomial) - 1)
    for power, coefficient in enumerate(polynomial):
        for lower in range(power):
            result[lower] += coefficient * comb(power, lower)
    return _trimmed(result)


def _monotone(
    polynomial: Polynomial, low: int | None, high: int | None, slope: int
) -> Iterator[tuple[int | None, int | None, int]]:
    """Split an interval on which the polynomial only grows, or only falls, by its sign."""
    if slope == 0:
        some = low if low is not None else high if high is not None else 0
        yield (low, high, _sign(evaluate(polynomial, some)))
        return

    def rising(q: int) -> int:
        return slope * evaluate(polynomial, q)

    # growth carries the polynomial through zero towards every open end, so both places exist
    zero = _least(lambda q: rising(q) >= 0, low, high)
    above = _least(lambda q: rising(q) > 0, low, high)
    for start, end, sign in ((low, zero - 1, -slope), (zero, above - 1, 0), (above, high, slope)):
        if start is None or end is None or start <= end:
            yield (start, end, sign)


def _least(holds: Callable[[int], bool], low: int | None, high: int | None) -> int:
    """The least q of the interval from which ``holds`` is true; ``high + 1`` where it never is."""
    if high is not None and not holds(high):
        return high + 1
    if low is not None and holds(low):
        return low
    bottom, step = (low, 1) if low is not None else (high if high is not None else 0, 1)
    while low is None and holds(bottom):
        bottom, step = bottom - step, step * 2
    top, step = (high, 1) if high is not None else (bottom + 1, 1)
    while not holds(top):
        top, step = top + step, step * 2
    while top - bottom > 1:
        middle = (top + bottom) // 2
        bottom, top = (bottom, middle) if holds(middle) else (middle, top)
    return top


def _first(low: int | None, modulus: int, residue: int) -> int | None:
    return None if low is None else modulus * low + residue


def _last(high: int | None, modulus: int, residue: int) -> int | None:
    return None if high is None else modulus * high + residue


def _joined(intervals: list[Interval], modulus: int) -> list[Interval]:
    """Intervals of one class that follow each other without a gap, made one."""
    found: list[Interval] = []
    for low, high in intervals:
        last = found[-1][1] if found else None
        if found and last is not None and low is not None and low <= last + modulus:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def _intersection(one: list[Interval], other: list[Interval]) -> Iterator[Interval]:
    for low, high in one:
        for least, most in other:
            first = low if least is None else least if low is None else max(low, least)
            last = high if most is None else most if high is None else min(high, most)
            if first is None or last is None or first <= last:
                yield (first, last)
