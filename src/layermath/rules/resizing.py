"""Padding, cropping and upsampling: the axes of a feature map grow or shrink, by a rule each.

Source: Keras, *Reshaping layers* (`ZeroPadding`, `Cropping`, `UpSampling`, 1D to 3D).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from sympy import Expr, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, letter, minus, plus
from layermath.algebra.written import written
from layermath.messages import Extent, Message, Name, Piece, _
from layermath.rules.axes import SPATIAL, Axis, check_rank, letters_for
from layermath.rules.equations import Applied, Equation, Filled, Reach, Requirement, Stage
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import nothing_to_learn
from layermath.rules.windows import P

Pair: TypeAlias = "tuple[Size, Size]"
"""What is done before the first position of an axis, and after its last."""

Q, R = letter("Q"), letter("R")


@written
def padded(n: Expr, p: Expr) -> Expr:
    """A size with what is added on both sides together."""
    return n + p


@written
def cropped(n: Expr, q: Expr) -> Expr:
    """A size without what is taken away on both sides together."""
    return n - q


@written
def upsampled(n: Expr, r: Expr) -> Expr:
    """A size of which each position becomes ``r``."""
    return n * r


@dataclass(frozen=True)
class AxisByAxis(Rule):
    """A layer that changes each of ``rank`` spatial axes by a rule of its own and leaves the
    channels.

    Takes ``(spatial…, C)``. A family gives the letter of its argument, its value for each axis, its
    rule, its reach and what it requires.
    """

    letter: ClassVar[Symbol]
    new_size: ClassVar[staticmethod[[Expr, Expr], Expr]]
    name: ClassVar[str]
    """The name of its rule."""
    why: ClassVar[Message]
    change: ClassVar[Message]

    rank: int

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        check_rank(shape, self.rank + 1)
        *spatial, channels = shape
        axes = SPATIAL[self.rank]
        amounts = self._amounts()
        letters = letters_for(self.letter.name, axes, amounts)
        filled = [
            Filled(
                self._equation(axis, letter),
                {axis.size_in: size, letter: amount},
                says={Stage.FILLED: said} if (said := self._says(index)) else {},
                like=axes[0].quantity if index and self._same(0, index) else None,
            )
            for index, (axis, letter, size, amount) in enumerate(
                zip(axes, letters, spatial, amounts, strict=True)
            )
        ]
        return Applied(
            ((*(one.value for one in filled), channels),),
            (*filled, Filled(nothing_to_learn(self.why))),
            reach={index: self._reach(index) for index in range(self.rank)},
            requirements=tuple(
                self._requires(axis, one.value) for axis, one in zip(axes, filled, strict=True)
            ),
        )

    def _amounts(self) -> tuple[Size, ...]:
        """The value of the letter on each axis."""
        raise NotImplementedError

    def _reach(self, index: int) -> Reach:
        """How one axis of the output reads the same axis of the input."""
        raise NotImplementedError

    def _same(self, first: int, second: int) -> bool:
        """Whether two axes are treated alike."""
        return self._amounts()[first] == self._amounts()[second]

    def _says(self, index: int) -> Message | None:
        """What is said beside the numbers of one axis."""
        return None

    def _requires(self, axis: Axis, size: Size) -> Requirement:
        """What must hold of the new size: nothing, unless a family says so."""
        return Requirement(True, self.change)

    @classmethod
    def _equation(cls, axis: Axis, letter: Symbol) -> Equation:
        return Equation(
            axis.quantity,
            axis.size_out,
            cls.name,
            axis.label,
            cls.new_size(axis.size_in, letter),
            cls.change,
        )

    @classmethod
    def equations(cls, rank: int = 2, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for the same amount on all axes."""
        return (
            *(cls._equation(axis, cls.letter) for axis in SPATIAL[rank]),
            nothing_to_learn(cls.why),
        )


@dataclass(frozen=True)
class OnBothSides(AxisByAxis):
    """A layer that adds or takes away positions: ``sides`` has so many before the first and after
    the last, of each axis."""

    sides: tuple[Pair, ...]

    def _amounts(self) -> tuple[Size, ...]:
        return tuple(plus(pair) for pair in self.sides)

    def _same(self, first: int, second: int) -> bool:
        return self.sides[first] == self.sides[second]

    def _says(self, index: int) -> Message | None:
        before, after = self.sides[index]
        return _("{before} before, {after} after", before=before, after=after)

    def title(self) -> tuple[Piece, ...]:
        """``2``; ``1 + 3`` for uneven sides, each axis after the other where they differ."""
        pairs = self.sides
        return tuple(
            before if before == after else _("{before} + {after}", before=before, after=after)
            for before, after in (pairs[:1] if len(set(pairs)) == 1 else pairs)
        )


class ZeroPadding(OnBothSides):
    """Zeros around a feature map. Raises `ModelProblem` where a negative padding, which crops,
    leaves less than nothing."""

    letter = P
    new_size = staticmethod(padded)
    name = "zero-padding-size"
    why = _("zeros are put around the map: there is nothing to learn")
    change = _("as much longer as there are zeros on both sides together")

    def _reach(self, index: int) -> Reach:
        before, after = self.sides[index]
        return Reach(index, before=before, after=after)

    def _requires(self, axis: Axis, size: Size) -> Requirement:
        return require(
            at_least(size, 0),
            _(
                "{out} = {size}: a padding below 0 takes away more than there is",
                out=axis.size_out,
                size=size,
            ),
        )


class Cropping(OnBothSides):
    """A feature map without its edges. Raises `ModelProblem` where nothing would be left."""

    letter = Q
    new_size = staticmethod(cropped)
    name = "cropping-size"
    why = _("positions are left out: there is nothing to learn")
    change = _("as much shorter as is taken away on both sides together")

    def _reach(self, index: int) -> Reach:
        before, after = self.sides[index]
        return Reach(index, before=minus(0, before), after=minus(0, after))

    def _requires(self, axis: Axis, size: Size) -> Requirement:
        return require(
            at_least(size, 1),
            _(
                "{out} = {size}: the cropping must leave at least one position",
                out=axis.size_out,
                size=size,
            ),
        )


_RADII = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}


@dataclass(frozen=True)
class UpSampling(AxisByAxis):
    """A larger feature map: each position becomes ``factor`` positions, on each axis, repeated or
    interpolated."""

    letter = R
    new_size = staticmethod(upsampled)
    name = "upsampling-size"
    why = _("values are repeated or interpolated: there is nothing to learn")
    change = _("each position becomes {factor}", factor=R)

    factor: tuple[Size, ...]
    interpolation: str = "nearest"

    def _amounts(self) -> tuple[Size, ...]:
        return self.factor

    def _reach(self, index: int) -> Reach:
        """An interpolation of radius r writes each pixel to the outputs whose centres are nearer
        than r pixels, pixels and outputs being squares with their centres in the middle."""
        factor = self.factor[index]
        if self.interpolation == "nearest" or not isinstance(factor, int):
            return Reach(index, extent=factor, stride=factor, writes=True)
        radius = _RADII[self.interpolation]
        odd = factor % 2
        return Reach(
            index,
            extent=2 * radius * factor - odd,
            stride=factor,
            before=radius * factor - (factor + odd) // 2,
            writes=True,
        )

    def title(self) -> tuple[Piece, ...]:
        """``2×2, bilinear``"""
        usual = self.interpolation == "nearest"
        return (Extent(self.factor), *(() if usual else (Name(self.interpolation),)))
