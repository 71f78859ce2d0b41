"""``x[key]``: positions of a tensor by their numbers and by slices.

Source: Keras, `GetItem`, and Python's slices, whose ends are cut off where an axis is shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sympy import Expr, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import CeilDiv, Size, as_size, letter, minus, plus, times
from layermath.algebra.written import written
from layermath.messages import Message, _
from layermath.operations.operation import (
    Operation,
    TouchesBatch,
    Whole,
    kept,
    one_tensor,
    spatial,
    stated,
)
from layermath.problems import ModelProblem
from layermath.rules.axes import LENGTH, Axis, axes_of
from layermath.rules.equations import Applied, Drop, Equation, Filled, Reach, Requirement, View
from layermath.vocabulary.arguments import argument, is_below, is_size, wrong
from layermath.vocabulary.layer import Shape, require

ALL = "..."
"""The ellipsis: as many whole axes as the key leaves out."""

Span: TypeAlias = "tuple[Size | None, Size | None, Size | None]"
Item: TypeAlias = "Size | Span | str | None"
"""An item of a key: a position, a slice (start, stop, step), `ALL`, or None for a new axis."""

FIRST, END, STEP = letter("a"), letter("b"), letter("s")


@written
def positions(first: Expr, end: Expr, step: Expr) -> Expr:
    """How many positions there are from ``first`` on, ``step`` apart, before ``end``."""
    return CeilDiv(end - first, step)


def key(value: object, name: str, rank: int = 0) -> tuple[Item, ...]:
    """The key of ``x[key]``: one item or a tuple of them. A slice is Python's or three items."""
    items = value if isinstance(value, (tuple, list)) else (value,)
    found = tuple(_item(item, name, value) for item in items)
    if found.count(ALL) > 1:
        raise wrong(name, value, _("it may have one ellipsis only"))
    return found


def _item(item: object, name: str, value: object) -> Item:
    if isinstance(item, slice):
        item = (item.start, item.stop, item.step)
    if item is Ellipsis or item == ALL:
        return ALL
    if item is None:
        return None
    if is_size(item):
        return as_size(item)
    parts = item if isinstance(item, tuple) and len(item) == 3 else ("",)
    if all(part is None or is_size(part) for part in parts):
        start, stop, step = (None if part is None else as_size(part) for part in parts)
        if step == 0 or isinstance(step, Expr):
            raise wrong(name, value, _("the step of a slice must be a number, and not 0"))
        return (start, stop, step)
    raise wrong(name, value, _("each item must be a number, a slice, None or an ellipsis"))


@dataclass
class _Taken:
    """What a key takes of a tensor, gathered axis by axis."""

    sizes: list[Size] = field(default_factory=list)
    quantities: list[Filled] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    reach: dict[int, Reach] = field(default_factory=dict)
    view: View = "windows"


@dataclass(frozen=True)
class GetItem(Operation):
    """``x[key]``. Keras takes numbers, slices, one ellipsis and None.

    Raises `ModelProblem` where a number is beyond its axis or the key has too many items,
    `TouchesBatch` where it cuts the batch.
    """

    key: tuple[Item, ...] = argument(key)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor."""
        shape = one_tensor(x)
        pairs = list(self._pairs(len(shape)))
        before = axes_of(len(shape))
        after = iter(axes_of(sum(not is_size(item) for item, _place in pairs)))
        taken = _Taken()
        for item, place in pairs:
            if place is None:
                taken.sizes.append(1)
                taken.quantities.append(stated(next(after), 1, "new-axis", _NEW))
                taken.view = "unknown"
            elif isinstance(item, tuple):
                self._slice(taken, next(after), before[place], place, shape, item)
            else:
                taken.requirements.append(_inside(item, shape[place], place))
                if place in spatial(len(shape)) or len(shape) == 1:
                    taken.view = "unknown"
        return Applied(
            (tuple(taken.sizes),),
            tuple(taken.quantities),
            view=taken.view,
            reach=taken.reach,
            requirements=tuple(taken.requirements),
        )

    def _pairs(self, rank: int) -> Iterator[tuple[Item, int | None]]:
        """Each item with the place of its axis, None for a new one; the batch is left out."""
        items = list(self.key)
        if ALL not in items:
            items.append(ALL)
        named = sum(item is not None and item != ALL for item in items)
        if named > rank + 1:
            raise ModelProblem(
                _(
                    "the key has {number} items, and the input has the batch, axis 0, and {rank} "
                    "axes more",
                    number=named,
                    rank=rank,
                )
            )
        where = items.index(ALL)
        items[where : where + 1] = [_WHOLE_AXIS] * (rank + 1 - named)
        if items[0] != _WHOLE_AXIS:
            raise TouchesBatch
        place = 0
        for item in items[1:]:
            if item is None:
                yield None, None
            else:
                yield item, place
                place += 1

    @staticmethod
    def _slice(
        taken: _Taken, axis: Axis, source: Axis, place: int, shape: Shape, item: Span
    ) -> None:
        size = shape[place]
        if item == _WHOLE_AXIS:
            taken.sizes.append(size)
            if axis != source:
                taken.quantities.append(kept(axis, source.size_in, size))
            return
        where, requirements = _ends(item, size)
        filled = Filled(_slice_equation(axis, where), where, _drops(where))
        taken.sizes.append(filled.value)
        taken.quantities.append(filled)
        taken.requirements += requirements
        if place in spatial(len(shape)):
            if is_below(where[STEP] if item[2] is None else item[2], 0):
                taken.view = "unknown"
                return
            last = plus((where[FIRST], times((minus(filled.value, 1), where[STEP]))))
            taken.reach[place] = Reach(
                place,
                stride=where[STEP],
                before=minus(0, where[FIRST]),
                after=minus(plus((last, 1)), size),
            )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for a slice along one axis."""
        return (_slice_equation(LENGTH, {FIRST: 0, END: 0, STEP: 1}),)


