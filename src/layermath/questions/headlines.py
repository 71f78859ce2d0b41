"""All solutions in one line: an interval, residues, a list, boxes of combinations."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Symbol

from layermath.algebra.residues import Residues
from layermath.algebra.solutions import Solutions
from layermath.messages import Message, Piece, _

MOST_LISTED = 10_000
"""Solutions that are listed, at most."""


def headline(name: Symbol, found: Solutions) -> Message:
    """The solutions in one line."""
    if found.finite:
        members = list(found.members(MOST_LISTED)) if found.modulus > 1 else []
        runs = tuple(found.runs(MOST_LISTED))
        size = sum(last - first + 1 for first, last in runs)
        if size <= 8:
            numbers = members or [x for first, last in runs for x in range(first, last + 1)]
            return _("{name} = {numbers}", name=name, numbers=_either(tuple(numbers)))
        if len(runs) == 1:
            return _("{low} ≤ {name} ≤ {high}", low=runs[0][0], name=name, high=runs[0][1])
        if len(runs) <= 6:
            return _(
                "{name} in {runs}",
                name=name,
                runs=tuple(
                    f"{first}…{last}" if last > first else str(first) for first, last in runs
                ),
            )
        return _("{name} = {numbers}", name=name, numbers=tuple(members))
    start = next(found.members(1))
    residues = Residues.of(found.modulus, found.tail)
    strays = (
        [x for x in found.members(MOST_LISTED) if x < found.settles][:MOST_LISTED]
        if (found.settles > 1)
        else []
    )
    regular = [x for x in range(start, found.settles) if x % residues.modulus in residues.members]
    if strays == regular:
        return _without_end(name, residues, start)
    tail = _without_end(name, residues, found.settles)
    return _(
        "{name} = {strays}, and {tail}",
        name=name,
        strays=tuple(x for x in strays if x < found.settles),
        tail=tail,
    )


def _without_end(name: Symbol, residues: Residues, start: int) -> Message:
    first = [
        x
        for x in range(start, start + 4 * residues.modulus)
        if x % residues.modulus in residues.members
    ][:3]
    if residues.modulus == 1:
        return _("{name} ≥ {start}", name=name, start=start)
    examples = tuple(first)
    if residues.members == frozenset({0}):
        return _(
            "{modulus} divides {name}: {name} = {examples}, …",
            modulus=residues.modulus,
            name=name,
            examples=examples,
        )
    if len(residues.members) == 1:
        return _(
            "{name} mod {modulus} = {residue}: {name} = {examples}, …",
            name=name,
            modulus=residues.modulus,
            residue=next(iter(residues.members)),
            examples=examples,
        )
    return _(
        "{name} mod {modulus} is {residues}: {name} = {examples}, …",
        name=name,
        modulus=residues.modulus,
        residues=_either(tuple(sorted(residues.members))),
        examples=examples,
    )


def _either(numbers: tuple[int, ...]) -> Piece:
    if len(numbers) == 1:
        return numbers[0]
    return _("{others} or {last}", others=numbers[:-1], last=numbers[-1])


def combinations(names: tuple[Symbol, ...], listing: Sequence[tuple[int, ...]]) -> Message:
    """Combinations of two unknowns as boxes, of more one by one."""
    if len(names) != 2:
        return _(
            "({names}) = {combinations}",
            names=names,
            combinations=tuple(f"({', '.join(map(str, values))})" for values in listing),
        )
    partners: dict[int, list[int]] = {}
    for first, second in listing:
        partners.setdefault(first, []).append(second)
    boxes: dict[tuple[int, ...], list[int]] = {}
    for first, seconds in partners.items():
        boxes.setdefault(tuple(seconds), []).append(first)
    return _(
        "{boxes}",
        boxes=tuple(
            _(
                "{first} = {firsts} with {second} = {seconds}",
                first=names[0],
                firsts=_ranges(firsts),
                second=names[1],
                seconds=_ranges(seconds),
            )
            for seconds, firsts in boxes.items()
        ),
    )


def _ranges(numbers: Sequence[int]) -> str:
    """``26…29, 34``"""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(f"{a}…{b}" if b > a else str(a) for a, b in runs)
