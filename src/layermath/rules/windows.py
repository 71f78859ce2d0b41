"""The sliding window, which convolution and pooling share: its rules, and one axis of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, TypeAlias

from sympy import Expr, Integer, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import (
    CeilDiv,
    FloorDiv,
    Maximum,
    Size,
    ceil_div,
    floor_div,
    larger,
    letter,
    minus,
    plus,
    times,
)
from layermath.algebra.written import put_in, tidy, value, written
from layermath.messages import Extent, Message, Piece, Setting, _
from layermath.problems import ModelProblem
from layermath.rules.axes import SPATIAL, Axis, letters_for
from layermath.rules.equations import Drop, Equation, Filled, Reach, Requirement, Stage

P, D = letter("P"), letter("D")


P_START, P_END = letter("P_start"), letter("P_end")

NONE, SAME, CAUSAL = "no padding", "same padding", "causal padding"
"""The names of the paddings, which each framework spells."""


@dataclass(frozen=True)
class Padding:
    """What stands around the input: on each axis so many positions before it and after it; nothing
    where they are left out."""

    before: tuple[Size, ...] = ()
    after: tuple[Size, ...] = ()

    @property
    def setting(self) -> str:
        """Its name."""
        return NONE if self == Padding() else "explicit padding"

    def along(self, index: int) -> tuple[Size, Size]:
        """Before and after the axis of that number."""
        return (self.before[index], self.after[index]) if self.before else (0, 0)


NO_PADDING = Padding()


@dataclass(frozen=True)
class SamePadding:
    """As much as the last window needs, so that the size is divided by the stride and rounded up;
    half of it on each side, an odd position after, or before where ``odd_before``."""

    odd_before: bool = False
    setting: ClassVar[str] = SAME


@dataclass(frozen=True)
class CausalPadding:
    """All of it before the first step, so that no value sees the future."""

    setting: ClassVar[str] = CAUSAL


AnyPadding: TypeAlias = "Padding | SamePadding | CausalPadding"


@written
def window_size(n: Expr, p: Expr, d: Expr, k: Expr, s: Expr) -> Expr:
    """The places of a window: Dumoulin and Visin, relationship 15 with P for both sides together
    (2p there)."""
    return FloorDiv(n + p - d * (k - 1) - 1, s) + 1


@written
def size_rounded_up(n: Expr, start: Expr, end: Expr, d: Expr, k: Expr, s: Expr) -> Expr:
    """The places of a window where the last one may reach over the end, if it begins inside the
    input or the padding before it (PyTorch, ``ceil_mode``). Both clauses are floors with one
    denominator, and so is the smaller of them."""
    return FloorDiv(n + start - 1 - Maximum(d * (k - 1) + 1 - s - end, Integer(0)), s) + 1


@written
def same_size(n: Expr, s: Expr) -> Expr:
    """``same`` (Keras, TensorFlow): as many places as the stride fits in, rounded up."""
    return CeilDiv(n, s)


@written
def same_padding(o: Expr, s: Expr, d: Expr, k: Expr, n: Expr) -> Expr:
    """What ``same`` adds, both sides together, so that the last window fits."""
    return Maximum((o - 1) * s + d * (k - 1) + 1 - n, Integer(0))


@written
def causal_padding(d: Expr, k: Expr) -> Expr:
    """What ``causal`` adds before the first step."""
    return d * (k - 1)


@written
def both_sides(start: Expr, end: Expr) -> Expr:
    """The padding before and after together."""
    return start + end


@dataclass(frozen=True)
class Windows:
    """The windows of a layer: one kernel, stride and dilation for each axis, one padding for all.

    ``dilates`` is False for a pooling, whose rule has no D. Where it ``rounds_up`` the last window
    may reach over the end.
    """

    axes: tuple[Axis, ...]
    kernel: tuple[Size, ...]
    strides: tuple[Size, ...]
    dilation: tuple[Size, ...]
    padding: AnyPadding
    dilates: bool = True
    rounds_up: bool = False

    @property
    def kernel_letters(self) -> tuple[Symbol, ...]:
        return letters_for("K", self.axes, self.kernel)

    @property
    def kernel_values(self) -> dict[Symbol, Size]:
        return dict(zip(self.kernel_letters, self.kernel, strict=True))

    def over(self, sizes: Sequence[Size]) -> Places:
        """Slide over an input with these sizes. Raises `ModelProblem` where a kernel does not
        fit."""
        slid = self.slide(sizes)
        out = tuple(one.size.value for one in slid)
        letters = (axis.size_out for axis in self.axes)
        return Places(
            out,
            tuple(found for one in slid for found in (one.size, one.padding) if found is not None),
            dict(zip(letters, out, strict=True)),
            {one.reach.axis: one.reach for one in slid},
            tuple(asked for one in slid for asked in one.requirements),
        )

    def slide(self, sizes: Sequence[Size]) -> tuple[Slid, ...]:
        """Slide over each axis of an input by itself."""
        return tuple(self._slide(index, size) for index, size in enumerate(sizes))

    def _slide(self, index: int, size: Size) -> Slid:
        filled = self._size(index, size)
        extent = plus((times((self.dilation[index], minus(self.kernel[index], 1))), 1))
        requirements: tuple[Requirement, ...] = ()
        padding = None
        if isinstance(self.padding, Padding):
            before, after = self.padding.along(index)
            requirements = (self._fits(filled, plus((size, before, after)), extent),)
            if self.rounds_up:
                end = plus((times((minus(filled.value, 1), self.strides[index])), extent))
                after = larger(after, minus(end, plus((before, size))))
        else:
            padding = self._padding(index, size, filled.value)
            before = self._before(padding.value)
            after = minus(padding.value, before)
        reach = Reach(index, extent, self.strides[index], before, after)
        return Slid(filled, padding, reach, requirements)

    def _before(self, padding: Size) -> Size:
        """How much of the padding of both sides stands before the first position."""
        if isinstance(self.padding, CausalPadding):
            return padding
        odd_before = isinstance(self.padding, SamePadding) and self.padding.odd_before
        return ceil_div(padding, 2) if odd_before else floor_div(padding, 2)

    def _size(self, index: int, size: Size) -> Filled:
        axis = self.axes[index]
        letters = self._letters(index)
        equation = size_equation(
            axis, letters, self.padding.setting, self.dilates, rounds_up=self.rounds_up
        )
        kernel, stride, dilation = letters
        where: dict[Symbol, Size] = {axis.size_in: size, stride: self.strides[index]}
        drops: list[Drop] = []
        if isinstance(self.padding, Padding):
            before, after = self.padding.along(index)
            sides = (
                {P_START: before, P_END: after} if self.rounds_up else {P: plus((before, after))}
            )
            none = Setting(NONE, word=True)
            drops += [Drop(side, 0, none) for side, given in sides.items() if given == 0]
            where |= {**sides, kernel: self.kernel[index]}
            if self.dilates:
                where[dilation] = self.dilation[index]
                drops += [Drop(dilation, 1)] if self.dilation[index] == 1 else []
        if self.strides[index] == 1:
            drops.append(Drop(stride, 1))
        return Filled(equation, where, tuple(drops), self._says(index), self._like(index))

    def _letters(self, index: int) -> tuple[Symbol, Symbol, Symbol]:
        return (
            self.kernel_letters[index],
            letters_for("S", self.axes, self.strides)[index],
            letters_for("D", self.axes, self.dilation)[index],
        )

    def _like(self, index: int) -> str | None:
        """The first axis, where this one has the same kernel, stride, dilation and padding."""
        own, first = (
            (
                self.kernel[place],
                self.strides[place],
                self.dilation[place],
                self.padding.along(place) if isinstance(self.padding, Padding) else None,
            )
            for place in (index, 0)
        )
        return self.axes[0].quantity if index and own == first else None

    def _says(self, index: int) -> dict[Stage, Message]:
        axis = self.axes[index]
        kernel, stride, _dilation = self._letters(index)
        if self.rounds_up:
            said = _("rounded up: the last window may reach over the end, if it begins before it")
            return {Stage.REDUCED: said}
        if not isinstance(self.padding, Padding):
            word = Setting(self.padding.setting, word=True)
            if self.strides[index] == 1:
                return {Stage.REDUCED: _("{padding} keeps the size", padding=word)}
            return {
                Stage.REDUCED: _(
                    "{padding}: the size divided by the stride, rounded up; {K} drops out",
                    padding=word,
                    K=kernel,
                )
            }
        padded = self.padding.along(index) != (0, 0)
        there = both_sides(axis.size_in, P) if padded else axis.size_in
        places = {"K": kernel, "S": stride, "n": there, "rows": axis.positions}
        if self.strides[index] == 1:
            return {Stage.REDUCED: _("the places where {K} {rows} fit into {n}", **places)}
        says = {Stage.REDUCED: _("the steps of {S} after the first place, and the first", **places)}
        if self.strides[index] == self.kernel[index] and not self.dilates:
            says[Stage.REDUCED] = _("{S} = {K}, so the windows do not overlap", **places)
        return says

    def _fits(self, filled: Filled, size: Size, extent: Size) -> Requirement:
        """The kernel must fit into the input with its padding."""
        condition = at_least(size, extent)
        if condition is False:
            dropped = {drop.letter: drop.value for drop in filled.drops}
            reduced = tidy(put_in(filled.equation.expression, dropped))
            raise ModelProblem(
                _("the kernel is larger than its input"),
                _(
                    "{out} = {rule} = {numbers} = {result}: no place for the kernel.",
                    out=filled.equation.symbol,
                    rule=reduced,
                    numbers=put_in(reduced, filled.where),
                    result=filled.value,
                ),
                _(
                    "A smaller kernel, a larger input or {padding} in this layer would fit.",
                    padding=Setting(SAME),
                ),
            )
        return Requirement(condition, _("the kernel fits into its input"))

    def _padding(self, index: int, size: Size, out: Size) -> Filled:
        axis = self.axes[index]
        letters = self._letters(index)
        kernel, stride, dilation = letters
        equation = padding_equation(axis, letters, self.padding.setting, self.dilates)
        where = {
            axis.size_out: out,
            axis.size_in: size,
            stride: self.strides[index],
            kernel: self.kernel[index],
        }
        drops: list[Drop] = []
        if self.dilates:
            where[dilation] = self.dilation[index]
            drops += [Drop(dilation, 1)] if self.dilation[index] == 1 else []
        if self.strides[index] == 1:
            drops += [Drop(stride, 1)]
        like = self._like(index)
        return Filled(
            equation,
            where,
            tuple(drops),
            {Stage.RESULT: self._sides(value(equation.expression, where))},
            None if like is None else f"padding.{self.axes[0].letter}",
        )

    def _sides(self, padding: Size) -> Message:
        """How the padding of both sides together is shared out."""
        if isinstance(self.padding, CausalPadding):
            return _("all of it before the first step: no value sees the future")
        odd_before = isinstance(self.padding, SamePadding) and self.padding.odd_before
        if not isinstance(padding, int):
            halves = (
                (CeilDiv(P, 2), FloorDiv(P, 2)) if odd_before else (FloorDiv(P, 2), CeilDiv(P, 2))
            )
            return _("in all: {before} before, {after} after", before=halves[0], after=halves[1])
        if odd_before:
            return _("in all: one half before, one half after; an odd one goes before")
        return _("in all: one half before, one half after; an odd one goes after")


@dataclass(frozen=True)
class Places:
    """The places of windows over an input: how many along each axis (``sizes``), the equations that
    lead there, the values of the letters of the output's sizes, how each output axis reads the
    input's, and what is asked of the input."""

    sizes: tuple[Size, ...]
    quantities: tuple[Filled, ...]
    where: Mapping[Symbol, Size]
    reach: Mapping[int, Reach]
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True)
class Slid:
    """What sliding over one axis gives."""

    size: Filled
    padding: Filled | None
    reach: Reach
    requirements: tuple[Requirement, ...]


