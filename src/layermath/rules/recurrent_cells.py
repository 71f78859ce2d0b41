"""One step of a recurrent layer: a cell reads one input and its own state, and gives a new state.

Sources: Keras, ``SimpleRNNCell``, ``LSTMCell``, ``GRUCell``, ``StackedRNNCells``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layermath.algebra.floors import Size
from layermath.messages import Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import check_rank
from layermath.rules.equations import Applied, Equation, Filled, Nest, Requirement, Weight
from layermath.rules.recurrence import (
    Gates,
    Recurrence,
    additions_of,
    counts,
    gated_equations,
    stacked_equations,
    units_equation,
)
from layermath.rules.rule import Applicable, Rule, Shape
from layermath.rules.states import (
    StateSize,
    U,
    check_state,
    is_shape,
    listed_states,
    state_quantities,
    too_few_states,
)
from layermath.rules.structures import moved


class Cell(Rule):
    """One step: ``cell(x, states)`` gives the output and the new states."""

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """The cells in it, in the order in which they stand behind each other."""
        raise NotImplementedError

    @property
    def state_size(self) -> StateSize:
        """The sizes of its states."""
        raise NotImplementedError

    @property
    def output_size(self) -> Size:
        """How many values come out."""
        return self.recurrences[-1].units


@dataclass(frozen=True)
class GatedCell(Gates, Cell):
    """A cell with weights of its own."""

    def apply(self, inputs: Shape, states: Any) -> Applied:
        """Apply to one input vector and the states before it: ``cell(x, [h, c])``."""
        check_rank(inputs, 1)
        needed = self.gating.states
        given = listed_states(states)
        if len(given) < needed:
            raise too_few_states(needed, len(given))
        requirements = tuple(check_state(shape, self.units) for shape in given[:needed])
        numbers: list[Nest] = [*range(1, needed + 1)]
        return Applied(
            ((self.units,),) * (needed + 1),
            (
                Filled(units_equation(1), {U: self.units}),
                *counts(self.recurrences, inputs[0], None),
            ),
            view="unknown",
            requirements=requirements,
            sentences=(_one_step(needed, self.units),),
            nest=(0, 1 if is_shape(states) else numbers),
            additions=additions_of(self.recurrences, None),
            weights=self.recurrences[0].weights(inputs[0]),
        )

    @classmethod
    def equations(cls, gates: str = "", **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for one step."""
        return gated_equations(gates, 1, steps=False)


def _one_step(states: int, units: Size) -> Message:
    if states == 1:
        return _("One step: the output is the new state, {units} values.", units=units)
    return _(
        "One step: the output is the new state h, {units} values; the new cell state c has as "
        "many.",
        units=units,
    )


@dataclass(frozen=True)
class SimpleCell(GatedCell):
    """A cell with one state and no gate, which calls its input ``sequence``."""

    def apply(self, sequence: Shape, states: Any) -> Applied:
        """Apply to one input vector and the state before it."""
        return super().apply(sequence, states)


@dataclass(frozen=True)
class StackedCells(Cell):
    """Cells one behind the other, as one cell: each reads what the cell before it gives.

    ``cell(x, [[h, c], [h, c]])``: the states of each cell stand in a list of their own.
    """

    cells: tuple[Applicable, ...]

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """The cells, those of a stack within it opened."""
        return tuple(one for cell in self.cells for one in cell.rule.recurrences)

    @property
    def state_size(self) -> StateSize:
        """A tuple with the states of each cell."""
        return tuple(cell.rule.state_size for cell in self.cells)

    def apply(self, inputs: Shape, states: Any) -> Applied:
        """Apply to one input vector and the states of every cell."""
        if not self.cells:
            raise ModelProblem(_("there is no cell in it"))
        given = listed_states(states)
        if len(given) < len(self.cells):
            raise too_few_states(len(self.cells), len(given))
        check_rank(inputs, 1)
        outputs: list[Shape] = [(self.output_size,)]
        requirements: list[Requirement] = []
        nests: list[Nest] = []
        weights: list[Weight] = []
        reached = inputs
        for cell, own in zip(self.cells, given, strict=False):
            done = cell(reached, own)
            reached = done.outputs[0]
            assert isinstance(done.nest, tuple)
            nests.append(moved(done.nest[1], len(outputs) - 1))
            weights += done.weights
            outputs += done.outputs[1:]
            requirements += done.requirements
        return Applied(
            tuple(outputs),
            (
                Filled(units_equation(1), {U: self.output_size}),
                *state_quantities(outputs[1:]),
                *counts(self.recurrences, inputs[0], None),
            ),
            view="unknown",
            requirements=tuple(requirements),
            nest=(0, nests[0] if len(nests) == 1 else nests),
            additions=additions_of(self.recurrences, None),
            weights=tuple(weights),
        )

    def title(self) -> tuple[Piece, ...]:
        """``LSTMCell 8, LSTMCell 4``"""
        return tuple(titled(cell) for cell in self.cells)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for two cells."""
        return (units_equation(1), *stacked_equations(steps=False))


def titled(layer: Applicable) -> Message:
    """A layer inside another, in the heading of the other: ``LSTM 64``."""
    title = layer.title()
    name = Name(layer.shown_type)
    return _("{type} {title}", type=name, title=title) if title else _("{type}", type=name)
