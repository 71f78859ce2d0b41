"""Pictures of a derivation: what to draw, as data, and how TikZ and SVG draw it.

`tape`, `graph` and `receptive_field` give a `Picture`, or None where nothing can be drawn that is
true; `tikz` and `svg` write one.
"""

from __future__ import annotations

from layermath.pictures.fields import receptive_field
from layermath.pictures.graphs import graph
from layermath.pictures.options import PageOptions, PictureOptions
from layermath.pictures.picture import Picture
from layermath.pictures.svg import STYLE, svg
from layermath.pictures.tapes import tape
from layermath.pictures.tikz import tikz

__all__ = [
    "STYLE",
    "PageOptions",
    "Picture",
    "PictureOptions",
    "graph",
    "receptive_field",
    "svg",
    "tape",
    "tikz",
]
