"""The same layer at every time step.

Source: Keras, ``TimeDistributed``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Expr, Symbol

from layermath.algebra.floors import Letter, Size, letter
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.algebra.written import mul, put_in
from layermath.messages import Code, Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import axes_of
from layermath.rules.biases import repeated
from layermath.rules.equations import (
    MACS,
    PARAMS,
    Applied,
    Equation,
    Filled,
    Reach,
    View,
)
from layermath.rules.recurrence import T
from layermath.rules.recurrent_cells import titled
from layermath.rules.rule import Applicable, Rule, Shape
from layermath.rules.stated import STATED, stated


def renamed(filled: Filled, quantity: str, symbol: Symbol, label: Message) -> Filled:
    """The same rule under another name: what the layer inside comes to."""
    equation = replace(filled.equation, quantity=quantity, symbol=symbol, label=label)
    return replace(filled, equation=equation, like=None)


N_STEP = letter("N_t")


@dataclass(frozen=True)
class TimeDistributed(Rule):
    """The same layer, with the same weights, at every time step: ``(T, …)`` to ``(T, …)``.

    Raises `ModelProblem` where the input has no axis beside the time, where the layer cannot take
    one time step, and where it gives several tensors.
    """

    layer: Applicable

    def apply(self, inputs: Shape) -> Applied:
        """Apply the layer to the shape that is left without the time axis."""
        if len(inputs) < 2:
            raise ModelProblem(
                _("it takes an input of at least 2 axes: the time steps, and what each step has")
            )
        steps, step = inputs[0], inputs[1:]
        inner = self._at_one_step(step)
        if len(inner.outputs) != 1 or inner.nest != 0:
            raise ModelProblem(
                _(
                    "it takes a layer that gives one tensor, and {type} gives several",
                    type=Code(self.layer.shown_type),
                )
            )
        if inner.outputs[0] == UNKNOWN_SHAPE:
            known = stated(inner.params, inner.trainable_params, None)
            return replace(inner, quantities=known, additions=None)
        view, reach = self._view(inner, step)
        return Applied(
            ((steps, *inner.outputs[0]),),
            tuple(at_every_step(inner, step, steps)),
            view=view,
            reach=reach,
            requirements=inner.requirements,
            additions=additions_at_every_step(inner, step, steps),
            sentences=(self._sentence(steps, inner), *inner.sentences),
            needs_known=inner.needs_known,
            needs_batch=inner.needs_batch,
        )

    def _at_one_step(self, step: Shape) -> Applied:
        try:
            return self.layer(step)
        except ModelProblem as problem:
            raise ModelProblem(
                _(
                    "{layer} gets one time step, {shape}: {problem}",
                    layer=Name(self.layer.shown_type),
                    shape=ShapePiece(step),
                    problem=problem.message,
                ),
                *problem.details,
            ) from None

    def _sentence(self, steps: Size, inner: Applied) -> Message:
        layer = Name(self.layer.shown_type)
        if inner.params == 0:
            return _(
                "{layer} acts on each of the {steps} time steps by itself.",
                layer=layer,
                steps=steps,
            )
        return _(
            "{layer} acts on each of the {steps} time steps by itself, always with the same "
            "weights: its parameters count once, its MACs at every step.",
            layer=layer,
            steps=steps,
        )

    def _view(self, inner: Applied, step: Shape) -> tuple[View, Mapping[int, Reach]]:
        """What a value depends on: nothing of other time steps."""
        if len(step) == 1 and len(inner.outputs[0]) == 1:
            return "windows", {}
        if inner.view != "windows" or self.layer.channels_first:
            return "unknown", {}
        return "windows", {
            axis + 1: replace(reach, axis=reach.axis + 1) for axis, reach in inner.reach.items()
        }

    def title(self) -> tuple[Piece, ...]:
        """``Conv2D 32, 3×3``"""
        return (titled(self.layer),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, in what the layer inside has."""
        return (_parameters_of_the_layer(), steps_equation(T, letter("M_t")))


