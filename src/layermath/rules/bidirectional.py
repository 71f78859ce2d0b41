"""A recurrent layer forwards through a sequence, and one backwards.

Sources: Keras, ``Bidirectional``; Schuster and Paliwal, *Bidirectional Recurrent Neural Networks*
(1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Integer, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Letter, letter
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.algebra.written import add, mul, put_in
from layermath.messages import Message, Name, Piece, Setting, _
from layermath.problems import ModelProblem
from layermath.rules.axes import Axis, axes_of
from layermath.rules.biases import repeated, summed
from layermath.rules.equations import (
    MACS,
    PARAMS,
    TRAINABLE,
    Applied,
    Equation,
    Filled,
    Requirement,
    View,
)
from layermath.rules.recurrent import StepByStep
from layermath.rules.recurrent_cells import titled
from layermath.rules.rule import Applicable, Rule, Shape, require
from layermath.rules.stated import nothing_trained, stated
from layermath.rules.states import listed_states
from layermath.rules.structures import moved
from layermath.rules.time_distributed import renamed

U_FORWARD, U_BACKWARD = letter("U_f"), letter("U_b")
N_FORWARD, N_BACKWARD = letter("N_f"), letter("N_b")


_UNKNOWN = Applied((UNKNOWN_SHAPE,), stated(None, None, None), view="unknown")


@dataclass(frozen=True)
class Bidirectional(Rule):
    """A recurrent layer that goes through the sequence forwards, and one that goes backwards.

    The second is a copy of the first unless there is an ``other``; each has weights of its
    own. Their outputs are put together by ``merge``: ``concat``, ``sum``, ``mul``, ``ave`` or None.
    Raises `ModelProblem` where both do not give out the same.
    """

    layer: Applicable
    merge: str | None = "concat"
    other: Applicable | None = None

    @property
    def alike(self) -> bool:
        """Whether the way back has a copy of the layer."""
        return self.other is None

    def apply(self, sequences: Shape, initial_state: Any = None) -> Applied:
        """Apply both layers. ``initial_state``: the states of the forward layer, then those of the
        backward layer, in one list."""
        back = self.other or self.layer
        if not all(isinstance(way.rule, StepByStep) for way in (self.layer, back)):
            return _UNKNOWN
        given = None if initial_state is None else listed_states(initial_state)
        half = 0 if given is None else len(given) // 2
        first = self.layer(sequences, None if given is None else given[:half])
        second = back(sequences, None if given is None else given[half:])
        if UNKNOWN_SHAPE in (first.outputs[0], second.outputs[0]):
            return _UNKNOWN
        merged = self._merged(first, second)
        return Applied(
            (*merged.outputs, *first.outputs[1:], *second.outputs[1:]),
            (*merged.quantities, *self._states(first, second), *self._counts(first, second)),
            view=self._view(first),
            windowed=first.windowed,
            requirements=(*first.requirements, *second.requirements, *merged.requirements),
            sentences=(
                _(
                    "One layer reads the sequence from its beginning, the other from its end, each "
                    "with weights of its own."
                ),
                put_together(self.merge),
            ),
            nest=self._nest(first, second, len(merged.outputs)),
            additions=self._additions(first, second),
            needs_known=first.needs_known,
            needs_batch=first.needs_batch,
        )

    def _view(self, first: Applied) -> View:
        """Forwards a value has seen all steps up to its own, backwards all from its own on."""
        if first.windowed:
            return "unknown"
        merged = self.merge in ("sum", "mul", "ave")
        return "everything" if merged or not self.layer.rule.every_step else "unknown"

    def _nest(self, first: Applied, second: Applied, merged: int) -> Any:
        """The outputs, the states of the way forwards, and those of the way back."""
        if not self.layer.rule.gives_states:
            return 0 if merged == 1 else tuple(range(merged))
        nest: list[Any] = list(range(merged))
        before = merged - 1
        for done in (first, second):
            assert isinstance(done.nest, tuple)
            nest += [moved(part, before) for part in done.nest[1:]]
            before += len(done.outputs) - 1
        return tuple(nest)

    def _merged(self, first: Applied, second: Applied) -> Applied:
        """The outputs without the states, and the rules that lead to them."""
        one, other = first.outputs[0], second.outputs[0]
        sizes = tuple(_sizes_of(first))
        if self.merge is None:
            further = () if self.alike else tuple(map(_of_the_way_back, _sizes_of(second)))
            return Applied((one, other), (*sizes, *further))
        if len(one) != len(other):
            raise ModelProblem(_("both layers must give as many axes as each other"))
        if self.merge != "concat":
            return Applied((one,), sizes, requirements=tuple(_agree(one, other)))
        axis = axes_of(len(one))[-1]
        where = {U_FORWARD: one[-1]} if self.alike else {U_FORWARD: one[-1], U_BACKWARD: other[-1]}
        joined = Filled(concatenated_equation(axis, alike=self.alike), where)
        kept = (one for one in sizes if one.equation.quantity != axis.quantity)
        return Applied(
            ((*one[:-1], joined.value),),
            (*kept, joined),
            requirements=tuple(_agree(one[:-1], other[:-1])),
        )

    def _states(self, first: Applied, second: Applied) -> Iterator[Filled]:
        """The sizes of the states that come out, each once."""
        if not self.layer.rule.gives_states:
            return
        ways = (
            ((first, "state", _("state")),)
            if self.alike
            else ((first, "f", _("forward")), (second, "b", _("backward")))
        )
        for number, (done, index, label) in enumerate(ways, start=2):
            for filled in _units_of(done):
                quantity = f"output{number}.{filled.equation.quantity.partition('.')[2]}"
                name = filled.equation.symbol.name.partition("_")[0]
                yield renamed(filled, quantity, letter(f"{name}_{index}"), label)

    def _counts(self, first: Applied, second: Applied) -> Iterator[Filled]:
        """The parameters and MACs of each direction, and of both."""
        yield from _of_direction(first, "f", _("one direction") if self.alike else _("forward"))
        if not self.alike:
            yield from _of_direction(second, "b", _("backward"))
        for quantity, head in (("params", "N"), ("macs", "M")):
            where = {letter(f"{head}_f"): getattr(first, quantity)}
            if not self.alike:
                where[letter(f"{head}_b")] = getattr(second, quantity)
            yield Filled(direction_equation(quantity, alike=self.alike), where)
        yield from self._trained(first, second)

    def _additions(self, first: Applied, second: Applied) -> Filled | None:
        if self.alike:
            return repeated(Integer(2), {}, first.additions)
        return summed({"f": first.additions, "b": second.additions})

    def _trained(self, first: Applied, second: Applied) -> Iterator[Filled]:
        """The trainable parameters, where a direction is frozen."""
        forward, backward = (done.trainable_params != 0 for done in (first, second))
        if not forward and not backward:
            yield nothing_trained()
        elif forward != backward:
            one, params = (N_FORWARD, first.params) if forward else (N_BACKWARD, second.params)
            yield Filled(trained_equation(one), {one: params})

    def title(self) -> tuple[Piece, ...]:
        """``LSTM 64, sum``"""
        mode = () if self.merge == "concat" else (Name(str(self.merge)),)
        other = () if self.other is None else (titled(self.other),)
        return (titled(self.layer), *other, *mode)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, in what the layers inside have."""
        axis = axes_of(2)[-1]
        return tuple(
            equation
            for alike in (True, False)
            for equation in (
                concatenated_equation(axis, alike=alike),
                direction_equation("params", alike=alike),
                direction_equation("macs", alike=alike),
            )
        )