def starts(value: object, name: str, rank: int = 0) -> tuple[Size, ...]:
    """The position of each axis, the batch's too, from which on it is sliced."""
    if not isinstance(value, (tuple, list)) or not all(map(is_size, value)):
        raise wrong(name, value, _("it must be a tuple of whole numbers or letters"))
    return tuple(map(as_size, value))


def lengths(value: object, name: str, rank: int = 0) -> Whole:
    """How many positions of each axis are taken: None for the batch, −1 for all that are left."""
    if not isinstance(value, (tuple, list)) or not all(
        item is None or (is_size(item) and not is_below(as_size(item), -1)) for item in value
    ):
        raise wrong(name, value, _("it must be a tuple of whole numbers or letters"))
    return tuple(None if item is None else as_size(item) for item in value)


@dataclass(frozen=True)
class Slice(Operation):
    """``ops.slice(x, start_indices, shape)``: so many positions of each axis, from one position on;
    −1 is all that are left. The batch is sliced whole: None, or −1.

    Raises `ModelProblem` where there are not as many numbers as axes, or a slice leaves its axis.
    """

    start_indices: tuple[Size, ...] = argument(starts)
    shape: Whole = argument(lengths)

    def apply(self, inputs: Shape) -> Applied:
        """Apply to one tensor."""
        shape = one_tensor(inputs)
        if not len(self.start_indices) == len(self.shape) == len(shape) + 1:
            raise ModelProblem(
                _(
                    "there must be a number for each axis, the batch too: {number}",
                    number=len(shape) + 1,
                )
            )
        if self.start_indices[0] != 0 or self.shape[0] not in (None, -1):
            raise TouchesBatch
        spans: list[Span] = []
        requirements: list[Requirement] = []
        for first, number, size in zip(self.start_indices[1:], self.shape[1:], shape, strict=True):
            if number is None:
                raise TouchesBatch
            least = first if number == -1 else number
            requirements.append(
                require(
                    at_least(size, least),
                    _("the slice ends within its axis: {end} of {size}", end=least, size=size),
                )
            )
            spans.append(_span(first, number, size))
        applied = GetItem((_WHOLE_AXIS, *spans)).apply(shape)
        return replace(applied, requirements=(*requirements, *applied.requirements))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, along one axis."""
        return GetItem.equations()


_WHOLE_AXIS: Span = (None, None, None)


def _span(first: Size, number: Size, size: Size) -> Span:
    """So many positions of an axis as a slice: one that would go over its end begins earlier, as
    Keras has it on JAX."""
    if first == 0 and number in (-1, size):
        return _WHOLE_AXIS
    if number == -1:
        return (first, None, None)
    end = plus((first, number))
    return (minus(size, number), size, None) if at_least(size, end) is False else (first, end, None)


_NEW: Message = _("a new axis with one position")


def _drops(where: Mapping[Symbol, Size]) -> tuple[Drop, ...]:
    """What does not show: a slice from the first position on, and one of every position."""
    first = Drop(FIRST, 0, _("from the first position on"))
    step = Drop(STEP, 1, _("every position"))
    return tuple(drop for drop in (first, step) if where[drop.letter] == drop.value)


def _slice_equation(axis: Axis, where: Mapping[Symbol, Size]) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "slice-size",
        axis.label,
        positions(FIRST, END, STEP),
        _(
            "from position {first}, counted from 0, in steps of {step}, and before {end}",
            first=FIRST,
            step=STEP,
            end=END,
        ),
    )


def _inside(item: Item, size: Size, place: int) -> Requirement:
    assert not isinstance(item, (str, tuple))
    assert item is not None
    least = minus(0, item) if is_below(item, 0) else plus((item, 1))
    return require(
        at_least(size, least),
        _(
            "position {position} of axis {axis} is beyond its size: {size}",
            position=item,
            axis=place + 1,
            size=size,
        ),
    )


def _ends(item: Span, size: Size) -> tuple[dict[Symbol, Size], list[Requirement]]:
    """Where a slice begins and ends on an axis, and how far apart its positions are; where its
    step is negative, it is counted from the other end. With what letters leave open."""
    start, stop, step = item
    asked: list[Requirement] = []
    if step is not None and is_below(step, 0):
        top = minus(size, 1)
        first = top if start is None else _cut(start, size, top, -1, asked)
        end: Size = -1 if stop is None else _cut(stop, size, top, -1, asked)
        low, high, apart = end, first, minus(0, step)
    else:
        low = 0 if start is None else _cut(start, size, size, 0, asked)
        high = size if stop is None else _cut(stop, size, size, 0, asked)
        apart = 1 if step is None else step
    if isinstance(low, int) and isinstance(high, int):
        high = max(low, high)
    else:
        asked.append(
            require(
                at_least(high, low) if at_least(high, low) is not False else True,
                _("a slice from {first} to {end}", first=low, end=high),
            )
        )
        high = low if at_least(high, low) is False else high
    return {FIRST: low, END: high, STEP: apart}, asked


def _cut(given: Size, size: Size, most: Size, least: int, asked: list[Requirement]) -> Size:
    """An end of a slice as a position on the axis: counted from its end where it is negative, and
    cut off beyond it."""
    place = plus((size, given)) if is_below(given, 0) else given
    low = at_least(place, least)
    if low is False:
        return least
    high = at_least(most, place)
    if high is False:
        return most
    reason = _("the slice ends within its axis: {end} of {size}", end=given, size=size)
    asked += [Requirement(condition, reason) for condition in (low, high) if condition is not True]
    return place
