"""The language of a run, and what is said in it on standard error."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, NoReturn

import typer

from layermath.messages import Code, Message, _
from layermath.setting.language import languages

if TYPE_CHECKING:
    from layermath.api.derivation import Derivation
    from layermath.errors import LayermathError
    from layermath.problems import Problem
    from layermath.setting.language import Language

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
        if code not in languages():
            known = tuple(Code(one) for one in languages())
            stop(
                _(
                    "{option}: there is no such language, only {languages}",
                    option=Code(f"--lang {code}"),
                    languages=known,
                )
            )
        _spoken.set(code)
    return code


def fail(problem: Problem | LayermathError) -> NoReturn:
    """End the program with what is wrong."""
    from layermath.errors import LayermathError
    from layermath.problems import Problem

    error = LayermathError.of(problem) if isinstance(problem, Problem) else problem
    say(error.text(spoken().code))
    raise typer.Exit(error.exit_code)


def say_notes(derivation: Derivation) -> None:
    """What the reader should know of the model, where the page itself does not say it."""
    from layermath.setting.sentences import TextSetter

    source, setter = derivation.data.source, TextSetter(language=spoken())
    for note in derivation.data.notes:
        say(f"{setter.name(source)}: {setter.say(note)}" if source else setter.say(note))


def stop(message: Message) -> NoReturn:
    """Say what is wrong with the call, and end the program."""
    complain(message)
    raise typer.Exit(2)


def complain(message: Message, *details: Message) -> None:
    """Say what is wrong, in the language of this run."""
    from layermath.errors import LayermathError

    say(LayermathError(message, 2, details=details).text(spoken().code))


def say(message: str) -> None:
    """Write a message to standard error, in ASCII where that has no other signs."""
    from layermath import terminal

    if not terminal.unicode(sys.stderr):
        from layermath.setting.escapes import ascii_signs

        message = ascii_signs(message)
    print(message, file=sys.stderr)
