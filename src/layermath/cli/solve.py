"""``layermath solve``"""

from __future__ import annotations

from typing import Annotated

import typer

from layermath.cli import options as opt
from layermath.cli.language import spoken
from layermath.cli.models import network_of
from layermath.cli.output import as_json, text_options, write

SOLVE_EXAMPLES = """Examples:

  layermath solve cnn.py --input H,W,1 --for H --given 'max_pooling2d_1.H == 5'

  layermath solve wide.py --for F --given 'params <= 1000000'
"""


def solve(
    model: opt.Model,
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
    set_: opt.Set = None,
    input_: opt.Input = None,
    model_name: opt.ModelName = None,
    call: opt.CallText = None,
    format_: Annotated[opt.AnswerFormat, opt.WRITTEN] = opt.AnswerFormat.text,
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """What a size must be for a wish to come true: all solutions, and why."""
    from layermath import api

    network = network_of(model, set_, input_, model_name, call)
    answer = api.solve(network, for_, given)
    if format_ is opt.AnswerFormat.json:
        from layermath.formats.json.answer import to_answer_dict

        write(as_json(to_answer_dict(answer, spoken())), output)
        return
    from layermath.formats.text.answer import render_answer

    write(render_answer(answer, text_options(output=output, ascii_=ascii_)), output)