@cache
def size_equation(
    axis: Axis,
    letters: tuple[Symbol, Symbol, Symbol],
    padding: str,
    dilates: bool,
    *,
    rounds_up: bool = False,
) -> Equation:
    """The size of a window's output along one axis, in letters (kernel, stride, dilation), with the
    padding of that name."""
    kernel, stride, dilation = letters
    if padding in (SAME, CAUSAL):
        expression, rule = same_size(axis.size_in, stride), "same-size"
    else:
        expression = (
            size_rounded_up(axis.size_in, P_START, P_END, dilation, kernel, stride)
            if rounds_up
            else window_size(axis.size_in, P, dilation, kernel, stride)
        )
        if not dilates:
            expression = tidy(put_in(expression, {dilation: 1}))
        rule = "convolution-size" if dilates else "pooling-size"
    return Equation(
        axis.quantity,
        axis.size_out,
        rule,
        axis.label,
        expression,
        when=_("with {argument}", argument=Setting(padding)),
        places=True,
    )


@cache
def padding_equation(
    axis: Axis, letters: tuple[Symbol, Symbol, Symbol], padding: str, dilates: bool
) -> Equation:
    """The padding of both sides together along one axis, in letters."""
    kernel, stride, dilation = letters
    if padding == CAUSAL:
        expression, rule = causal_padding(dilation, kernel), "causal-padding"
    else:
        expression = same_padding(axis.size_out, stride, dilation, kernel, axis.size_in)
        rule = "same-padding"
    if not dilates:
        expression = tidy(put_in(expression, {dilation: 1}))
    return Equation(
        f"padding.{axis.letter}",
        P,
        rule,
        _("padding"),
        expression,
        when=_("with {argument}", argument=Setting(padding)),
    )


