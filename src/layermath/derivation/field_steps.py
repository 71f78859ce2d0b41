"""The receptive field of a chain of windows, layer by layer, as a teacher derives it.

Source: Araujo, Norris and Sim, *Computing Receptive Fields of Convolutional Neural Networks*
(2019).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, S

from layermath.algebra.floors import Size, letter, minus, plus, times
from layermath.algebra.written import written
from layermath.derivation.explain import explain
from layermath.derivation.records import Quantity
from layermath.messages import _
from layermath.network.walk import Walk
from layermath.rules.equations import Applied, Drop, Equation, Filled, Reach, Stage

R_IN, R_OUT = letter("R_in"), letter("R_out")
J_IN, J_OUT = letter("J_in"), letter("J_out")
K, S_, D = letter("K"), letter("S"), letter("D")


@written
def field_behind(r: Expr, d: Expr, k: Expr, j: Expr) -> Expr:
    """What a window adds: its kernel without one place, in steps of the layers before."""
    return r + d * (k - 1) * j


@written
def jump_behind(j: Expr, s: Expr) -> Expr:
    """From one value to the next, in pixels of the input."""
    return j * s


FIELD = Equation(
    "receptive_field",
    R_OUT,
    "receptive-field",
    _("sees"),
    field_behind(R_IN, D, K, J_IN),
    _("K places of the input of the layer: K − 1 steps more than one"),
)
JUMP = Equation(
    "jump",
    J_OUT,
    "jump",
    _("jump"),
    jump_behind(J_IN, S_),
    _("from one value to the next, in pixels"),
)


def field_steps(walked: Walk, axis: int = 0) -> Iterator[tuple[str, tuple[Quantity, ...]]]:
    """The layers of a chain that have windows, by name, each with the derivation of its field and
    its jump along one axis. Ends where a layer does not read through windows."""
    field: Size = 1
    jump: Size = 1
    explained = False
    for step in walked.steps:
        done = step.done
        if not isinstance(done, Applied) or done.view != "windows" or len(step.inputs) > 1:
            return
        reach = done.reach.get(axis)
        if reach is None or not done.windowed or reach.writes:
            continue
        seen = _field(reach, step.entry.layer, field, jump)
        moved = Filled(JUMP, {J_IN: jump, S_: reach.stride})
        if explained:  # the same reasons again would only be in the way
            seen, moved = _without_reasons(seen), _without_reasons(moved)
        field, jump, explained = seen.value, moved.value, True
        dropped = frozenset(drop.letter for drop in seen.drops)
        yield (
            step.entry.name,
            (explain(seen, field, {}, dropped), explain(moved, jump, {})),
        )


def _without_reasons(filled: Filled) -> Filled:
    return replace(filled, equation=replace(filled.equation, reason=None), says={})


def _field(reach: Reach, layer: object, field: Size, jump: Size) -> Filled:
    """The kernel and its dilation; where a layer states none, its extent is its kernel."""
    dilation = getattr(getattr(layer, "rule", layer), "dilation", None)
    rate = dilation[reach.axis] if isinstance(dilation, tuple) else 1
    steps = minus(reach.extent, 1)
    kernel = plus((S(steps) / rate, 1)) if rate != 1 else reach.extent
    if times((rate, minus(kernel, 1))) != steps:
        rate, kernel = 1, reach.extent
    drops = (Drop(D, 1),) if rate == 1 else ()
    return Filled(FIELD, {R_IN: field, D: rate, K: kernel, J_IN: jump}, drops, {Stage.FILLED: _WHY})


_WHY = _("each of the K − 1 places more is a jump of the layers before further")
