"""Recurrent layers: the same cell, with the same weights, at every step of a sequence.

Sources: Keras, ``RNN``, ``SimpleRNN``, ``LSTM``, ``GRU``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeAlias

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE
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
    listed_states,
    macs_equation,
    parameters_equation,
    seed,
    stacked_equations,
    state_quantities,
    too_few_states,
    units_equation,
)
from layermath.layers.recurrent_cells import Cell, titled
from layermath.layers.states import NetworkCell, StateSize
from layermath.layers.time_distributed import additions_at_every_step, at_every_step
from layermath.messages import Code, Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation, Filled, Nest, Requirement
from layermath.rules.stated import stated
from layermath.vocabulary.arguments import (
    Unfollowed,
    activation,
    anything,
    argument,
    count,
    flag,
    wrong,
)
from layermath.vocabulary.frozen import Frozen, thawed
from layermath.vocabulary.layer import Layer, Shape


class StepByStep(Layer, abstract=True):
    """A layer that goes through a sequence step by step, with a state.

    The forward and the backward layer of `Bidirectional` are such layers.
    """

    return_sequences: bool
    return_state: bool
    go_backwards: bool
    stateful: bool

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence. ``initial_state`` are the states before the first step, in a list;
        zeros where it is None."""
        raise NotImplementedError

    def turned(self) -> Self:
        """The same layer, from the end of the sequence to its beginning."""
        changes: dict[str, Any] = {"go_backwards": True}
        return replace(self, **changes)

    @property
    def shown_flags(self) -> tuple[Piece, ...]:
        """What comes out, in a heading."""
        flags = ("return_sequences", "return_state", "go_backwards")
        return tuple(Name(flag) for flag in flags if getattr(self, flag))


class Recurrent(StepByStep, abstract=True):
    """A layer with one or several cells: ``(T, C)`` to ``(units,)``, or to ``(T, units)`` with
    ``return_sequences``."""

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """The cells, in the order in which they stand behind each other."""
        raise NotImplementedError

    @property
    def state_size(self) -> StateSize:
        """The sizes of the states, as the cell has them."""
        raise NotImplementedError

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of vectors. Raises `ModelProblem` for any other number of axes, and
        for states that are not the cell's."""
        check_sequence(sequences)
        steps, channels = sequences
        size = self.state_size if isinstance(self.state_size, tuple) else (self.state_size,)
        requirements = () if initial_state is None else checked_states(size, initial_state)
        units = self.recurrences[-1].units
        output = (steps, units) if self.return_sequences else (units,)
        states, nest = numbered_states(size, 1) if self.return_state else ([], ())
        several = len(self.recurrences) > 1
        return Applied(
            (output, *states),
            (
                Filled(units_equation(len(output)), {U: units}),
                *(state_quantities(states) if several else ()),
                *counts(self.recurrences, channels, steps),
            ),
            view="unknown" if self.return_sequences else "everything",
            requirements=requirements,
            sentences=self._sentences(steps, units),
            nest=(0, *nest) if self.return_state else 0,
            additions=additions_of(self.recurrences, steps),
            needs_batch=self.stateful,
        )

    def _sentences(self, steps: Size, units: Size, *, own: bool = False) -> tuple[Message, ...]:
        sentences = [
            _(
                "The same weights act at every one of the {steps} steps: the parameters do not "
                "depend on how many there are.",
                steps=steps,
            ),
            _comes_out(units, each=self.return_sequences, own=own),
        ]
        if self.return_state:
            sentences.append(_("The states after the last step come out as well."))
        return tuple(sentences)


def check_sequence(shape: Shape) -> None:
    """Raise `ModelProblem` unless the shape is that of a sequence of vectors."""
    if len(shape) == 2:
        return
    rule = _(
        "it takes a sequence, (steps, values of each step), and is given {shape}",
        shape=ShapePiece(shape),
    )
    if len(shape) > 1:
        raise ModelProblem(rule)
    raise ModelProblem(
        rule,
        _(
            "A recurrent layer gives a sequence only with {flag}; without it, it gives its last "
            "state.",
            flag=Code("return_sequences=True"),
        ),
    )


def each_step(values: Piece) -> Message:
    """What ``return_sequences`` gives."""
    return _(
        "The state after each step comes out, {values} values; it depends on this step and all "
        "steps before it.",
        values=values,
    )


