"""Contractions: products of values, summed over axes that two operands share.

Every one of them is an Einstein summation: each axis of an operand has a label; axes with one label
run together, and a label that the output does not have is summed over. Source: Keras, *NumPy ops*
(`matmul`, `dot`, `einsum`, `tensordot`, `inner`).
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sympy import Expr, Mul, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size
from layermath.algebra.unknown import unknown
from layermath.algebra.written import written
from layermath.messages import Code, Piece, _
from layermath.operations.broadcasting import at_same_places
from layermath.operations.operation import (
    Fixed,
    Operand,
    Operation,
    TouchesBatch,
    Whole,
    of_operand,
    whole,
)
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, LENGTH, Axis, axes_of, axis_number
from layermath.rules.equations import MACS, Applied, Equation, Filled, Requirement, Stage, View
from layermath.rules.merging import agreed
from layermath.rules.stated import STATED
from layermath.vocabulary.arguments import argument, wrong
from layermath.vocabulary.layer import require

Labels: TypeAlias = "tuple[int, ...]"
"""A label for each axis of an operand, the batch's too."""


@written
def products(kept: Sequence[Expr], summed: Sequence[Expr]) -> Expr:
    """One product for each value that comes out and each position that is summed over."""
    return Mul(*kept, *summed)


@dataclass
class _Label:
    """An axis that operands share: its size, None for the batch, and its letter in the rule."""

    size: Size | None = 1
    letter: Symbol | None = None
    requirements: list[Requirement] = field(default_factory=list)


def contract(
    operands: Sequence[Operand],
    labels: Sequence[Labels],
    output: Labels,
    *,
    strict: frozenset[int] = frozenset(),
) -> Applied:
    """Multiply operands and sum. ``strict`` are the labels on which a size of 1 is not repeated.

    Raises `ModelProblem` where sizes do not agree, `TouchesBatch` where examples would be summed.
    """
    met = _met(operands, labels, strict)
    if not output or met[output[0]].size is not None:
        raise TouchesBatch
    kept = [met[label] for label in output[1:]]
    summed = [met[label] for label in met if label not in output]
    if any(one.size is None for one in (*kept, *summed)):
        raise TouchesBatch
    quantities = [
        Filled(_stays(axis, one.letter), {one.letter: one.size})
        for axis, one in zip(axes_of(len(kept)), kept, strict=True)
        if one.letter is not None and one.size is not None
    ]
    if summed and len(operands) > 1:
        quantities.append(_macs(kept, summed, len(operands)))
    return Applied(
        (tuple(one.size for one in kept if one.size is not None),),
        tuple(quantities),
        view=_seen(operands, labels, output),
        requirements=tuple(asked for one in met.values() for asked in one.requirements),
    )


def _met(
    operands: Sequence[Operand], labels: Sequence[Labels], strict: frozenset[int]
) -> Mapping[int, _Label]:
    found: dict[int, list[tuple[Size | None, Symbol | None]]] = {}
    for number, (operand, names) in enumerate(zip(operands, labels, strict=True), start=1):
        shape = whole(operand)
        batched = not isinstance(operand, Fixed)
        letters: list[Symbol | None] = [
            of_operand(axis, number) for axis in axes_of(len(shape) - batched)
        ]
        if batched:
            letters.insert(0, None)
        for label, size, letter in zip(names, shape, letters, strict=True):
            found.setdefault(label, []).append((size, letter))
    return {label: _label(label, sizes, label in strict) for label, sizes in found.items()}


def _label(label: int, sizes: Sequence[tuple[Size | None, Symbol | None]], strict: bool) -> _Label:
    open_one = any(size is None for size, _letter in sizes)
    known = [size for size, _letter in sizes if size is not None and (strict or size != 1)]
    if not known:
        return _Label(None if open_one else 1, sizes[0][1])
    if open_one:
        raise TouchesBatch
    size = agreed(known)
    letter = next(name for one, name in sizes if one is not None and (strict or one != 1))
    asked = [
        require(
            equal(size, one),
            _("the sizes that run together must agree: {left} and {right}", left=size, right=one),
        )
        for one in known
        if one is not size
    ]
    return _Label(size, letter, asked)


def _macs(kept: Sequence[_Label], summed: Sequence[_Label], operands: int) -> Filled:
    if operands > 2:  # how many there are depends on which two are multiplied first
        return Filled(Equation("macs", MACS, STATED, _("MACs"), unknown("macs")))
    both = [one for one in (*kept, *summed) if one.letter is not None]
    where = {one.letter: one.size for one in both if one.letter and one.size is not None}
    return Filled(
        _macs_equation(
            [one.letter for one in kept if one.letter], [one.letter for one in summed if one.letter]
        ),
        where,
        says={Stage.FILLED: _("one product for each value that is summed")},
    )


