"""The program: its commands, and what holds for all of them."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from layermath.cli.compare import COMPARE_EXAMPLES, compare
from layermath.cli.derive import DERIVE_EXAMPLES, SUMMARY_EXAMPLES, derive, summary
from layermath.cli.draw import DRAW_EXAMPLES, draw
from layermath.cli.exercises import EXERCISES_EXAMPLES, MARK_EXAMPLES, exercises, mark
from layermath.cli.formula import FORMULA_EXAMPLES, formula
from layermath.cli.language import complain
from layermath.cli.output import drop_output
from layermath.cli.solve import SOLVE_EXAMPLES, solve
from layermath.cli.usage import Command, Program
from layermath.messages import Code, _

app = typer.Typer(
    name="layermath",
    cls=Program,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Derives, step by step, what a neural-network layer does to a tensor: output shape, "
    "parameters, multiply-accumulates, receptive field. A model is read, never run.",
)


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


_COMMANDS: tuple[tuple[Callable[..., None], str], ...] = (
    (derive, DERIVE_EXAMPLES),
    (summary, SUMMARY_EXAMPLES),
    (compare, COMPARE_EXAMPLES),
    (draw, DRAW_EXAMPLES),
    (formula, FORMULA_EXAMPLES),
    (solve, SOLVE_EXAMPLES),
    (exercises, EXERCISES_EXAMPLES),
    (mark, MARK_EXAMPLES),
)
for command, examples in _COMMANDS:
    app.command(epilog=examples, cls=Command)(command)


def main() -> None:
    """The program. No traceback is ever shown, unless LAYERMATH_DEBUG asks for it."""
    # One run makes far fewer objects than this: looking for garbage among SymPy's classes while
    # they are imported is a tenth of its time. A source that makes more is collected as ever.
    gc.set_threshold(1_000_000)
    # and looking through all of it once more at the end, when Python gives everything back, another
    atexit.register(gc.freeze)
    _open_streams()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        # files are opened where their own messages are: this is a full disk behind the output
        drop_output()
        complain(_("the output cannot be written: {reason}", reason=error.strerror or ""))
        sys.exit(2)
    except Exception as error:
        if os.environ.get("LAYERMATH_DEBUG"):
            raise
        complain(
            _(
                "layermath has a mistake of its own here: {error}",
                error=Code(f"{type(error).__name__}: {str(error)[:200]}"),
            ),
            _(
                "Please report it with the model. {variable} shows where it happened.",
                variable=Code("LAYERMATH_DEBUG=1"),
            ),
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
