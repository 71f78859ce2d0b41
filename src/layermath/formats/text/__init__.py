"""A derivation as text for a terminal."""

from __future__ import annotations

from layermath.derivation.records import Detail, NetworkDerivation
from layermath.formats.text import overview
from layermath.formats.text.brief import brief
from layermath.formats.text.find import find
from layermath.formats.text.formula import render_formula
from layermath.formats.text.glance import layers
from layermath.formats.text.layers import LayerSections
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, painted
from layermath.page.page import page_of

__all__ = ["TextOptions", "find", "render", "render_formula", "render_summary"]

_DEFAULT = TextOptions()


def render(derivation: NetworkDerivation, options: TextOptions = _DEFAULT) -> str:
    """The derivation: the answer first, then the way, layer by layer, then the network as a
    whole."""
    page, options = page_of(derivation, options)
    derivation = page.derivation
    if options.detail is Detail.BRIEF:
        return painted(brief(derivation, options), options.colour)
    derived = LayerSections(page.sections, options).page()
    if options.layers is not None:
        return painted([*derived[1:], *overview.totals_line(derivation, options)], options.colour)
    return painted(
        [
            *overview.heading(page, options),
            BLANK,
            *overview.sizes(page, options),
            *layers(derivation, options),
            BLANK,
            *overview.legend(page, options),
            *derived,
            *overview.whole(page, options),
            *overview.hints(derivation, options),
        ],
        options.colour,
    )


def render_summary(derivation: NetworkDerivation, options: TextOptions = _DEFAULT) -> str:
    """The table of layers with its totals, and the named sizes that it needs."""
    page, options = page_of(derivation, options)
    derivation = page.derivation
    return painted(
        [
            *overview.heading(page, options),
            BLANK,
            *overview.sizes(page, options),
            *layers(derivation, options),
        ],
        options.colour,
    )
