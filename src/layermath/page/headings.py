"""What stands above the layers and above each: names, calls, shapes, the network in figures."""

from __future__ import annotations

from collections.abc import Iterator

from layermath.derivation.records import LayerDerivation, NetworkDerivation, Row, Shape
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.page.counts import shape_piece
from layermath.page.steps import is_number
from layermath.setting.notation import AXES, Notation


def call_of(layer: LayerDerivation) -> Message:
    """``Conv2D(32, 3×3, relu)``"""
    if not layer.title:
        return _("{type}", type=Name(layer.type))
    return _("{type}({title})", type=Name(layer.type), title=layer.title)


def shapes_of(layer: LayerDerivation) -> Message:
    """``(28, 28, 1) → (26, 26, 32)``, in the named sizes; many alike go in as ``6 × (4)``."""
    return from_to(layer.shown_inputs, layer.shown_outputs)


def from_to(inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> Message:
    """What goes in, and what comes out."""
    after = tuple(map(shape_piece, outputs))
    if not inputs:
        return _("{outputs}", outputs=after)
    before: Piece = tuple(map(shape_piece, inputs))
    if len(inputs) > 2 and len(set(inputs)) == 1:
        before = _(
            "{times} {sign} {what}", times=len(inputs), sign="×", what=shape_piece(inputs[0])
        )
    return _("{inputs} {arrow} {outputs}", inputs=before, arrow="→", outputs=after)


def row_name(row: Row) -> Piece:
    """``conv4_block2–6``; ``conv2d_5 …`` where the names have nothing in common."""
    if row.name:
        return Name(row.name)
    return _("{name} …", name=Name(row.layers[0].name))


def facts(derivation: NetworkDerivation, notation: Notation) -> Iterator[Message]:
    """``7 layers``, ``input (28, 28, 1): height, width, channels``, ``H ≥ 10``."""
    yield ngettext("{number} layer", "{number} layers", len(derivation.layers))
    if derivation.inputs:
        yield _inputs(derivation, notation)
    if derivation.conditions:
        yield _("{conditions}", conditions=tuple(derivation.conditions))


def figures(derivation: NetworkDerivation) -> Iterator[Message]:
    """``113,386 parameters``, ``1,413,504 MACs``; formulas have no room in a heading."""
    totals = derivation.totals
    if is_number(totals.params_in_sizes):
        yield _("{params} parameters", params=Count(totals.params_in_sizes))
    if is_number(totals.macs_in_sizes):
        yield _("{macs} MACs", macs=Count(totals.macs_in_sizes))


def _inputs(derivation: NetworkDerivation, notation: Notation) -> Message:
    inputs = derivation.inputs
    if len(inputs) > 1:
        named: tuple[Piece, ...] = tuple(
            _("{name} {shape}", name=Name(one.name), shape=shape_piece(one.shape)) for one in inputs
        )
        return _("inputs {inputs}", inputs=named)
    shape = shape_piece(inputs[0].shape)
    words = AXES[notation.order].get(len(inputs[0].shape))
    if words is None or derivation.symbols or not derivation.channels_last:
        return _("input {shape}", shape=shape)
    return _("input {shape}: {axes}", shape=shape, axes=words)