def _sizes_of(done: Applied) -> Iterator[Filled]:
    """The rules of the first output's sizes, and of the padding before them."""
    for filled in done.quantities:
        if filled.equation.quantity.startswith(("output.", "padding.")):
            yield filled


def _units_of(done: Applied) -> Iterator[Filled]:
    """The rules of the states' last axis."""
    further = [one for one in done.quantities if one.equation.rule == "recurrent-state"]
    usual = [
        one
        for one in done.quantities
        if one.equation.rule in ("recurrent-units", "channels") and not further
    ]
    yield from (*further, *usual)


def _of_the_way_back(filled: Filled) -> Filled:
    """The rule of a size of the backward layer's output, which comes out as the second one."""
    quantity = filled.equation.quantity.replace("output.", "output2.", 1)
    return renamed(filled, quantity, filled.equation.symbol, _("backward"))


def _agree(one: Shape, other: Shape) -> Iterator[Requirement]:
    for left, right in zip(one, other, strict=True):
        # a single value of the way back is added to, or multiplied with, each of the other's
        if left is not right and right != 1:
            yield require(
                equal(left, right),
                _(
                    "both layers must give the same size: {left} and {right}",
                    left=left,
                    right=right,
                ),
            )


def _of_direction(done: Applied, index: str, label: Message) -> Iterator[Filled]:
    """The rules of one direction, those of its cells before them."""
    cells = {
        filled.equation.symbol: letter(f"{filled.equation.symbol.name}{index}")
        for filled in done.quantities
        if index == "b" and filled.equation.quantity.startswith("cell")
    }
    for filled in done.quantities:
        equation, quantity = filled.equation, filled.equation.quantity
        if quantity in ("params", "macs"):
            symbol = letter(f"{equation.symbol.name}_{index}")
            told = renamed(filled, f"{index}.{quantity}", symbol, label)
            yield _in_letters(told, cells)
        elif quantity.startswith("cell"):
            symbol = cells.get(equation.symbol, equation.symbol)
            yield renamed(filled, f"{index}.{quantity}", symbol, equation.label)


