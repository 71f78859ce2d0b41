"""A reader's own notation, from a TOML file.

The file is data from outside: it is read up to a size, every key and value is checked, and what is
wrong is told with its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from layermath.messages import Code, Message, Name, _
from layermath.notations.presets import PRESETS
from layermath.notations.spelling import plain
from layermath.problems import CallProblem, did_you_mean
from layermath.setting.notation import LAYERMATH, Notation, One, Order, PaddingLetter

LARGEST = 64 * 1024
"""Bytes of a file that are read, at most."""

_MOST = 200
_LONGEST = 40
_LONGEST_TEXT = 300
_LETTER = re.compile(r"[A-Za-z][A-Za-z0-9_]*(@(?:dense|transposed|pooling|[1-3]/[1-3]))?")
_SPELLING = re.compile(
    r"[^\W\d_]\u0302?[\w′]*(?:\{[\w+−,-]{1,12}\})?(?:\[\d\]|\{axis\}\w*)?(?:\^[\w\[\]+−-]{1,12})?"
)
"""A word, with an index in brackets or what stands above it: ``k{axis}``, ``n_H^[l−1]``."""


def named(name: str) -> Notation:
    """The notation of this name, or that of a TOML file. Raises `CallProblem`."""
    if name == LAYERMATH.name:
        return LAYERMATH
    if name in PRESETS:
        return PRESETS[name]
    if name.endswith(".toml"):
        return read(name)
    names = tuple(map(Name, (LAYERMATH.name, *PRESETS)))
    known = _("There are {names}, and your own: {file}", names=names, file=Code("FILE.toml"))
    raise CallProblem(
        _("there is no notation {name}", name=Name(name)), *did_you_mean(name, PRESETS, known)
    )


def read(path: str) -> Notation:
    """The notation in a TOML file. Raises `CallProblem`."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CallProblem(
            _("{file} cannot be read: {reason}", file=Name(path), reason=reason)
        ) from None
    if len(content) > LARGEST:
        raise CallProblem(_("{file} has more than {bytes} bytes", file=Name(path), bytes=LARGEST))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise CallProblem(_("{file} is not text in UTF-8", file=Name(path))) from None
    return parsed(text, path)


