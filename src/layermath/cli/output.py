"""Where output goes: a page to standard output or a file, a message to standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from layermath.cli.options import DetailOption

if TYPE_CHECKING:
    from layermath.api import Derivation
    from layermath.problems import Problem
    from layermath.renderers.text import TextOptions


def text_options(
    detail: DetailOption = DetailOption.normal,
    layers: frozenset[str] | None = None,
    output: str | None = None,
    ascii_: bool = False,
) -> TextOptions:
    """The options of a page for this terminal, or for a file."""
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


def as_json(data: dict[str, Any]) -> str:
    """The data as it is printed."""
    import json

    return json.dumps(data, indent=2, ensure_ascii=False)


def write(text: str, output: str | None) -> None:
    """Print, or write into a file."""
    text = text if text.endswith("\n") else text + "\n"
    if output is None or output == "-":
        _print(text)
        return
    try:
        with open(output, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        stop(f"-o {output}: it cannot be written: {error.strerror}", 2)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
        raise typer.Exit from None  # its reader has seen enough, as head has


def drop_output() -> None:
    """What is left in the buffer of standard output has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(problem: Problem) -> NoReturn:
    """End the program with what is wrong."""
    from layermath.api import LayermathError

    error = LayermathError.of(problem)
    stop(str(error), error.exit_code)


def say_notes(derivation: Derivation) -> None:
    """What the reader should know of the model, where the page itself does not say it."""
    source = derivation.data.source
    for note in derivation.notes:
        say(f"{source}: {note}" if source else note)


def stop(message: str, exit_code: int) -> NoReturn:
    """Say what is wrong, and end the program."""
    say(message)
    raise typer.Exit(exit_code)


def say(message: str) -> None:
    """Write a message to standard error, in ASCII where that has no other signs."""
    from layermath import terminal

    if not terminal.unicode(sys.stderr):
        from layermath.renderers.escapes import ascii_signs

        message = ascii_signs(message)
    print(message, file=sys.stderr)
