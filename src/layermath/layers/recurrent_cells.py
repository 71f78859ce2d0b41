"""One step of a recurrent layer: a cell reads one input and its own state, and gives a new state.

Sources: Keras, ``SimpleRNNCell``, ``LSTMCell``, ``GRUCell``, ``StackedRNNCells``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layermath.algebra.floors import Size
from layermath.layers.core import U
from layermath.layers.recurrence import (
    Gates,
    LongShortTermGates,
    Recurrence,
    ResetGates,
    SimpleGates,
    additions_of,
    check_state,
    counts,
    dropout_rate,
    gate_activation,
    is_shape,
    listed_states,
    macs_equation,
    parameters_equation,
    seed,
    stacked_equations,
    state_quantities,
    too_few_states,
    units_equation,
)
from layermath.layers.states import StateSize
from layermath.messages import Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import check_rank
from layermath.rules.equations import Applied, Equation, Filled, Nest, Requirement
from layermath.vocabulary.arguments import activation, anything, argument, count, flag, wrong
from layermath.vocabulary.layer import Layer, Shape


class Cell(Layer, abstract=True):
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


class GatedCell(Gates, Cell, abstract=True):
    """A cell with weights of its own."""

    activation: str | None

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
        )

    def title(self) -> tuple[Piece, ...]:
        """``64``"""
        return (self.units, *self.shown_activation(self.activation))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for one step."""
        return (
            units_equation(1),
            *(parameters_equation(cls.gating, biases) for biases in cls.all_biases()),
            macs_equation(cls.gating, steps=False),
        )


def _one_step(states: int, units: Size) -> Message:
    if states == 1:
        return _("One step: the output is the new state, {units} values.", units=units)
    return _(
        "One step: the output is the new state h, {units} values; the new cell state c has as "
        "many.",
        units=units,
    )


@dataclass(frozen=True)
class SimpleRNNCell(SimpleGates, GatedCell):
    """One step of `SimpleRNN`."""

    units: Size = argument(count)
    activation: str | None = argument(activation, "tanh")
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    recurrent_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    recurrent_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    seed: object = argument(seed, None)

    def apply(self, sequence: Shape, states: Any) -> Applied:
        """Apply to one input vector and the state before it, which Keras calls ``sequence``."""
        return super().apply(sequence, states)


@dataclass(frozen=True)
class LSTMCell(LongShortTermGates, GatedCell):
    """One step of `LSTM`, on two states: ``cell(x, [h, c])``."""

    units: Size = argument(count)
    activation: str | None = argument(activation, "tanh")
    recurrent_activation: str | None = argument(gate_activation, "sigmoid")
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    recurrent_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    unit_forget_bias: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    recurrent_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    seed: object = argument(seed, None)
    implementation: object = argument(anything, None, keyword_only=True)


@dataclass(frozen=True)
class GRUCell(ResetGates, GatedCell):
    """One step of `GRU`."""

    units: Size = argument(count)
    activation: str | None = argument(activation, "tanh")
    recurrent_activation: str | None = argument(gate_activation, "sigmoid")
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    recurrent_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    recurrent_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    reset_after: bool = argument(flag, True)
    seed: object = argument(seed, None)
    implementation: object = argument(anything, None, keyword_only=True)


def cells(value: object, name: str, rank: int = 0) -> tuple[Cell, ...]:
    """A list of cells."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(cell, Cell) for cell in value):
        raise wrong(name, value, _("it must be a list of cells"))
    return tuple(value)


@dataclass(frozen=True)
class StackedRNNCells(Cell):
    """Cells one behind the other, as one cell: each reads what the cell before it gives.

    ``cell(x, [[h, c], [h, c]])``: the states of each cell stand in a list of their own.
    """

    cells: tuple[Cell, ...] = argument(cells)

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """The cells, those of a stack within it opened."""
        return tuple(one for cell in self.cells for one in cell.recurrences)

    @property
    def state_size(self) -> StateSize:
        """A tuple with the states of each cell."""
        return tuple(cell.state_size for cell in self.cells)

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
        reached = inputs
        for cell, own in zip(self.cells, given, strict=False):
            done = cell(reached, own)
            reached = done.outputs[0]
            nests.append(_numbered_on(done.nest, len(outputs) - 1))
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
        )

    def title(self) -> tuple[Piece, ...]:
        """``LSTMCell 8, LSTMCell 4``"""
        return tuple(titled(cell) for cell in self.cells)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for two cells."""
        return (units_equation(1), *stacked_equations(steps=False))


def titled(layer: Layer) -> Message:
    """A layer inside another, in the heading of the other: ``LSTM 64``."""
    title = layer.title()
    name = Name(layer.shown_type)
    return _("{type} {title}", type=name, title=title) if title else _("{type}", type=name)


def _numbered_on(nest: Nest, before: int) -> Nest:
    """What a cell hands out as its states, its outputs numbered after those ``before`` it."""
    assert isinstance(nest, tuple)
    return _moved(nest[1], before)


def _moved(nest: Nest, by: int) -> Nest:
    if isinstance(nest, int):
        return nest + by
    if isinstance(nest, dict):
        return {key: _moved(item, by) for key, item in nest.items()}
    return type(nest)(_moved(item, by) for item in nest)
