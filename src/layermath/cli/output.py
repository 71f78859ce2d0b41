"""Where a page goes: to standard output or a file, and how wide and in which signs it is."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import typer

from layermath.cli.language import spoken, stop
from layermath.cli.options import DetailOption
from layermath.messages import Code, _

if TYPE_CHECKING:
    from layermath.formats.text import TextOptions
    from layermath.setting.notation import Notation


def text_options(
    detail: DetailOption = DetailOption.normal,
    layers: frozenset[str] | None = None,
    output: str | None = None,
    ascii_: bool = False,
    notation: str = "layermath",
) -> TextOptions:
    """The options of a page for this terminal, or for a file."""
    from layermath import terminal
    from layermath.api.derivation import notation_of
    from layermath.derivation.records import Detail as Level
    from layermath.formats.text import TextOptions

    return TextOptions(
        width=80 if output else terminal.width(),
        detail=Level[detail.value.upper()],
        unicode=not ascii_ and (output is not None or terminal.unicode(sys.stdout)),
        colour=output is None and terminal.colour(),
        layers=layers,
        notation=notation_of(notation),
        language=spoken(),
    )


def two_notations(names: str) -> tuple[Notation, Notation]:
    """The notations of ``A,B``. Ends the program where there are not two."""
    from layermath.api.derivation import notation_of

    first, comma, second = names.partition(",")
    if not comma or not first or not second or "," in second:
        stop(
            _(
                "{option}: it must be two notations, as {example}",
                option=Code(f"--compare-notation {names}"),
                example=Code("dumoulin,pytorch"),
            )
        )
    return notation_of(first.strip()), notation_of(second.strip())


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
        stop(
            _(
                "{option}: it cannot be written: {reason}",
                option=Code(f"-o {output}"),
                reason=error.strerror or "",
            )
        )


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
