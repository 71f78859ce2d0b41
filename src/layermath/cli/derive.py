"""``layermath derive`` and ``layermath summary``"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layermath.cli import options as opt
from layermath.cli.language import say_notes, spoken, stop
from layermath.cli.models import derivation_of, found, layers_of, network_of
from layermath.cli.output import as_json, text_options, two_notations, write
from layermath.messages import Code, _

if TYPE_CHECKING:
    from layermath.api.derivation import Derivation
    from layermath.formats.text import TextOptions
    from layermath.network.graph import Network

DERIVE_EXAMPLES = """Examples:

  layermath derive cnn.py                      the derivation, layer by layer

  layermath derive cnn.py --find 9248          where a number comes from

  layermath derive cnn.py --input H,W,3        with the image size left open

  layermath derive cnn.py --count flops+bias   FLOPs beside the MACs

  layermath derive cnn.py --notation cs231n    in the letters and forms of a course

  layermath derive cnn.py --format html -o cnn.html

  layermath derive 'Conv2D(F, 3, input_shape=(H, W, 3))' --set F=32
"""

SUMMARY_EXAMPLES = """Examples:

  layermath summary cnn.py --input H,W,3       with the image size left open

  layermath summary cnn.py --format latex      a table for a paper (booktabs)

  layermath summary cnn.py --format csv -o cnn.csv

  layermath summary cnn.py --count flops       FLOPs, and why two counters disagree
