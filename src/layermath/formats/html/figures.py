"""Pictures on the page. What they show is data from elsewhere; here they get their place."""

from __future__ import annotations

from layermath import pictures
from layermath.derivation.records import LayerDerivation, NetworkDerivation
from layermath.formats.html.marks import element
from layermath.formats.html.options import HtmlOptions

_CELLS = 11
"""So many cells of a tape stand in the width of a formula."""
_WIDE = 15.5
"""A picture of more units stands above its caption, not beside it."""


def graph(derivation: NetworkDerivation, options: HtmlOptions) -> str:
    """The chain or graph of the layers."""
    return _large(pictures.graph(derivation), options)


def tape(layer: LayerDerivation, letter: str, options: HtmlOptions) -> str:
    """The axis of a layer that has this letter, with the places of its window."""
    picture = pictures.tape(layer, letter, most=_CELLS, formula=False)
    if picture is None:
        return ""
    wide = " long" if picture.width(options) > _WIDE else ""
    return _figure(picture, options, f"picture tape{wide}")


def receptive_field(derivation: NetworkDerivation, options: HtmlOptions) -> str:
    """What one output value sees."""
    return _large(pictures.receptive_field(derivation), options)


def _large(picture: pictures.Picture | None, options: HtmlOptions) -> str:
    """A picture that has the page's whole width."""
    narrow = picture is not None and picture.width(options) <= _WIDE
    return _figure(picture, options, "picture wide beside" if narrow else "picture wide")


def _figure(picture: pictures.Picture | None, options: HtmlOptions, kind: str) -> str:
    if picture is None:
        return ""
    drawing = element("div", pictures.svg(picture, options, style=False), class_="drawing")
    drawn = {label.message for label in picture.labels}
    said = " ".join(options.setter.sentence(one) for one in picture.finding if one not in drawn)
    return element("figure", drawing + element("figcaption", said), class_=kind)
