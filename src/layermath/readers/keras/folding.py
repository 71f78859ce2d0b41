"""What operations make of constants alone: constants, of which the shape is known.

An operation counts the batch as axis 0, and a constant has none. So it is applied to a tensor whose
example is the constant: its axes count one more, and nothing else has to be written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from layermath.algebra.floors import Size, as_size, times
from layermath.messages import Code, _
from layermath.operations import Fixed, Operation
from layermath.operations.along import Accumulation, Along
from layermath.operations.arranging import BroadcastTo, Ravel, Reshape, Transpose
from layermath.operations.broadcasting import Broadcast, Where, together
from layermath.operations.contractions import Contraction, Einsum, Tensordot
from layermath.operations.elementwise import OneByOne
from layermath.operations.joining import Pad, Repeat, Tile
from layermath.operations.operation import Whole, constants_in
from layermath.operations.reductions import Along as Reducing
from layermath.operations.selecting import Take
from layermath.operations.slicing import GetItem, Slice
from layermath.problems import ModelProblem
from layermath.readers.python.unknown import CannotFollow
from layermath.rules.equations import Requirement

_AXES = frozenset({"axis", "axes", "axis1", "axis2", "source", "destination"})
"""The arguments that name axes."""

_OF_IMAGES = frozenset({"images", "patches"})
"""The modules of operations that take images, one of them or several."""

IMAGES = 4
"""How many axes several images have together."""


def folded(operation: Operation, operands: Sequence[object]) -> object:
    """What an operation makes of `Fixed` operands, and of lists of them.

    Raises `CannotFollow` where it cannot take them, or their values decide the shape.
    """
    asked: list[Requirement] = []
    try:
        shapes, nest = _made(operation, operands, asked)
        asked += [one for fixed in constants_in(operands) for one in fixed.asked]
    except ModelProblem as problem:
        raise CannotFollow(reasons=(_("{message}.", message=problem.message),)) from None
    open_ones = tuple(one for one in asked if one.condition is not True)
    return _handed_out(nest, [Fixed(shape, open_ones) for shape in shapes])


def _handed_out(nest: object, made: Sequence[Fixed]) -> object:
    if isinstance(nest, (list, tuple)):
        return type(nest)(_handed_out(item, made) for item in nest)
    assert isinstance(nest, int)
    return made[nest]


def _made(
    operation: Operation, operands: Sequence[object], asked: list[Requirement]
) -> tuple[list[Whole], object]:
    """The shapes, and how they are handed out. What the operation asks of letters goes into the
    list."""
    shapes = [one.shape for one in operands if isinstance(one, Fixed)]
    flat = [one.shape for one in constants_in(operands)]
    if isinstance(operation, (Broadcast, Where)) and len(shapes) == len(operands) > 1:
        common, agree = together(shapes)
        asked += agree
        return [common], 0
    if isinstance(operation, OneByOne) and len(shapes) == 1:
        return shapes, 0
    if any(None in shape for shape in flat):
        return _batched(operation, operands, asked)
    sizes = [tuple(size for size in shape if size is not None) for shape in flat]
    if not sizes:
        raise no_constants(operation)
    alone = _alone(operation, sizes)
    if alone is not None:
        return [alone], 0
    module = type(operation).__module__.rpartition(".")[2]
    if module in _OF_IMAGES and len(sizes[0]) == IMAGES:
        applied = operation.apply(sizes[0][1:])
        asked += applied.requirements
        return [(sizes[0][0], *shape) for shape in applied.outputs], applied.nest
    first, *rest = operands
    lifted = _as_example(first)
    if not isinstance(operation, (Take, Contraction, Einsum)):
        rest = [_as_example(one) for one in rest]
    applied = _shifted(operation, len(sizes[0])).apply(lifted, *rest)
    asked += applied.requirements
    return list(applied.outputs), applied.nest


def no_constants(operation: Operation) -> CannotFollow:
    """What to raise where constants do not tell the shape."""
    return CannotFollow(
        reasons=(_("{operation} has constants alone here.", operation=Code(operation.type_name())),)
    )


def _as_example(operand: object) -> Any:
    """The constant as the shape of a tensor, whose batch is left out."""
    if isinstance(operand, list):
        return [_as_example(one) for one in operand]
    assert isinstance(operand, Fixed)
    return operand.shape


def _batched(
    operation: Operation, operands: Sequence[object], asked: list[Requirement]
) -> tuple[list[Whole], object]:
    """A constant with an example for each of the batch is as a tensor is."""

    def put(operand: object) -> Any:
        if isinstance(operand, list):
            return [put(one) for one in operand]
        assert isinstance(operand, Fixed)
        return operand.shape[1:] if operand.shape[:1] == (None,) else operand

    applied = operation.apply(*(put(one) for one in operands))
    asked += applied.requirements
    return [(None, *shape) for shape in applied.outputs], applied.nest


def _alone(operation: Operation, shapes: Sequence[tuple[Size, ...]]) -> Whole | None:
    """The shape, where the operation treats all values alike or the shape is its argument."""
    first = shapes[0]
    if isinstance(operation, BroadcastTo):
        if together([first, operation.shape])[0] != operation.shape:
            raise no_constants(operation)
        return operation.shape
    if isinstance(operation, Ravel):
        return (times(first),)
    if isinstance(operation, Along):
        row = isinstance(operation, Accumulation) and operation.axis is None
        return (times(first),) if row else first
    if isinstance(operation, Take) and operation.axis is None:
        return shapes[-1]
    if isinstance(operation, Repeat) and operation.axis is None:
        if len(operation.repeats) > 1:
            raise no_constants(operation)
        return (times((times(first), operation.repeats[0])),)
    if isinstance(operation, Reducing) and not first:
        return ()
    return None


def _shifted(operation: Operation, rank: int) -> Operation:
    """The operation with its axes counted one more, for a constant of ``rank`` axes."""
    if isinstance(operation, Reshape):
        return replace(operation, newshape=(None, *operation.newshape))
    if isinstance(operation, GetItem):
        return replace(operation, key=((None, None, None), *operation.key))
    if isinstance(operation, Slice):
        return replace(
            operation,
            start_indices=(0, *operation.start_indices),
            shape=(None, *operation.shape),
        )
    if isinstance(operation, Pad):
        pairs = operation.pad_width * rank if len(operation.pad_width) == 1 else operation.pad_width
        return replace(operation, pad_width=((0, 0), *pairs))
    if isinstance(operation, Tile):
        if len(operation.repeats) > rank:
            raise no_constants(operation)
        return operation
    if isinstance(operation, Transpose) and rank:
        axes = range(rank - 1, -1, -1) if operation.axes is None else operation.axes
        return replace(operation, axes=(0, *(axis % rank + 1 for axis in axes)))
    if isinstance(operation, Einsum):
        return replace(operation, subscripts=_with_batch(operation.subscripts))
    if isinstance(operation, Tensordot) and isinstance(operation.axes, tuple) and rank:
        left, right = operation.axes
        return replace(operation, axes=(tuple(axis % rank + 1 for axis in left), right))
    if isinstance(operation, Contraction):
        return operation
    changes: dict[str, Any] = {}
    for field in fields(operation):
        if field.name in _AXES:
            axes = getattr(operation, field.name)
            if axes is None and isinstance(operation, Reducing):
                changes[field.name] = tuple(range(1, rank + 1))
            elif axes is not None:
                changes[field.name] = _more(axes)
    return replace(operation, **changes)


def _more(axes: Any) -> Any:
    if isinstance(axes, int):
        return axes + 1 if axes >= 0 else axes
    return tuple(map(_more, axes))


def _with_batch(subscripts: str) -> str:
    """``ij,jk->ik`` with one axis more of the first operand, which stays."""
    inputs, arrow, output = subscripts.partition("->")
    if not arrow:
        once = sorted(c for c in set(inputs) - set(",.") if inputs.count(c) == 1)
        output = ("..." if "..." in inputs else "") + "".join(once)
    new = next(c for c in "zyxwvutsrqponmlkjihgfedcbaZYX" if c not in inputs)
    return f"{new}{inputs}->{new}{output}"


def once_for_each(name: str, operand: Fixed, repeats: object, axis: object) -> Fixed:
    """A constant repeated for every example: ``tf.tile(token, [batch, 1, 1])``,
    ``ops.repeat(token, batch, axis=0)``, where the size of the batch is None.

    Raises `CannotFollow` where something else is repeated as often.
    """
    shape = operand.shape
    if name == "Repeat" and axis == 0 and shape[:1] == (1,) and repeats is None:
        return Fixed((None, *shape[1:]))
    if name == "Tile" and isinstance(repeats, (list, tuple)) and len(repeats) >= len(shape):
        whole = (1,) * (len(repeats) - len(shape)) + shape
        if repeats[0] is None and whole[0] == 1 and None not in repeats[1:]:
            many = zip(whole[1:], repeats[1:], strict=True)
            return Fixed(
                (
                    None,
                    *(as_size(times((size, number))) for size, number in many if size is not None),
                )
            )
    raise CannotFollow
