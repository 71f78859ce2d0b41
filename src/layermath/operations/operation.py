"""What every operation on tensors is: a frozen configuration that is applied to shapes.

Operations count the batch as axis 0, as Keras does; shapes leave it out. What would change the
batch (a mean over all examples, a slice of them) has no shape here: `TouchesBatch`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sympy import S, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import in_order
from layermath.messages import Message, _
from layermath.problems import ModelProblem
from layermath.rules.axes import Axis, axes_of, axis_number
from layermath.rules.equations import Applied, Equation, Filled, Requirement
from layermath.vocabulary.layer import Layer, Shape, require


@dataclass(frozen=True)
class Fixed:
    """An operand that is no tensor of the model: a number (``Fixed(())``), a constant, a weight.
    Its shape has all its axes; None is one that is as long as the batch. ``asked`` is what must
    hold of letters for it to have that shape: a table of 100 rows cut to ``L`` has ``L ≤ 100``."""

    shape: tuple[Size | None, ...] = ()
    asked: tuple[Requirement, ...] = ()


Operand: TypeAlias = "Shape | Fixed"
"""A tensor's shape, its batch left out, or a `Fixed`."""

Whole: TypeAlias = "tuple[Size | None, ...]"
"""A shape with all its axes; None is the batch."""


class TouchesBatch(ModelProblem):
    """An operation that mixes, cuts or moves the examples of a batch: what comes out has no shape
    without a batch axis."""

    def __init__(self) -> None:
        super().__init__(_("it changes the batch axis, which layermath leaves out of every shape"))


@dataclass(frozen=True)
class Operation(Layer, abstract=True):
    """One class of Keras's operations. Its fields are the constructor's arguments in Keras's
    order, and the constants of a call that decide a shape (the key of ``x[key]``)."""

    takes_one = False

    def __call__(self, *inputs: Any, **options: Any) -> Applied:
        """`apply`, with what its constants ask. Raises `ModelProblem` where that fails."""
        applied = super().__call__(*inputs, **options)
        asked = tuple(
            require(one.condition, one.reason)
            for fixed in constants_in(inputs)
            for one in fixed.asked
        )
        if not asked:
            return applied
        return replace(applied, requirements=(*asked, *applied.requirements))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """Most have none of their own."""
        return ()


def alike(base: type[Operation], names: Iterable[str]) -> tuple[type[Operation], ...]:
    """Operations that differ from ``base`` in nothing but their names."""
    about = {"__doc__": base.__doc__, "__module__": base.__module__}
    return tuple(type(name, (base,), dict(about)) for name in names)


# operands


def constants_in(operands: Iterable[object]) -> Iterator[Fixed]:
    """The constants among operands, and in lists of them."""
    for one in operands:
        if isinstance(one, Fixed):
            yield one
        elif isinstance(one, list):
            yield from constants_in(one)


def whole(operand: object) -> Whole:
    """The shape of an operand with its batch axis. Raises `ModelProblem` for a list."""
    if isinstance(operand, Fixed):
        return operand.shape
    return (None, *one_tensor(operand))


def one_tensor(operand: object) -> Shape:
    """The operand, where it is a tensor. Raises `ModelProblem` where it is not."""
    if not isinstance(operand, tuple):
        raise ModelProblem(_("it takes one tensor"))
    return operand


def several(operands: object) -> list[Shape]:
    """The tensors of a list, and constants that have as many examples as the batch. Raises
    `ModelProblem` where there is none, `TouchesBatch` where another constant stands among them."""
    if not isinstance(operands, list) or not operands:
        raise ModelProblem(_("it joins several tensors: they must stand in a list"))
    return [
        without_batch(operand.shape) if isinstance(operand, Fixed) else one_tensor(operand)
        for operand in operands
    ]


def without_batch(shape: Whole) -> Shape:
    """The shape without its batch axis. Raises `TouchesBatch` where that is not its first."""
    rest = tuple(size for size in shape[1:] if size is not None)
    if not shape or shape[0] is not None or len(rest) != len(shape) - 1:
        raise TouchesBatch
    return rest


# axes


def place_of(axis: int, rank: int) -> int:
    """The axis as a place in a shape without its batch, of ``rank`` sizes.

    Raises `ModelProblem` where there is none, `TouchesBatch` where it is the batch.
    """
    number = axis_number(axis, rank)
    if number == 0:
        raise TouchesBatch
    return number - 1


def places_of(axes: int | tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """The axes as places, in order. Raises as `place_of`; None is every axis, the batch too."""
    if axes is None:
        raise TouchesBatch
    numbers = (axes,) if isinstance(axes, int) else axes
    found = sorted(place_of(axis, rank) for axis in numbers)
    if len(set(found)) != len(found):
        raise ModelProblem(_("an axis is named twice"))
    return tuple(found)


def spatial(rank: int) -> range:
    """The places of the axes before the last, which are positions."""
    return range(rank - 1)


# rules


def quantity_of(axis: Axis, output: int = 0) -> str:
    """``output.H``, or ``output2.H`` for a further output."""
    return axis.quantity if output == 0 else f"output{output + 1}.{axis.letter}"


def kept(axis: Axis, source: Symbol, size: Size, output: int = 0) -> Filled:
    """An axis that an operation leaves as it is, though it may stand elsewhere now."""
    return Filled(
        Equation(
            quantity_of(axis, output),
            axis.size_out,
            "kept-axis",
            axis.label,
            source,
            _("an axis that stays as it is"),
        ),
        {source: size},
    )


def stated(axis: Axis, size: Size, rule: str, reason: Message, output: int = 0) -> Filled:
    """An axis whose size is written in the source, or always the same."""
    return Filled(
        Equation(
            quantity_of(axis, output), axis.size_out, rule, axis.label, in_order(S(size)), reason
        )
    )


def rearranged(
    shape: Shape, sources: Sequence[int | None], rule: str, reason: Message
) -> tuple[Shape, tuple[Filled, ...]]:
    """A shape whose axes are those of ``sources``, numbers of the axes of ``shape``, or new ones of
    size 1. Gives it with a rule for every axis whose name or size is another than before."""
    before, after = axes_of(len(shape)), axes_of(len(sources))
    sizes: list[Size] = []
    quantities: list[Filled] = []
    for axis, source in zip(after, sources, strict=True):
        if source is None:
            sizes.append(1)
            quantities.append(stated(axis, 1, rule, reason))
            continue
        sizes.append(shape[source])
        if before[source] != axis:
            quantities.append(kept(axis, before[source].size_in, shape[source]))
    return tuple(sizes), tuple(quantities)


COUNTS = frozenset({"params", "trainable_params"})
"""Quantities that an operation does not have."""


def without_counts(applied: Applied) -> tuple[Filled, ...]:
    """The rules of a layer for the shape alone: an operation has no parameters to count."""
    return tuple(filled for filled in applied.quantities if filled.equation.quantity not in COUNTS)


def of_operand(axis: Axis, number: int) -> Symbol:
    """The size of an axis of one of several operands: ``C_in2``."""
    return letter(f"{axis.letter}_in{number}")
