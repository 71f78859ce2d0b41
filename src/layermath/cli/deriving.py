"""``layermath derive`` and ``layermath summary``"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layermath.cli.models import derivation_of, found, layers_of, network_of
from layermath.cli.options import (
    Ascii,
    CallText,
    Counted,
    CountOption,
    DerivationFormat,
    Detail,
    DetailOption,
    Input,
    LayerName,
    Model,
    ModelName,
    Output,
    Set,
    TableFormat,
)
from layermath.cli.output import as_json, say_notes, stop, text_options, write

if TYPE_CHECKING:
    from layermath.api import Derivation
    from layermath.network import Network
    from layermath.renderers.text import TextOptions

DERIVE_EXAMPLES = """Examples:

  layermath derive cnn.py                      the derivation, layer by layer

  layermath derive cnn.py --find 9248          where a number comes from

  layermath derive cnn.py --input H,W,3        with the image size left open

  layermath derive cnn.py --count flops+bias   FLOPs beside the MACs

  layermath derive 'Conv2D(F, 3, input_shape=(H, W, 3))' --set F=32
"""

SUMMARY_EXAMPLES = """Examples:

  layermath summary cnn.py --input H,W,3       with the image size left open

  layermath summary cnn.py --format latex      a table for a paper (booktabs)

  layermath summary cnn.py --format csv -o cnn.csv

  layermath summary cnn.py --count flops       FLOPs, and why two counters disagree
"""


def derive(
    model: Model,
    set_: Set = None,
    input_: Input = None,
    model_name: ModelName = None,
    call: CallText = None,
    layer: LayerName = None,
    detail: Detail = DetailOption.normal,
    format_: Annotated[
        DerivationFormat, typer.Option("--format", help="How it is written.")
    ] = DerivationFormat.text,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="NUMBER", help="Show where this number comes from."),
    ] = None,
    count: Counted = CountOption.macs,
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """The derivation, layer by layer, then the network as a whole."""
    if find is not None and format_ is not DerivationFormat.text:
        stop(f"--find writes text: it cannot go with --format {format_.value}", 2)
    network = network_of(model, set_, input_, model_name, call)
    derivation = derivation_of(network, count.value)
    names = layers_of(derivation, layer)
    options = text_options(detail, names, output, ascii_)
    if find is not None:
        write(found(derivation, find, options), output)
    elif format_ is DerivationFormat.json:
        write(as_json(_counted(network, derivation, derivation.to_dict(names))), output)
    elif format_ is DerivationFormat.latex:
        write(derivation.latex(options.detail, names), output)
    else:
        from layermath.renderers.text import render
        from layermath.terminal import progress

        brief = detail is DetailOption.brief
        counting = "" if names else _counting(network, derivation, options, layers=brief)
        shown = replace(options, hints=not counting)
        with progress():
            page = render(derivation.data, shown)
        write(page + counting, output)
    whole = find is None and names is None and detail is not DetailOption.brief
    if format_ is DerivationFormat.latex or (format_ is DerivationFormat.text and not whole):
        say_notes(derivation)


def summary(
    model: Model,
    set_: Set = None,
    input_: Input = None,
    model_name: ModelName = None,
    call: CallText = None,
    detail: Detail = DetailOption.normal,
    format_: Annotated[
        TableFormat, typer.Option("--format", help="How it is written.")
    ] = TableFormat.text,
    count: Counted = CountOption.macs,
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """One table: layer, rule, output shape, parameters, MACs, receptive field, formula."""
    network = network_of(model, set_, input_, model_name, call)
    derivation = derivation_of(network, count.value)
    if format_ is TableFormat.json:
        from layermath.renderers.json import to_summary_dict

        write(as_json(_counted(network, derivation, to_summary_dict(derivation.data))), output)
        return
    if format_ is TableFormat.text:
        from layermath.renderers.text import render_summary

        options = text_options(detail, None, output, ascii_)
        page = render_summary(derivation.data, options)
        page += _counting(network, derivation, options, layers=True)
        write(page, output)
    else:
        from layermath.renderers.tables import summary_page

        write(summary_page(derivation.data, format_.value), output)
    say_notes(derivation)


def _counted(network: Network, derivation: Derivation, data: dict[str, Any]) -> dict[str, Any]:
    """The JSON, with what other counters count otherwise where FLOPs are asked for."""
    if derivation.data.totals.flops is None:
        return data
    from layermath.composer.counters import counters
    from layermath.renderers.json import to_counting_dict

    return {**data, "counting": to_counting_dict(counters(network))}


def _counting(
    network: Network, derivation: Derivation, options: TextOptions, *, layers: bool
) -> str:
    """FLOPs, and why two counters of one network disagree: where FLOPs or full detail are asked
    for. ``layers`` lists the FLOPs of each layer."""
    if options.detail < options.detail.FULL and derivation.data.totals.flops is None:
        return ""
    from layermath.composer.counters import counters
    from layermath.renderers.text.counting import render_counting

    return render_counting(derivation.data, counters(network), options, layers=layers)
