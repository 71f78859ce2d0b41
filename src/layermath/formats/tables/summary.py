"""The table of layers as a file of its own: rule, output shape, parameters, MACs, what is seen, and
the formula."""

from __future__ import annotations

from dataclasses import replace

from layermath.derivation.records import NetworkDerivation
from layermath.messages import Name, Piece, _
from layermath.page.counts import shape_piece
from layermath.page.glance import glance, remarks
from layermath.page.sizes import sizes_table
from layermath.page.table import Table, TablePage

_KEYS = (
    *("layer", "rule", "output_shape", "params", "macs", "flops"),
    *("receptive_field", "params_formula"),
)


def summary_page(derivation: NetworkDerivation, *, closed: bool = False) -> TablePage:
    """The layers of a network with their totals. Sizes that have a name stand by it, and are said
    in a table of their own; ``closed`` writes them out in the model's symbols instead."""
    inputs: tuple[Piece, ...] = tuple(
        _("{name} {shape}", name=Name(one.name), shape=shape_piece(one.shape))
        for one in derivation.inputs
    )
    title = _("{name}, input {inputs}", name=Name(derivation.name), inputs=inputs)
    layers = glance(derivation, *_KEYS, closed=closed)
    columns = tuple(
        replace(one, head=_("parameter formula")) if one.key == "params_formula" else one
        for one in layers.columns
    )
    tables: list[Table] = [replace(layers, columns=columns)]
    sizes = None if closed else sizes_table(derivation.sizes)
    if sizes is not None:
        tables.append(replace(sizes, caption=_("sizes")))
    below = () if sizes is None else tuple(_("{note}.", note=note) for note in sizes.notes)
    return TablePage(title, tuple(tables), (*below, *remarks(derivation), *derivation.notes))
