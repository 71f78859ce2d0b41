"""The messages of the source, and the catalogues in which they are translated.

Babel reads the source through `extract` too (``[tool.babel]`` in pyproject.toml): its own reader
passes over a message that stands among the pieces of another one.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

SOURCE = Path(__file__).parents[2] / "src" / "layermath"
LOCALE = SOURCE / "locale"
NOTATIONS = SOURCE / "notations" / "presets"
_FUNCTIONS = {"_": 1, "ngettext": 2}


@dataclass(frozen=True)
class Found:
    """A message of the source: its id, its plural, where it stands."""

    line: int
    function: str
    id: str
    plural: str | None


def messages_in(source: str) -> Iterator[Found]:
    """Every call of ``_`` and ``ngettext`` with its literals."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        number = _FUNCTIONS.get(node.func.id)
        if number is None:
            continue
        texts = [one.value for one in node.args[:number] if isinstance(one, ast.Constant)]
        if len(texts) != number or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"line {node.lineno}: {node.func.id} needs literals, to be found")
        plural = texts[1] if number == 2 else None
        if texts[0]:
            yield Found(node.lineno, node.func.id, texts[0], plural)


def notation_messages(source: str) -> Iterator[Found]:
    """The sentences of a notation that comes with layermath."""
    data = tomllib.loads(source)
    lines = source.splitlines()
    for text in (*data.get("notes", ()), *data.get("meanings", {}).values()):
        place = next(number for number, line in enumerate(lines, start=1) if text in line)
        yield Found(place, "_", text, None)


@cache
def source_messages() -> dict[str, Found]:
    """All messages of the package by their ids."""
    found: dict[str, Found] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        try:
            for one in messages_in(file.read_text(encoding="utf-8")):
                found.setdefault(one.id, one)
        except ValueError as error:
            raise ValueError(f"{file.relative_to(SOURCE)}: {error}") from None
    for file in sorted(NOTATIONS.glob("*.toml")):
        for one in notation_messages(file.read_text(encoding="utf-8")):
            found.setdefault(one.id, one)
    return found


def extract(
    file: IO[bytes], keywords: Iterable[str], comment_tags: object, options: object
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """For ``pybabel extract``."""
    messages = notation_messages if file.name.endswith(".toml") else messages_in
    for one in messages(file.read().decode("utf-8")):
        if one.function in keywords:
            texts = one.id if one.plural is None else (one.id, one.plural)
            yield one.line, one.function, texts, []


def entries(po: str) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """What a catalogue has for each id: its plural, and the translations. Obsolete entries, which
    stand behind ``#~``, and fuzzy ones, which no translator has confirmed, are passed over."""
    found: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    for block in po.split("\n\n"):
        fields: list[tuple[str, list[str]]] = []
        lines = block.splitlines()
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            if line.startswith('"'):
                fields[-1][1].append(ast.literal_eval(line))
            else:
                name, _space, text = line.partition(" ")
                fields.append((name, [ast.literal_eval(text)]))
        texts = {name: "".join(parts) for name, parts in fields}
        if "msgid" in texts:
            said = tuple(text for name, text in texts.items() if name.startswith("msgstr"))
            found[texts["msgid"]] = texts.get("msgid_plural"), said
    return found
