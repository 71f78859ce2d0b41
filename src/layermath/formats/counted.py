"""The formula of a count with the numbers put in: ``(3·3·32 + 1)·64``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Expr, Symbol

from layermath.algebra.unknown import is_known
from layermath.algebra.written import put_in
from layermath.derivation.records import LayerDerivation, NamedSize
from layermath.page.steps import is_number


def formula_of(layer: LayerDerivation, quantity: str = "params") -> Expr | None:
    """The rule of a count with the layer's own numbers in it, unworked: ``(3·3·32 + 1)·64``.

    None where there is none to show: nothing is counted, or no rule leads to the number. Sizes that
    have a name (``H_1``) stand by it.
    """
    for one in layer.quantities:
        if one.quantity != quantity or not is_known(one.result):
            continue
        filled = [step.expression for step in one.steps if step.kind == "substituted"]
        rule = [step.expression for step in one.steps if step.kind in ("rule", "reduced")]
        # where the model's letters are the rule's own, nothing was put in
        found = filled[0] if filled else rule[-1] if rule else None
        return None if found is None or is_number(found) else found
    return None


def last_product(layer: LayerDerivation, quantity: str = "params") -> Expr | None:
    """The last line of a derivation before its result: ``289·64``."""
    for one in layer.quantities:
        if one.quantity == quantity and is_known(one.result):
            unworked = [step.expression for step in one.steps if not is_number(step.expression)]
            return unworked[-1] if unworked else None
    return None


def in_model_symbols(expression: Expr, sizes: Sequence[NamedSize]) -> Expr:
    """The formula with each named size written out, so that only the model's symbols are left."""
    return put_in(expression, _definitions(sizes))


def _definitions(sizes: Sequence[NamedSize]) -> Mapping[Symbol, Expr]:
    return {size.name: size.closed_form for size in sizes}
