"""``layermath compare``"""

from __future__ import annotations

from typing import Annotated

import typer

from layermath.cli.language import fail
from layermath.cli.models import networks_of
from layermath.cli.options import (
    MODEL_HELP,
    Ascii,
    ComparisonFormat,
    Counted,
    CountOption,
    Detail,
    DetailOption,
    Input,
    Lang,
    Output,
    Set,
)
from layermath.cli.output import as_json, text_options, write

COMPARE_EXAMPLES = """Examples:

  layermath compare cnn.py cnn_same.py

  layermath compare cnn.py cnn_same.py --input H,W,3

  layermath compare models.py models.py --model small --model large

  layermath compare old.py new.py --format markdown

The exit status is 0 where the models differ, too.
"""


def compare(
    first: Annotated[str, typer.Argument(metavar="A", help=MODEL_HELP)],
    second: Annotated[str, typer.Argument(metavar="B", help="The model to compare it with.")],
    set_: Set = None,
    input_: Input = None,
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
    detail: Detail = DetailOption.normal,
    format_: Annotated[
        ComparisonFormat, typer.Option("--format", help="How it is written.")
    ] = ComparisonFormat.text,
    count: Counted = CountOption.macs,
    lang: Lang = "en",
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """Two models, layer by layer: what changed, and what it does to shapes, parameters, MACs and
    the receptive field."""
    from layermath import api
    from layermath.errors import LayermathError

    networks = networks_of((first, second), set_, input_, model_name, call)
    try:
        compared = api.compare(*networks, count=count.value)
    except LayermathError as error:
        fail(error)
    if format_ is ComparisonFormat.json:
        write(as_json(compared.to_dict(lang)), output)
        return
    options = text_options(detail, None, output, ascii_)
    if format_ is ComparisonFormat.markdown:
        from layermath.formats.tables import comparison_page

        write(comparison_page(compared.data, options.detail, language=options.language), output)
    else:
        from layermath.formats.text.comparison import render_comparison

        write(render_comparison(compared.data, options), output)
