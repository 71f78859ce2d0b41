"""``layermath formula``"""

from __future__ import annotations

from typing import Annotated

import typer

from layermath.cli import options as opt
from layermath.cli.language import spoken
from layermath.cli.output import as_json, text_options, two_notations, write

FORMULA_EXAMPLES = """Examples:

  layermath formula Conv2D

  layermath formula Conv2D --notation pytorch

  layermath formula Conv2D --compare-notation dumoulin,pytorch
"""


def formula(
    type_: Annotated[
        str | None, typer.Argument(metavar="TYPE", help="A layer type, such as Conv2D.")
    ] = None,
    format_: Annotated[opt.SheetFormat, opt.WRITTEN] = opt.SheetFormat.text,
    notation: opt.NotationName = "layermath",
    compare_notation: opt.TwoNotations = None,
    lang: opt.Lang = "en",
    output: opt.Output = None,
    ascii_: opt.Ascii = False,
) -> None:
    """The general rules of a layer type; without TYPE, of every type there is."""
    from layermath.api import equations
    from layermath.vocabulary.keras import layers

    names = [type_] if type_ else sorted({t.type_name() for t in layers.catalogue().values()})
    sheets = [equations(name) for name in names]
    if format_ is opt.SheetFormat.markdown:
        from layermath.api.derivation import notation_of
        from layermath.formats.formula_sheet import render_sheet

        write(render_sheet(sheets, notation_of(notation), spoken(), title=type_ is None), output)
        return
    if format_ is opt.SheetFormat.json:
        from layermath.formats.json.derivation import to_formula_dict

        sheets_json = [to_formula_dict(name, rules, spoken()) for name, rules in sheets]
        every = {"schema": "layermath.formula/1", "types": sheets_json}
        write(as_json(sheets_json[0] if type_ else every), output)
        return
    from layermath.formats.text import render_formula

    options = text_options(output=output, ascii_=ascii_, notation=notation)
    if compare_notation is None:
        pages = [render_formula(name, rules, options) for name, rules in sheets]
    else:
        from layermath.formats.text.side_by_side import render_notations
        from layermath.notations.side_by_side import compare_rules, of_interest

        both = two_notations(compare_notation)
        pages = [
            render_notations(name, of_interest(compare_rules(rules, both)), options)
            for name, rules in sheets
        ]
    write("\n".join(pages), output)
