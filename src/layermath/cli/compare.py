"""``layermath compare``"""

from __future__ import annotations

from typing import Annotated

import typer

from layermath.cli import options as opt
from layermath.cli.models import networks_of
from layermath.cli.output import as_json, text_options, write

COMPARE_EXAMPLES = """Examples:

  layermath compare cnn.py cnn_same.py

  layermath compare cnn.py cnn_same.py --input H,W,3

  layermath compare models.py models.py --model small --model large

  layermath compare old.py new.py --format markdown

The exit status is 0 where the models differ, too.
"""


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help=opt.MODEL_HELP)],
    second: Annotated[str, typer.Argument(metavar="B", help="The model to compare it with.")],
    set_: opt.Set = None,
    input_: opt.Input = None,
    model_name: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Which model, where a file builds several: once for both files, or twice, for A "
            "and for B.",
        ),
    ] = None,
    call: Annotated[
        list[str] | None,
        typer.Option(
            "--call",
            metavar="EXPRESSION",
            help="What to evaluate in the file for the model: once for both, or twice.",
        ),
    ] = None,
    detail: opt.Detail = opt.DetailOption.normal,
    format_: Annotated[opt.SheetFormat, opt.WRITTEN] = opt.SheetFormat.text,
    count: opt.Counted = opt.CountOption.macs,
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """Two models, layer by layer: what changed, and what it does to shapes, parameters, MACs and
    the receptive field."""
    from layermath import api

    networks = networks_of((first, second), set_, input_, model_name, call)
    compared = api.compare(*networks, count=count.value)
    if format_ is opt.SheetFormat.json:
        write(as_json(compared.to_dict(lang)), output)
        return
    options = text_options(detail, None, output, ascii_)
    if format_ is opt.SheetFormat.markdown:
        from layermath.formats.tables import comparison_page

        write(comparison_page(compared.data, options.detail, language=options.language), output)
    else:
        from layermath.formats.text.comparison import render_comparison

        write(render_comparison(compared.data, options), output)
