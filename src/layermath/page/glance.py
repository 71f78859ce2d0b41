"""The table of layers at a glance: a row a layer, or one row for what repeats, and the totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Integer, S

from layermath.algebra.floors import Size, plus, times, total
from layermath.algebra.unknown import is_known
from layermath.algebra.written import mul, same_form, value
from layermath.derivation.records import DIVISIBLE, Detail, LayerDerivation, NetworkDerivation, Row
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.page.counts import (
    NOTHING,
    as_derived,
    count_piece,
    extent_of,
    formula_of,
    in_model_symbols,
    sees,
    shape_piece,
)
from layermath.page.headings import call_of, row_name
from layermath.page.table import Cell, Column, Table, without

_NOTHING = _("{nothing}", nothing="")
_COLUMNS: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("number", _NOTHING, rightward=True),
        Column("layer", _("layer")),
        Column("rule", _("rule")),
        Column("output_shape", _("output")),
        Column("params", _("parameters"), rightward=True),
        Column("params_formula", _NOTHING),
        Column("macs", _("MACs"), rightward=True),
        Column("macs_formula", _NOTHING),
        Column("flops", _("FLOPs"), rightward=True),
        Column("receptive_field", _("sees"), rightward=True),
    )
}
GLANCE = (
    *("number", "layer", "rule", "output_shape", "params_formula"),
    *("params", "macs", "flops", "receptive_field"),
)
"""The columns where a page has room for all: a number has its formula on its left."""

_ACTIVATION = "Activation"


def folds(derivation: NetworkDerivation, detail: Detail) -> bool:
    """Whether what repeats has one row."""
    return detail < Detail.FULL and bool(derivation.rows)


def rows_of(derivation: NetworkDerivation, *, folded: bool) -> Sequence[Row]:
    """The rows of the table: of layers one by one, or of what repeats."""
    if folded and derivation.rows:
        return derivation.rows
    return [Row(layer.name, ((layer,),)) for layer in derivation.layers]


def glance(
    derivation: NetworkDerivation, *keys: str, folded: bool = False, closed: bool = False
) -> Table:
    """The columns of these ``keys``, but for FLOPs that nobody asked for, and what is seen where
    nothing is. ``folded`` gives what repeats one row; ``closed``, for programs, writes all in the
    model's symbols, and has no row for the operations between the layers together."""
    whole = _Whole(derivation, folded and bool(derivation.rows), closed)
    rows = [[whole.cell(row, key) for key in keys] for row in rows_of(derivation, folded=folded)]
    sums = [*whole.sums()]
    if len(rows) == 1:  # the total of one layer reads as the layer does
        own = dict(zip(keys, rows[0], strict=True))
        sums[0] |= {key: own.get(key) for key in ("params", "macs")}
    between = whole.operations()
    if between is not None:
        rows.append([between.get(key) for key in keys])
    left_out = [
        key
        for key in (("flops",) if closed else ("flops", "receptive_field"))
        if key in keys and not any(row[keys.index(key)] for row in rows)
    ]
    table = Table(
        tuple(_COLUMNS[key] for key in keys),
        tuple(map(tuple, rows)),
        tuple(tuple(one.get(key) for key in keys) for one in sums),
    )
    return without(table, *left_out)


