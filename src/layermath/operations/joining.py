"""Operations that join tensors, cut them, and repeat them.

Source: Keras, *NumPy ops* (`concatenate`, `stack`, `split`, `repeat`, `tile`, `pad`) and *Core ops*
(`unstack`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from sympy import Expr

from layermath.algebra.conditions import at_least, divides
from layermath.algebra.floors import FloorDiv, Size, as_size, letter, plus
from layermath.algebra.written import written
from layermath.messages import _
from layermath.operations.broadcasting import sizes_agree
from layermath.operations.operation import (
    Operation,
    TouchesBatch,
    one_tensor,
    place_of,
    quantity_of,
    rearranged,
    several,
    spatial,
    stated,
    without_counts,
)
from layermath.operations.reductions import reduced
from layermath.problems import ModelProblem
from layermath.rules import merging
from layermath.rules.axes import CHANNELS, LENGTH, Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled, Reach, View
from layermath.vocabulary.arguments import (
    anything,
    argument,
    count,
    is_below,
    is_size,
    optional,
    wrong,
)
from layermath.vocabulary.arguments import whole as whole_number
from layermath.vocabulary.layer import Shape, require

R = letter("R")
P_BEFORE, P_AFTER = letter("P_1"), letter("P_2")
PARTS = letter("n")

MOST_OUTPUTS = 4096
"""No operation is followed that gives more tensors than this."""


@dataclass(frozen=True)
class Concatenate(Operation):
    """Tensors one after another along an axis. Raises `ModelProblem` where the others differ."""

    axis: int = argument(whole_number, 0)

    def apply(self, xs: list[Shape]) -> Applied:
        """Apply to a list of tensors."""
        shapes = several(xs)
        place_of(self.axis, len(shapes[0]))
        applied = merging.Concatenate(self.axis).apply(shapes)
        return replace(applied, quantities=without_counts(applied))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for two tensors and the last axis."""
        return merging.Concatenate.equations()[:1]


@dataclass(frozen=True)
class Stack(Operation):
    """Tensors of one shape side by side, along a new axis."""

    axis: int = argument(whole_number, 0)

    def apply(self, x: list[Shape]) -> Applied:
        """Apply to a list of tensors. Raises `ModelProblem` where their shapes differ."""
        shapes = several(x)
        first = shapes[0]
        if any(len(shape) != len(first) for shape in shapes):
            raise ModelProblem(_("the tensors must have one shape"))
        requirements = [
            sizes_agree(place + 1, size, other)
            for shape in shapes[1:]
            for place, (size, other) in enumerate(zip(first, shape, strict=True))
            if size is not other
        ]
        new = place_of(self.axis, len(first) + 1)
        agreed = tuple(merging.agreed(sizes) for sizes in zip(*shapes, strict=True))
        sources: list[int | None] = [*range(len(first))]
        sources.insert(new, None)
        output, quantities = rearranged(agreed, sources, "stack", _SIDE_BY_SIDE)
        axis = axes_of(len(output))[new]
        number = stated(axis, len(shapes), "stack", _SIDE_BY_SIDE)
        quantities = tuple(
            number if filled.equation.quantity == axis.quantity else filled for filled in quantities
        )
        return Applied(
            ((*output[:new], len(shapes), *output[new + 1 :]),),
            quantities,
            view="unknown",
            requirements=tuple(requirements),
        )


_SIDE_BY_SIDE = _("the tensors stand side by side along it")


@written
def share(size: Expr, parts: Expr) -> Expr:
    """The size of each of some equal parts."""
    return FloorDiv(size, parts)


def sections(value: object, name: str, rank: int = 0) -> Size | tuple[Size, ...]:
    """A number of equal parts, or the positions at which an axis is cut."""
    if is_size(value):
        return count(value, name)
    if isinstance(value, (tuple, list)) and all(is_size(item) for item in value):
        return tuple(as_size(item) for item in value)
    raise wrong(name, value, _("it must be a whole number, or a tuple of them"))


