"""Where a model's text comes from: a file, standard input, or the argument itself; read bounded."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from layermath.messages import Code, Name, _
from layermath.problems import CallProblem

LARGEST = 4 * 1024 * 1024
"""Bytes of a model file that are read, at most."""

_LATER = {
    ".ipynb": _("notebooks"),
    ".json": _("Keras configurations"),
    ".keras": _("Keras archives"),
    ".h5": _("HDF5 files"),
}


@dataclass(frozen=True)
class Source:
    """A model's text, and the file it came from, None where it was given as text."""

    text: str
    file: str | None = None


def find(model: str) -> Source:
    """``-`` is standard input, a file's path that file, and what looks like source is source.

    Raises `CallProblem` where there is no such file, or it cannot be read as text.
    """
    if model == "-":
        return Source(_text(sys.stdin.buffer.read(LARGEST + 1), "standard input"), "<stdin>")
    if _is_source(model):
        return Source(model)
    return read(model)


def _is_source(model: str) -> bool:
    """A file may have any name; what else is given is source if it has a call in it."""
    if "\n" in model:
        return True
    try:
        is_file = Path(model).exists()
    except (OSError, ValueError):  # too long for a name, or with a sign that none may have
        is_file = False
    return "(" in model and not is_file and not model.endswith((".py", *_LATER))


def read(path: str) -> Source:
    """The text of a file. Raises `CallProblem`."""
    try:
        kind = Path(path).suffix.lower()
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CallProblem(
            _("{file}: cannot be read: {reason}", file=Name(path), reason=reason),
            _(
                "Give a file, {dash} for standard input, or the source itself in quotes.",
                dash=Code("-"),
            ),
        ) from None
    if kind in _LATER:
        raise CallProblem(
            _(
                "{file}: layermath cannot read {kind} yet, only Keras source",
                file=Name(path),
                kind=_LATER[kind],
            )
        )
    return Source(_text(content, path), path)


def _text(content: bytes, name: str) -> str:
    if len(content) > LARGEST:
        raise CallProblem(
            _(
                "{file} has more than {most} bytes: that is no model's source",
                file=Name(name),
                most=LARGEST,
            )
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        text = _declared(content) or ""
        if not text:
            raise CallProblem(
                _("{file} is not text in UTF-8", file=Name(name)), line=line
            ) from None
    if "\0" in text:
        raise CallProblem(_("{file} is not a text file", file=Name(name)))
    return text


def _declared(content: bytes) -> str | None:
    """The text in the encoding that its first lines declare, as Python reads a source; None where
    they declare none, or another one."""
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        encoding, _lines = detect_encoding(BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, ValueError, LookupError):
        return None
