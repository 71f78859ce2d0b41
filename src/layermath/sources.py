"""Where a model's text comes from: a file, standard input, or the argument itself; read bounded."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from layermath.messages import Code, Name, _
from layermath.problems import CallProblem
from layermath.readers import archives, json_text

LARGEST = 4 * 1024 * 1024
"""Bytes of a Keras source that are read, at most."""

LARGEST_DATA = 64 * 1024 * 1024
"""Bytes of a configuration or a notebook that are read, at most, or of an archive in a pipe."""

_SUFFIXES = (".py", ".ipynb", ".json", ".keras", ".h5", ".hdf5")


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
        content = sys.stdin.buffer.read(LARGEST_DATA + 1)
        return Source(_text(BytesIO(content), "standard input"), "<stdin>")
    if _is_source(model):
        return Source(model)
    return read(model)


def _is_source(model: str) -> bool:
    """A file may have any name; what else is given is source if it has a call in it, or is JSON."""
    if "\n" in model or json_text.is_json(model):
        return True
    try:
        is_file = Path(model).exists()
    except (OSError, ValueError):  # too long for a name, or with a sign that none may have
        is_file = False
    return "(" in model and not is_file and not model.endswith(_SUFFIXES)


def read(path: str) -> Source:
    """The text of a file; of an archive, the configuration inside. Raises `CallProblem`."""
    try:
        with Path(path).open("rb") as file:
            return Source(_text(file, path), path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CallProblem(
            _("{file}: cannot be read: {reason}", file=Name(path), reason=reason),
            _(
                "Give a file, {dash} for standard input, or the source itself in quotes.",
                dash=Code("-"),
            ),
        ) from None


def _text(file: BinaryIO, name: str) -> str:
    """The text in a file, whatever its name says of it."""
    start = file.read(len(archives.HDF5))
    if start.startswith(archives.ZIP) or start == archives.HDF5:
        whole = file if file.seekable() else BytesIO(start + file.read(LARGEST_DATA + 1))
        whole.seek(0)
        if start == archives.HDF5:
            return _decoded(archives.config_of_hdf5(whole, name), name)
        return _decoded(archives.config_of_archive(whole, name), name)
    content = start + file.read(LARGEST + 1)
    if len(content) > LARGEST and content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        content += file.read(LARGEST_DATA + 1)
        _check_length(content, LARGEST_DATA, name)
    else:
        _check_length(content, LARGEST, name)
    return _decoded(content, name)


def _check_length(content: bytes, most: int, name: str) -> None:
    if len(content) > most:
        raise CallProblem(
            _(
                "{file} has more than {most} bytes: that is no model's source",
                file=Name(name),
                most=most,
            )
        )


def _decoded(content: bytes, name: str) -> str:
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
    from tokenize import detect_encoding

    try:
        encoding, _lines = detect_encoding(BytesIO(content).readline)
        return content.decode(encoding)
    except (SyntaxError, ValueError, LookupError):
        return None
