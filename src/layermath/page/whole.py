"""The network as a whole: its totals, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import Expr, Symbol

from layermath.algebra.written import in_order
from layermath.derivation.records import NetworkDerivation, Quantity, Whole
from layermath.messages import Message, _
from layermath.page.outline import Derived, Line
from layermath.page.steps import is_number
from layermath.rules.equations import FLOPS, MACS, PARAMS

TITLE = _("The network as a whole")


def statements(derivation: NetworkDerivation) -> Sequence[Whole]:
    """What is said of it, a label and its lines each."""
    return [one for one in derivation.whole if one.lines]


def totals(derivation: NetworkDerivation) -> Iterator[Derived]:
    """``N = 113,386   parameters of all layers``, and the same of MACs and FLOPs."""
    sums = derivation.totals
    yield _total("params", PARAMS, sums.params_in_sizes, _("parameters of all layers"))
    yield _total("macs", MACS, sums.macs_in_sizes, _("MACs of all layers"))
    if sums.flops_in_sizes is not None:
        yield _total("flops", FLOPS, sums.flops_in_sizes, _("FLOPs of all layers"))


def open_totals(derivation: NetworkDerivation) -> tuple[Derived, ...]:
    """The totals where they are formulas, which have no room in a heading or a table."""
    sums = derivation.totals
    numbers = is_number(sums.params_in_sizes) and is_number(sums.macs_in_sizes)
    return () if numbers else tuple(totals(derivation))


def _total(name: str, symbol: Symbol, count: Expr, label: Message) -> Derived:
    line = Line((in_order(count),), (label,), result=True)
    return Derived(
        Quantity(name, symbol, _("{nothing}", nothing=""), (), count, {}), symbol, (line,)
    )
