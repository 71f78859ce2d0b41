"""``layermath formula`` and ``layermath solve``"""

from __future__ import annotations

from typing import Annotated

import typer

from layermath.cli.language import Lang, spoken
from layermath.cli.models import network_of
from layermath.cli.options import (
    Ascii,
    CallText,
    Input,
    Model,
    ModelName,
    NotationName,
    Output,
    PageFormat,
    Set,
    SheetFormat,
    TwoNotations,
)
from layermath.cli.output import as_json, fail, notation_of, text_options, two_notations, write

FORMULA_EXAMPLES = """Examples:

  layermath formula Conv2D

  layermath formula Conv2D --notation pytorch

  layermath formula Conv2D --compare-notation dumoulin,pytorch
"""

SOLVE_EXAMPLES = """Examples:

  layermath solve cnn.py --input H,W,1 --for H --given 'max_pooling2d_1.H == 5'

  layermath solve wide.py --for F --given 'params <= 1000000'
"""


def formula(
    type_: Annotated[
        str | None, typer.Argument(metavar="TYPE", help="A layer type, such as Conv2D.")
    ] = None,
    format_: Annotated[
        SheetFormat, typer.Option("--format", help="How it is written.")
    ] = SheetFormat.text,
    notation: NotationName = "layermath",
    compare_notation: TwoNotations = None,
    lang: Lang = "en",
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """The general rules of a layer type; without TYPE, of every type there is."""
    from layermath import layers
    from layermath.api import equations
    from layermath.problems import Problem

    names = [type_] if type_ else sorted({t.type_name() for t in layers.catalogue().values()})
    try:
        sheets = [equations(name) for name in names]
    except Problem as problem:
        fail(problem)
    if format_ is SheetFormat.markdown:
        from layermath.formats.formula_sheet import render_sheet

        write(render_sheet(sheets, notation_of(notation), spoken(), title=type_ is None), output)
        return
    if format_ is SheetFormat.json:
        from layermath.formats.json import to_formula_dict

        sheets_json = [to_formula_dict(name, rules, spoken()) for name, rules in sheets]
        every = {"schema": "layermath.formula/1", "types": sheets_json}
        write(as_json(sheets_json[0] if type_ else every), output)
        return
    from layermath.formats.text import render_formula

    options = text_options(output=output, ascii_=ascii_, notation=notation)
    if compare_notation is None:
        pages = [render_formula(name, rules, options) for name, rules in sheets]
    else:
        from layermath.formats.text.notations import render_notations
        from layermath.notations.comparing import compare_rules, of_interest

        both = two_notations(compare_notation)
        pages = [
            render_notations(name, of_interest(compare_rules(rules, both)), options)
            for name, rules in sheets
        ]
    write("\n".join(pages), output)


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
        from layermath.formats.answers import to_answer_dict

        write(as_json(to_answer_dict(answer, spoken())), output)
        return
    from layermath.formats.text.solution import render_answer

    write(render_answer(answer, text_options(output=output, ascii_=ascii_)), output)
