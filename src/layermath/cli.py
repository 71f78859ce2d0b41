"""The command line: it reads options, calls `layermath.api`, prints, and decides nothing else."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from layermath.api import Derivation
    from layermath.network import Network
    from layermath.problems import Problem
    from layermath.renderers.text import TextOptions

app = typer.Typer(
    name="layermath",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Derives, step by step, what a neural-network layer does to a tensor: output shape, "
    "parameters, multiply-accumulates, receptive field. A model is read, never run.",
)


class DetailOption(StrEnum):
    """How much is shown."""

    brief = "brief"
    normal = "normal"
    full = "full"


class FormatOption(StrEnum):
    """How a derivation is written."""

    text = "text"
    json = "json"
    latex = "latex"


class TableFormat(StrEnum):
    """How a table is written."""

    text = "text"
    json = "json"


Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="A Keras source file, - for standard input, or the source itself in quotes.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A value for a symbol; again and again."),
]
Input = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="SHAPE",
        help="The input shape, with numbers or letters: H,W,3. Several inputs: NAME=SHAPE.",
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="Which model, where a file builds several."),
]
CallText = Annotated[
    str | None,
    typer.Option(
        "--call", metavar="EXPRESSION", help="What to evaluate in the file for the model."
    ),
]
LayerName = Annotated[
    list[str] | None,
    typer.Option("--layer", metavar="NAME", help="Show these layers only; again and again."),
]
Detail = Annotated[DetailOption, typer.Option("--detail", help="How much is shown.")]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write into a file.")
]
Ascii = Annotated[
    bool, typer.Option("--ascii", help="Write floor((H - 6)/4) where signs come out wrong.")
]

DERIVE_EXAMPLES = """Examples:

  layermath derive cnn.py                      the derivation, layer by layer

  layermath derive cnn.py --find 9248          where a number comes from

  layermath derive cnn.py --input H,W,3        with the image size left open

  layermath derive 'Conv2D(F, 3, input_shape=(H, W, 3))' --set F=32
"""


@app.command(epilog=DERIVE_EXAMPLES)
def derive(
    model: Model,
    set_: Set = None,
    input_: Input = None,
    model_name: ModelName = None,
    call: CallText = None,
    layer: LayerName = None,
    detail: Detail = DetailOption.normal,
    format_: Annotated[
        FormatOption, typer.Option("--format", help="How it is written.")
    ] = FormatOption.text,
    find: Annotated[
        str | None,
        typer.Option("--find", metavar="NUMBER", help="Show where this number comes from."),
    ] = None,
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """The derivation, layer by layer, then the network as a whole."""
    if find is not None and format_ is not FormatOption.text:
        _stop(f"--find writes text: it cannot go with --format {format_.value}", 2)
    derivation = _derivation(model, set_, input_, model_name, call)
    names = _layers(derivation, layer)
    if find is not None:
        _write(_found(derivation, find, _options(detail, names, output, ascii_)), output)
    elif format_ is FormatOption.json:
        _write(_json(derivation.to_dict(names)), output)
    elif format_ is FormatOption.latex:
        from layermath.derivation import Detail as Level

        _write(derivation.latex(Level[detail.value.upper()], names), output)
    else:
        from layermath.renderers.text import render

        _write(render(derivation.data, _options(detail, names, output, ascii_)), output)
    whole = find is None and names is None and detail is not DetailOption.brief
    if format_ is FormatOption.latex or (format_ is FormatOption.text and not whole):
        _say_notes(derivation)


@app.command(
    epilog="Example:\n\n  layermath summary cnn.py --input H,W,3",
)
def summary(
    model: Model,
    set_: Set = None,
    input_: Input = None,
    model_name: ModelName = None,
    call: CallText = None,
    format_: Annotated[
        TableFormat, typer.Option("--format", help="How it is written.")
    ] = TableFormat.text,
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """One table: layer, output shape, parameters, MACs, receptive field."""
    derivation = _derivation(model, set_, input_, model_name, call)
    if format_ is TableFormat.json:
        from layermath.renderers.json import to_summary_dict

        _write(_json(to_summary_dict(derivation.data)), output)
        return
    from layermath.renderers.text import render_summary

    _write(
        render_summary(derivation.data, _options(DetailOption.normal, None, output, ascii_)),
        output,
    )
    _say_notes(derivation)


@app.command(epilog="Example:\n\n  layermath formula Conv2D")
def formula(
    type_: Annotated[
        str | None, typer.Argument(metavar="TYPE", help="A layer type, such as Conv2D.")
    ] = None,
    format_: Annotated[
        TableFormat, typer.Option("--format", help="How it is written.")
    ] = TableFormat.text,
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
        _fail(problem)
    if format_ is TableFormat.json:
        from layermath.renderers.json import to_formula_dict

        sheets_json = [to_formula_dict(name, rules) for name, rules in sheets]
        every = {"schema": "layermath.formula/1", "types": sheets_json}
        _write(_json(sheets_json[0] if type_ else every), output)
        return
    from layermath.renderers.text import render_formula

    options = _options(DetailOption.normal, None, output, ascii_)
    _write("\n".join(render_formula(name, rules, options) for name, rules in sheets), output)


@app.command(
    epilog="Examples:\n\n"
    "  layermath solve cnn.py --input H,W,1 --for H --given 'max_pooling2d_1.H == 5'\n\n"
    "  layermath solve wide.py --for F --given 'params <= 1000000'",
)
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
        TableFormat, typer.Option("--format", help="How it is written.")
    ] = TableFormat.text,
    output: Output = None,
    ascii_: Ascii = False,
) -> None:
    """What a size must be for a wish to come true: all solutions, and why."""
    from layermath import api

    network = _network(model, set_, input_, model_name, call)
    try:
        answer = api.solve(network, for_, given)
    except api.LayermathError as error:
        _stop(str(error), error.exit_code)
    if format_ is TableFormat.json:
        from layermath.renderers.answers import to_answer_dict

        _write(_json(to_answer_dict(answer)), output)
        return
    from layermath.renderers.text.solution import render_answer

    _write(render_answer(answer, _options(DetailOption.normal, None, output, ascii_)), output)


def _version(asked: bool) -> None:
    if asked:
        from layermath import __version__

        typer.echo(f"layermath {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options that stand before a command."""


