"""A derivation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layermath.derivation import Derivation, Detail, LayerDerivation
from layermath.renderers.text import overview
from layermath.renderers.text.brief import brief
from layermath.renderers.text.find import find
from layermath.renderers.text.formula import render_formula
from layermath.renderers.text.layers import LayerSections
from layermath.renderers.text.legend import legend
from layermath.renderers.text.options import TextOptions
from layermath.renderers.text.paint import BLANK, Line, painted

__all__ = ["TextOptions", "find", "render", "render_formula", "render_summary"]

_DEFAULT = TextOptions()


def render(derivation: Derivation, options: TextOptions = _DEFAULT) -> str:
    """The derivation: the answer first, then the way, layer by layer, then the network as a
    whole."""
    if options.detail is Detail.BRIEF:
        return painted(brief(derivation, options), options.colour)
    sections = [*_sections(derivation.layers, "", LayerSections(derivation, options), options)]
    if options.layers is not None:
        return painted([*sections[1:], *overview.totals_line(derivation, options)], options.colour)
    return painted(
        [
            *overview.heading(derivation, options),
            BLANK,
            *overview.sizes(derivation, options),
            *overview.layers(derivation, options),
            BLANK,
            *legend(derivation, options),
            *sections,
            *overview.whole(derivation, options),
            *overview.hints(derivation, options),
        ],
        options.colour,
    )


def render_summary(derivation: Derivation, options: TextOptions = _DEFAULT) -> str:
    """The table of layers with its totals, and the named sizes that it needs."""
    return painted(
        [
            *overview.heading(derivation, options),
            BLANK,
            *overview.sizes(derivation, options),
            *overview.layers(derivation, options),
        ],
        options.colour,
    )


def _sections(
    layers: Sequence[LayerDerivation], prefix: str, sections: LayerSections, options: TextOptions
) -> Iterator[Line]:
    for index, layer in enumerate(layers, start=1):
        number = f"{prefix}{index}"
        if options.layers is None or layer.name in options.layers:
            yield BLANK
            yield from sections.section(layer, number)
        elif layer.layers:
            yield from _sections(layer.layers, f"{number}.", sections, options)
