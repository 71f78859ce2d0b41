"""Merging: several tensors become one. An axis is counted with the batch, which is axis 0.

Sources: Keras, *Merging layers*; Szegedy et al., *Inception-v4, Inception-ResNet* (2017), for a sum
whose second part is scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Add as Sum
from sympy import Expr, Mul, S, Symbol, preorder_traversal

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.messages import Message, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, LENGTH, Axis, axes_of, axis_number
from layermath.rules.equations import MACS, Applied, Equation, Filled, Requirement, Stage
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.structures import listed
from layermath.rules.weights import nothing_to_learn


@written
def concatenated(sizes: Sequence[Expr]) -> Expr:
    """One input after another."""
    return Sum(*sizes)


@written
def multiplications(sizes: Sequence[Expr], shared: Expr) -> Expr:
    """One product for each output value and each position of the shared axis."""
    return Mul(*sizes) * shared


def of_input(axis: Axis, number: int) -> Symbol:
    """The size of an axis of one of several inputs: ``C_in2``."""
    return letter(f"{axis.letter}_in{number}")


def agreed(sizes: Sequence[Size]) -> Size:
    """Of sizes that are equal under the layer's requirements, the one that says most: a number, or
    else the shortest expression, which is the one nearest to the model's input."""
    return min(sizes, key=_length)


def _length(size: Size) -> int:
    return 0 if isinstance(size, int) else len(list(preorder_traversal(size)))


@dataclass(frozen=True)
class Merge(Rule):
    """Values at the same place become one: ``[(…), (…)]`` to the shape they share.

    Shapes are compared from their last axis on; a size of 1 is repeated, and axes that an input
    does not have count as 1. ``why`` says what becomes of them, ``exactly`` how many there must be.
    Raises `ModelProblem` where two sizes differ and neither is 1.
    """

    takes_one = False
    why: Message
    exactly: int | None = None

    def apply(self, shapes: list[Shape]) -> Applied:
        """Apply to a list of tensors."""
        shapes = listed(shapes, exactly=self.exactly)
        axes = axes_of(max(len(shape) for shape in shapes))
        output: list[Size] = []
        quantities: list[Filled] = []
        requirements: list[Requirement] = []
        for place, axis in enumerate(axes):
            sizes = [self._aligned(shape, place - len(axes)) for shape in shapes]
            others = [size for size in sizes if size != 1]
            size = agreed(others) if others else 1
            output.append(size)
            requirements += [
                _agree(place + 1, size, other) for other in others if other is not size
            ]
            if len(others) not in (0, len(sizes)):
                source = of_input(axis, sizes.index(size) + 1)
                quantities.append(Filled(repeated(axis, source), {source: size}))
        return Applied(
            (tuple(output),),
            (*quantities, Filled(nothing_to_learn(self.why))),
            requirements=tuple(requirements),
        )

    @staticmethod
    def _aligned(shape: Shape, from_end: int) -> Size:
        return shape[from_end] if -from_end <= len(shape) else 1

    @classmethod
    def equations(cls, why: Message | None = None, **fixed: Any) -> tuple[Equation, ...]:
        """The general rule for an axis on which the first input has the size 1."""
        return (repeated(CHANNELS, of_input(CHANNELS, 2)), nothing_to_learn(why))


def _agree(axis: int, left: Size, right: Size) -> Requirement:
    return require(
        equal(left, right),
        _(
            "the sizes must agree on axis {axis}: {left} and {right}",
            axis=axis,
            left=left,
            right=right,
        ),
    )


def repeated(axis: Axis, source: Symbol) -> Equation:
    """An axis on which one input has the size 1 and another has more."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "broadcast-size",
        axis.label,
        source,
        _("where an input has the size 1, its value is used again and again"),
        when=_("where another input has the size 1"),
    )


@dataclass(frozen=True)
class ScaledSum(Merge):
    """The first input plus the second times a number that is given.

    ``[(…), (…)]`` gives the shape they share. Raises `ModelProblem` where the inputs have not as
    many axes as each other, or where two sizes differ and neither is 1.
    """

    def apply(self, shapes: list[Shape]) -> Applied:
        """Apply to a list of two tensors; more than two are not looked at."""
        pair = listed(shapes)[:2]
        if len(pair) < 2:
            raise ModelProblem(_("it takes 2 inputs, and is given 1"))
        _as_many_axes(pair)
        return super().apply(pair)


def _as_many_axes(shapes: Sequence[Shape]) -> None:
    for shape in shapes:
        if len(shape) != len(shapes[0]):
            raise ModelProblem(
                _(
                    "the inputs must have as many axes as each other: {first} and {other}",
                    first=ShapePiece(shapes[0]),
                    other=ShapePiece(shape),
                )
            )


@dataclass(frozen=True)
class Concatenate(Rule):
    """Inputs one after another along one axis, which counts the batch as axis 0.

    ``[(8, 8, 3), (8, 8, 5)]`` gives ``(8, 8, 8)``. Raises `ModelProblem` where the other axes do
    not agree, or where there is no such axis.
    """

    takes_one = False
    axis: int = -1

    def apply(self, shapes: list[Shape]) -> Applied:
        """Apply to a list of tensors with as many axes each."""
        shapes = listed(shapes)
        rank = len(shapes[0])
        _as_many_axes(shapes)
        joined = axis_number(self.axis, rank)
        axes = axes_of(rank)
        sizes: list[Size] = []
        requirements: list[Requirement] = []
        quantities: list[Filled] = []
        for place, axis in enumerate(axes, start=1):
            along = [shape[place - 1] for shape in shapes]
            if place == joined:
                equation = _concatenated_equation(axis, len(shapes))
                letters = [of_input(axis, number) for number in range(1, len(shapes) + 1)]
                filled = Filled(equation, dict(zip(letters, along, strict=True)))
                quantities.append(filled)
                sizes.append(filled.value)
            else:
                size = agreed(along)
                sizes.append(size)
                requirements += [
                    _others_agree(joined, place, size, other)
                    for other in along
                    if other is not size
                ]
        return Applied(
            (tuple(sizes),),
            (*quantities, Filled(nothing_to_learn(_PUT_TOGETHER))),
            view="windows" if joined == rank else "unknown",
            requirements=tuple(requirements),
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rule, for two inputs and the last axis."""
        return (_concatenated_equation(CHANNELS, 2), nothing_to_learn(_PUT_TOGETHER))


