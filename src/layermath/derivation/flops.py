"""FLOPs beside the MACs: one MAC is 2 FLOPs, and the addition of a bias may be one more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from sympy import Add, Expr, S

from layermath.algebra.floors import Size, plus, symbol, times, total
from layermath.algebra.unknown import is_known, known_total
from layermath.algebra.written import in_order, value, written
from layermath.derivation.explain import explain
from layermath.derivation.letters import told_apart
from layermath.derivation.naming import Named, named, unnamed
from layermath.derivation.records import Derivation, Later, LayerDerivation, Quantity, Row
from layermath.messages import _
from layermath.network.graph import Network
from layermath.network.walk import Step, Walk, bind, symbols_of, walk
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


def with_flops(
    derivation: Derivation, network: Network, bindings: Mapping[str, Size], *, biases: bool
) -> Derivation:
    """The derivation of a network with FLOPs in it, derived from the MACs of each layer.

    ``biases`` counts the additions of biases too. FLOPs are unknown where MACs are.
    """
    walked = walk(bind(network, {symbol(name): size for name, size in bindings.items()}))
    names = named(walked)
    layers = _Counted(walked, names, biases).layers(derivation.layers)
    by_name = {layer.name: layer for layer in layers}

    def rows() -> Sequence[Row]:
        return [
            replace(
                row,
                blocks=tuple(
                    tuple(by_name.get(layer.name, layer) for layer in block) for block in row.blocks
                ),
            )
            for row in derivation.rows
        ]

    added = walked.bias_additions if biases else 0
    shown = known_total(done.bias_additions for done in names.applied) if biases else 0
    totals = replace(
        derivation.totals,
        flops=plus((times((2, walked.macs)), added)),
        flops_in_sizes=in_order(
            S(total((times((2, value(derivation.totals.macs_in_sizes))), shown)))
        ),
    )
    operations = _Counted(walked, names, biases).layers(derivation.operations)
    return replace(
        derivation, layers=layers, rows=Later(rows), totals=totals, operations=operations
    )


class _Counted:
    """The layers of one network, with FLOPs."""

    def __init__(self, walked: Walk, names: Named, biases: bool) -> None:
        self._names = names
        self._biases = biases
        self._letters = frozenset(name.name for name in symbols_of(walked.network))
        self._steps: dict[str, list[tuple[Step, Applied | Walk]]] = {}
        for step, shown in zip(walked.steps, names.applied, strict=True):
            self._steps.setdefault(step.entry.name, []).append((step, shown))
        self._first: dict[Expr, str] = {}

    def layers(self, layers: Sequence[LayerDerivation]) -> tuple[LayerDerivation, ...]:
        """Each layer with its FLOPs, and how they come from its MACs."""
        return tuple(self._layer(layer) for layer in layers)

    def _layer(self, layer: LayerDerivation) -> LayerDerivation:
        calls = self._steps.get(layer.name, [])
        if layer.macs is None or not is_known(layer.macs) or not calls:
            return layer
        step, shown = calls[0]
        added = total(each.bias_additions for each, _shown in calls) if self._biases else 0
        flops = plus((times((2, layer.macs)), added))
        if isinstance(step.done, Walk):
            inner = _Counted(step.done, unnamed(step.done), self._biases)
            return replace(layer, flops=flops, layers=inner.layers(layer.layers))
        if flops == 0 or isinstance(shown, Walk):
            return replace(layer, flops=flops)
        done = step.done
        quantities = layer.quantities
        filled, closed = self._filled(shown), self._filled(done).value
        first = self._first.setdefault(filled.equation.expression, layer.name)

        def more() -> Sequence[Quantity]:
            quantity = explain(filled, closed, self._names.definitions)
            if first != layer.name:
                quantity = replace(quantity, after=first)
            return [*quantities, told_apart(quantity, self._letters)]

        return replace(layer, flops=flops, quantities=Later(more))

    def _filled(self, done: Applied) -> Filled:
        """The rule of the FLOPs of one call, with the layer's MACs in it."""
        added = done.additions if self._biases else None
        where = {MACS: done.macs}
        if added is None:
            return Filled(flops_equation(None), where)
        reason = added.equation.reason
        return Filled(
            flops_equation(added.equation.expression),
            {**added.where, **where},
            says={} if reason is None else {Stage.FILLED: reason},
        )