@dataclass(frozen=True)
class _Whole:
    """What makes the cells of a network."""

    derivation: NetworkDerivation
    folded: bool
    closed: bool

    @cached_property
    def _layers(self) -> Mapping[str, LayerDerivation]:
        return {layer.name: layer for layer in self.derivation.layers}

    def cell(self, row: Row, key: str) -> Cell:
        """One cell of the row of a layer, or of what repeats."""
        last = row.layers[-1]
        match key:
            case "number":
                return row.layers[0].order
            case "layer":
                return row_name(row)
            case "rule":
                return self._rule(row) if self.folded else call_of(last)
            case "output_shape":
                return tuple(
                    map(shape_piece, last.output_shapes if self.closed else last.shown_outputs)
                )
            case "params_formula":
                return self._formula(row, "params")
            case "macs_formula":
                return self._formula(row, "macs")
            case "receptive_field":
                fields = last.receptive_field
                return extent_of(fields) if self.closed else sees(fields, in_rows=self.folded)
            case _:
                return self._count(row.layers, key)

    def _count(self, layers: Sequence[LayerDerivation], key: str) -> Cell:
        if key == "flops" and self.derivation.totals.flops is None:
            return None
        if self.closed:
            return count_piece(getattr(layers[0], key))
        if len(layers) == 1 and key != "flops":
            count = as_derived(layers[0], key)
        else:
            name = key if key == "flops" else f"shown_{key}"
            counts = [getattr(layer, name) for layer in layers]
            known = all(one is not None and is_known(one) for one in counts)
            count = count_piece(total(value(S(one)) for one in counts)) if known else "?"
        return NOTHING if key != "params" and count == Count(Integer(0)) else count

    def _formula(self, row: Row, quantity: str) -> Cell:
        """``(3·3·32 + 1)·64`` of a layer, ``5·1,121,792`` of a block that repeats; none for a zero,
        and none where the count itself reads so."""
        block = [layer for layer in row.blocks[0] if getattr(layer, quantity) != 0]
        if len(row.blocks) > 1:
            once = self._count(row.blocks[0], quantity) if block else None
            if not isinstance(once, Count):
                return None
            return Count(mul(Integer(len(row.blocks)), S(once.value)), kept=True)
        formula = formula_of(block[0], quantity) if len(block) == 1 else None
        if formula is None:
            return None
        if self.closed:
            return Count(in_model_symbols(formula, self.derivation.sizes), kept=True)
        count = as_derived(block[0], quantity)
        said = isinstance(count, Count) and same_form(S(count.value), formula)
        return None if said else Count(formula, kept=True)

    # What repeats ------------------------------------------------------------------------------

    def _rule(self, row: Row) -> Message:
        """``Conv2D 64, 7×7, /2``, ``12 layers, to 512, /2``, ``5 × 10 layers, 1,121,792``."""
        block = row.blocks[0]
        parts = [_what(row)]
        if len(row.blocks) > 1:
            parts = [_("{times} {sign} {what}", times=len(row.blocks), sign="×", what=parts[0])]
            if any(layer.params != 0 for layer in block):
                parts.append(_("{number}", number=self._count(block, "params") or ""))
        elif len(block) > 1 and not row.joined:
            parts += self._changes(block)
        return _("{parts}", parts=tuple(parts))

    def _changes(self, block: Sequence[LayerDerivation]) -> Iterator[Message]:
        """What a block does to the shape: its new channels, and by how much it is smaller."""
        first, last = block[0], block[-1]
        if not first.input_shapes or not last.output_shapes:
            return
        before, after = first.input_shapes[0], last.output_shapes[0]
        if before[-1:] != after[-1:] and len(before) == len(after) and isinstance(after[-1], int):
            yield _("to {channels}", channels=after[-1])
        jumps = [_jump(self._layers.get(name)) for name in (*first.inputs[:1], last.name)]
        if len(jumps) == 2 and jumps[0] and jumps[1] and jumps[1] % jumps[0] == 0:
            stride = jumps[1] // jumps[0]
            if stride > 1:
                yield _("/{stride}", stride=stride)

    # Under the rows ----------------------------------------------------------------------------

    def operations(self) -> dict[str, Cell] | None:
        """What is multiplied between the layers, ``x @ y``, where anything is."""
        known = [one.macs for one in self.derivation.operations if one.macs is not None]
        if self.closed or total(known) == 0:
            return None
        shown = [one.shown_macs for one in self.derivation.operations if one.shown_macs is not None]
        return {
            "layer": _("operations"),
            "macs": count_piece(total(value(S(one)) for one in shown)),
        }

    def sums(self) -> Iterator[dict[str, Cell]]:
        """The totals, and where some parameters are not trained, those of each kind."""
        totals = self.derivation.totals
        shown: tuple[Size | Expr | None, ...] = (
            (totals.params, totals.macs, totals.flops)
            if self.closed
            else (totals.params_in_sizes, totals.macs_in_sizes, totals.flops_in_sizes)
        )
        cells = [None if one is None else _written(one) for one in shown]
        yield {"layer": _("total"), **dict(zip(("params", "macs", "flops"), cells, strict=True))}
        if totals.non_trainable_params != 0:
            yield {"layer": _("trainable"), "params": count_piece(totals.trainable_params)}
            yield {"layer": _("not trainable"), "params": count_piece(totals.non_trainable_params)}


def _written(count: Size | Expr) -> Piece:
    return Count(count) if is_known(count) else "?"


def _what(row: Row) -> Message:
    block = row.blocks[0]
    if row.joined:
        one, other = block
        behind = other.title if other.type == _ACTIVATION else (Name(other.type),)
        return _("{layer}, {activation}", layer=_call(one), activation=behind)
    if len(block) == 1:
        return _call(block[0])
    return ngettext("{number} layer", "{number} layers", len(block))


def _call(layer: LayerDerivation) -> Message:
    """``Conv2D 64, 7×7, /2``; nothing for an input, whose name says it."""
    if not layer.inputs and layer.params == 0:
        return _NOTHING
    if layer.layers:
        inside = ngettext("{number} layer", "{number} layers", len(layer.layers))
        return _("{type}, {inside}", type=Name(layer.type), inside=inside)
    if not layer.title:
        return _("{type}", type=Name(layer.type))
    return _("{type} {arguments}", type=Name(layer.type), arguments=layer.title)


def _jump(layer: LayerDerivation | None) -> int | None:
    """How far apart two neighbours look, where that is the same on every axis."""
    fields = layer.receptive_field if layer is not None else None
    jumps = {field.jump for field in fields or ()}
    (jump,) = jumps if len(jumps) == 1 else (None,)
    return jump if isinstance(jump, int) else None


def remarks(derivation: NetworkDerivation) -> Iterator[Message]:
    """What the columns count and say, where no legend says it."""
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


def divided(derivation: NetworkDerivation) -> Iterator[Message]:
    """``where 32 divides H and W: 76,848·H·W``: how many MACs there are then."""
    for statement in derivation.whole if derivation.symbols else ():
        if statement.label == DIVISIBLE:
            where, *counts = statement.lines
            for count in counts:
                if count.pieces["label"] == _("MACs"):
                    yield _("{where} {count}", where=where, count=count.pieces["total"])
