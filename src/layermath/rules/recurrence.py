"""The rules of recurrent layers: what one step computes, the gates, and the weights of a cell.

Sources: Keras, *Recurrent layers*; Hochreiter and
Schmidhuber, *Long Short-Term Memory* (1997); Cho et al., *Learning Phrase Representations using RNN
Encoder-Decoder* (2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from sympy import Expr, Integer, Symbol

from layermath.algebra.floors import Size, letter, times
from layermath.algebra.written import add, mul, written
from layermath.messages import Message, Piece, Setting, _
from layermath.rules import activations
from layermath.rules.axes import C_IN, axes_of
from layermath.rules.biases import additions_equation, summed
from layermath.rules.equations import MACS, PARAMS, Equation, Filled, Weight
from layermath.rules.states import StateSize, U
from layermath.rules.weights import NO_BIAS

T = letter("T")


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


@dataclass(frozen=True)
class Gating:
    """What a type of cell computes at a step: ``gates`` times the same sum of products, of which
    ``states`` states remain. ``reasons`` says why so many, by the number of biases."""

    rule: str
    gates: int
    states: int
    reasons: tuple[Message, ...]


_READ = {"U": U, "C": C_IN}
"""What a gate reads: the state, and the input."""

SIMPLE = Gating(
    "simple-rnn",
    1,
    1,
    (
        _("a matrix for the {U} values of the state and one for the {C} of the input", **_READ),
        _(
            "a matrix for the {U} values of the state, one for the {C} of the input, and a bias "
            "for each unit",
            **_READ,
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
            **_READ,
        ),
        _(
            "four times the same: three gates (input, forget, output) and the candidate, each with "
            "a matrix for the {U} values of the state, one for the {C} of the input, and a bias",
            **_READ,
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
            **_READ,
        ),
        _(
            "three times the same: two gates (update, reset) and the candidate, each with a matrix "
            "for the {U} values of the state, one for the {C} of the input, and a bias",
            **_READ,
        ),
        _(
            "three times the same: two gates (update, reset) and the candidate, each with a matrix "
            "for the {U} values of the state, one for the {C} of the input, and two biases: the "
            "reset gate acts after the state's matrix, so that each matrix has a bias of its own",
            **_READ,
        ),
    ),
)


GATINGS = {gating.rule: gating for gating in (SIMPLE, LONG_SHORT_TERM, GATED)}
"""Each by its name."""


@dataclass(frozen=True)
class Recurrence:
    """One cell: its type, its units, and how many biases a unit has for each gate."""

    gating: Gating
    units: Size
    biases: int

    def where(self, channels: Size) -> dict[Symbol, Size]:
        """The letters of its rules, on an input of ``channels`` values."""
        return {U: self.units, C_IN: channels}

    def weights(self, channels: Size) -> tuple[Weight, ...]:
        """The weights of all gates side by side; two biases stand in two rows."""
        units = times((self.gating.gates, self.units))
        rows = (2, units) if self.biases == 2 else (units,)
        return (
            Weight("kernel", (channels, units)),
            Weight("recurrent_kernel", (self.units, units)),
            *((Weight("bias", rows),) if self.biases else ()),
        )


@cache
def parameters_equation(gating: Gating, biases: int) -> Equation:
    """What the weights of `Recurrence.weights` have, gate by gate."""
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
        return NO_BIAS
    if gating is GATED:
        reset = Setting("reset after the matrix" if biases == 2 else "reset before the matrix")
        return _("with {argument}", argument=reset)
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
        mul(T, *once.args) if steps else once,
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
    once = [*(Integer(one) for one in (cell.gating.gates, cell.biases) if one != 1), U]
    if steps is None:
        return Filled(
            additions_equation(mul(*once), _("every bias is added once")), {U: cell.units}
        )
    every = _("every bias is added once at each of the {T} steps", T=T)
    return Filled(additions_equation(mul(T, *once), every), {T: steps, U: cell.units})


@cache
def _of_cell(equation: Equation, symbol: Symbol, number: int) -> Equation:
    """The rule of one of several cells."""
    return replace(
        equation,
        quantity=f"cell{number}.{equation.quantity}",
        symbol=symbol,
        label=_("cell {number}", number=number),
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
        add(*_of_cells("N", cells)),
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
        mul(T, add(*parts)) if steps else add(*parts),
        _("all cells together, at each of the {T} steps", T=T)
        if steps
        else _("all cells together"),
    )


def stacked_equations(*, steps: bool) -> tuple[Equation, ...]:
    """The general rules of two cells, one behind the other."""
    return (_all_parameters(2), _all_macs(2, steps=steps))


# What a cell and the layer around it share -----------------------------------------------------


@dataclass(frozen=True)
class Gates:
    """What a cell and the layer around it share: ``units`` with the gates of that name, and biases.

    With ``reset_after`` the reset gate acts after the state's matrix, which has a bias of its own
    then.
    """

    gates: str
    units: Size
    activation: str | None = "tanh"
    bias: bool = True
    reset_after: bool = False

    @property
    def gating(self) -> Gating:
        """What it computes at a step."""
        return GATINGS[self.gates]

    @property
    def recurrences(self) -> tuple[Recurrence, ...]:
        """Itself, as the only cell."""
        biases = (2 if self.reset_after else 1) if self.bias else 0
        return (Recurrence(self.gating, self.units, biases),)

    @property
    def state_size(self) -> StateSize:
        """One number, or one for each of several states."""
        states = self.gating.states
        return self.units if states == 1 else (self.units,) * states

    def title(self) -> tuple[Piece, ...]:
        """``64``, with the activation where it is not the usual one."""
        own = self.activation != "tanh"
        return (self.units, *(activations.title(self.activation or "linear") if own else ()))


def gated_equations(gates: str, rank: int, *, steps: bool) -> tuple[Equation, ...]:
    """The general rules of cells with these gates, the usual number of biases first."""
    gating = GATINGS[gates]
    return (
        units_equation(rank),
        *(
            parameters_equation(gating, biases)
            for biases in ((2, 1, 0) if gating is GATED else (1, 0))
        ),
        macs_equation(gating, steps=steps),
    )