def parsed(text: str, file: str) -> Notation:
    """The notation in the text of a TOML file. Raises `CallProblem`."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CallProblem(
            _("{file} is not TOML: {reason}", file=Name(file), reason=str(error)[:200])
        ) from None
    return _Reading(text, file).notation(data)


class _Reading:
    """Checks what a file has, key by key."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file

    def notation(self, data: Mapping[str, Any]) -> Notation:
        for key in data:
            if key not in _KEYS and key != "based-on":
                hint = did_you_mean(key, [*_KEYS, "based-on"])
                raise self._wrong(key, _("there is no such key"), *hint)
        base = LAYERMATH
        if "based-on" in data:
            base = self._one_of("based-on", data["based-on"], {LAYERMATH.name: base, **PRESETS})
        fields: dict[str, Any] = {}
        for key, value in data.items():
            if key != "based-on":
                field, read_value = _KEYS[key]
                fields[field] = read_value(self, key, value)
        given = fields.pop("letters", {})
        letters = {**base.letters, **given}
        self._told_apart(given, base.letters)
        meanings = {**base.meanings, **fields.pop("meanings", {})}
        title = fields.pop("title", Path(self.file).stem[:_LONGEST])
        own = replace(
            base,
            name="own",
            title=title,
            letters=MappingProxyType(letters),
            meanings=MappingProxyType(meanings),
            **fields,
        )
        if own.padding is not PaddingLetter.NONE and "P" in own.absent:
            raise self._wrong("absent", _("P is absent where {none} is the padding", none="none"))
        return own

    def _told_apart(self, given: Mapping[str, str], base: Mapping[str, str]) -> None:
        """No spelling of the file may stand for two things in one rule."""
        known = {other: text for other, text in base.items() if other not in given}
        for name, text in given.items():
            for other, spelling in known.items():
                if plain(spelling) == plain(text) and _meant(other) != _meant(name):
                    taken = _("{text} stands for {other}", text=Code(text), other=Code(other))
                    raise self._wrong(name, taken)
            known[name] = text

    def _wrong(self, key: str, what: Message, *details: Message) -> CallProblem:
        """What is wrong, with the line on which the key stands."""
        line = self._line(key)
        message = _("{key}: {what}", key=Name(key), what=what)
        if line is None:
            message = _("{file}: {message}", file=Name(self.file), message=message)
        return CallProblem(message, *details, line=line)

    def _line(self, key: str) -> int | None:
        own = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
        for number, line in enumerate(self.text.splitlines(), start=1):
            if own.match(line):
                return number
        return None

    def _one_of(self, key: str, value: object, choices: Mapping[str, Any]) -> Any:
        if not isinstance(value, str) or value not in choices:
            names = tuple(Code(f'"{name}"') for name in choices)
            raise self._wrong(key, _("it must be one of {names}", names=names))
        return choices[value]

    def _flag(self, key: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._wrong(key, _("it must be {yes} or {no}", yes="true", no="false"))
        return value

    def _text(self, key: str, value: object, longest: int = _LONGEST_TEXT) -> str:
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= longest:
            raise self._wrong(
                key,
                _("it must be one line of text, of {number} characters at most", number=longest),
            )
        return value

    def _title(self, key: str, value: object) -> str:
        return self._text(key, value, _LONGEST)

    def _texts(self, key: str, value: object) -> tuple[Message, ...]:
        if not isinstance(value, list) or len(value) > 10:
            raise self._wrong(key, _("it must be a list of {number} texts at most", number=10))
        return tuple(_("{text}", text=self._text(key, one)) for one in value)

    def _table(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > _MOST:
            raise self._wrong(key, _("it must be a table of {number} keys at most", number=_MOST))
        for name in value:
            if not _LETTER.fullmatch(name) or len(name) > _LONGEST:
                raise self._wrong(
                    name, _("a letter of a rule is written as {example}", example=Code("H_in"))
                )
        return value

    def _letters(self, key: str, value: object) -> dict[str, str]:
        return {name: self._letter(name, text) for name, text in self._table(key, value).items()}

    def _letter(self, key: str, value: object) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST or not _SPELLING.fullmatch(value):
            raise self._wrong(
                key,
                _(
                    "it must be a letter or a word, which may have an index: {examples}",
                    examples=tuple(Code(one) for one in ("h", "H_in", "k{axis}", "n_H^[l−1]")),
                ),
            )
        return value

    def _meanings(self, key: str, value: object) -> dict[str, Message]:
        return {
            name: _("{text}", text=self._text(name, text))
            for name, text in self._table(key, value).items()
        }

    def _absent(self, key: str, value: object) -> frozenset[str]:
        if not isinstance(value, list) or not all(one in ("P", "D", "G") for one in value):
            raise self._wrong(key, _("it must be a list of {names}", names=_codes("P", "D", "G")))
        return frozenset(value)

    def _axes(self, key: str, value: object) -> Mapping[int, tuple[str, ...]]:
        if not isinstance(value, list) or len(value) not in (2, 3):
            raise self._wrong(key, _("it must be a list of two or three marks"))
        for mark in value:
            if not isinstance(mark, str) or not re.fullmatch(r"[\w\[\]]{1,8}", mark):
                raise self._wrong(
                    key, _("a mark is as {examples}", examples=_codes("_h", "[0]", "H"))
                )
        return MappingProxyType({1: ("",), len(value): tuple(value)})

    def _arranged(self, letters: str) -> Callable[[str, object], str]:
        def arranged(key: str, value: object) -> str:
            if value == "" or (isinstance(value, str) and sorted(value) == sorted(letters)):
                return value or letters
            raise self._wrong(key, _("it must be {letters} in some order", letters=Code(letters)))

        return arranged

    def _numerator(self, key: str, value: object) -> str:
        return self._arranged("npk")(key, value)

    def _weights(self, key: str, value: object) -> str:
        return self._arranged("kcf")(key, value)

    def _times(self, key: str, value: object) -> str:
        return str(self._one_of(key, value, {"·": "·", "×": "×"}))

    def _padding(self, key: str, value: object) -> Enum:
        choice: Enum = self._one_of(key, value, {one.value: one for one in PaddingLetter})
        return choice

    def _first(self, key: str, value: object) -> Enum:
        choice: Enum = self._one_of(key, value, {one.value: one for one in One})
        return choice

    def _order(self, key: str, value: object) -> Enum:
        choice: Enum = self._one_of(key, value, {one.value: one for one in Order})
        return choice


def _meant(name: str) -> str:
    """What a letter stands for in a rule: what may have one spelling is one thing here (the filters
    are the channels that come out; the sides of an image may be equal)."""
    base = name.partition("@")[0]
    head, _underscore, end = base.partition("_")
    if base in ("F", "U", "C_out", "L_out"):
        return "what comes out"
    if base in ("C_in", "L_in"):
        return "what goes in"
    if head in ("H", "W", "L", "Z") and end in ("in", "out"):
        return f"size {end}"
    return head if head in ("K", "S", "D", "P") else base


def _codes(*words: str) -> tuple[Code, ...]:
    return tuple(map(Code, words))


_KEYS: Mapping[str, tuple[str, Callable[[_Reading, str, object], Any]]] = {
    "title": ("title", _Reading._title),
    "letters": ("letters", _Reading._letters),
    "axes": ("axes", _Reading._axes),
    "per-axis": ("per_axis", _Reading._flag),
    "absent": ("absent", _Reading._absent),
    "padding": ("padding", _Reading._padding),
    "odd-before": ("odd_before", _Reading._flag),
    "one": ("one", _Reading._first),
    "must-divide": ("exact", _Reading._flag),
    "same-as-floor": ("same_as_floor", _Reading._flag),
    "numerator": ("numerator", _Reading._numerator),
    "weights": ("weights", _Reading._weights),
    "biases-apart": ("apart", _Reading._flag),
    "order": ("order", _Reading._order),
    "times": ("times", _Reading._times),
    "meanings": ("meanings", _Reading._meanings),
    "notes": ("notes", _Reading._texts),
}
"""What a file may say: the field of the notation, and what reads it."""
