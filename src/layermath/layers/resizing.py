"""Padding, cropping and upsampling: the axes of a feature map grow or shrink, by a rule each.

Source: Keras, *Reshaping layers* (`ZeroPadding`, `Cropping`, `UpSampling`, 1D to 3D).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from sympy import Expr, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, as_size, letter, minus, plus
from layermath.algebra.written import written
from layermath.messages import Extent, Message, Name, Piece, _
from layermath.rules.axes import SPATIAL, Axis, letters_for, split_channels, with_channels
from layermath.rules.equations import Applied, Equation, Filled, Reach, Requirement, Stage
from layermath.rules.weights import nothing_to_learn
from layermath.rules.windows import P
from layermath.vocabulary.arguments import (
    Kind,
    argument,
    choice,
    count,
    data_format,
    is_size,
    per_axis,
    wrong,
)
from layermath.vocabulary.layer import Layer, Shape, require

Pair: TypeAlias = "tuple[Size, Size]"
"""What is done before the first position of an axis, and after its last."""

Sides: TypeAlias = "Size | tuple[Size | Pair, ...]"
"""As it is written: one number for all sides; with one axis ``(before, after)``; with more, one
number or a pair for each."""

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


def sides(*, negative: bool = False) -> Kind:
    """What is done on the two sides of each axis, in Keras's forms. ``negative`` where Keras lets
    the one number for all sides be negative."""

    def kind(value: object, name: str, rank: int) -> Sides:
        if is_size(value):
            size = as_size(value)
            if isinstance(size, int) and size < 0 and not negative:
                raise wrong(name, value, _("it must not be negative"))
            return size
        entries = (value,) if rank == 1 else value
        if not isinstance(entries, (tuple, list)) or len(entries) != rank:
            raise wrong(name, value, _forms(rank))
        pairs = tuple(_pair(entry, value, name, rank) for entry in entries)
        return pairs[0] if rank == 1 else pairs

    return kind


def _pair(entry: object, value: object, name: str, rank: int) -> Pair:
    items = (entry, entry) if is_size(entry) else entry
    if (
        not isinstance(items, (tuple, list))
        or len(items) != 2
        or not all(is_size(item) for item in items)
    ):
        raise wrong(name, value, _forms(rank))
    before, after = (as_size(item) for item in items)
    if any(isinstance(size, int) and size < 0 for size in (before, after)):
        raise wrong(name, value, _("no side may be negative"))
    return before, after


def both_sides(written_as: Sides, rank: int) -> tuple[Pair, ...]:
    """What is done before and after, for each axis."""
    if not isinstance(written_as, tuple):
        return ((written_as, written_as),) * rank
    entries = (written_as,) if rank == 1 else written_as
    return tuple(
        (entry[0], entry[1]) if isinstance(entry, tuple) else (entry, entry) for entry in entries
    )


def _forms(rank: int) -> Message:
    if rank == 1:
        return _("it must be one whole number for both sides, or two: before and after")
    return _(
        "it must be one whole number for all sides, or a tuple of {rank}, one for each axis: a "
        "whole number, or two for before and after",
        rank=rank,
    )


@dataclass(frozen=True)
class AxisByAxis(Layer, abstract=True):
    """A layer that changes each spatial axis by a rule of its own and leaves the channels.

    Takes ``(spatial…, C)`` (``channels_first``: ``(C, spatial…)``). A family gives the letter of
    its argument, its value for each axis, its rule, its reach and what it requires.
    """

    letter: ClassVar[Symbol]
    new_size: ClassVar[staticmethod[[Expr, Expr], Expr]]
    rule: ClassVar[str]
    why: ClassVar[Message]
    change: ClassVar[Message]

    def apply(self, shape: Shape) -> Applied:
        """Apply to one feature map."""
        # Keras gives Cropping1D and UpSampling1D no data_format
        layout: str = getattr(self, "data_format", "channels_last")
        spatial, channels = split_channels(shape, self.rank, layout)
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
            (with_channels([one.value for one in filled], channels, layout),),
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
            cls.rule,
            axis.label,
            cls.new_size(axis.size_in, letter),
            cls.change,
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for the same amount on all axes."""
        return (
            *(cls._equation(axis, cls.letter) for axis in SPATIAL[cls.rank]),
            nothing_to_learn(cls.why),
        )