def _seen(operands: Sequence[Operand], labels: Sequence[Labels], output: Labels) -> View:
    """Position by position where only channels are summed; everything where all positions are."""
    seen: set[View] = set()
    for operand, names in zip(operands, labels, strict=True):
        if isinstance(operand, Fixed):
            continue
        positions = names[1:-1]
        if positions == output[1:-1] and (len(names) > 2 or names == output):
            seen.add("windows")
        elif all(label not in output for label in positions) and (
            positions or names[-1:] != output[-1:]
        ):
            seen.add("everything")
        else:
            seen.add("unknown")
    return seen.pop() if len(seen) == 1 else "unknown"


def _stays(axis: Axis, letter: Symbol) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "remaining-axis",
        axis.label,
        letter,
        _("an axis that is not summed over stays"),
    )


def _macs_equation(kept: Sequence[Symbol], summed: Sequence[Symbol]) -> Equation:
    return Equation(
        "macs",
        MACS,
        "contraction-macs",
        _("MACs"),
        products(kept, summed),
        _("one product for each output value and each position of the axis that is summed over"),
    )


class Contraction(Operation, abstract=True):
    """Products of two operands, summed over an axis that they share."""

    def apply(self, x1: Operand, x2: Operand) -> Applied:
        """Apply to two tensors, or a tensor and a constant."""
        one, other = whole(x1), whole(x2)
        if not one or not other:
            return self._with_number(x1, x2)
        first, second, output, strict = self.labels(one, other)
        return contract((x1, x2), (first, second), output, strict=strict)

    def _with_number(self, x1: Operand, x2: Operand) -> Applied:
        """With a number there is nothing to sum: it multiplies every value."""
        return at_same_places((x1, x2))

    def labels(self, one: Whole, other: Whole) -> tuple[Labels, Labels, Labels, frozenset[int]]:
        """The labels of both operands and of the output, and those on which sizes must agree.

        Raises `ModelProblem` where there are too few axes.
        """
        raise NotImplementedError

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for two matrices."""
        rows, columns = of_operand(LENGTH, 1), of_operand(CHANNELS, 2)
        return (
            _stays(LENGTH, rows),
            _stays(CHANNELS, columns),
            _macs_equation([rows, columns], [of_operand(CHANNELS, 1)]),
        )


class Matmul(Contraction):
    """The matrix product of the last two axes; the axes before them are matched, and a size of 1
    is repeated."""

    def _with_number(self, x1: Operand, x2: Operand) -> Applied:
        raise ModelProblem(_("a matrix product takes no single number"))

    def labels(self, one: Whole, other: Whole) -> tuple[Labels, Labels, Labels, frozenset[int]]:
        """The last axis of the first and the last but one of the second are summed over."""
        rank = max(len(one), len(other))
        summed, rows, columns = rank, rank + 1, rank + 2
        # leading axes are counted from the end, so that the last ones meet
        first = (*self._leading(one, rank), rows, summed) if len(one) > 1 else (summed,)
        second = (*self._leading(other, rank), summed, columns) if len(other) > 1 else (summed,)
        leading = max(first[:-2], second[:-2], key=len)
        output = (
            *leading,
            *((rows,) if len(one) > 1 else ()),
            *((columns,) if len(other) > 1 else ()),
        )
        return first, second, output, frozenset({summed})

    @staticmethod
    def _leading(shape: Whole, rank: int) -> Labels:
        return tuple(range(rank - len(shape), rank - 2))


class Dot(Contraction):
    """The last axis of the first operand with the last but one of the second (or its only one): the
    other axes of the first, then those of the second."""

    def labels(self, one: Whole, other: Whole) -> tuple[Labels, Labels, Labels, frozenset[int]]:
        """As NumPy has it."""
        first = tuple(range(len(one)))
        second = list(range(len(one), len(one) + len(other)))
        second[-2 if len(other) > 1 else -1] = first[-1]
        output = (*first[:-1], *(label for label in second if label != first[-1]))
        return first, tuple(second), output, frozenset({first[-1]})


class Inner(Contraction):
    """The last axes of both operands: the other axes of the first, then those of the second."""

    def labels(self, one: Whole, other: Whole) -> tuple[Labels, Labels, Labels, frozenset[int]]:
        """As NumPy has it."""
        first = tuple(range(len(one)))
        second = (*range(len(one), len(one) + len(other) - 1), first[-1])
        return first, second, (*first[:-1], *second[:-1]), frozenset({first[-1]})


Pairs: TypeAlias = "int | tuple[tuple[int, ...], tuple[int, ...]]"


def pairs_of_axes(value: object, name: str, rank: int = 0) -> Pairs:
    """How many axes are summed over, or their numbers in each operand."""
    if isinstance(value, int):
        return value
    lists = tuple(
        (item,) if isinstance(item, int) else tuple(item)
        for item in (value if isinstance(value, (tuple, list)) else ())
        if isinstance(item, (int, tuple, list))
    )
    if len(lists) != 2 or len(lists[0]) != len(lists[1]):
        raise wrong(name, value, _("it must be a whole number, or the axes of each operand"))
    return (lists[0], lists[1])


@dataclass(frozen=True)
class Tensordot(Contraction):
    """Several axes at once: the last ones of the first operand with the first ones of the second,
    or those that are named."""

    axes: Pairs = argument(pairs_of_axes, 2)

    def labels(self, one: Whole, other: Whole) -> tuple[Labels, Labels, Labels, frozenset[int]]:
        """As NumPy has it."""
        if isinstance(self.axes, int):
            left = tuple(range(len(one) - self.axes, len(one)))
            right = tuple(range(self.axes))
        else:
            left = tuple(axis_number(axis, len(one) - 1) for axis in self.axes[0])
            right = tuple(axis_number(axis, len(other) - 1) for axis in self.axes[1])
        if len(left) > min(len(one), len(other)):
            raise ModelProblem(_("there are not as many axes to sum over"))
        first = tuple(range(len(one)))
        second = list(range(len(one), len(one) + len(other)))
        for place, partner in zip(right, left, strict=True):
            second[place] = first[partner]
        summed = {first[place] for place in left}
        output = tuple(label for label in (*first, *second) if label not in summed)
        return first, tuple(second), output, frozenset(summed)


def subscripts(value: object, name: str, rank: int = 0) -> str:
    """An Einstein summation: ``bij,bjk->bik``."""
    text = value.replace(" ", "") if isinstance(value, str) else ""
    inputs, arrow, output = text.partition("->")
    letters = set(inputs + output) - set(",.")
    if (
        not text
        or not letters <= set(string.ascii_letters)
        or "," in output
        or (arrow and not set(output) - {"."} <= set(inputs))
        or any(part.replace("...", "", 1).count(".") for part in (*inputs.split(","), output))
    ):
        raise wrong(
            name, value, _("it must be a summation such as {code}", code=Code("bij,bjk->bik"))
        )
    return text


@dataclass(frozen=True)
class Einsum(Operation):
    """An Einstein summation: axes with one letter run together, and a letter that stands in no
    output is summed over."""

    subscripts: str = argument(subscripts)

    def apply(self, *operands: Operand) -> Applied:
        """Apply to as many operands as there are terms. Raises `ModelProblem` where the letters do
        not fit their axes."""
        inputs, arrow, output = self.subscripts.partition("->")
        terms = inputs.split(",")
        if len(terms) != len(operands):
            raise ModelProblem(
                _(
                    "{code} has {number} terms, and is given {given} tensors",
                    code=Code(self.subscripts),
                    number=len(terms),
                    given=len(operands),
                )
            )
        labels = [
            self._term(term, len(whole(operand)))
            for term, operand in zip(terms, operands, strict=True)
        ]
        if not arrow:
            once = sorted(c for c in set(inputs) - set(",.") if inputs.count(c) == 1)
            output = ("..." if "..." in inputs else "") + "".join(once)
        dots = max((sum(label < 0 for label in one) for one in labels), default=0)
        return contract(operands, labels, self._labels(output, dots))

    def _term(self, term: str, rank: int) -> Labels:
        named = len(term.replace("...", ""))
        dots = rank - named if "..." in term else 0
        if dots < 0 or named + dots != rank:
            raise ModelProblem(
                _(
                    "{term} in {code} stands for a tensor of {rank} axes, the batch too",
                    term=Code(term),
                    code=Code(self.subscripts),
                    rank=rank,
                )
            )
        return self._labels(term, dots)

    @staticmethod
    def _labels(term: str, dots: int) -> Labels:
        """A number for each letter, and a negative one for each axis that dots stand for."""
        before, found, after = term.partition("...")
        middle = range(-dots, 0) if found else ()
        return (*map(ord, before), *middle, *map(ord, after))

    def title(self) -> tuple[Piece, ...]:
        """``bij,bjk->bik``"""
        return (Code(self.subscripts),)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for two matrices."""
        return Matmul.equations()