def at_every_step(inner: Applied, step: Shape, steps: Size) -> Iterator[Filled]:
    """The rules of a layer that is applied again and again, and what becomes of them at every one
    of the ``steps``; ``step`` is the shape that it is given at one."""
    rules = [_outside(filled, inner, step) for filled in inner.quantities]
    once = stated(inner.params, inner.trainable_params, inner.macs)[2]
    for filled in rules:
        if filled.equation.quantity == "macs":
            once = filled
        elif filled.equation.quantity == "params" and filled.equation.rule == STATED:
            yield Filled(_parameters_of_the_layer(), {N_STEP: inner.params})
        else:
            yield filled
    if inner.macs == 0:
        return
    taken = _taken(rules)
    time, macs = _free("T", "T_outer", taken), _free("M_t", "M_t_outer", taken)
    yield renamed(once, "step.macs", macs, _("one step"))
    yield Filled(steps_equation(time, macs), {time: steps, macs: inner.macs})


def additions_at_every_step(inner: Applied, step: Shape, steps: Size) -> Filled | None:
    """The additions of the biases of such a layer; None where it has none."""
    if inner.additions is None:
        return None
    time = _free("T", "T_outer", _taken([_outside(one, inner, step) for one in inner.quantities]))
    return repeated(
        time,
        {time: steps},
        _outside(inner.additions, inner, step),
        _("the biases are added again at each of the {T} time steps", T=time),
    )


def _taken(rules: Sequence[Filled]) -> Set[Symbol]:
    """The letters that rules of the layer inside use."""
    return {one for filled in rules for one in (filled.equation.symbol, *filled.where)}


def _free(name: str, other: str, taken: Set[Symbol]) -> Letter:
    """The letter of that name, or another where the layer inside uses it."""
    one = letter(name)
    while one in taken:
        one, other = letter(other), f"{other}_outer"
    return one


def _letters(inside: int, outside: int) -> dict[Symbol, Symbol]:
    """The letters of the axes of one time step (its input has ``inside`` axes, its output
    ``outside``), and those that they have with the time before them."""
    found: dict[Symbol, Symbol] = {}
    for rank, end in ((inside, "in"), (outside, "out")):
        for inner, outer in zip(axes_of(rank), axes_of(rank + 1)[1:], strict=True):
            found[letter(f"{inner.letter}_{end}")] = letter(f"{outer.letter}_{end}")
    return found


def _outside(filled: Filled, inner: Applied, step: Shape) -> Filled:
    """The rule of the layer inside, with each axis named as it is with the time before it."""
    rank = len(inner.outputs[0])
    letters = _letters(len(step), rank)
    names = dict(
        zip(
            (axis.quantity for axis in axes_of(rank)),
            axes_of(rank + 1)[1:],
            strict=True,
        )
    )
    equation, like = filled.equation, filled.like
    axis = names.get(equation.quantity)
    told = replace(
        equation,
        expression=put_in(equation.expression, letters),
        reason=None if equation.reason is None else _said(equation.reason, letters),
    )
    if axis is not None:
        told = replace(told, quantity=axis.quantity, symbol=axis.size_out, label=axis.label)
    return Filled(
        told,
        {letters.get(one, one): size for one, size in filled.where.items()},
        filled.drops,
        {stage: _said(message, letters) for stage, message in filled.says.items()},
        names[like].quantity if like in names else like,
    )


def _said(message: Message, letters: Mapping[Symbol, Symbol]) -> Message:
    return message.changed(
        lambda piece: put_in(piece, letters) if isinstance(piece, Expr) else piece
    )


@cache
def _parameters_of_the_layer() -> Equation:
    return Equation(
        "params",
        PARAMS,
        "parameters-of-the-layer",
        _("parameters"),
        N_STEP,
        _("those of the layer at one time step: the same weights act at every step"),
    )


@cache
def steps_equation(time: Letter, one_step: Letter) -> Equation:
    """The MACs of a layer that acts at every time step."""
    return Equation(
        "macs",
        MACS,
        "time-distributed-macs",
        _("MACs"),
        mul(time, one_step),
        _("the same again at each of the {T} time steps", T=time),
    )