class OnBothSides(AxisByAxis, abstract=True):
    """A layer that adds or takes away positions before the first and after the last."""

    def _written(self) -> Sides:
        """What is done on the two sides of each axis, as it is written."""
        raise NotImplementedError

    def _sides(self) -> tuple[Pair, ...]:
        return both_sides(self._written(), self.rank)

    def _amounts(self) -> tuple[Size, ...]:
        return tuple(plus(pair) for pair in self._sides())

    def _same(self, first: int, second: int) -> bool:
        return self._sides()[first] == self._sides()[second]

    def _says(self, index: int) -> Message | None:
        before, after = self._sides()[index]
        return _("{before} before, {after} after", before=before, after=after)

    def title(self) -> tuple[Piece, ...]:
        """``2``; ``1 + 3`` for uneven sides, each axis after the other where they differ."""
        pairs = self._sides()
        return tuple(
            before if before == after else _("{before} + {after}", before=before, after=after)
            for before, after in (pairs[:1] if len(set(pairs)) == 1 else pairs)
        )


@dataclass(frozen=True)
class ZeroPadding(OnBothSides, abstract=True):
    """Zeros around a feature map. Raises `ModelProblem` where a negative padding, which crops,
    leaves less than nothing."""

    letter = P
    new_size = staticmethod(padded)
    rule = "zero-padding-size"
    why = _("zeros are put around the map: there is nothing to learn")
    change = _("as much longer as there are zeros on both sides together")

    padding: Sides = argument(sides(negative=True), 1)
    data_format: str = argument(data_format, None)

    def _written(self) -> Sides:
        return self.padding

    def _reach(self, index: int) -> Reach:
        before, after = self._sides()[index]
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


@dataclass(frozen=True)
class ZeroPadding1D(ZeroPadding):
    """Zeros before and after a sequence."""

    rank = 1
    padding: Sides = argument(sides(), 1)


class ZeroPadding2D(ZeroPadding):
    """Zeros around an image."""

    rank = 2


class ZeroPadding3D(ZeroPadding):
    """Zeros around a volume."""

    rank = 3


@dataclass(frozen=True)
class Cropping(OnBothSides, abstract=True):
    """A feature map without its edges. Raises `ModelProblem` where nothing would be left."""

    letter = Q
    new_size = staticmethod(cropped)
    rule = "cropping-size"
    why = _("positions are left out: there is nothing to learn")
    change = _("as much shorter as is taken away on both sides together")

    cropping: Sides = argument(sides(), 1)

    def _written(self) -> Sides:
        return self.cropping

    def _reach(self, index: int) -> Reach:
        before, after = self._sides()[index]
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


class Cropping1D(Cropping):
    """A sequence without its first and last steps."""

    rank = 1


@dataclass(frozen=True)
class Cropping2D(Cropping):
    """An image without its edges."""

    rank = 2
    cropping: Sides = argument(sides(), 0)
    data_format: str = argument(data_format, None)


@dataclass(frozen=True)
class Cropping3D(Cropping):
    """A volume without its faces."""

    rank = 3
    data_format: str = argument(data_format, None)


class UpSampling(AxisByAxis, abstract=True):
    """A larger feature map: each position becomes ``R``, on each axis."""

    letter = R
    new_size = staticmethod(upsampled)
    rule = "upsampling-size"
    why = _("values are repeated or interpolated: there is nothing to learn")
    change = _("each position becomes {factor}", factor=R)

    def _reach(self, index: int) -> Reach:
        factor = self._amounts()[index]
        return Reach(index, extent=factor, stride=factor, writes=True)

    def title(self) -> tuple[Piece, ...]:
        """``2×2``"""
        return (Extent(self._amounts()),)


@dataclass(frozen=True)
class UpSampling1D(UpSampling):
    """A longer sequence: each step ``size`` times."""

    rank = 1
    size: Size = argument(count, 2)

    def _amounts(self) -> tuple[Size, ...]:
        return (self.size,)


_RADII = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}


@dataclass(frozen=True)
class UpSampling2D(UpSampling):
    """A larger image: each pixel becomes ``size`` pixels."""

    rank = 2
    size: tuple[Size, ...] = argument(per_axis(), 2)
    data_format: str = argument(data_format, None)
    interpolation: str = argument(
        choice("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", any_case=True), "nearest"
    )

    def _amounts(self) -> tuple[Size, ...]:
        return self.size

    def _reach(self, index: int) -> Reach:
        """An interpolation of radius r writes each pixel to the outputs whose centres are nearer
        than r pixels, pixels and outputs being squares with their centres in the middle."""
        factor = self.size[index]
        if self.interpolation == "nearest" or not isinstance(factor, int):
            return super()._reach(index)
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
        return (*super().title(), *(() if usual else (Name(self.interpolation),)))


@dataclass(frozen=True)
class UpSampling3D(UpSampling):
    """A larger volume: each position becomes ``size`` positions."""

    rank = 3
    size: tuple[Size, ...] = argument(per_axis(), 2)
    data_format: str = argument(data_format, None)

    def _amounts(self) -> tuple[Size, ...]:
        return self.size
