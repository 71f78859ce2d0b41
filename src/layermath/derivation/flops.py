"""FLOPs beside the MACs: one MAC is 2 FLOPs, and the addition of a bias may be one more."""

from __future__ import annotations

from functools import cache

from sympy import Add, Expr

from layermath.algebra.written import written
from layermath.messages import _
from layermath.rules.equations import FLOPS, MACS, Applied, Equation, Filled, Stage


@written
def operations(m: Expr) -> Expr:
    """A MAC is a multiplication and an addition."""
    return 2 * m


@written
def operations_and_biases(m: Expr, additions: tuple[Expr, ...]) -> Expr:
    """The additions of biases, a sum, are not among the MACs."""
    return Add(2 * m, *additions)


@cache
def flops_equation(additions: Expr | None) -> Equation:
    """The FLOPs of a layer, from its MACs; ``additions`` is what its biases take."""
    if additions is None:
        expression = operations(MACS)
        reason = _("a MAC is two operations: a multiplication and an addition")
    else:
        expression = operations_and_biases(MACS, Add.make_args(additions))
        reason = _("2 for each MAC, and 1 for each bias that is added")
    return Equation("flops", FLOPS, "flops", _("FLOPs"), expression, reason)


def flops_of(done: Applied, *, biases: bool) -> Filled:
    """The rule of the FLOPs of one call, with the layer's MACs in it; ``biases`` counts the
    additions of biases too."""
    added = done.additions if biases else None
    where = {MACS: done.macs}
    if added is None:
        return Filled(flops_equation(None), where)
    reason = added.equation.reason
    return Filled(
        flops_equation(added.equation.expression),
        {**added.where, **where},
        says={} if reason is None else {Stage.FILLED: reason},
    )
