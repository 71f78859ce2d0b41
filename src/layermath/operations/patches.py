"""Patches of an image, and frames put around it or taken away.

Source: Keras, *Image ops* (`extract_patches`, `pad_images`, `crop_images`). The patches are the
windows of a convolution whose filters hand each value on: nothing is multiplied to be summed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr, Mul, Symbol

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, as_size, letter, minus
from layermath.algebra.written import written
from layermath.messages import Name, Piece, _
from layermath.operations.images import window
from layermath.operations.operation import Operation, one_tensor, stated
from layermath.problems import ModelProblem
from layermath.rules.axes import (
    CHANNELS,
    SPATIAL,
    Axis,
    letters_for,
    split_channels,
    with_channels,
)
from layermath.rules.equations import Applied, Equation, Filled, Reach, Requirement
from layermath.rules.windows import (
    NONE,
    SAME,
    D,
    Windows,
    padding_equation,
    size_equation,
    window_title,
)
from layermath.vocabulary.arguments import argument, choice, is_below, is_size, optional, wrong
from layermath.vocabulary.arguments import data_format as layout
from layermath.vocabulary.keras.convolutions import PADDINGS
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer import Shape, require

BEFORE, AFTER = letter("P_1"), letter("P_2")


@written
def values_of_a_patch(kernel: tuple[Expr, ...], channels: Expr) -> Expr:
    """All values that a window covers, one after another."""
    return Mul(*kernel) * channels


@dataclass(frozen=True)
class ExtractPatches(Operation):
    """The values under each place of a window, in a row: the channels of that place.

    ``size`` has two numbers for images and three for volumes; without ``strides`` the patches
    stand side by side. Raises `ModelProblem` where the window is larger than its input.
    """

    size: Size | tuple[Size, ...] = argument(window)
    strides: Size | tuple[Size, ...] | None = argument(optional(window), None)
    dilation_rate: Size | tuple[Size, ...] = argument(window, 1)
    padding: str = argument(choice("valid", "same", any_case=True), "valid")
    data_format: str | None = argument(layout, None)

    def apply(self, images: Shape) -> Applied:
        """Apply to one image, or one volume."""
        kind = self.data_format or "channels_last"
        rank = len(self.size) if isinstance(self.size, tuple) else 2
        if rank not in (2, 3):
            raise wrong("size", self.size, _("it must be a height and a width"))
        spatial, channels = split_channels(one_tensor(images), rank, kind)
        windows = self._windows(rank)
        slid = windows.slide(spatial)
        deep = Filled(
            _channels_equation(windows.kernel_letters),
            {**windows.kernel_values, CHANNELS.size_in: channels},
        )
        return Applied(
            (with_channels([one.size.value for one in slid], deep.value, kind),),
            (*(filled for one in slid for filled in (one.size, one.padding) if filled), deep),
            reach={one.reach.axis: one.reach for one in slid},
            windowed=True,
            requirements=tuple(asked for one in slid for asked in one.requirements),
        )

    def _windows(self, rank: int) -> Windows:
        def each(value: Size | tuple[Size, ...]) -> tuple[Size, ...]:
            sizes = value if isinstance(value, tuple) else (value,) * rank
            if len(sizes) != rank:
                raise wrong(
                    "strides", value, _("it must have as many sizes as {name}", name=Name("size"))
                )
            return sizes

        strides = self.size if self.strides is None else self.strides
        return Windows(
            SPATIAL[rank],
            each(self.size),
            each(strides),
            each(self.dilation_rate),
            PADDINGS[self.padding],
        )

    def title(self) -> tuple[Piece, ...]:
        """``16×16``"""
        windows = self._windows(len(self.size) if isinstance(self.size, tuple) else 2)
        return KERAS.title(
            window_title(
                windows.kernel, windows.strides, windows.padding, windows.dilation, windows.kernel
            )
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for images."""
        axes = SPATIAL[2]
        letters = (letter("K"), letter("S"), D)
        return (
            *(size_equation(axis, letters, NONE, True) for axis in axes),
            *(size_equation(axis, letters, SAME, True) for axis in axes),
            *(padding_equation(axis, letters, SAME, True) for axis in axes),
            _channels_equation(letters_for("K", axes, (1, 1))),
        )


def _channels_equation(kernel: tuple[Symbol, ...]) -> Equation:
    return Equation(
        CHANNELS.quantity,
        CHANNELS.size_out,
        "patch-values",
        CHANNELS.label,
        values_of_a_patch(kernel, CHANNELS.size_in),
        _("all values of a patch in a row"),
    )


@written
def framed(size: Expr, before: Expr, after: Expr) -> Expr:
    """An axis with what is put before and behind it."""
    return size + before + after