"""


def derive(
    model: opt.Model,
    set_: opt.Set = None,
    input_: opt.Input = None,
    model_name: opt.ModelName = None,
    call: opt.CallText = None,
    layer: opt.LayerName = None,
    detail: opt.Detail = opt.DetailOption.normal,
    format_: Annotated[opt.DerivationFormat, opt.WRITTEN] = opt.DerivationFormat.text,
    latex: opt.Latex = None,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="NUMBER", help="Show where this number comes from."),
    ] = None,
    count: opt.Counted = opt.CountOption.macs,
    notation: opt.NotationName = "layermath",
    compare_notation: opt.TwoNotations = None,
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """The derivation, layer by layer, then the network as a whole."""
    if latex is not None:
        if format_ not in (opt.DerivationFormat.text, opt.DerivationFormat.latex):
            stop(
                _(
                    "{option} writes LaTeX: it cannot go with {other}",
                    option=Code(f"--latex {latex.value}"),
                    other=Code(f"--format {format_.value}"),
                )
            )
        format_ = opt.DerivationFormat.latex
    if find is not None:
        _only_text("--find", format_)
    network = network_of(model, set_, input_, model_name, call)
    derivation = derivation_of(network, count.value)
    names = layers_of(derivation, layer)
    options = text_options(detail, names, output, ascii_, notation)
    if compare_notation is not None:
        _only_text("--compare-notation", format_)
        write(_side_by_side(derivation, compare_notation, options), output)
    elif find is not None:
        write(found(derivation, find, options), output)
    elif format_ is opt.DerivationFormat.json:
        write(as_json(_counted(network, derivation, derivation.to_dict(names, lang))), output)
    elif format_ is opt.DerivationFormat.latex:
        level = latex or (opt.LatexLevel.input if _is_tex(output) else opt.LatexLevel.fragment)
        write(_latex(derivation, options, level), output)
    elif format_ in (
        opt.DerivationFormat.html,
        opt.DerivationFormat.markdown,
        opt.DerivationFormat.typst,
    ):
        write(_page(network, derivation, options, format_), output)
    else:
        from layermath.formats.text import render
        from layermath.terminal import progress

        brief = detail is opt.DetailOption.brief
        counting = "" if names else _counting(network, derivation, options, layers=brief)
        shown = replace(options, hints=not counting)
        with progress():
            page = render(derivation.data, shown)
        write(page + counting, output)
    whole = find is None and names is None and detail is not opt.DetailOption.brief
    json = format_ is opt.DerivationFormat.json
    if format_ is opt.DerivationFormat.latex or not (json or whole):
        say_notes(derivation)


def _is_tex(output: str | None) -> bool:
    return output is not None and output.lower().endswith(".tex")


def _latex(derivation: Derivation, options: TextOptions, level: opt.LatexLevel) -> str:
    from layermath.formats.latex import LatexOptions, Level, render
    from layermath.terminal import progress

    chosen = (options.detail, options.layers, options.language, options.notation)
    with progress():
        return render(derivation.data, LatexOptions(*chosen), Level(level.value))


def _page(
    network: Network, derivation: Derivation, options: TextOptions, format_: opt.DerivationFormat
) -> str:
    """The derivation in HTML, in Markdown or in Typst."""
    from layermath.derivation.counters import counters
    from layermath.terminal import progress

    counts = counters(network) if _asks_to_count(derivation, options) else None

    chosen = (options.detail, options.layers, options.language, options.notation)
    with progress():
        if format_ is opt.DerivationFormat.html:
            from layermath.formats import html

            return html.render(derivation.data, html.HtmlOptions(*chosen), counts)
        if format_ is opt.DerivationFormat.typst:
            from layermath.formats import typst

            return typst.render(derivation.data, typst.TypstOptions(*chosen))
        from layermath.formats import markdown

        return markdown.render(derivation.data, markdown.MarkdownOptions(*chosen), counts)


def _only_text(option: str, format_: opt.DerivationFormat) -> None:
    if format_ is not opt.DerivationFormat.text:
        stop(
            _(
                "{option} writes text: it cannot go with {other}",
                option=Code(option),
                other=Code(f"--format {format_.value}"),
            )
        )


def _side_by_side(derivation: Derivation, names: str, options: TextOptions) -> str:
    """The rules of a network in two notations."""
    from layermath.formats.text.side_by_side import render_notations
    from layermath.notations.side_by_side import compare_derivation, of_interest

    both = two_notations(names)
    pairs = of_interest(compare_derivation(derivation.data, both, options.layers))
    return render_notations(derivation.data.name, pairs, options)


def summary(
    model: opt.Model,
    set_: opt.Set = None,
    input_: opt.Input = None,
    model_name: opt.ModelName = None,
    call: opt.CallText = None,
    detail: opt.Detail = opt.DetailOption.normal,
    format_: Annotated[opt.TableFormat, opt.WRITTEN] = opt.TableFormat.text,
    count: opt.Counted = opt.CountOption.macs,
    notation: opt.NotationName = "layermath",
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """One table: layer, rule, output shape, parameters, MACs, receptive field, formula."""
    network = network_of(model, set_, input_, model_name, call)
    derivation = derivation_of(network, count.value)
    if format_ is opt.TableFormat.json:
        from layermath.formats.json.derivation import to_summary_dict

        write(as_json(_counted(network, derivation, to_summary_dict(derivation.data))), output)
        return
    if format_ is opt.TableFormat.text:
        from layermath.formats.text import render_summary

        options = text_options(detail, None, output, ascii_, notation)
        page = render_summary(derivation.data, options)
        page += _counting(network, derivation, options, layers=True)
        write(page, output)
    else:
        from layermath.api.derivation import notation_of
        from layermath.formats.tables import TableOptions, summary_page

        whose = TableOptions(spoken(), notation_of(notation))
        write(summary_page(derivation.data, format_.value, whose), output)
    say_notes(derivation)


def _counted(network: Network, derivation: Derivation, data: dict[str, Any]) -> dict[str, Any]:
    """The JSON, with what other counters count otherwise where FLOPs are asked for."""
    if derivation.data.totals.flops is None:
        return data
    from layermath.derivation.counters import counters
    from layermath.formats.json.derivation import to_counting_dict

    return {**data, "counting": to_counting_dict(counters(network))}


def _asks_to_count(derivation: Derivation, options: TextOptions) -> bool:
    """Whether a page says what other counters count."""
    full = options.detail is options.detail.FULL or derivation.data.totals.flops is not None
    return full and options.layers is None


def _counting(
    network: Network, derivation: Derivation, options: TextOptions, *, layers: bool
) -> str:
    """FLOPs, and why two counters of one network disagree: where FLOPs or full detail are asked
    for. ``layers`` lists the FLOPs of each layer."""
    if not _asks_to_count(derivation, options):
        return ""
    from layermath.derivation.counters import counters
    from layermath.formats.text.counting import render_counting

    return render_counting(derivation.data, counters(network), options, layers=layers)
