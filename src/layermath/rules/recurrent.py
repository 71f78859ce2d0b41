"""Recurrent layers: the same cell, with the same weights, at every step of a sequence.

Sources: Keras, ``RNN``, ``SimpleRNN``, ``LSTM``, ``GRU``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from layermath.algebra.floors import Size
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Message, Piece, Setting, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation, Filled
from layermath.rules.recurrence import (
    Gates,
    Recurrence,
    additions_of,
    counts,
    gated_equations,
    stacked_equations,
    units_equation,
)
from layermath.rules.recurrent_cells import Cell, titled
from layermath.rules.rule import Applicable, Rule, Shape
from layermath.rules.stated import stated
from layermath.rules.states import (
    NetworkCell,
    StateSize,
    U,
    checked_states,
    numbered_states,
    state_quantities,
)
from layermath.rules.time_distributed import additions_at_every_step, at_every_step


@dataclass(frozen=True)
class StepByStep(Rule):
    """A layer that goes through a sequence step by step, with a state, ``backwards`` from its end.

    What comes out is the last state, or that of ``every_step``, and with ``gives_states`` the
    states after the last step too. A layer that ``keeps_state`` from one batch to the next must
    know the size of the batch.
    """

    every_step: bool = field(default=False, kw_only=True)
    gives_states: bool = field(default=False, kw_only=True)
    backwards: bool = field(default=False, kw_only=True)
    keeps_state: bool = field(default=False, kw_only=True)

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence. ``initial_state`` are the states before the first step, in a list;
        zeros where it is None."""
        raise NotImplementedError

    @property
    def shown_flags(self) -> tuple[Piece, ...]:
        """What comes out, in a heading."""
        flags = {
            "every step": self.every_step,
            "states": self.gives_states,
            "backwards": self.backwards,
        }
        return tuple(Setting(name, word=True) for name, flag in flags.items() if flag)


class Recurrent(StepByStep):
    """A layer with one or several cells: ``(T, C)`` to ``(units,)``, or to ``(T, units)`` with
    ``every_step``."""

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """The cells, in the order in which they stand behind each other."""
        raise NotImplementedError

    @property
    def state_size(self) -> StateSize:
        """The sizes of the states, as the cell has them."""
        raise NotImplementedError

    def _states(self) -> tuple[StateSize, ...]:
        return self.state_size if isinstance(self.state_size, tuple) else (self.state_size,)

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of vectors. Raises `ModelProblem` for any other number of axes, and
        for states that are not the cell's."""
        check_sequence(sequences)
        steps, channels = sequences
        size = self._states()
        requirements = () if initial_state is None else checked_states(size, initial_state)
        units = self.recurrences[-1].units
        output = (steps, units) if self.every_step else (units,)
        states, nest = numbered_states(size, 1) if self.gives_states else ([], ())
        several = len(self.recurrences) > 1
        return Applied(
            (output, *states),
            (
                Filled(units_equation(len(output)), {U: units}),
                *(state_quantities(states) if several else ()),
                *counts(self.recurrences, channels, steps),
            ),
            view="unknown" if self.every_step else "everything",
            requirements=requirements,
            sentences=self._sentences(steps, units),
            nest=(0, *nest) if self.gives_states else 0,
            additions=additions_of(self.recurrences, steps),
            needs_batch=self.keeps_state,
        )

    def _sentences(self, steps: Size, units: Size, *, own: bool = False) -> tuple[Message, ...]:
        sentences = [
            _(
                "The same weights act at every one of the {steps} steps: the parameters do not "
                "depend on how many there are.",
                steps=steps,
            ),
            _comes_out(units, each=self.every_step, own=own),
        ]
        if self.gives_states:
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
            flag=Setting("every step"),
        ),
    )


def each_step(values: Piece) -> Message:
    """What ``every_step`` gives."""
    return _(
        "The state after each step comes out, {values} values; it depends on this step and all "
        "steps before it.",
        values=values,
    )


def last_step(values: Piece) -> Message:
    """What comes out without ``every_step``."""
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


@dataclass(frozen=True)
class GatedLayer(Gates, Recurrent):
    """A recurrent layer with a cell of its own."""

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of vectors."""
        done = super().apply(sequences, initial_state)
        return replace(done, weights=self.recurrences[0].weights(sequences[-1]))

    def title(self) -> tuple[Piece, ...]:
        """``64, return_sequences``"""
        return (*super().title(), *self.shown_flags)

    @classmethod
    def equations(cls, gates: str = "", **fixed: Any) -> tuple[Equation, ...]:
        """The general rules."""
        return gated_equations(gates, 2, steps=True)


@dataclass(frozen=True)
class CellInSteps(Recurrent):
    """A cell at every step, or several behind each other: ``RNN([LSTMCell(8), LSTMCell(4)])``."""

    cell: Applicable | tuple[Applicable, ...]

    @property
    def cells(self) -> Sequence[Applicable]:
        """The cells, as they were given."""
        return self.cell if isinstance(self.cell, tuple) else (self.cell,)

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        return tuple(
            one
            for cell in self.cells
            if isinstance(cell.rule, Cell)
            for one in cell.rule.recurrences
        )

    @property
    def state_size(self) -> StateSize:
        if isinstance(self.cell, tuple):
            return tuple(cell.rule.state_size for cell in self.cell)
        size: StateSize = self.cell.rule.state_size
        return size

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply to a sequence of vectors. What a cell without a rule makes of them is unknown."""
        if not isinstance(self.cell, tuple) and isinstance(self.cell.rule, NetworkCell):
            return self._of_network(self.cell, sequences, initial_state)
        if not all(isinstance(cell.rule, Cell) for cell in self.cells):
            several = 2 if self.gives_states else 1
            return Applied(
                (UNKNOWN_SHAPE,) * several,
                stated(None, None, None),
                view="unknown",
                sentences=(_("The cell has no rule here: what it gives is unknown."),),
                nest=(0, 1) if self.gives_states else 0,
            )
        if not self.recurrences:
            raise ModelProblem(_("there is no cell in it"))
        return super().apply(sequences, initial_state)

    def _of_network(self, cell: Applicable, sequences: Shape, initial_state: Any) -> Applied:
        """Apply a cell of the user's own at every step."""
        check_sequence(sequences)
        steps, step = sequences[0], sequences[1:]
        size = self._states()
        requirements = () if initial_state is None else checked_states(size, initial_state)
        states, nest = numbered_states(size, 1)
        inner = cell(step, states)
        units = inner.outputs[0][-1]
        output = (steps, *inner.outputs[0]) if self.every_step else inner.outputs[0]
        last = Filled(_output_equation(len(output)), {U: units})
        return Applied(
            (output, *(states if self.gives_states else ())),
            (last, *at_every_step(inner, step, steps)),
            view="unknown" if self.every_step else "everything",
            requirements=(*requirements, *inner.requirements),
            sentences=self._sentences(steps, units, own=True),
            nest=(0, *nest) if self.gives_states else 0,
            additions=additions_at_every_step(inner, step, steps),
            needs_batch=self.keeps_state,
        )

    def title(self) -> tuple[Piece, ...]:
        """``LSTMCell 8, LSTMCell 4, return_sequences``"""
        return (*map(titled, self.cells), *self.shown_flags)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for two cells."""
        return (units_equation(2), *stacked_equations(steps=True))