def general_equations(rank: int, paddings: Sequence[str], dilates: bool) -> tuple[Equation, ...]:
    """The general rules of a window of one kernel, stride and dilation on all axes: the size along
    each axis with each padding, and how much padding there is."""
    axes, letters = SPATIAL[rank], (letter("K"), letter("S"), D)
    return (
        *(size_equation(axis, letters, padding, dilates) for axis in axes for padding in paddings),
        *(
            padding_equation(axes[0], letters, padding, dilates)
            for padding in paddings
            if padding != NONE
        ),
    )


def window_title(
    kernel: tuple[Size, ...],
    strides: tuple[Size, ...],
    padding: AnyPadding,
    dilation: tuple[Size, ...] = (),
    usual_strides: tuple[Size, ...] | None = None,
) -> tuple[Piece, ...]:
    """A window in a heading: ``3×3, /2, same``. What is as usual is left out."""
    usual = usual_strides or (1,) * len(kernel)
    pieces: list[Piece] = [Extent(kernel)]
    if strides != usual:
        same = len(set(strides)) == 1
        pieces.append(_("/{strides}", strides=strides[0] if same else Extent(strides)))
    if any(rate != 1 for rate in dilation):
        same = len(set(dilation)) == 1
        pieces.append(_("dilation {rate}", rate=dilation[0] if same else Extent(dilation)))
    if padding != Padding():
        pieces.append(Setting(padding.setting, word=True))
    return tuple(pieces)
