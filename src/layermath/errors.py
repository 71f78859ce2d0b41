"""The one exception of layermath, with its text in any language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from layermath.messages import Code, Message, Name, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import Problem

if TYPE_CHECKING:
    from layermath.network.graph import Network
    from layermath.setting.language import Language


class LayermathError(Exception):
    """A model that cannot be derived, or a call that cannot be followed.

    ``exit_code`` is 1 where the model is wrong and 2 where the call is; ``file``, ``line`` and
    ``layer`` say where, as far as it is known. ``str()`` is the whole message in English, ``text``
    in any language there is. ``message`` is its first line, ``details`` are those below it.
    """

    def __init__(
        self,
        message: Message,
        exit_code: int,
        file: str | None = None,
        line: int | None = None,
        layer: str | None = None,
        details: tuple[Message, ...] = (),
    ) -> None:
        super().__init__(message.id)
        self.message = message
        self.details = details
        self.exit_code = exit_code
        self.file = file
        self.line = line
        self.layer = layer
        self.unknown_name: str | None = None
        """The name of a value that the model has no symbol for, where that is what is wrong."""

    @classmethod
    def of(
        cls, problem: Problem, file: str | None = None, whole: Network | None = None
    ) -> LayermathError:
        """The error for a problem: its place, what is wrong, and what would work. ``whole`` is the
        network with the input that its source has, where only another one is a problem."""
        from layermath.derivation.advice import advised

        advised(problem, whole)
        message, place = _subject(problem), _place(problem, file)
        if place is not None and not _begins_with(message, file):
            message = _("{place}: {message}", place=place, message=message)
        error = cls(message, problem.exit_code, file, problem.line, problem.layer, problem.details)
        name = problem.message.pieces.get("name")
        if problem.message.id.startswith("{option}: this model has no {name}"):
            error.unknown_name = name.text if isinstance(name, Name) else None
        return error

    def text(self, lang: str = "en") -> str:
        """The whole message, in the language of this code."""
        from layermath.setting.sentences import TextSetter

        say = TextSetter(language=language_of(lang)).say
        return "\n".join([say(self.message), *(f"   {say(detail)}" for detail in self.details)])

    def __str__(self) -> str:
        return self.text()


@contextmanager
def problems_told(file: str | None = None) -> Iterator[None]:
    """What is wrong inside is raised as `LayermathError`, with the ``file`` that it is in."""
    try:
        yield
    except Problem as problem:
        raise LayermathError.of(problem, file) from None


def language_of(code: str) -> Language:
    """The language of this code. Raises `LayermathError` where there is no catalogue of it."""
    from layermath.setting.language import language, languages

    found = language(code)
    if found is None:
        raise LayermathError(
            _("there is no language {code}: there are {codes}", code=Code(code), codes=languages()),
            2,
        )
    return found


def _place(problem: Problem, file: str | None) -> Message | None:
    """Where it is: ``cnn.py:7``. An option of the call that is wrong is a place of its own."""
    if problem.message.id.startswith("{option}"):
        return None
    line, name = problem.line, None if file is None else Name(file)
    if problem.cell is not None and line is not None:
        place = _("cell {number}, line {line}", number=problem.cell, line=line)
        return place if name is None else _("{file}: {place}", file=name, place=place)
    if name is None:
        return None if line is None else _("line {line}", line=line)
    return _("{file}", file=name) if line is None else _("{file}:{line}", file=name, line=line)


def _begins_with(message: Message, file: str | None) -> bool:
    """Whether the message itself begins with the file."""
    return message.id.startswith("{file}: ") and message.pieces["file"] == Name(file or "")


def _subject(problem: Problem) -> Message:
    """What is wrong, after the layer that is meant and what it was given, as far as it is known."""
    from layermath.derivation.advice import given_shapes
    from layermath.network.graph import Network

    if problem.layer is None:
        return problem.message
    partial = problem.partial
    entry = partial.entries.get(problem.layer) if isinstance(partial, Network) else None
    layer: Message = _("{layer}", layer=Name(problem.layer))
    if entry is not None and entry.call_text:
        layer = _("{layer}, {call}", layer=layer, call=Code(entry.call_text))
    shapes = given_shapes(problem)
    if not shapes:
        return _("{layer}: {message}", layer=layer, message=problem.message)
    return _(
        "{layer}, cannot take {shapes}: {message}",
        layer=layer,
        shapes=tuple(ShapePiece(shape) for shape in shapes),
        message=problem.message,
    )


def one_of(call: str, words: Iterable[str]) -> Message:
    known = tuple(Code(word) for word in words)
    return _("{call}: it must be one of {words}", call=Code(call), words=known)
