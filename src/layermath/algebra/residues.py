"""Sizes of one symbol, looked at over one period (T11, T12).

Everything that a chain of layers makes of one size x, by sums, whole factors and floors, repeats
itself: ``f(x + M) = f(x) + N``. So whether two such sizes are equal is decided by one period, and
the x for which they are is a set of residues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import gcd, lcm, prod

from sympy import Add, Eq, Integer, Le, Mod, Mul, Pow, S, Symbol
from sympy.core.relational import Relational

from layermath.algebra.floors import CeilDiv, FloorDiv, Maximum, Size

LONGEST = 1 << 14
"""Periods up to this many residues are looked through; a longer one is left as it is."""


@dataclass(frozen=True)
class Period:
    """``f(x + every) = f(x) + gain``, exactly, for every integer x."""

    every: int
    gain: int


def period(size: Size) -> Period | None:
    """The period of a size of one symbol; None where it has none of this kind."""
    if isinstance(size, (int, Integer)):
        return Period(1, 0)
    if isinstance(size, Symbol):
        return Period(1, 1)
    parts = [period(argument) for argument in size.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if isinstance(size, Add):
        every = lcm(*(part.every for part in known))
        return Period(every, sum(part.gain * (every // part.every) for part in known))
    if isinstance(size, Mul):
        numbers = [int(argument) for argument in size.args if isinstance(argument, Integer)]
        others = [
            part
            for part, argument in zip(known, size.args, strict=True)
            if not isinstance(argument, Integer)
        ]
        if len(others) == 1:
            return Period(others[0].every, prod(numbers) * others[0].gain)
    if isinstance(size, (FloorDiv, CeilDiv)) and isinstance(size.args[1], Integer):
        stride, inner = int(size.args[1]), known[0]
        common = gcd(inner.gain, stride)
        return Period(inner.every * stride // common, inner.gain // common)
    return None


def compiled(size: Size) -> Callable[[int], int]:
    """The size as a function of its one symbol, in integers."""
    if isinstance(size, (int, Integer)):
        number = int(size)
        return lambda x: number
    if isinstance(size, Symbol):
        return lambda x: x
    parts = [compiled(argument) for argument in size.args]
    if isinstance(size, Add):
        return lambda x: sum(part(x) for part in parts)
    if isinstance(size, Mul):
        return lambda x: prod(part(x) for part in parts)
    first, second = parts
    if isinstance(size, Pow):
        return lambda x: int(first(x) ** second(x))
    if isinstance(size, FloorDiv):
        return lambda x: first(x) // second(x)
    if isinstance(size, CeilDiv):
        return lambda x: -(-first(x) // second(x))
    assert isinstance(size, Maximum)
    return lambda x: max(first(x), second(x))


@dataclass(frozen=True)
class Residues:
    """The integers x with ``x mod modulus`` in ``members``, the modulus as small as can be."""

    modulus: int
    members: frozenset[int]

    @staticmethod
    def of(modulus: int, members: Iterable[int]) -> Residues:
        """The residues with the smallest modulus that says the same."""
        found = frozenset(members)
        smaller = modulus
        for candidate in range(1, modulus // 2 + 1):
            if modulus % candidate == 0 and all(
                (member + candidate) % modulus in found for member in found
            ):
                smaller = candidate
                break
        return Residues(smaller, frozenset(member % smaller for member in found))

    def both(self, other: Residues) -> Residues | None:
        """The integers in both; None where the common period is too long to look through."""
        modulus = lcm(self.modulus, other.modulus)
        if modulus > LONGEST:
            return None
        return Residues.of(
            modulus,
            (
                x
                for x in range(modulus)
                if x % self.modulus in self.members and x % other.modulus in other.members
            ),
        )

    def first(self, start: int) -> int:
        """The least member from ``start`` on."""
        return next(
            x for x in range(start, start + self.modulus) if x % self.modulus in self.members
        )

    @property
    def interval(self) -> tuple[int, int] | None:
        """First member and length, where the members follow each other around the circle."""
        starts = [m for m in self.members if (m - 1) % self.modulus not in self.members]
        return (starts[0], len(self.members)) if len(starts) == 1 else None

    def relation(self, name: Symbol) -> Relational | bool:
        """As a relation in ``name``: ``Eq(Mod(H, 16), 0)``, ``Mod(H, 4) <= 1``."""
        if not self.members:
            return False
        if len(self.members) == self.modulus:
            return True
        residue = Mod(name, self.modulus)
        if self.interval is None:
            return Eq(Mul(*(residue - member for member in sorted(self.members))), 0)
        first, length = self.interval
        if length == 1:
            return Eq(residue, first)
        shifted = residue if first == 0 else Mod(name - first, self.modulus, evaluate=False)
        return Le(shifted, length - 1)


def meeting(left: Size, right: Size) -> tuple[Symbol, Residues] | None:
    """The x for which two sizes of one symbol are equal, where they grow alike (T12).

    None where the sizes have several symbols, grow differently, or repeat after too long.
    """
    names = S(left).free_symbols | S(right).free_symbols
    if len(names) != 1:
        return None
    (name,) = names
    one, other = period(left), period(right)
    if one is None or other is None or one.gain * other.every != other.gain * one.every:
        return None
    modulus = lcm(one.every, other.every)
    if modulus > LONGEST or not isinstance(name, Symbol):
        return None
    first, second = compiled(left), compiled(right)
    return name, Residues.of(modulus, (x for x in range(modulus) if first(x) == second(x)))


def residues_of(relation: Relational) -> tuple[Symbol, Residues] | None:
    """Read a relation that `Residues.relation` has written."""
    left, right = relation.lhs, relation.rhs
    if not isinstance(left, Mod) or not isinstance(right, Integer):
        return None
    shifted, modulus = left.args
    shift, name = shifted.as_coeff_Add()
    if not isinstance(name, Symbol) or not isinstance(modulus, Integer):
        return None
    if isinstance(relation, Eq):
        members: Iterable[int] = (int(right),)
    elif isinstance(relation, Le):
        members = range(int(right) + 1)
    else:
        return None
    return name, Residues(
        int(modulus), frozenset((member - int(shift)) % int(modulus) for member in members)
    )


def nearest(sizes: Iterable[Size]) -> Size:
    """Of sizes that are equal under a condition, the one nearest to the model's input: a number,
    else the one with the fewest strides behind it."""
    return min(sizes, key=_distance)


def _distance(size: Size) -> tuple[int, int, str]:
    if isinstance(size, int):
        return (0, 0, "")
    strides = [floor.args[1] for floor in size.atoms(FloorDiv, CeilDiv)]
    numbers = prod(int(stride) for stride in strides if isinstance(stride, Integer))
    return (numbers, size.count_ops(), str(size))
