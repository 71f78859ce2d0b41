"""Counts, shapes and receptive fields as pieces of a page, and the formula of a count with the
numbers put in: ``(3·3·32 + 1)·64``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Add, Expr, Pow, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order, put_in
from layermath.derivation.records import Field, LayerDerivation, NamedSize
from layermath.messages import Count, Extent, Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.page.steps import is_number
from layermath.setting.measure import width
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import UNICODE

NOTHING = "–"
"""Stands where there is no such number."""

_WIDEST_FIELD = 19
_WIDEST_IN_ROWS = 12
"""A receptive field of more characters would fill the table."""


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


def count_piece(count: Size | Expr | None) -> Piece:
    """A count, a question mark where it is unknown."""
    return "?" if count is None or not is_known(count) else Count(in_order(S(count)))


def shape_piece(shape: tuple[Size, ...]) -> Piece:
    """A shape; a question mark where not even the number of its axes is known."""
    return "?" if len(shape) == 1 and not is_known(shape[0]) else ShapePiece(shape)


def as_derived(layer: LayerDerivation, quantity: str) -> Piece:
    """A count as its derivation ends, ``(K²·F₁ + 1)·F₂``, unless the normal form is shorter."""
    shown = getattr(layer, f"shown_{quantity}")
    if shown is None or not is_known(shown):
        return "?"
    for one in layer.quantities if shown.free_symbols else ():
        if one.quantity == quantity and one.result == getattr(layer, quantity):
            ends = one.steps[-1].expression
            if is_known(ends) and width(UNICODE.write(ends)) <= width(UNICODE.write(shown)):
                return Count(ends, kept=True)
    return Count(shown)


def largest(field: Field) -> Size | None:
    """The size of a field; where outputs take turns, that of the largest."""
    if field.size is None and field.phases:
        return max(last - first + 1 for first, last in field.phases)
    return field.size


def extent_of(fields: Sequence[Field] | None) -> Extent | None:
    """``3×3``, for programs: None where it has no one value."""
    sizes = tuple(field.size for field in fields or () if field.size is not None)
    return Extent(sizes) if sizes and len(sizes) == len(fields or ()) else None


def sees(fields: Sequence[Field] | None, *, in_rows: bool = False) -> Message | None:
    """``3×3``, ``≤ 3×4`` where outputs take turns, ``all`` behind what sees all there is. None
    where there is no one value, an ellipsis where it would fill the table. ``in_rows``: of a large
    network, where one number stands for a square."""
    extents = [largest(field) for field in fields or ()]
    if not fields or any(size is None for size in extents):
        return None
    everything = all(field.jump is None for field in fields)
    sizes = tuple(size for size in extents if size is not None)
    alike = len(sizes) > 1 and len(set(sizes)) == 1
    if in_rows and everything:
        return _("all")
    if alike and isinstance(sizes[0], Add):
        # (3·K + 1)² stands for 3·K + 1 rows and columns, where × between them would read badly
        square = Pow(in_order(sizes[0]), len(sizes), evaluate=False)
        shown = _("{extent}", extent=square)
    else:
        shown = _("{extent}", extent=Extent(sizes[:1] if alike and in_rows else sizes))
    if any(field.size is None for field in fields):
        shown = _("{most}{extent}", most="≤", extent=shown)
    if width(TextSetter().say(shown)) <= (_WIDEST_IN_ROWS if in_rows else _WIDEST_FIELD):
        return shown
    return _("all") if everything else _("{ellipsis}", ellipsis="…")
