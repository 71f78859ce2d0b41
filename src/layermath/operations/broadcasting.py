"""Operations on the values at the same place of several operands: ``x + y``, ``x > 0``.

Source: Keras, *NumPy ops*; shapes are compared from their last axis on, as NumPy compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layermath.algebra.conditions import Condition, equal
from layermath.algebra.floors import Size
from layermath.messages import _
from layermath.operations.operation import (
    Fixed,
    Operand,
    Operation,
    Whole,
    alike,
    of_operand,
    whole,
    without_batch,
)
from layermath.rules.axes import CHANNELS, axes_of
from layermath.rules.equations import Applied, Equation, Filled, Requirement, View
from layermath.rules.merging import agreed
from layermath.rules.merging import repeated as broadcast_size
from layermath.vocabulary.layer import require


def sizes_agree(axis: int, left: Size, right: Size) -> Requirement:
    """Two operands must have one size on an axis, which counts the batch as 0."""
    condition: Condition = equal(left, right)
    return require(
        condition,
        _(
            "the sizes must agree on axis {axis}: {left} and {right}",
            axis=axis,
            left=left,
            right=right,
        ),
    )


def together(operands: Sequence[Whole]) -> tuple[Whole, tuple[Requirement, ...]]:
    """The shape that operands share: a size of 1 is repeated, and axes that one of them does not
    have count as 1. Gives it with what the sizes must fulfil.

    Raises `ModelProblem` where two sizes differ and neither is 1.
    """
    rank = max(len(shape) for shape in operands)
    padded = [(1,) * (rank - len(shape)) + shape for shape in operands]
    output: list[Size | None] = []
    requirements: list[Requirement] = []
    for number, sizes in enumerate(zip(*padded, strict=True)):
        known = [size for size in sizes if size is not None and size != 1]
        if not known:
            output.append(None if None in sizes else 1)
            continue
        size = agreed(known)
        output.append(size)
        requirements += [sizes_agree(number, size, one) for one in known if one is not size]
    return tuple(output), tuple(requirements)


@dataclass(frozen=True)
class Broadcast(Operation, abstract=True):
    """Values at the same place of two operands become one."""

    def apply(self, x1: Operand, x2: Operand) -> Applied:
        """Apply to two tensors, or a tensor and a number or constant."""
        return at_same_places((x1, x2))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule for an axis on which the first operand has the size 1."""
        return (broadcast_size(CHANNELS, of_operand(CHANNELS, 2)),)


def at_same_places(operands: Sequence[Operand]) -> Applied:
    """What comes out where values at the same place are put together."""
    shapes = [whole(operand) for operand in operands]
    common, requirements = together(shapes)
    output = without_batch(common)
    quantities: list[Filled] = []
    for place, axis in enumerate(axes_of(len(output))):
        from_end = place - len(output)
        sizes = [shape[from_end] if -from_end <= len(shape) else 1 for shape in shapes]
        repeated = any(
            size == 1 and isinstance(operand, tuple)
            for size, operand in zip(sizes, operands, strict=True)
        )
        if repeated and output[place] != 1:
            source = of_operand(axis, sizes.index(output[place]) + 1)
            quantities.append(Filled(broadcast_size(axis, source), {source: output[place]}))
    return Applied(
        (output,), tuple(quantities), view=_seen(operands, output), requirements=requirements
    )


def _seen(operands: Sequence[Operand], output: tuple[Size, ...]) -> View:
    """Position by position, where a tensor has all the positions that come out."""
    return (
        "windows"
        if any(
            not isinstance(one, Fixed)
            and len(one) == len(output)
            and all(size != 1 or out == 1 for size, out in zip(one, output, strict=True))
            for one in operands
        )
        else "unknown"
    )


@dataclass(frozen=True)
class Where(Operation):
    """At each place, the value of one operand or the other, as the condition has it."""

    def apply(
        self, condition: Operand, x1: Operand | None = None, x2: Operand | None = None
    ) -> Applied:
        """Apply to a condition and two operands. With none, Keras gives the places themselves."""
        if x1 is None or x2 is None:
            return at_same_places((condition,))
        return at_same_places((condition, x1, x2))


TYPES = alike(
    Broadcast,
    (
        "Add",
        "Arctan2",
        "BitwiseAnd",
        "BitwiseLeftShift",
        "BitwiseOr",
        "BitwiseRightShift",
        "BitwiseXor",
        "Divide",
        "DivideNoNan",
        "Equal",
        "FloorDivide",
        "Fmax",
        "Fmin",
        "Fmod",
        "Gcd",
        "Greater",
        "GreaterEqual",
        "Heaviside",
        "Hypot",
        "Isclose",
        "Lcm",
        "Ldexp",
        "LeftShift",
        "Less",
        "LessEqual",
        "Logaddexp",
        "Logaddexp2",
        "LogicalAnd",
        "LogicalOr",
        "LogicalXor",
        "Maximum",
        "Minimum",
        "Mod",
        "Multiply",
        "Nextafter",
        "NotEqual",
        "Power",
        "RightShift",
        "Subtract",
        "TrueDivide",
    ),
)
