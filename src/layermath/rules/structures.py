"""Tensors in lists and dicts, as layers take and give them: taken apart, and put together again.

A dict is taken apart by its sorted keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layermath.messages import _
from layermath.problems import ModelProblem
from layermath.rules.equations import Nest
from layermath.rules.rule import Inputs, Shape


def taken_apart(inputs: Inputs) -> tuple[tuple[Shape, ...], Nest]:
    """The shapes in a list or a dict, one after the other, and where each of them stands."""
    shapes: list[Shape] = []

    def number(item: Inputs) -> Nest:
        if isinstance(item, dict):
            return {key: number(item[key]) for key in sorted(item, key=str)}
        if isinstance(item, list):
            return [number(one) for one in item]
        shapes.append(item)
        return len(shapes) - 1

    nest = number(inputs)
    return tuple(shapes), nest


def put_together(shapes: Sequence[Shape], nest: Nest) -> Inputs:
    """The shapes where ``nest`` has their numbers; a tuple of tensors becomes a list."""
    if isinstance(nest, dict):
        return {key: put_together(shapes, item) for key, item in nest.items()}
    if isinstance(nest, (list, tuple)):
        return [put_together(shapes, item) for item in nest]
    return shapes[nest]


def moved(nest: Nest, by: int) -> Any:
    """The same structure, its outputs numbered further on."""
    if isinstance(nest, int):
        return nest + by
    if isinstance(nest, dict):
        return {key: moved(item, by) for key, item in nest.items()}
    return type(nest)(moved(item, by) for item in nest)


def listed(inputs: Any, *, exactly: int | None = None) -> list[Shape]:
    """The inputs of a layer that joins several: a list of shapes.

    Raises `ModelProblem` where they do not stand in a list, or where their number is wrong.
    """
    if not isinstance(inputs, list) or not all(isinstance(shape, tuple) for shape in inputs):
        raise ModelProblem(_("it joins several inputs: they must stand in a list"))
    if exactly is not None and len(inputs) != exactly:
        raise ModelProblem(
            _(
                "it takes exactly {number} inputs, and is given {given}",
                number=exactly,
                given=len(inputs),
            )
        )
    if not inputs:
        raise ModelProblem(_("it joins at least one input, and is given none"))
    return inputs
