"""``--lang``: the language of a run, in which pages and errors are said."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated

import typer

from layermath.formats.language import languages
from layermath.messages import Code, _

if TYPE_CHECKING:
    from layermath.formats.language import Language

VARIABLE = "LAYERMATH_LANG"
"""The environment may choose the language, too."""

_spoken: ContextVar[str] = ContextVar("spoken", default="en")


def spoken() -> Language:
    """The language of this run."""
    from layermath.errors import language_of

    return language_of(_spoken.get())


def speak(code: str) -> str:
    """Take the language of the option. Ends the program where there is none of this code."""
    _spoken.set("en")
    if code != "en":
        from layermath.cli.output import stop

        if code not in languages():
            known = tuple(Code(one) for one in languages())
            stop(
                _(
                    "{option}: there is no such language, only {languages}",
                    option=Code(f"--lang {code}"),
                    languages=known,
                ),
                2,
            )
        _spoken.set(code)
    return code


def _codes(incomplete: str) -> list[str]:
    return [code for code in languages() if code.startswith(incomplete)]


Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="CODE",
        envvar=VARIABLE,
        show_envvar=False,
        is_eager=True,
        callback=speak,
        autocompletion=_codes,
        help="The language of sentences and errors: en, ko. LAYERMATH_LANG sets it for good.",
    ),
]
