"""Operations that look values up, and that write numbers as rows.

Source: Keras, *NumPy ops* (`take`), *NN ops* (`one_hot`) and *Core ops* (`top_k`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Symbol

from layermath.algebra.floors import Size, letter
from layermath.messages import Message, Name, _
from layermath.operations.operation import (
    Operand,
    Operation,
    TouchesBatch,
    kept,
    of_operand,
    one_tensor,
    place_of,
    quantity_of,
    whole,
    without_batch,
)
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled
from layermath.vocabulary.arguments import anything, argument, count, optional
from layermath.vocabulary.arguments import whole as whole_number
from layermath.vocabulary.layer import Shape

K = letter("k")
CLASSES = letter("n")


def _chosen(axis: Axis, symbol: Symbol, size: Size, reason: Message, output: int = 0) -> Filled:
    return Filled(
        Equation(
            quantity_of(axis, output), axis.size_out, "chosen-size", axis.label, symbol, reason
        ),
        {symbol: size},
    )


@dataclass(frozen=True)
class Take(Operation):
    """The positions of an axis that are named, in the order of the indices.

    Raises `ModelProblem` where there is no such axis.
    """

    axis: int | None = argument(optional(whole_number), None)

    def apply(self, x: Operand, indices: Operand) -> Applied:
        """Apply to a tensor, or a constant table, and to indices of any shape."""
        places = whole(indices)
        if self.axis is None:
            return Applied((without_batch(places),), view="unknown")
        table = whole(x)
        if not -len(table) <= self.axis < len(table):
            raise ModelProblem(_("there is no axis {axis}", axis=self.axis))
        number = self.axis % len(table)
        output = without_batch((*table[:number], *places, *table[number + 1 :]))
        axes = axes_of(len(output))
        quantities = []
        for place, axis in enumerate(axes, start=1):
            if number <= place < number + len(places):
                inner = axes_of(len(places))[place - number]
                source = of_operand(inner, 2)
                quantities.append(_chosen(axis, source, output[place - 1], _AS_MANY))
        return Applied((output,), tuple(quantities), view="unknown")

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for the last axis."""
        return (_chosen(CHANNELS, of_operand(CHANNELS, 2), 1, _AS_MANY).equation,)


_AS_MANY = _("as many as there are indices")


@dataclass(frozen=True)
class TopK(Operation):
    """The ``k`` largest values of the last axis, and where they stand: two outputs."""

    k: Size = argument(count)
    sorted: object = argument(anything, True)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor of at least one axis."""
        shape = one_tensor(x)
        if not shape:
            raise TouchesBatch
        axis = axes_of(len(shape))[-1]
        output = (*shape[:-1], self.k)
        return Applied(
            (output, output),
            tuple(_chosen(axis, K, self.k, _LARGEST, number) for number in (0, 1)),
            view="windows" if len(shape) > 1 else "everything",
            nest=(0, 1),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for both outputs."""
        return (_chosen(CHANNELS, K, 1, _LARGEST).equation,)


_LARGEST = _("the largest values of the axis")


@dataclass(frozen=True)
class OneHot(Operation):
    """A row for each number, with a 1 where the number points and 0 elsewhere."""

    num_classes: Size = argument(count)
    axis: int = argument(whole_number, -1)
    dtype: object = argument(anything, None)
    sparse: object = argument(anything, False)

    def apply(self, x: Shape) -> Applied:
        """Apply to one tensor of numbers."""
        shape = one_tensor(x)
        if not -1 <= self.axis <= len(shape):
            raise ModelProblem(
                _(
                    "{argument}={axis}: it must be −1, or an axis of the input",
                    argument=Name("axis"),
                    axis=self.axis,
                )
            )
        new = place_of(self.axis, len(shape) + 1)
        before, after = axes_of(len(shape)), axes_of(len(shape) + 1)
        quantities = [_chosen(after[new], CLASSES, self.num_classes, _CLASSES)]
        for place, size in enumerate(shape):
            axis = after[place + (place >= new)]
            if axis != before[place]:
                quantities.append(kept(axis, before[place].size_in, size))
        return Applied(
            ((*shape[:new], self.num_classes, *shape[new:]),),
            tuple(quantities),
            view="unknown",
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rule, for a new last axis."""
        return (_chosen(CHANNELS, CLASSES, 1, _CLASSES).equation,)


_CLASSES = _("one place for each class")
