"""The sliding window, which convolution and pooling share: its rules, and one axis of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Integer, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import (
    CeilDiv,
    FloorDiv,
    Maximum,
    Size,
    floor_div,
    letter,
    minus,
    plus,
    times,
)
from layermath.algebra.written import put_in, tidy, value, written
from layermath.messages import Code, Extent, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import Axis, letters_for
from layermath.rules.equations import Drop, Equation, Filled, Reach, Requirement, Stage

P, D = letter("P"), letter("D")


@written
def window_size(n: Expr, p: Expr, d: Expr, k: Expr, s: Expr) -> Expr:
    """The places of a window: Dumoulin and Visin, relationship 15 with P for both sides together
    (2p there)."""
    return FloorDiv(n + p - d * (k - 1) - 1, s) + 1


@written
def same_size(n: Expr, s: Expr) -> Expr:
    """``padding="same"`` (Keras, TensorFlow): as many places as the stride fits in, rounded up."""
    return CeilDiv(n, s)


@written
def same_padding(o: Expr, s: Expr, d: Expr, k: Expr, n: Expr) -> Expr:
    """What ``same`` adds, both sides together, so that the last window fits."""
    return Maximum((o - 1) * s + d * (k - 1) + 1 - n, Integer(0))


@written
def causal_padding(d: Expr, k: Expr) -> Expr:
    """What ``causal`` adds before the first step."""
    return d * (k - 1)


@dataclass(frozen=True)
class Windows:
    """The windows of a layer: one kernel, stride and dilation for each axis, one padding for all.

    ``dilates`` is False for pooling, whose rule has no D.
    """

    axes: tuple[Axis, ...]
    kernel: tuple[Size, ...]
    strides: tuple[Size, ...]
    dilation: tuple[Size, ...]
    padding: str
    dilates: bool = True

    @property
    def kernel_letters(self) -> tuple[Symbol, ...]:
        return letters_for("K", self.axes, self.kernel)

    @property
    def kernel_values(self) -> dict[Symbol, Size]:
        return dict(zip(self.kernel_letters, self.kernel, strict=True))

    def slide(self, sizes: Sequence[Size]) -> tuple[Slid, ...]:
        """Slide over the axes of an input. Raises `ModelProblem` where a kernel does not fit."""
        return tuple(self._slide(index, sizes) for index in range(len(self.axes)))

    def _slide(self, index: int, sizes: Sequence[Size]) -> Slid:
        size = sizes[index]
        filled = self._size(index, size)
        requirements: tuple[Requirement, ...] = ()
        padding = None
        before: Size = 0
        after: Size = 0
        extent = plus((times((self.dilation[index], minus(self.kernel[index], 1))), 1))
        if self.padding == "valid":
            requirements = (self._fits(filled, size, extent),)
        else:
            padding = self._padding(index, size, filled.value)
            if self.padding == "causal":
                before = padding.value
            else:
                before = floor_div(padding.value, 2)
                after = minus(padding.value, before)
        return Slid(
            filled,
            padding,
            Reach(index, extent, self.strides[index], before, after),
            requirements,
        )

    def _size(self, index: int, size: Size) -> Filled:
        axis = self.axes[index]
        equation = size_equation(axis, self._letters(index), self.padding, self.dilates)
        kernel, stride, dilation = self._letters(index)
        where: dict[Symbol, Size] = {axis.size_in: size, stride: self.strides[index]}
        drops: list[Drop] = []
        if self.padding == "valid":
            drops.append(Drop(P, 0, Code("valid")))
            where |= {P: 0, kernel: self.kernel[index]}
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
        """The first axis, where this one has the same kernel, stride and dilation."""
        own = (self.kernel[index], self.strides[index], self.dilation[index])
        first = (self.kernel[0], self.strides[0], self.dilation[0])
        return self.axes[0].quantity if index and own == first else None

    def _says(self, index: int) -> dict[Stage, Message]:
        axis = self.axes[index]
        kernel, stride, _dilation = self._letters(index)
        if self.padding != "valid":
            if self.strides[index] == 1:
                return {Stage.REDUCED: _("{padding} keeps the size", padding=Code(self.padding))}
            return {
                Stage.REDUCED: _(
                    "{padding}: the size divided by the stride, rounded up; {K} drops out",
                    padding=Code(self.padding),
                    K=kernel,
                )
            }
        places = {"K": kernel, "S": stride, "n": axis.size_in, "rows": axis.positions}
        if self.strides[index] == 1:
            return {Stage.REDUCED: _("the places where {K} {rows} fit into {n}", **places)}
        says = {Stage.REDUCED: _("the steps of {S} after the first place, and the first", **places)}
        if self.strides[index] == self.kernel[index] and not self.dilates:
            says[Stage.REDUCED] = _("{S} = {K}, so the windows do not overlap", **places)
        return says

    def _fits(self, filled: Filled, size: Size, extent: Size) -> Requirement:
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
                _('A smaller kernel, a larger input or padding="same" in this layer would fit.'),
            )
        return Requirement(condition, _("the kernel fits into its input"))

    def _padding(self, index: int, size: Size, out: Size) -> Filled:
        axis = self.axes[index]
        kernel, stride, dilation = self._letters(index)
        equation = padding_equation(axis, (kernel, stride, dilation), self.padding, self.dilates)
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
        if self.padding == "causal":
            says = _("all of it before the first step: no value sees the future")
        elif isinstance(value(equation.expression, where), int):
            says = _("in all: one half before, one half after; an odd one goes after")
        else:
            says = _(
                "in all: {before} before, {after} after", before=FloorDiv(P, 2), after=CeilDiv(P, 2)
            )
        if self.strides[index] == 1:
            drops += [Drop(stride, 1)]
        like = self._like(index)
        return Filled(
            equation,
            where,
            tuple(drops),
            {Stage.RESULT: says},
            None if like is None else f"padding.{self.axes[0].letter}",
        )


@dataclass(frozen=True)
class Slid:
    """What sliding over one axis gives."""

    size: Filled
    padding: Filled | None
    reach: Reach
    requirements: tuple[Requirement, ...]


@cache
def size_equation(
    axis: Axis, letters: tuple[Symbol, Symbol, Symbol], padding: str, dilates: bool
) -> Equation:
    """The size of a window's output along one axis, in letters (kernel, stride, dilation)."""
    kernel, stride, dilation = letters
    if padding == "valid":
        expression = window_size(axis.size_in, P, dilation, kernel, stride)
        if not dilates:
            expression = tidy(put_in(expression, {dilation: 1}))
        rule = "convolution-size" if dilates else "pooling-size"
    else:
        expression = same_size(axis.size_in, stride)
        rule = "same-size"
    return Equation(
        axis.quantity,
        axis.size_out,
        rule,
        axis.label,
        expression,
        when=_("with {argument}", argument=Code(f'padding="{padding}"')),
        places=True,
    )


@cache
def padding_equation(
    axis: Axis, letters: tuple[Symbol, Symbol, Symbol], padding: str, dilates: bool
) -> Equation:
    """The padding of both sides together along one axis, in letters."""
    kernel, stride, dilation = letters
    if padding == "causal":
        expression = causal_padding(dilation, kernel)
    else:
        expression = same_padding(axis.size_out, stride, dilation, kernel, axis.size_in)
    if not dilates:
        expression = tidy(put_in(expression, {dilation: 1}))
    return Equation(
        f"padding.{axis.letter}",
        P,
        f"{padding}-padding",
        _("padding"),
        expression,
        when=_("with {argument}", argument=Code(f'padding="{padding}"')),
    )


def window_title(
    kernel: tuple[Size, ...],
    strides: tuple[Size, ...],
    padding: str,
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
    if padding != "valid":
        pieces.append(Name(padding))
    return tuple(pieces)
