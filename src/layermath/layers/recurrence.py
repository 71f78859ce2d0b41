"""The rules of recurrent layers: what one step computes, the gates, and the states that remain.

Sources: Keras, *Recurrent layers*; Hochreiter and
Schmidhuber, *Long Short-Term Memory* (1997); Cho et al., *Learning Phrase Representations using RNN
Encoder-Decoder* (2014).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sympy import Add, Expr, Integer, Mul, S, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers.core import U
from layermath.layers.states import StateSize
from layermath.messages import Code, Message, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import C_IN, axes_of, check_rank
from layermath.rules.biases import additions_equation, summed
from layermath.rules.equations import MACS, PARAMS, Equation, Filled, Requirement
from layermath.vocabulary.arguments import Unfollowed, activation, wrong
from layermath.vocabulary.layer import Inputs, require

T = letter("T")


def dropout_rate(value: object, name: str, rank: int = 0) -> object:
    """A number, which changes no shape. Keras takes one below 0 for 0 and one above 1 for 1."""
    if not isinstance(value, (int, float, Expr, Unfollowed)):
        raise wrong(name, value, _("it must be a number from 0 to 1"))
    return value


gate_activation = activation
"""The activation of the gates. Within a class, ``activation`` is the one before it."""


def seed(value: object, name: str, rank: int = 0) -> None:
    """The start of the random numbers, which changes no shape: a whole number or None."""
    if not (value is None or isinstance(value, (int, Expr, Unfollowed))):
        raise wrong(name, value, _("it must be a whole number"))


# The rules of one step ------------------------------------------------------------------------


@written
def parameters(gates: Expr, u: Expr, c: Expr, biases: Expr) -> Expr:
    """As many times as there are gates: a matrix for the state, one for the input, the biases."""
    if biases == 0:
        return u * (u + c) if gates == 1 else gates * u * (u + c)
    each = u * (u + c) + (u if biases == 1 else biases * u)
    return each if gates == 1 else gates * each


@written
def multiplications(gates: Expr, u: Expr, c: Expr) -> Expr:
    """One product for each weight of the matrices."""
    return u * (u + c) if gates == 1 else gates * u * (u + c)


@written
def at_every_step(t: Expr, one_step: Expr) -> Expr:
    """Each step costs the same."""
    return Mul(t, *one_step.args)


@written
def together(parts: tuple[Expr, ...]) -> Expr:
    """The sum of what the parts have."""
    return Add(*parts)


@written
def steps_of_all(t: Expr, parts: tuple[Expr, ...]) -> Expr:
    """Each step costs what all cells together cost."""
    return Mul(t, Add(*parts))


@written
def biases_added(t: Expr, gates: Expr, biases: Expr, u: Expr) -> Expr:
    """At every step, every bias of every unit; a factor of 1 is not written."""
    return Mul(*(factor for factor in (t, gates, biases) if factor != 1), u)


@dataclass(frozen=True)
class Gating:
    """What a type of cell computes at a step: ``gates`` times the same sum of products, of which
    ``states`` states remain. ``reasons`` says why so many, by the number of biases."""

    rule: str
    gates: int
    states: int
    reasons: tuple[Message, ...]


SIMPLE = Gating(
    "simple-rnn",
    1,
    1,
    (
        _("a matrix for the {U} values of the state and one for the {C} of the input", U=U, C=C_IN),
        _(
            "a matrix for the {U} values of the state, one for the {C} of the input, and a bias "
            "for each unit",
            U=U,
            C=C_IN,
        ),
    ),
)
LONG_SHORT_TERM = Gating(
    "lstm",
    4,
    2,
    (
        _(
            "four times the same: three gates (input, forget, output) and the candidate, each with "
            "a matrix for the {U} values of the state and one for the {C} of the input",
            U=U,
            C=C_IN,
        ),
        _(
            "four times the same: three gates (input, forget, output) and the candidate, each with "
            "a matrix for the {U} values of the state, one for the {C} of the input, and a bias",
            U=U,
            C=C_IN,
        ),
    ),
)
GATED = Gating(
    "gru",
    3,
    1,
    (
        _(
            "three times the same: two gates (update, reset) and the candidate, each with a matrix "
            "for the {U} values of the state and one for the {C} of the input",
            U=U,
            C=C_IN,
        ),
        _(
            "three times the same: two gates (update, reset) and the candidate, each with a matrix "
            "for the {U} values of the state, one for the {C} of the input, and a bias",
            U=U,
            C=C_IN,
        ),
        _(
            "three times the same: two gates (update, reset) and the candidate, each with a matrix "
            "for the {U} values of the state, one for the {C} of the input, and two biases: the "
            "reset gate acts after the state's matrix, so that each matrix has a bias of its own",
            U=U,
            C=C_IN,
        ),
    ),
)


@dataclass(frozen=True)
class Recurrence:
    """One cell: its type, its units, and how many biases a unit has for each gate."""

    gating: Gating
    units: Size
    biases: int

    def where(self, channels: Size) -> dict[Symbol, Size]:
        """The letters of its rules, on an input of ``channels`` values."""
        return {U: self.units, C_IN: channels}


@cache
def parameters_equation(gating: Gating, biases: int) -> Equation:
    """Keras: a kernel ``(C, g·U)``, a recurrent kernel ``(U, g·U)`` and a bias ``(g·U,)``, which is
    ``(2, g·U)`` for a GRU with ``reset_after``."""
    return Equation(
        "params",
        PARAMS,
        f"{gating.rule}-parameters",
        _("parameters"),
        parameters(Integer(gating.gates), U, C_IN, Integer(biases)),
        gating.reasons[biases],
        _when(gating, biases),
    )


def _when(gating: Gating, biases: int) -> Message:
    if biases == 0:
        return _("with {argument}", argument=Code("use_bias=False"))
    if gating is GATED:
        return _("with {argument}", argument=Code(f"reset_after={biases == 2}"))
    return _("with biases")


@cache
def macs_equation(gating: Gating, *, steps: bool) -> Equation:
    """Products of the two matrices only; the gates then act value by value, which is not
    counted."""
    once = multiplications(Integer(gating.gates), U, C_IN)
    return Equation(
        "macs",
        MACS,
        f"{gating.rule}-macs",
        _("MACs"),
        at_every_step(T, once) if steps else once,
        _("at each of the {T} steps, one product for each weight of the matrices", T=T)
        if steps
        else _("one product for each weight of the matrices"),
    )


@cache
def units_equation(rank: int) -> Equation:
    """The last axis of what comes out, of ``rank`` axes."""
    axis = axes_of(rank)[-1]
    return Equation(
        axis.quantity,
        axis.size_out,
        "recurrent-units",
        axis.label,
        U,
        _("one value for each unit: the state"),
    )


def counts(
    recurrences: Sequence[Recurrence], channels: Size, steps: Size | None
) -> tuple[Filled, ...]:
    """The parameters and the MACs of cells that stand one behind the other, the first of them on
    ``channels`` values, at ``steps`` steps (None: at one)."""
    if len(recurrences) == 1:
        only = recurrences[0]
        where = only.where(channels)
        return (
            Filled(parameters_equation(only.gating, only.biases), where),
            Filled(
                macs_equation(only.gating, steps=steps is not None),
                where if steps is None else {T: steps, **where},
            ),
        )
    found: list[Filled] = []
    totals: dict[str, dict[Symbol, Size]] = {"N": {}, "M": {}}
    for number, cell in enumerate(recurrences, start=1):
        where = cell.where(channels)
        for head, equation in (
            ("N", parameters_equation(cell.gating, cell.biases)),
            ("M", macs_equation(cell.gating, steps=False)),
        ):
            filled = Filled(_of_cell(equation, letter(f"{head}_{number}"), number), where)
            totals[head][filled.equation.symbol] = filled.value
            found.append(filled)
        channels = cell.units
    found.append(Filled(_all_parameters(len(recurrences)), totals["N"]))
    macs = _all_macs(len(recurrences), steps=steps is not None)
    found.append(Filled(macs, totals["M"] if steps is None else {T: steps, **totals["M"]}))
    return tuple(found)


def additions_of(recurrences: Sequence[Recurrence], steps: Size | None) -> Filled | None:
    """The additions of the biases of cells that stand one behind the other, at ``steps`` steps
    (None: at one)."""
    return summed(
        {str(number): _additions(cell, steps) for number, cell in enumerate(recurrences, start=1)}
    )


def _additions(cell: Recurrence, steps: Size | None) -> Filled | None:
    if cell.biases == 0:
        return None
    factors = Integer(cell.gating.gates), Integer(cell.biases), U
    if steps is None:
        once = additions_equation(biases_added(S.One, *factors), _("every bias is added once"))
        return Filled(once, {U: cell.units})
    every = _("every bias is added once at each of the {T} steps", T=T)
    equation = additions_equation(biases_added(T, *factors), every)
    return Filled(equation, {T: steps, U: cell.units})


@cache
def _of_cell(equation: Equation, symbol: Symbol, number: int) -> Equation:
    """The rule of one of several cells."""
    return Equation(
        f"cell{number}.{equation.quantity}",
        symbol,
        equation.rule,
        _("cell {number}", number=number),
        equation.expression,
        equation.reason,
        equation.when,
    )


def _of_cells(head: str, cells: int) -> tuple[Symbol, ...]:
    return tuple(letter(f"{head}_{number}") for number in range(1, cells + 1))


@cache
def _all_parameters(cells: int) -> Equation:
    return Equation(
        "params",
        PARAMS,
        "stacked-cells-parameters",
        _("parameters"),
        together(_of_cells("N", cells)),
        _("all cells together; each reads what the cell before it gives"),
    )


@cache
def _all_macs(cells: int, *, steps: bool) -> Equation:
    parts = _of_cells("M", cells)
    return Equation(
        "macs",
        MACS,
        "stacked-cells-macs",
        _("MACs"),
        steps_of_all(T, parts) if steps else together(parts),
        _("all cells together, at each of the {T} steps", T=T)
        if steps
        else _("all cells together"),
    )


def stacked_equations(*, steps: bool) -> tuple[Equation, ...]:
    """The general rules of two cells, one behind the other."""
    return (_all_parameters(2), _all_macs(2, steps=steps))


# States ----------------------------------------------------------------------------------------


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


# What a cell and the layer around it share -----------------------------------------------------


class Gates:
    """What a cell and the layer around it share: units with gates and biases."""

    gating: ClassVar[Gating]
    units: Size
    use_bias: bool

    @property
    def biases(self) -> int:
        """The biases of a unit, for each gate."""
        return 1 if self.use_bias else 0

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """Itself, as the only cell."""
        return (Recurrence(self.gating, self.units, self.biases),)

    @property
    def state_size(self) -> StateSize:
        """One number, or one for each of several states."""
        states = self.gating.states
        return self.units if states == 1 else (self.units,) * states

    @classmethod
    def all_biases(cls) -> tuple[int, ...]:
        """The numbers of biases that there may be, the usual one first."""
        return (1, 0)

    def shown_activation(self, name: str | None) -> tuple[Piece, ...]:
        """The activation in a heading, where it is not the usual one."""
        return () if name == "tanh" else activations.title(name or "linear")


class SimpleGates(Gates):
    """A simple recurrent layer: no gate, one state."""

    gating = SIMPLE


class LongShortTermGates(Gates):
    """Long short-term memory: the state h, and the cell state c beside it."""

    gating = LONG_SHORT_TERM


class ResetGates(Gates):
    """A gated recurrent unit."""

    gating = GATED
    reset_after: bool

    @property
    def biases(self) -> int:
        """Two with ``reset_after``: one beside each matrix."""
        if not self.use_bias:
            return 0
        return 2 if self.reset_after else 1

    @classmethod
    def all_biases(cls) -> tuple[int, ...]:
        """Keras's default first."""
        return (2, 1, 0)