_PUT_TOGETHER = _("the inputs are put together as they are: there is nothing to learn")


def _others_agree(joined: int, place: int, left: Size, right: Size) -> Requirement:
    return require(
        equal(left, right),
        _(
            "the sizes other than axis {axis} must agree: {left} and {right} on axis {place}",
            axis=joined,
            left=left,
            right=right,
            place=place,
        ),
    )


def _concatenated_equation(axis: Axis, inputs: int) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "concatenation",
        axis.label,
        concatenated([of_input(axis, number) for number in range(1, inputs + 1)]),
        _("the inputs one after another"),
    )


@dataclass(frozen=True)
class Dot(Rule):
    """Products of two inputs summed over an axis of each: the axes that remain of the first, then
    those of the second. ``[(4, 5), (6, 5)]`` with the axes 2 gives ``(4, 6)``; two vectors give
    ``(1,)``.

    Raises `ModelProblem` where the two axes have different sizes, or one is the batch.
    """

    takes_one = False
    axes: tuple[int, int]

    def apply(self, shapes: list[Shape]) -> Applied:
        """Apply to a list of two tensors."""
        pair = listed(shapes, exactly=2)
        summed = [
            axis_number(axis, len(shape)) for axis, shape in zip(self.axes, pair, strict=True)
        ]
        if 0 in summed:
            raise ModelProblem(_("axis 0 is the batch: it cannot be summed over"))
        sizes = [shape[place - 1] for place, shape in zip(summed, pair, strict=True)]
        agree = require(
            equal(*sizes),
            _(
                "the two axes that are summed over must agree: {left} on axis {first} and {right} "
                "on axis {second}",
                left=sizes[0],
                first=summed[0],
                right=sizes[1],
                second=summed[1],
            ),
        )
        remaining = [
            (of_input(axis, number), size)
            for number, (place, shape) in enumerate(zip(summed, pair, strict=True), start=1)
            for index, (axis, size) in enumerate(
                zip(axes_of(len(shape)), shape, strict=True), start=1
            )
            if index != place
        ]
        shared = of_input(axes_of(len(pair[0]))[summed[0] - 1], 1)
        axes = axes_of(len(remaining))
        quantities = [
            Filled(_remaining_equation(axis, letter), {letter: size})
            for axis, (letter, size) in zip(axes, remaining, strict=True)
        ] or [Filled(_one_number())]
        where = dict(remaining) | {shared: agreed(sizes)}
        products = Filled(
            _products_equation([letter for letter, _size in remaining], shared),
            where,
            says={Stage.FILLED: _("one product for each value that is summed")},
        )
        return Applied(
            (tuple(filled.value for filled in quantities),),
            (*quantities, Filled(nothing_to_learn(_MULTIPLIED)), products),
            view="everything",
            requirements=(agree,),
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for two sequences of vectors and the axes 2."""
        first, second = of_input(LENGTH, 1), of_input(LENGTH, 2)
        return (
            _remaining_equation(LENGTH, first),
            _remaining_equation(CHANNELS, second),
            _one_number(),
            nothing_to_learn(_MULTIPLIED),
            _products_equation([first, second], of_input(CHANNELS, 1)),
        )


_MULTIPLIED = _("the inputs are multiplied with each other: there is nothing to learn")


def _remaining_equation(axis: Axis, letter: Symbol) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "dot-remaining-axis",
        axis.label,
        letter,
        _("an axis that is not summed over stays"),
    )


def _one_number() -> Equation:
    return Equation(
        LENGTH.quantity,
        LENGTH.size_out,
        "dot-one-number",
        LENGTH.label,
        S.One,
        _("two vectors give one number"),
        when=_("for two vectors"),
    )


def _products_equation(remaining: Sequence[Symbol], shared: Symbol) -> Equation:
    return Equation(
        "macs",
        MACS,
        "dot-macs",
        _("MACs"),
        multiplications(remaining, shared),
        _("one product for each output value and each position of the axis that is summed over"),
    )
