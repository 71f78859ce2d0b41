"""``layermath solve``"""

from __future__ import annotations

from typing import Annotated

import typer

from layermath.cli.language import fail, spoken
from layermath.cli.models import network_of
from layermath.cli.options import (
    Ascii,
    CallText,
    Input,
    Lang,
    Model,
    ModelName,
    Output,
    PageFormat,
    Set,
)
from layermath.cli.output import as_json, text_options, write

SOLVE_EXAMPLES = """Examples:

  layermath solve cnn.py --input H,W,1 --for H --given 'max_pooling2d_1.H == 5'

  layermath solve wide.py --for F --given 'params <= 1000000'
"""


def solve(
    model: Model,
    for_: Annotated[
        list[str],
        typer.Option("--for", metavar="NAME", help="A symbol to solve for; again and again."),
    ],
    given: Annotated[
        list[str],
        typer.Option(
            "--given",
            metavar="RELATION",
            help="What is to hold, with ==, <=, >=, < or >; again and again. Names: output.H, "
            "LAYER.W, LAYER.axis0, LAYER.receptive_field, params, macs, LAYER.params, LAYER.macs "
            "and the model's symbols.",
        ),
    ],
    set_: Set = None,
    input_: Input = None,
    model_name: ModelName = None,
    call: CallText = None,
    format_: Annotated[
        PageFormat, typer.Option("--format", help="How it is written.")
    ] = PageFormat.text,
    lang: Lang = "en",
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """What a size must be for a wish to come true: all solutions, and why."""
    from layermath import api
    from layermath.errors import LayermathError

    network = network_of(model, set_, input_, model_name, call)
    try:
        answer = api.solve(network, for_, given)
    except LayermathError as error:
        fail(error)
    if format_ is PageFormat.json:
        from layermath.formats.json.answer import to_answer_dict

        write(as_json(to_answer_dict(answer, spoken())), output)
        return
    from layermath.formats.text.answer import render_answer

    write(render_answer(answer, text_options(output=output, ascii_=ascii_)), output)
