"""The table of layers: rule, output shape, parameters, MACs, what is seen, and the formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import Expr

from layermath.algebra.floors import Size, plus, times
from layermath.algebra.unknown import is_known
from layermath.derivation.records import Derivation, Field, LayerDerivation
from layermath.formats.compared import count_piece, shape_piece
from layermath.formats.counted import formula_of, in_model_symbols
from layermath.formats.tables.table import Cell, Column, Page, Table
from layermath.messages import Count, Extent, Message, Name, Piece, _


def summary_page(derivation: Derivation, *, closed: bool = False) -> Page:
    """The layers of a network with their totals. Sizes that have a name stand by it, and are said
    in a table of their own; ``closed`` writes them out in the model's symbols instead."""
    tables = [_layers(derivation, closed=closed)]
    if derivation.sizes and not closed:
        tables.append(_sizes(derivation))
    inputs: tuple[Piece, ...] = tuple(
        _("{name} {shape}", name=Name(one.name), shape=shape_piece(one.shape))
        for one in derivation.inputs
    )
    title = _("{name}, input {inputs}", name=Name(derivation.name), inputs=inputs)
    return Page(title, tuple(tables), (*_notes(derivation), *derivation.notes))


def _layers(derivation: Derivation, *, closed: bool) -> Table:
    flops = derivation.totals.flops is not None
    columns = [
        Column("layer", _("layer")),
        Column("rule", _("rule")),
        Column("output_shape", _("output")),
        Column("params", _("parameters"), rightward=True),
        Column("macs", _("MACs"), rightward=True),
        *([Column("flops", _("FLOPs"), rightward=True)] if flops else []),
        Column("receptive_field", _("sees"), rightward=True),
        Column("params_formula", _("parameter formula")),
    ]
    rows = tuple(
        tuple(_row(derivation, layer, flops=flops, closed=closed)) for layer in derivation.layers
    )
    totals = tuple(tuple(row) for row in _totals(derivation, flops=flops, closed=closed))
    return Table(tuple(columns), rows, totals)


def _row(
    derivation: Derivation, layer: LayerDerivation, *, flops: bool, closed: bool
) -> Iterator[Cell]:
    yield Name(layer.name)
    yield (
        _("{type}({title})", type=Name(layer.type), title=layer.title)
        if layer.title
        else _("{type}", type=Name(layer.type))
    )
    yield tuple(map(shape_piece, layer.output_shapes if closed else layer.shown_outputs))
    yield count_piece(layer.params if closed else layer.shown_params)
    if layer.macs is None:
        yield "?"
    else:
        yield count_piece(layer.macs if closed else layer.shown_macs)
    if flops:
        yield count_piece(layer.flops)
    yield field_extent(layer.receptive_field)
    formula = formula_of(layer)
    if formula is None:
        yield None
    else:
        yield Count(in_model_symbols(formula, derivation.sizes) if closed else formula)


def _totals(derivation: Derivation, *, flops: bool, closed: bool) -> Iterator[list[Cell]]:
    for label, params, macs, operations in sum_rows(derivation, closed=closed):
        yield [label, None, None, params, macs, *([operations] if flops else []), None, None]


def sum_rows(
    derivation: Derivation, *, closed: bool = False
) -> Iterator[tuple[Message, Cell, Cell, Cell]]:
    """Label, parameters, MACs, FLOPs: of all layers, and where some are not trained, of each
    kind."""
    totals = derivation.totals
    shown: tuple[Size | Expr, Size | Expr, Size | Expr | None] = (
        (totals.params, totals.macs, totals.flops)
        if closed
        else (totals.params_in_sizes, totals.macs_in_sizes, totals.flops_in_sizes)
    )
    params, macs, operations = (None if one is None else _written(one) for one in shown)
    yield _("total"), params, macs, operations
    if totals.non_trainable_params != 0:
        yield _("trainable"), count_piece(totals.trainable_params), None, None
        yield _("not trainable"), count_piece(totals.non_trainable_params), None, None


def _written(count: Size | Expr) -> Piece:
    return Count(count) if is_known(count) else "?"


def field_extent(fields: Sequence[Field] | None) -> Cell:
    """``3×3``; nothing where it has no one value."""
    if not fields or any(field.size is None for field in fields):
        return None
    return Extent(tuple(field.size for field in fields if field.size is not None))


def _sizes(derivation: Derivation) -> Table:
    return Table(
        (
            Column("size", _("size")),
            Column("layer", _("after")),
            Column("definition", _("from the layer before")),
            Column("closed_form", _("from the input")),
        ),
        tuple(
            (size.name, Name(size.layer), size.definition, size.closed_form)
            for size in derivation.sizes
        ),
        caption=_("sizes"),
    )


def _notes(derivation: Derivation) -> Iterator[Message]:
    yield _(
        "A MAC is one multiplication with its addition. Bias, pooling, normalisation and "
        "activations are not counted."
    )
    totals = derivation.totals
    if totals.flops is not None:
        biases = totals.flops != plus((times((2, totals.macs)),))
        yield (
            _("One MAC is 2 FLOPs, and the addition of a bias is one more.")
            if biases
            else _("One MAC is 2 FLOPs; the additions of biases are not counted.")
        )
    if any(layer.receptive_field for layer in derivation.layers):
        yield _(
            "What a value sees is the largest patch of the input, padding included, on which it "
            "can depend."
        )
    if derivation.conditions:
        yield _("The sizes hold for {conditions}.", conditions=tuple(derivation.conditions))
