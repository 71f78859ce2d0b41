"""Keras's reshaping layers: the same values, or the same map with more or fewer positions.

Source: Keras, *Reshaping layers*.
"""

from __future__ import annotations

from functools import partial

from layermath.algebra.floors import Size, as_size
from layermath.messages import Message, _
from layermath.vocabulary.arguments import Kind, choice, count, is_size, per_axis, wrong
from layermath.vocabulary.keras.convolutions import LAYOUT
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter


def _target(value: object, name: str, rank: int = 0) -> tuple[Size | None, ...]:
    """The shape that `Reshape` is given: whole numbers or letters, one of them −1 or None.

    Keras takes a size that is no whole number as one that it does not know.
    """
    if not isinstance(value, (tuple, list)) or not all(_is_target_size(item) for item in value):
        raise wrong(name, value, _("it must be a tuple of whole numbers or letters"))
    found = tuple(as_size(item) if is_size(item) and item != -1 else None for item in value)
    if any(isinstance(size, int) and size < 0 for size in found):
        raise wrong(name, value, _("no size may be negative, except one −1 for the size left open"))
    if found.count(None) > 1:
        raise wrong(name, value, _("only one size may be left open"))
    return found


def _is_target_size(item: object) -> bool:
    return item is None or isinstance(item, float) or is_size(item)


def _order(value: object, name: str, rank: int = 0) -> tuple[int, ...]:
    """A permutation of the axes, the first axis after the batch being 1."""
    if not isinstance(value, (tuple, list)) or not all(isinstance(item, int) for item in value):
        raise wrong(name, value, _("it must be a tuple of whole numbers"))
    if sorted(value) != list(range(1, len(value) + 1)):
        raise wrong(
            name,
            value,
            _("each axis must stand in it once, counted from 1: the batch keeps its place"),
        )
    return tuple(int(item) for item in value)


Pair = tuple[Size, Size]
"""What is done before the first position of an axis, and after its last."""

Sides = Size | tuple[Size | Pair, ...]
"""As it is written: one number for all sides; with one axis ``(before, after)``; with more, one
number or a pair for each."""


def _sides(*, negative: bool = False) -> Kind:
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


def _both_sides(written_as: Sides, rank: int) -> tuple[Pair, ...]:
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


def _on_sides(name: str, rank: int, default: int, *, negative: bool = False) -> Parameter:
    """What is done on both sides of each axis."""
    neutral = partial(_both_sides, rank=rank)
    return Parameter(name, _sides(negative=negative), default, "sides", neutral)


def _resized(rank: int) -> tuple[LayerType, ...]:
    """Padding, cropping and upsampling of ``rank`` axes: in one dimension Keras crops and repeats
    without a layout, and lets no padding be negative."""
    laid_out = (LAYOUT,) if rank > 1 else ()
    factor = (
        Parameter("size", per_axis(), 2, "factor")
        if rank > 1
        else Parameter("size", count, 2, "factor", lambda size: (size,))
    )
    words = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
    interpolated = (Parameter("interpolation", choice(*words, any_case=True), "nearest"),)
    padding = _on_sides("padding", rank, 1, negative=rank > 1)
    cropping = _on_sides("cropping", rank, 0 if rank == 2 else 1)
    return tuple(
        LayerType(f"{name}{rank}D", rule, signature, spelling=KERAS, fixed={"rank": rank})
        for name, rule, signature in (
            ("ZeroPadding", "resizing.ZeroPadding", (padding, LAYOUT)),
            ("Cropping", "resizing.Cropping", (cropping, *laid_out)),
            (
                "UpSampling",
                "resizing.UpSampling",
                (factor, *laid_out, *(interpolated if rank == 2 else ())),
            ),
        )
    )


TYPES = (
    LayerType("Flatten", "reshaping.Flatten", (LAYOUT,), spelling=KERAS),
    LayerType(
        "Reshape",
        "reshaping.Reshape",
        (Parameter("target_shape", _target, to="sizes"),),
        spelling=KERAS,
    ),
    LayerType(
        "Permute", "reshaping.Permute", (Parameter("dims", _order, to="order"),), spelling=KERAS
    ),
    LayerType(
        "RepeatVector",
        "reshaping.RepeatVector",
        (Parameter("n", count, to="times"),),
        spelling=KERAS,
    ),
    *(found for rank in (1, 2, 3) for found in _resized(rank)),
)