@written
def cut(size: Expr, before: Expr, after: Expr) -> Expr:
    """An axis without what is taken away before and behind it."""
    return size - before - after


def amount(value: object, name: str, rank: int = 0) -> Size:
    """A number of rows or columns, 0 or more."""
    if not is_size(value) or is_below(as_size(value), 0):
        raise wrong(name, value, _("it must not be negative"))
    return as_size(value)


class Frame(Operation, abstract=True):
    """Rows and columns at the edges of an image, put there or taken away: two of what is done
    before an axis, behind it, and the size that comes out are given, for each axis."""

    word: ClassVar[str]
    grows: ClassVar[bool]

    def apply(self, images: Shape) -> Applied:
        """Apply to one image. Raises `ModelProblem` where not two are given, and where what is
        left over would be negative."""
        kind = self._value("data_format") or "channels_last"
        spatial, channels = split_channels(one_tensor(images), 2, str(kind))
        sides = (("top", "bottom", "target_height"), ("left", "right", "target_width"))
        filled: list[Filled] = []
        requirements: list[Requirement] = []
        reach: dict[int, Reach] = {}
        for place, (axis, size, names) in enumerate(zip(SPATIAL[2], spatial, sides, strict=True)):
            before, after, target = self._given(names)
            if target is None:
                new = Filled(self._equation(axis), {
                    axis.size_in: size, BEFORE: before or 0, AFTER: after or 0,
                })  # fmt: skip
            else:
                new = stated(axis, target, "given-size", _("as the source has it"))
                left = minus(target, size) if self.grows else minus(size, target)
                known = after if before is None else before
                left = minus(left, 0 if known is None else known)
                requirements.append(require(at_least(left, 0), _("no side may be negative")))
                before, after = (left, after) if before is None else (before, left)
            filled.append(new)
            if not self.grows:
                requirements.append(require(at_least(new.value, 0), _("no side may be negative")))
            sign = 1 if self.grows else -1
            reach[place] = Reach(place, before=_times(sign, before), after=_times(sign, after))
        return Applied(
            (with_channels([one.value for one in filled], channels, str(kind)),),
            tuple(filled),
            reach=reach,
            requirements=tuple(requirements),
        )

    def _value(self, name: str) -> object:
        found: object = getattr(self, name)
        return found

    def _given(self, names: tuple[str, str, str]) -> tuple[Size | None, Size | None, Size | None]:
        full = (f"{names[0]}_{self.word}", f"{names[1]}_{self.word}", names[2])
        before, after, target = (
            None if value is None else as_size(value) for value in map(self._value, full)
        )
        if (before, after, target).count(None) != 1:
            raise ModelProblem(
                _(
                    "two of {first}, {second} and {third} must be given",
                    first=Name(full[0]),
                    second=Name(full[1]),
                    third=Name(full[2]),
                )
            )
        return before, after, target

    @classmethod
    def _equation(cls, axis: Axis) -> Equation:
        rule = framed if cls.grows else cut
        reason = (
            _("{before} more before it, {after} behind it", before=BEFORE, after=AFTER)
            if cls.grows
            else _("{before} less before it, {after} behind it", before=BEFORE, after=AFTER)
        )
        name = "framed-size" if cls.grows else "cut-size"
        return Equation(
            axis.quantity,
            axis.size_out,
            name,
            axis.label,
            rule(axis.size_in, BEFORE, AFTER),
            reason,
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules."""
        return tuple(cls._equation(axis) for axis in SPATIAL[2])


def _times(sign: int, size: Size | None) -> Size:
    known = 0 if size is None else size
    return known if sign > 0 else minus(0, known)


@dataclass(frozen=True)
class PadImages(Frame):
    """Rows and columns of zeros around an image."""

    word = "padding"
    grows = True
    top_padding: Size | None = argument(optional(amount), None)
    left_padding: Size | None = argument(optional(amount), None)
    bottom_padding: Size | None = argument(optional(amount), None)
    right_padding: Size | None = argument(optional(amount), None)
    target_height: Size | None = argument(optional(amount), None)
    target_width: Size | None = argument(optional(amount), None)
    data_format: str | None = argument(layout, None)


@dataclass(frozen=True)
class CropImages(Frame):
    """An image without some rows and columns at its edges."""

    word = "cropping"
    grows = False
    top_cropping: Size | None = argument(optional(amount), None)
    left_cropping: Size | None = argument(optional(amount), None)
    bottom_cropping: Size | None = argument(optional(amount), None)
    right_cropping: Size | None = argument(optional(amount), None)
    target_height: Size | None = argument(optional(amount), None)
    target_width: Size | None = argument(optional(amount), None)
    data_format: str | None = argument(layout, None)
