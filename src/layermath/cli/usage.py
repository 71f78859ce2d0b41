"""What holds for every command: what is wrong is said in the language of the run.

Of a command line that cannot be followed Typer says so in English, with a line of usage, as
``--help`` does. In another language the sentence stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from os import environ
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from layermath.cli.language import VARIABLE, fail, speak, stop
from layermath.errors import LayermathError
from layermath.messages import Code, Message, _
from layermath.problems import Problem

_CHOICES = re.compile(r"is not one of (.*)")


class Command(TyperCommand):
    """A command that says what is wrong in the language of ``--lang``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's."""
        take_as_typed(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def make_context(self, info_name: Any, args: list[str], *rest: Any, **extra: Any) -> Any:
        """As Typer's. Ends the program where the arguments are wrong."""
        asked = _asked([*args])
        try:
            return super().make_context(info_name, args, *rest, **extra)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            said = _said(error) if asked != "en" else None
            if said is None:
                raise
            speak(asked)
            stop(said)

    def invoke(self, ctx: Any) -> Any:
        """As Typer's. Ends the program where the model or the call is wrong."""
        try:
            return super().invoke(ctx)
        except (Problem, LayermathError) as wrong:
            fail(wrong)


class Program(TyperGroup):
    """The commands, and the options that stand before one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's."""
        take_as_typed(self.get_params(ctx))
        return super().parse_args(ctx, args)


def take_as_typed(parameters: Sequence[Any]) -> None:
    """Convert no value of these that needs no conversion.

    Typer (since 0.29) has pydantic convert every one, whose import takes longer than deriving a
    network. What is not plainly right is Typer's to convert, and to refuse in its own words. Other
    releases never ask for what is put here.
    """
    for parameter in parameters:
        converter = getattr(parameter, "get_runtime_param", None)
        if converter is not None:
            parameter.get_runtime_param = partial(_AsTyped, converter)


@dataclass(frozen=True)
class _AsTyped:
    """What Typer asks for the value of a parameter; ``converter`` is what it would ask itself."""

    converter: Callable[[], Any]

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value for the parameter."""
        described = param.type_descriptor
        kind = described.annotation
        if value is None:
            return () if param.multiple else None
        if described.parameter_info.parser is not None:
            return self.converter().coerce(value, param=param, ctx=ctx)
        if kind is str and isinstance(value, str):
            return value
        if kind == list[str] and isinstance(value, (list, tuple)):
            return [*value]
        if isinstance(kind, type) and issubclass(kind, StrEnum) and value in {*kind}:
            return kind(value)
        return self.converter().coerce(value, param=param, ctx=ctx)


def _asked(arguments: Sequence[str]) -> str:
    """The language that the arguments ask for, before they are understood."""
    found = environ.get(VARIABLE) or "en"
    for one, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if one == "--lang" and following:
            found = following
        elif one.startswith("--lang="):
            found = one.removeprefix("--lang=")
    return found


def _said(error: Exception) -> Message | None:
    """What Typer's error says; None where it is no error of usage. Its classes have moved between
    releases: they are known by their names."""
    names = {base.__name__ for base in type(error).__mro__}
    if "UsageError" not in names or "NoArgsIsHelpError" in names:
        return None
    if "NoSuchOption" in names:
        return _no_such_option(error)
    if "MissingParameter" in names:
        return _("{argument} is missing", argument=_hint(error))
    choices = _CHOICES.search(str(getattr(error, "message", "")))
    if "BadParameter" in names and choices is not None:
        words = tuple(Code(word) for word in re.findall(r"'([^']*)'", choices[1]))
        return _("{argument}: it must be one of {words}", argument=_hint(error), words=words)
    option = getattr(error, "option_name", None)
    if "BadOptionUsage" in names and option:
        return _("{option} needs a value, or has one too many", option=Code(option))
    reason = Code(getattr(error, "format_message", error.__str__)())
    return _("the command line cannot be followed: {reason}", reason=reason)


def _no_such_option(error: Any) -> Message:
    option = Code(error.option_name)
    if not error.possibilities:
        return _("there is no option {option}", option=option)
    near = tuple(Code(one) for one in sorted(error.possibilities))
    return _("there is no option {option}; there is {near}", option=option, near=near)


def _hint(error: Any) -> Code:
    """The option or argument that is meant."""
    parameter = getattr(error, "param", None)
    options = [one for one in getattr(parameter, "opts", ()) if one.startswith("-")]
    name = getattr(parameter, "metavar", None) or str(getattr(parameter, "name", "")).upper()
    return Code(" / ".join(options) or name)