@dataclass(frozen=True)
class Split(Operation):
    """A tensor cut along an axis: into equal parts, or at given positions. Several outputs.

    Raises `ModelProblem` where equal parts do not go into the axis.
    """

    indices_or_sections: Size | tuple[Size, ...] = argument(sections)
    axis: int = argument(whole_number, 0)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor."""
        shape = one_tensor(x)
        place = place_of(self.axis, len(shape))
        axis, size = axes_of(len(shape))[place], shape[place]
        view: View = "unknown" if place in spatial(len(shape)) else "windows"
        if isinstance(self.indices_or_sections, tuple):
            ends = [0, *self.indices_or_sections, size]
            pairs = list(pairwise(ends))
            parts = [_part(axis, output, *pair) for output, pair in enumerate(pairs)]
            requirements = tuple(
                require(
                    at_least(end, first),
                    _("a part cannot begin at {first} and end at {end}", first=first, end=end),
                )
                for first, end in pairs
            )
        else:
            number = self.indices_or_sections
            if not isinstance(number, int):
                raise wrong("indices_or_sections", number, _("it must be a number"))
            _check_outputs(number)
            requirements = (
                require(
                    divides(number, size),
                    _(
                        "{number} equal parts do not go into axis {axis}: its size is {size}",
                        number=number,
                        axis=place + 1,
                        size=size,
                    ),
                ),
            )
            parts = [
                Filled(_share_equation(axis, output), {axis.size_in: size, PARTS: number})
                for output in range(number)
            ]
        return Applied(
            tuple((*shape[:place], part.value, *shape[place + 1 :]) for part in parts),
            tuple(parts),
            view=view,
            requirements=requirements,
            nest=[*range(len(parts))],
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for the last axis."""
        return (_share_equation(CHANNELS, 0), _part_equation(CHANNELS, 0))


FIRST, END = letter("a"), letter("b")


@written
def between(first: Expr, end: Expr) -> Expr:
    """The positions from ``first`` on, and before ``end``."""
    return end - first


def _part(axis: Axis, output: int, first: Size, end: Size) -> Filled:
    return Filled(_part_equation(axis, output), {FIRST: first, END: end})


def _share_equation(axis: Axis, output: int) -> Equation:
    return Equation(
        quantity_of(axis, output),
        axis.size_out,
        "equal-parts",
        axis.label,
        share(axis.size_in, PARTS),
        _("{parts} equal parts", parts=PARTS),
    )


def _part_equation(axis: Axis, output: int) -> Equation:
    return Equation(
        quantity_of(axis, output),
        axis.size_out,
        "part-size",
        axis.label,
        between(FIRST, END),
        _("from position {first}, counted from 0, and before {end}", first=FIRST, end=END),
    )


def _check_outputs(number: int) -> None:
    """Raise `ModelProblem` for more outputs than any model has."""
    if number > MOST_OUTPUTS:
        raise ModelProblem(
            _(
                "an operation has at most {most} outputs: here are {number}",
                most=MOST_OUTPUTS,
                number=number,
            )
        )


@dataclass(frozen=True)
class Glu(Operation):
    """One half of the values along an axis decides how much of the other half goes through."""

    axis: int = argument(whole_number, -1)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `ModelProblem` where the axis has no halves."""
        halves = Split(2, self.axis).apply(x)
        return replace(halves, outputs=halves.outputs[:1], quantities=halves.quantities[:1], nest=0)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for the last axis."""
        return (_share_equation(CHANNELS, 0),)


