"""Which layer of one model is which of another.

Names that a person gave decide first. Automatic names (``conv2d_5``) depend on what else the
program made before, so that they say little: layers without a name of their own are paired in their
order, so that as many as can be keep their type, and those of equal arguments find each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from layermath.network.graph import Network
from layermath.vocabulary.automatic_names import stem
from layermath.vocabulary.layer import Layer

_SAME_NAME = 1000
_SAME_TYPE = 10
_ALL_ARGUMENTS = 6
_ALIKE = 3
_ENOUGH = 0.4
"""Two types are alike where so many of their arguments, of all that either has, have one name."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+(?:\d\w*)?|[a-z]+")
_AUTOMATIC = re.compile(r"(?:_\d+)?")

Counterparts = tuple[int | None, int | None]


@dataclass(frozen=True)
class Candidate:
    """A layer that looks for its counterpart; ``reaches`` are the shapes that come out of it."""

    name: str
    layer: Layer | Network
    reaches: tuple[object, ...] = ()

    @cached_property
    def type_name(self) -> str:
        return self.layer.shown_type if isinstance(self.layer, Layer) else self.layer.kind

    @cached_property
    def has_own_name(self) -> bool:
        """Whether its name is not the one that Keras gives to a layer of its type."""
        head = stem(self.type_name)
        return not (
            self.name.startswith(head) and _AUTOMATIC.fullmatch(self.name.removeprefix(head))
        )

    @cached_property
    def arguments(self) -> dict[str, object]:
        """The constructor arguments of a layer; a nested model has its layers' types."""
        if isinstance(self.layer, Network):
            entries = self.layer.entries
            kinds = tuple(
                layer.shown_type if isinstance(layer, Layer) else layer.kind
                for layer in (entries[name].layer for name in self.layer.listed)
            )
            return {"layers": kinds}
        return dict(self.layer.given)

    @cached_property
    def last_word(self) -> str:
        """``Conv2D`` of ``SeparableConv2D``."""
        words = _WORDS.findall(self.type_name)
        return words[-1] if words else self.type_name


def aligned(before: Sequence[Candidate], after: Sequence[Candidate]) -> list[Counterparts]:
    """Pairs of places, in the order of both; a layer without a counterpart is paired with None."""
    start = 0
    while start < min(len(before), len(after)) and _equal(before[start], after[start]):
        start += 1
    end = 0
    most = min(len(before), len(after)) - start
    while end < most and _equal(before[-1 - end], after[-1 - end]):
        end += 1
    stop = len(before) - end, len(after) - end
    middle = _best(before[start : stop[0]], after[start : stop[1]])
    pairs: list[Counterparts] = [(place, place) for place in range(start)]
    pairs += [
        (None if one is None else one + start, None if other is None else other + start)
        for one, other in middle
    ]
    pairs += [(stop[0] + place, stop[1] + place) for place in range(end)]
    return _moved(pairs, before, after)


def _equal(one: Candidate, other: Candidate) -> bool:
    if one.type_name != other.type_name or one.arguments != other.arguments:
        return False
    return one.name == other.name or not (one.has_own_name or other.has_own_name)


def _best(before: Sequence[Candidate], after: Sequence[Candidate]) -> list[Counterparts]:
    """The pairing of the highest worth, by dynamic programming over both sequences."""
    rows, columns = len(before), len(after)
    worths = _worths(before, after)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        here, below, worth_here = best[row], best[row + 1], worths[row]
        behind = 0
        for column in range(columns - 1, -1, -1):
            most = below[column]
            if behind > most:
                most = behind
            worth = worth_here[column]
            if worth and below[column + 1] + worth > most:
                most = below[column + 1] + worth
            here[column] = behind = most
    pairs: list[Counterparts] = []
    row = column = 0
    while row < rows and column < columns:
        worth = worths[row][column]
        if worth and best[row][column] == best[row + 1][column + 1] + worth:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            pairs.append((row, None))
            row += 1
        else:
            pairs.append((None, column))
            column += 1
    pairs += [(place, None) for place in range(row, rows)]
    pairs += [(None, place) for place in range(column, columns)]
    return pairs


def _worths(before: Sequence[Candidate], after: Sequence[Candidate]) -> list[list[int]]:
    """How much speaks for each pair; 0 where they are no counterparts. Layers of one type with
    equal arguments are looked at once: a large network has few kinds."""
    kinds = _Kinds()
    ones, others = [kinds.of(each) for each in before], [kinds.of(each) for each in after]
    reached = [each.reaches for each in after]
    places = {each.name: place for place, each in enumerate(after)}
    result = []
    for one, kind in zip(before, ones, strict=True):
        likeness = [kinds.likeness(kind, other) for other in range(len(kinds.firsts))]
        row = [likeness[other] for other in others]
        for place, shapes in enumerate(reached):
            if row[place] >= _SAME_TYPE and shapes == one.reaches:
                row[place] += 1
        place = places.get(one.name, -1)
        if place >= 0:
            row[place] += _named_alike(one, after[place])
        result.append(row)
    return result


def _named_alike(one: Candidate, other: Candidate) -> int:
    """What an equal name adds: a lot, if a person gave it."""
    if one.has_own_name and other.has_own_name:
        return _SAME_NAME
    return 1 if one.type_name == other.type_name else 0


class _Kinds:
    """The different layers that there are, by type and arguments."""

    def __init__(self) -> None:
        self.firsts: list[Candidate] = []
        self._by_type: dict[str, list[int]] = {}
        self._known: dict[tuple[int, int], int] = {}

    def of(self, candidate: Candidate) -> int:
        """The number of a layer's kind."""
        alike = self._by_type.setdefault(candidate.type_name, [])
        for number in alike:
            if self.firsts[number].arguments == candidate.arguments:
                return number
        alike.append(len(self.firsts))
        self.firsts.append(candidate)
        return alike[-1]

    def likeness(self, one: int, other: int) -> int:
        """How much the types and the arguments of two kinds speak for a pair."""
        if (one, other) not in self._known:
            self._known[one, other] = _likeness(self.firsts[one], self.firsts[other])
        return self._known[one, other]


def _likeness(one: Candidate, other: Candidate) -> int:
    if one.type_name != other.type_name:
        return _ALIKE if _alike(one, other) else 0
    equal = sum(other.arguments.get(name) == item for name, item in one.arguments.items())
    return _SAME_TYPE + _ALL_ARGUMENTS * equal // max(1, len(one.arguments))


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether a layer of one type may have taken the place of one of another."""
    if one.last_word == other.last_word:
        return True
    names, others = set(one.arguments), set(other.arguments)
    return len(names & others) >= _ENOUGH * max(1, len(names | others)) and len(names & others) > 1


def _moved(
    pairs: Sequence[Counterparts], before: Sequence[Candidate], after: Sequence[Candidate]
) -> list[Counterparts]:
    """A layer that stands elsewhere now, under a name of its own, is the same layer."""
    gone = {
        before[one].name: one
        for one, other in pairs
        if one is not None and other is None and before[one].has_own_name
    }
    found: dict[int, int] = {}
    for one, other in pairs:
        if one is None and other is not None and after[other].name in gone:
            place = gone.pop(after[other].name)
            if before[place].type_name == after[other].type_name:
                found[other] = place
    placed = set(found.values())
    return [
        (found.get(other, one) if other is not None else one, other)
        for one, other in pairs
        if not (other is None and one in placed)
    ]