def last_step(values: Piece) -> Message:
    """What comes out without ``return_sequences``."""
    return _(
        "Only the state after the last step comes out, {values} values; it depends on all steps.",
        values=values,
    )


def _comes_out(units: Size, *, each: bool, own: bool) -> Message:
    """What comes out: what an ``own`` cell gives need not be its state."""
    if not own:
        return each_step(units) if each else last_step(units)
    if each:
        return _(
            "What the cell gives at each step comes out; it depends on this step and all steps "
            "before it."
        )
    return _("Only what the cell gives at the last step comes out; it depends on all steps.")


def _output_equation(rank: int) -> Equation:
    """The last axis of what a cell of the user's own gives."""
    return replace(units_equation(rank), reason=_("as many values as the cell gives at one step"))


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


class GatedLayer(Gates, Recurrent, abstract=True):
    """A recurrent layer with a cell of its own."""

    activation: str | None

    def title(self) -> tuple[Piece, ...]:
        """``64, return_sequences``"""
        return (self.units, *self.shown_activation(self.activation), *self.shown_flags)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules."""
        return (
            units_equation(2),
            *(parameters_equation(cls.gating, biases) for biases in cls.all_biases()),
            macs_equation(cls.gating, steps=True),
        )


def use_cudnn(value: object, name: str, rank: int = 0) -> object:
    """How the layer is computed, which changes no shape: ``"auto"``, True or False."""
    if isinstance(value, float) or value not in ("auto", True, False):
        raise wrong(name, value, _("it must be 'auto', True or False"))
    return value


@dataclass(frozen=True)
class SimpleRNN(SimpleGates, GatedLayer):
    """The state is the activation of what the input and the state before it come to."""

    units: Size = argument(count)
    activation: str | None = argument(activation, "tanh")
    use_bias: bool = argument(flag, True)
    kernel_initializer: object = argument(anything, None)
    recurrent_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    recurrent_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    return_sequences: bool = argument(flag, False)
    return_state: bool = argument(flag, False)
    go_backwards: bool = argument(flag, False)
    stateful: bool = argument(flag, False)
    unroll: object = argument(anything, None)
    seed: object = argument(seed, None)
    zero_output_for_mask: object = argument(anything, None, keyword_only=True)


@dataclass(frozen=True)
class LSTM(LongShortTermGates, GatedLayer):
    """Long short-term memory: three gates say what is forgotten, kept and given out."""

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
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    seed: object = argument(seed, None)
    return_sequences: bool = argument(flag, False)
    return_state: bool = argument(flag, False)
    go_backwards: bool = argument(flag, False)
    stateful: bool = argument(flag, False)
    unroll: object = argument(anything, None)
    use_cudnn: object = argument(use_cudnn, "auto")
    implementation: object = argument(anything, None, keyword_only=True)
    zero_output_for_mask: object = argument(anything, None, keyword_only=True)


@dataclass(frozen=True)
class GRU(ResetGates, GatedLayer):
    """A gated recurrent unit: two gates say what is kept of the state and what is renewed."""

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
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    recurrent_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    dropout: object = argument(dropout_rate, 0)
    recurrent_dropout: object = argument(dropout_rate, 0)
    seed: object = argument(seed, None)
    return_sequences: bool = argument(flag, False)
    return_state: bool = argument(flag, False)
    go_backwards: bool = argument(flag, False)
    stateful: bool = argument(flag, False)
    unroll: object = argument(anything, None)
    reset_after: bool = argument(flag, True)
    use_cudnn: object = argument(use_cudnn, "auto")
    implementation: object = argument(anything, None, keyword_only=True)
    zero_output_for_mask: object = argument(anything, None, keyword_only=True)


AnyCell: TypeAlias = "Layer | tuple[Cell, ...] | Unfollowed"
"""What `RNN` may be given: a cell, several, or one of which nothing is known."""


def cell_or_cells(value: object, name: str, rank: int = 0) -> AnyCell:
    """A cell, or a list of them, which stand one behind the other. A class that has no rule may be
    a cell; what cannot be followed is kept as it is written."""
    # that a cell by itself is frozen is passed over
    if isinstance(value, Frozen):
        return cell_or_cells(value.layer, name, rank)
    if isinstance(value, (list, tuple)):
        value = tuple(thawed(cell) if isinstance(cell, Layer) else cell for cell in value)
    if isinstance(value, tuple) and all(isinstance(cell, Cell) for cell in value):
        if not value:
            raise wrong(name, value, _("there is no cell in it"))
        return tuple(value)
    if isinstance(value, Cell) or (isinstance(value, Layer) and type(value).abstract):
        return value
    items = value if isinstance(value, (list, tuple)) else (value,)
    # among several, one of which nothing is known leaves all of them unknown
    for cell in items:
        if isinstance(cell, Unfollowed) or (isinstance(cell, Layer) and type(cell).abstract):
            return cell
    raise wrong(
        name,
        value,
        _("it must be a cell, or a list of cells; a layer that goes through a sequence is none"),
    )


@dataclass(frozen=True)
class RNN(Recurrent):
    """A cell at every step, or several behind each other: ``RNN([LSTMCell(8), LSTMCell(4)])``."""

    cell: AnyCell = argument(cell_or_cells)
    return_sequences: bool = argument(flag, False)
    return_state: bool = argument(flag, False)
    go_backwards: bool = argument(flag, False)
    stateful: bool = argument(flag, False)
    unroll: object = argument(anything, None)
    zero_output_for_mask: object = argument(anything, None)

    @property
    def cells(self) -> Sequence[Layer | Unfollowed]:
        """The cells, as they were given."""
        return self.cell if isinstance(self.cell, tuple) else (self.cell,)

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        return tuple(
            one for cell in self.cells if isinstance(cell, Cell) for one in cell.recurrences
        )

    @property
    def state_size(self) -> StateSize:
        if isinstance(self.cell, tuple):
            return tuple(cell.state_size for cell in self.cell)
        assert isinstance(self.cell, (Cell, NetworkCell))
        return self.cell.state_size

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of vectors. What a cell without a rule makes of them is unknown."""
        if isinstance(self.cell, NetworkCell):
            return self._of_network(self.cell, sequences, initial_state)
        if not all(isinstance(cell, Cell) for cell in self.cells):
            several = 2 if self.return_state else 1
            return Applied(
                (UNKNOWN_SHAPE,) * several,
                stated(None, None, None),
                view="unknown",
                sentences=(_("The cell has no rule here: what it gives is unknown."),),
                nest=(0, 1) if self.return_state else 0,
            )
        if not self.recurrences:
            raise ModelProblem(_("there is no cell in it"))
        return super().apply(sequences, initial_state)

    def _of_network(self, cell: NetworkCell, sequences: Shape, initial_state: Any) -> Applied:
        """Apply a cell of the user's own at every step."""
        check_sequence(sequences)
        steps, step = sequences[0], sequences[1:]
        size = cell.state_size if isinstance(cell.state_size, tuple) else (cell.state_size,)
        requirements = () if initial_state is None else checked_states(size, initial_state)
        states, nest = numbered_states(size, 1)
        inner = cell(step, states)
        units = inner.outputs[0][-1]
        output = (steps, *inner.outputs[0]) if self.return_sequences else inner.outputs[0]
        last = Filled(_output_equation(len(output)), {U: units})
        return Applied(
            (output, *(states if self.return_state else ())),
            (last, *at_every_step(inner, step, steps)),
            view="unknown" if self.return_sequences else "everything",
            requirements=(*requirements, *inner.requirements),
            sentences=self._sentences(steps, units, own=True),
            nest=(0, *nest) if self.return_state else 0,
            additions=additions_at_every_step(inner, step, steps),
            needs_batch=self.stateful,
        )

    def made_inside(self) -> tuple[str, ...]:
        """A list of cells becomes a stack."""
        return ("StackedRNNCells",) if isinstance(self.cell, tuple) else ()

    def title(self) -> tuple[Piece, ...]:
        """``LSTMCell 8, LSTMCell 4, return_sequences``"""
        cells = (
            Code(cell.text) if isinstance(cell, Unfollowed) else titled(cell) for cell in self.cells
        )
        return (*cells, *self.shown_flags)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for two cells."""
        return (units_equation(2), *stacked_equations(steps=True))
