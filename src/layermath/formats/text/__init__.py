"""A derivation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from layermath.derivation.records import Derivation, Detail, LayerDerivation
from layermath.formats.text import overview
from layermath.formats.text.brief import brief
from layermath.formats.text.find import find
from layermath.formats.text.formula import render_formula
from layermath.formats.text.layers import LayerSections
from layermath.formats.text.legend import legend
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, line, painted
from layermath.messages import _
from layermath.notations import in_its_notation
from layermath.progress import counted

__all__ = ["TextOptions", "find", "render", "render_formula", "render_summary"]

_DEFAULT = TextOptions()


def render(derivation: Derivation, options: TextOptions = _DEFAULT) -> str:
    """The derivation: the answer first, then the way, layer by layer, then the network as a
    whole."""
    derivation, options = in_its_notation(derivation, options)
    if options.detail is Detail.BRIEF:
        return painted(brief(derivation, options), options.colour)
    sections = [*_all_sections(derivation, options)]
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
            *_operations(derivation, options),
            *overview.whole(derivation, options),
            *overview.hints(derivation, options),
        ],
        options.colour,
    )


def render_summary(derivation: Derivation, options: TextOptions = _DEFAULT) -> str:
    """The table of layers with its totals, and the named sizes that it needs."""
    derivation, options = in_its_notation(derivation, options)
    return painted(
        [
            *overview.heading(derivation, options),
            BLANK,
            *overview.sizes(derivation, options),
            *overview.layers(derivation, options),
        ],
        options.colour,
    )


def _all_sections(derivation: Derivation, options: TextOptions) -> Iterator[Line]:
    sections = LayerSections(derivation, options)
    if options.layers is None:
        yield from sections.sections(derivation.layers, derivation.rows)
    else:
        yield from _chosen(derivation.layers, "", sections, options.layers)


def _operations(derivation: Derivation, options: TextOptions) -> Iterator[Line]:
    """The operations on tensors between the layers: a heading for each, and its rules."""
    if not derivation.operations:
        return
    page = LayerSections(replace(derivation, layers=derivation.operations, rows=()), options)
    yield BLANK
    yield line(options.setter.sentence(_("Operations on tensors, between the layers")))
    for number, operation in enumerate(derivation.operations, start=1):
        yield BLANK
        yield from page.section(operation, f"{number}")


def _chosen(
    layers: Sequence[LayerDerivation], prefix: str, sections: LayerSections, names: Set[str]
) -> Iterator[Line]:
    """The sections of the layers of these names, those of nested models too."""
    for index, layer in enumerate(counted(layers), start=1):
        number = f"{prefix}{index}"
        if layer.name in names:
            yield BLANK
            yield from sections.section(layer, number)
        elif layer.layers:
            yield from _chosen(layer.layers, f"{number}.", sections, names)