@dataclass(frozen=True)
class Unstack(Operation):
    """One tensor for each position of an axis, which goes. Several outputs."""

    num: int | None = argument(optional(whole_number), None)
    axis: int = argument(whole_number, 0)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `ModelProblem` where the number of positions is open."""
        shape = one_tensor(x)
        place = place_of(self.axis, len(shape))
        number = shape[place] if self.num is None else self.num
        if not isinstance(number, int):
            raise ModelProblem(
                _("the size of axis {axis} must be a number: {size}", axis=place + 1, size=number)
            )
        _check_outputs(number)
        once = reduced(shape, self.axis)
        return replace(once, outputs=once.outputs * number, view="unknown", nest=[*range(number)])


# repeating


@written
def several_times(size: Expr, times: Expr) -> Expr:
    """An axis that is repeated."""
    return size * times


def repeats(value: object, name: str, rank: int = 0) -> tuple[Size, ...]:
    """How often: one number, or one for each."""
    items = (value,) if is_size(value) else value
    if not isinstance(items, (tuple, list)) or not all(is_size(item) for item in items):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them"))
    found = tuple(as_size(item) for item in items)
    if any(is_below(item, 0) for item in found):
        raise wrong(name, value, _("nothing is repeated less than 0 times"))
    return found


@dataclass(frozen=True)
class Repeat(Operation):
    """Each position of an axis several times, one after the other."""

    repeats: tuple[Size, ...] = argument(repeats)
    axis: int | None = argument(optional(whole_number), None)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `TouchesBatch` without an axis."""
        shape = one_tensor(x)
        if self.axis is None:
            raise TouchesBatch
        place = place_of(self.axis, len(shape))
        axis = axes_of(len(shape))[place]
        if len(self.repeats) == 1:
            filled = Filled(
                _repeated_equation(axis), {axis.size_in: shape[place], R: self.repeats[0]}
            )
        else:
            filled = stated(axis, plus(self.repeats), "repetitions", _("each as often as given"))
        is_position = place in spatial(len(shape))
        factor = self.repeats[0]
        exact = is_position and len(self.repeats) == 1 and factor != 0
        return Applied(
            ((*shape[:place], filled.value, *shape[place + 1 :]),),
            (filled,),
            view="windows" if exact or not is_position else "unknown",
            reach={place: Reach(place, extent=factor, stride=factor, writes=True)} if exact else {},
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, along one axis."""
        return (_repeated_equation(LENGTH),)


@dataclass(frozen=True)
class Tile(Operation):
    """The whole tensor several times along its axes; the batch counts as the first of them."""

    repeats: tuple[Size, ...] = argument(repeats)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `TouchesBatch` where the batch is repeated."""
        shape = one_tensor(x)
        rank = len(shape) + 1
        times = (1,) * (rank - len(self.repeats)) + self.repeats
        if len(times) > rank or times[0] != 1:
            raise TouchesBatch
        quantities = [
            Filled(_repeated_equation(axis), {axis.size_in: size, R: number})
            for axis, size, number in zip(axes_of(len(shape)), shape, times[1:], strict=True)
            if number != 1
        ]
        output = tuple(
            Filled(_repeated_equation(axis), {axis.size_in: size, R: number}).value
            for axis, size, number in zip(axes_of(len(shape)), shape, times[1:], strict=True)
        )
        moved = any(times[1 + place] != 1 for place in spatial(len(shape)))
        return Applied((output,), tuple(quantities), view="unknown" if moved else "windows")

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, along one axis."""
        return (_repeated_equation(LENGTH),)


def _repeated_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "repetitions",
        axis.label,
        several_times(axis.size_in, R),
        _("{times} times as many", times=R),
    )


# padding


@written
def padded(size: Expr, before: Expr, after: Expr) -> Expr:
    """The axis with what is put before and behind it."""
    return size + before + after


def widths(value: object, name: str, rank: int = 0) -> tuple[tuple[Size, Size], ...]:
    """How much is put before and behind each axis: one number, a pair, or a pair for each axis."""
    if is_size(value):
        return ((as_size(value), as_size(value)),)
    items = tuple(value) if isinstance(value, (tuple, list)) else ()
    if len(items) == 2 and all(is_size(item) for item in items):
        return ((as_size(items[0]), as_size(items[1])),)
    pairs = [tuple(item) if isinstance(item, (tuple, list)) else () for item in items]
    if not pairs or any(len(p) not in (1, 2) or not all(is_size(s) for s in p) for p in pairs):
        raise wrong(name, value, _("it must be a number, a pair, or a pair for each axis"))
    return tuple((as_size(pair[0]), as_size(pair[-1])) for pair in pairs)


def word(value: object, name: str, rank: int = 0) -> str:
    """How values are padded, in small letters."""
    return value.lower() if isinstance(value, str) else ""


@dataclass(frozen=True)
class Pad(Operation):
    """Values are put before and behind the positions of each axis; the batch counts as one."""

    pad_width: tuple[tuple[Size, Size], ...] = argument(widths)
    mode: str = argument(word, "constant")
    constant_values: object = argument(anything, None)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor. Raises `ModelProblem` where there is a pair too many or too few,
        `TouchesBatch` where the batch would grow."""
        shape = one_tensor(x)
        pairs = self.pad_width * (len(shape) + 1) if len(self.pad_width) == 1 else self.pad_width
        if len(pairs) != len(shape) + 1:
            raise ModelProblem(
                _(
                    "there must be a pair for each axis, the batch too: {number} for {given}",
                    number=len(shape) + 1,
                    given=len(pairs),
                )
            )
        if pairs[0] != (0, 0):
            raise TouchesBatch
        axes = axes_of(len(shape))
        filled = [
            Filled(
                _padded_equation(axis),
                {axis.size_in: size, P_BEFORE: before, P_AFTER: after},
            )
            for axis, size, (before, after) in zip(axes, shape, pairs[1:], strict=True)
        ]
        changed = [place for place, pair in enumerate(pairs[1:]) if pair != (0, 0)]
        positions = [place for place in changed if place in spatial(len(shape))]
        plain = self.mode == "constant"
        return Applied(
            (tuple(one.value for one in filled),),
            tuple(filled[place] for place in changed),
            view="windows" if plain or not positions else "unknown",
            reach={
                place: Reach(place, before=pairs[place + 1][0], after=pairs[place + 1][1])
                for place in positions
                if plain
            },
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, along one axis."""
        return (_padded_equation(LENGTH),)


def _padded_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "padded-size",
        axis.label,
        padded(axis.size_in, P_BEFORE, P_AFTER),
        _("{before} more before it, {after} behind it", before=P_BEFORE, after=P_AFTER),
    )