def _in_letters(filled: Filled, letters: Mapping[Symbol, Symbol]) -> Filled:
    """The same rule with other letters for its cells."""
    if not letters:
        return filled
    return replace(
        filled,
        equation=replace(filled.equation, expression=put_in(filled.equation.expression, letters)),
        where={letters.get(one, one): size for one, size in filled.where.items()},
    )


def put_together(mode: str | None) -> Message:
    """What becomes of the outputs of the two directions."""
    says = {
        "concat": _("Their outputs are put side by side."),
        "sum": _("Their outputs are added value by value: the shape stays."),
        "mul": _("Their outputs are multiplied value by value: the shape stays."),
        "ave": _("The mean of their outputs is taken value by value: the shape stays."),
    }
    return says[mode] if mode else _("Their outputs come out as two tensors.")


@cache
def concatenated_equation(axis: Axis, *, alike: bool) -> Equation:
    """The values of both directions side by side, on the last axis."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "bidirectional-size",
        axis.label,
        mul(Integer(2), U_FORWARD) if alike else add(U_FORWARD, U_BACKWARD),
        _("the values of both directions side by side"),
        _same_layer(alike),
    )


@cache
def direction_equation(quantity: str, *, alike: bool) -> Equation:
    """The parameters, or the MACs, of both directions."""
    params = quantity == "params"
    symbol = PARAMS if params else MACS
    forward, backward = letter(f"{symbol.name}_f"), letter(f"{symbol.name}_b")
    if not alike:
        reason = _("the way forwards and the way back, each with weights of its own")
    elif params:
        reason = _("twice: forwards and backwards, each with weights of its own")
    else:
        reason = _("twice: forwards and backwards")
    return Equation(
        quantity,
        symbol,
        "bidirectional-parameters" if params else "bidirectional-macs",
        _("parameters") if params else _("MACs"),
        mul(Integer(2), forward) if alike else add(forward, backward),
        reason,
        _same_layer(alike),
    )


@cache
def trained_equation(one: Letter) -> Equation:
    """The trainable parameters where one direction is frozen."""
    return Equation(
        "trainable_params",
        TRAINABLE,
        "bidirectional-trainable-parameters",
        _("trainable"),
        one,
        _("those of the direction that is not frozen"),
    )


def _same_layer(alike: bool) -> Message:
    if alike:
        return _("with a copy of the layer for the way back")
    return _("with {argument}", argument=Setting("another layer for the way back"))
