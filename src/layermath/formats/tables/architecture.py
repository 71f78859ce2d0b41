"""The table of an architecture as a page shows it: each number with its formula on its left, and
one row for what repeats."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Integer, S

from layermath.algebra.floors import total
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order, mul
from layermath.derivation.records import Derivation, LayerDerivation, Row
from layermath.formats.compared import NOTHING, shape_piece
from layermath.formats.counted import formula_of
from layermath.formats.tables.summary import field_extent, sum_rows
from layermath.formats.tables.table import Cell, Column, Table
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.page.outline import row_name
from layermath.setting.styles import UNICODE


def architecture(derivation: Derivation, *, folded: bool = True) -> Table:
    """A row a layer; ``folded`` gives blocks that repeat one row together."""
    flops = derivation.totals.flops is not None
    columns = (
        Column("number", _("{nothing}", nothing=""), rightward=True),
        Column("layer", _("layer")),
        Column("rule", _("rule")),
        Column("output_shape", _("output")),
        Column("params_formula", _("{nothing}", nothing="")),
        Column("params", _("parameters"), rightward=True),
        Column("macs", _("MACs"), rightward=True),
        *([Column("flops", _("FLOPs"), rightward=True)] if flops else []),
        Column("receptive_field", _("sees"), rightward=True),
    )
    rows: list[tuple[Cell, ...]] = []
    number = 1
    for row in _rows(derivation, folded=folded):
        cells = tuple(_cells(row, number))
        rows.append(cells if flops else (*cells[:7], cells[8]))
        number += len(row.layers)
    totals = tuple(
        (None, label, None, None, None, params, macs, *([operations] if flops else []), None)
        for label, params, macs, operations in sum_rows(derivation)
    )
    return Table(columns, tuple(rows), totals)


def without(table: Table, *keys: str) -> Table:
    """The table without the columns of these keys."""
    kept = [place for place, column in enumerate(table.columns) if column.key not in keys]

    def chosen(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(row[place] for place in kept)

    return Table(
        tuple(table.columns[place] for place in kept),
        tuple(map(chosen, table.rows)),
        tuple(map(chosen, table.totals)),
        table.caption,
    )


def _rows(derivation: Derivation, *, folded: bool) -> Iterator[Row]:
    if folded and derivation.rows:
        yield from derivation.rows
        return
    for layer in derivation.layers:
        yield Row(layer.name, ((layer,),))


def _cells(row: Row, number: int) -> Iterator[Cell]:
    """Number, name, rule, output, formula, parameters, MACs, FLOPs, what is seen."""
    layers, last = row.layers, row.layers[-1]
    yield number
    yield row_name(row)
    yield _rule(row)
    yield tuple(map(shape_piece, last.shown_outputs))
    yield _formula(row)
    yield _count(layers, "shown_params")
    macs = _count(layers, "shown_macs")
    yield NOTHING if macs == Count(Integer(0)) else macs
    yield _count(layers, "flops")
    yield field_extent(last.receptive_field)


def _count(layers: tuple[LayerDerivation, ...], name: str) -> Piece:
    if len(layers) == 1 and name != "flops":
        return _as_derived(layers[0], name)
    counts = [getattr(layer, name) for layer in layers]
    if not all(one is not None and is_known(one) for one in counts):
        return "?"
    return Count(in_order(S(total(counts))))


def _as_derived(layer: LayerDerivation, name: str) -> Piece:
    """A count as its derivation ends, ``(K²·F₁ + 1)·F₂``, unless the normal form is shorter."""
    shown = getattr(layer, name)
    if shown is None or not is_known(shown):
        return "?"
    for quantity in layer.quantities:
        if quantity.quantity == name.removeprefix("shown_"):
            ends = quantity.steps[-1].expression
            if len(UNICODE.write(ends)) <= len(UNICODE.write(shown)) and is_known(ends):
                return Count(ends)
    return Count(shown)


def _formula(row: Row) -> Cell:
    """``(3·3·32 + 1)·64`` of a layer, ``5·1,121,792`` of a block that repeats; none for a zero."""
    if all(layer.params == 0 for layer in row.layers):
        return None
    block = row.blocks[0]
    if len(row.blocks) > 1:
        once = _count(block, "shown_params")
        if isinstance(once, Count):
            return Count(mul(Integer(len(row.blocks)), _expression(once)))
        return None
    counted = [layer for layer in block if layer.params != 0]
    formula = formula_of(counted[0]) if len(counted) == 1 else None
    return None if formula is None else Count(formula)


def _expression(count: Count) -> Expr:
    return S(count.value)


def _rule(row: Row) -> Cell:
    """``Conv2D(64, 7×7)``; ``12 layers`` of a block."""
    block = row.blocks[0]
    if len(block) == 1 or row.joined:
        return _("{layers}", layers=tuple(map(_call, block)))
    return ngettext("{number} layer", "{number} layers", len(block))


def _call(layer: LayerDerivation) -> Message:
    if not layer.title:
        return _("{type}", type=Name(layer.type))
    return _("{type}({title})", type=Name(layer.type), title=layer.title)