def _network(
    model: str,
    set_: Sequence[str] | None,
    input_: Sequence[str] | None,
    name: str | None,
    call: str | None,
) -> Network:
    """Read the model that the options name. Ends the program where it cannot."""
    from layermath import api, bindings, sources
    from layermath.problems import Problem

    try:
        values, inputs = bindings.bindings(set_ or ()), bindings.shapes(input_ or ())
        source = sources.find(model)
        return api.read(source, values, inputs=inputs, model=name, call=call)
    except Problem as problem:
        _fail(problem)
    except api.LayermathError as error:
        _stop(str(error), error.exit_code)


def _derivation(
    model: str,
    set_: Sequence[str] | None,
    input_: Sequence[str] | None,
    name: str | None,
    call: str | None,
) -> Derivation:
    """Read the model that the options name, and derive it. Ends the program where it cannot."""
    from layermath import api

    network = _network(model, set_, input_, name, call)
    try:
        return api.derive(network)
    except api.LayermathError as error:
        _stop(str(error), error.exit_code)


def _layers(derivation: Derivation, names: Sequence[str] | None) -> frozenset[str] | None:
    """The layers to show, by name: those of nested models too."""
    if not names:
        return None
    known = derivation.layers.everywhere()
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"It has {', '.join(known)}."
            _stop(f"--layer {name}: the model has no such layer. {hint}", 2)
    return frozenset(names)


def _found(derivation: Derivation, text: str, options: TextOptions) -> str:
    """The lines where a number comes from."""
    from layermath.renderers.text import find

    digits = text.replace(",", "").replace("_", "").strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 400:
        _stop(f"--find {text}: it must be a whole number, as 9248 or 9,248", 2)
    page = find(derivation.data, int(digits), options)
    if page is None:
        near = derivation.near(int(digits))
        hint = f"\n   Near it: {near[0]}, {near[1]:,} {near[2]}." if near else ""
        _stop(f"--find {text}: no shape, count or line of this model has this number{hint}", 2)
    return page


def _options(
    detail: DetailOption, layers: frozenset[str] | None, output: str | None, ascii_: bool
) -> TextOptions:
    from layermath import terminal
    from layermath.derivation import Detail as Level
    from layermath.renderers.text import TextOptions

    return TextOptions(
        width=80 if output else terminal.width(),
        detail=Level[detail.value.upper()],
        unicode=not ascii_ and (output is not None or terminal.unicode(sys.stdout)),
        colour=output is None and terminal.colour(),
        layers=layers,
    )


def _json(data: dict[str, Any]) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=False)


def _write(text: str, output: str | None) -> None:
    """Print, or write into a file."""
    text = text if text.endswith("\n") else text + "\n"
    if output is None or output == "-":
        _print(text)
        return
    try:
        with open(output, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        _stop(f"-o {output}: it cannot be written: {error.strerror}", 2)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        raise typer.Exit from None  # its reader has seen enough, as head has


def _drop_output() -> None:
    """What is left in the buffer of standard output has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(problem: Problem) -> NoReturn:
    from layermath.api import LayermathError

    error = LayermathError.of(problem)
    _stop(str(error), error.exit_code)


def _say_notes(derivation: Derivation) -> None:
    """What the reader should know of the model, where the page itself does not say it."""
    source = derivation.data.source
    for note in derivation.notes:
        _say(f"{source}: {note}" if source else note)


def _stop(message: str, exit_code: int) -> NoReturn:
    _say(message)
    raise typer.Exit(exit_code)


def _say(message: str) -> None:
    """Write a message to standard error, in ASCII where that has no other signs."""
    from layermath import terminal

    if not terminal.unicode(sys.stderr):
        from layermath.renderers.escapes import ascii_signs

        message = ascii_signs(message)
    print(message, file=sys.stderr)


def main() -> None:
    """The program. No traceback is ever shown, unless LAYERMATH_DEBUG asks for it."""
    # One run makes far fewer objects than this: looking for garbage among SymPy's classes while
    # they are imported is a tenth of its time. A source that makes more is collected as ever.
    gc.set_threshold(1_000_000)
    _open_streams()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        # files are opened where their own messages are: this is a full disk behind the output
        _drop_output()
        print(f"the output cannot be written: {error.strerror}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("LAYERMATH_DEBUG"):
            raise
        print(
            f"layermath has a mistake of its own here: {type(error).__name__}: {str(error)[:200]}\n"
            "   Please report it with the model. LAYERMATH_DEBUG=1 shows where it happened.",
            file=sys.stderr,
        )
        sys.exit(1)


def _open_streams() -> None:
    """Give every stream a place to go: one that the caller closed is None."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # open as long as the program runs
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a name that the terminal cannot write is shown escaped, and stops nothing
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
