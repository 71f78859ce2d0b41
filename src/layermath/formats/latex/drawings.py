r"""Where the pictures go in: the one place at which a document asks for them."""

from __future__ import annotations

from math import inf

from layermath import pictures
from layermath.derivation.records import LayerDerivation, NetworkDerivation
from layermath.formats.latex.options import LatexOptions
from layermath.pictures import Picture, tikz

CELL = 6.0
"""The side of a cell of a picture on a page, in mm."""

_LEAST_CELL = 4.5


def tape(
    layer: LayerDerivation,
    letter: str,
    options: LatexOptions,
    wide: float,
    high: float = inf,
    cell: float = CELL,
) -> str:
    """The tape of one axis, ``wide`` and ``high`` mm at most; nothing where none can be drawn."""
    return _fitting(pictures.tape(layer, letter), options, wide, high, cell)


def graph(derivation: NetworkDerivation, options: LatexOptions, wide: float, high: float) -> str:
    """The graph of the layers, on one page; nothing where it does not fit on one."""
    return _fitting(pictures.graph(derivation), options, wide, high)


def receptive_field(derivation: NetworkDerivation, options: LatexOptions, wide: float) -> str:
    """What one output sees; where that is too wide, with its arithmetic under it."""
    return _fitting(pictures.receptive_field(derivation), options, wide) or _fitting(
        pictures.receptive_field(derivation, narrow=True), options, wide
    )


def _fitting(
    picture: Picture | None,
    options: LatexOptions,
    wide: float,
    high: float = inf,
    cell: float = CELL,
) -> str:
    """The picture, with smaller cells where it is too large; not smaller than can be read."""
    if picture is None:
        return ""
    side = min(cell, wide / picture.width(options), high / picture.height(options))
    if side < _LEAST_CELL:
        return ""
    return tikz(picture, options, f"{side:.2f}mm")
