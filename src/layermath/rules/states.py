"""The states of recurrent layers: how many values a cell keeps, and the checks of what it gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.messages import Shape as ShapePiece
from layermath.messages import _, ngettext
from layermath.problems import ModelProblem
from layermath.rules.axes import check_rank
from layermath.rules.equations import Equation, Filled, Nest, Requirement
from layermath.rules.rule import Inputs, Shape, require

U = letter("U")
"""The units of a cell: how many values a state has."""

StateSize: TypeAlias = "Size | tuple[StateSize, ...]"
"""How many values a cell keeps: one number for each of its states, in a tuple where they are in a
list."""


class NetworkCell:
    """A cell of the user's own, whose rule is a network: it gives its output, then its states."""

    state_size: StateSize


def is_shape(structure: object) -> bool:
    """Whether it is the shape of one tensor, and not a list or tuple of several."""
    return isinstance(structure, tuple) and not any(
        isinstance(item, (tuple, list)) for item in structure
    )


def listed_states(states: Inputs | tuple[Inputs, ...]) -> list[Any]:
    """The states of a call: a single tensor is a list of one."""
    if isinstance(states, dict):
        raise ModelProblem(_("its states must stand in a list"))
    return [states] if is_shape(states) else list(states)


def check_state(shape: object, units: Size) -> Requirement:
    """Check the shape of one state against the units that keep it."""
    if not is_shape(shape):
        raise ModelProblem(_("its states must stand in a list, one tensor for each"))
    assert isinstance(shape, tuple)
    check_rank(shape, 1)
    return require(
        equal(shape[0], units),
        _(
            "a state has one value for each unit: {units}, and is given {shape}",
            units=units,
            shape=ShapePiece(shape),
        ),
    )


def too_few_states(needed: int, given: int) -> ModelProblem:
    """The problem that a cell keeps more states than it is given."""
    return ModelProblem(
        ngettext(
            "it keeps {number} state, and is given {given}",
            "it keeps {number} states, and is given {given}",
            needed,
            given=given,
        )
    )


def state_quantities(states: Sequence[tuple[Size, ...]]) -> Iterator[Filled]:
    """The sizes of the states that come out, of cells that stand one behind the other; one line for
    states of the same size, one behind the other."""
    before: Size | None = None
    for number, (size,) in enumerate(states, start=1):
        if size != before:
            yield Filled(_state_equation(number), {U: size})
        before = size


@cache
def _state_equation(number: int) -> Equation:
    return Equation(
        f"output{number + 1}.L",
        letter(f"L_state{number}"),
        "recurrent-state",
        _("state {number}", number=number),
        U,
        _("one value for each unit of its cell"),
    )


def checked_states(size: StateSize, given: Any) -> tuple[Requirement, ...]:
    """Check the states of a call against those of the cell, list by list.

    Raises `ModelProblem` where their number or a size is another.
    """
    if not isinstance(size, tuple):
        alone = given[0] if isinstance(given, list) and len(given) == 1 else given
        return (check_state(alone, size),)
    states = listed_states(given)
    if len(states) != len(size):
        raise too_few_states(len(size), len(states))
    return tuple(
        requirement
        for one, state in zip(size, states, strict=True)
        for requirement in checked_states(one, state)
    )


def numbered_states(size: StateSize, first: int) -> tuple[list[Shape], Any]:
    """The shapes of the states, flat, and how they are handed out, numbered from ``first``."""
    if not isinstance(size, tuple):
        return [(size,)], first
    shapes: list[Shape] = []
    nest: list[Nest] = []
    for one in size:
        own, numbers = numbered_states(one, first + len(shapes))
        shapes += own
        nest.append(numbers)
    return shapes, nest
