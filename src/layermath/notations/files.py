"""Notations from TOML files: those of books and courses, in ``presets/``, and a reader's own.

A reader's file is data from outside: it is read up to a size, every key and value is checked, and
what is wrong is told with its line. Those in ``presets/`` are read in the same way, but that their
texts are messages, which are translated.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from layermath.algebra.floors import letter
from layermath.messages import Code, Message, Name, Piece, _
from layermath.notations import FOLDER, NAMES
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
_BRACES = re.compile(r"\{(\w+)\}")

_ORDERS: Mapping[Order, tuple[Message, ...]] = MappingProxyType(
    {
        Order.HEIGHT_FIRST: (),
        Order.CHANNELS_FIRST: (
            _(
                "shapes are written channels first, as there; in Keras the channels stand last, "
                "and Flatten takes the values in that order"
            ),
        ),
        Order.WIDTH_FIRST: (
            _("shapes are written width × height × depth, as there; Keras has the height first"),
        ),
    }
)
"""What is said under the table of the order of a shape's axes."""


class _Presets(Mapping[str, Notation]):
    """The notations that come with layermath, each read when it is first asked for."""

    def __getitem__(self, name: str) -> Notation:
        if name not in NAMES:
            raise KeyError(name)
        return _preset(name)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


PRESETS: Mapping[str, Notation] = _Presets()
"""The notations of books, courses and libraries, by the names that the command line has for them.
The letters are theirs; what one does not have keeps layermath's letter."""


@cache
def _preset(name: str) -> Notation:
    """What is in its file. ``words`` there stand for the names in the braces of its texts."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    words = data.pop("words", {})
    return replace(_notation(data, name, lambda text: _translated(text, words)), name=name)


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
    try:
        return _notation(data, Path(file).stem[:_LONGEST], _as_it_stands)
    except _Wrong as wrong:
        line = _line_of(wrong.key, text)
        message = _("{key}: {what}", key=Name(wrong.key), what=wrong.what)
        if line is None:
            message = _("{file}: {message}", file=Name(file), message=message)
        raise CallProblem(message, *wrong.details, line=line) from None


def _line_of(key: str, text: str) -> int | None:
    own = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if own.match(line)), None)


class _Wrong(Exception):
    """What is wrong with the value of a key."""

    def __init__(self, key: str, what: Message, *details: Message) -> None:
        super().__init__(what.id)
        self.key = key
        self.what = what
        self.details = details


# Texts -------------------------------------------------------------------------------------------


def _as_it_stands(text: str) -> Message:
    return _("{text}", text=text)


def _translated(text: str, words: Mapping[str, str]) -> Message:
    """A message of our own; a name in braces that is none of the ``words`` is a rule's letter."""
    pieces: dict[str, Piece] = {
        name: words.get(name) or letter(name) for name in _BRACES.findall(text)
    }
    return Message(text, MappingProxyType(pieces))


def _notation(data: Mapping[str, Any], title: str, said: Callable[[str], Message]) -> Notation:
    """The notation that a file states, with its texts as they are ``said``. Raises `_Wrong`."""
    for key in data:
        if key not in _KEYS and key != "based-on":
            raise _Wrong(key, _("there is no such key"), *did_you_mean(key, (*_KEYS, "based-on")))
    bases = _one_of({name: name for name in (LAYERMATH.name, *NAMES)})
    base = named(bases("based-on", data.get("based-on", LAYERMATH.name)))
    fields = {
        field: checked(key, data[key]) for key, (field, checked) in _KEYS.items() if key in data
    }
    given = fields.pop("letters", {})
    _told_apart(given, base.letters)
    meanings = {name: said(text) for name, text in fields.pop("meanings", {}).items()}
    notes = tuple(one for one in base.notes if (one,) not in _ORDERS.values())
    if "notes" in fields:
        notes = tuple(map(said, fields.pop("notes")))
    own = replace(
        base,
        name="own",
        title=fields.pop("title", title),
        letters=MappingProxyType({**base.letters, **given}),
        meanings=MappingProxyType({**base.meanings, **meanings}),
        **fields,
    )
    if own.padding is not PaddingLetter.NONE and "P" in own.absent:
        raise _Wrong("absent", _("P is absent where {none} is the padding", none="none"))
    return replace(own, notes=(*notes, *_ORDERS[own.order]))


def _told_apart(given: Mapping[str, str], base: Mapping[str, str]) -> None:
    """No spelling of the file may stand for two things in one rule."""
    known = {other: text for other, text in base.items() if other not in given}
    for name, text in given.items():
        for other, spelling in known.items():
            if plain(spelling) == plain(text) and _meant(other) != _meant(name):
                taken = _("{text} stands for {other}", text=Code(text), other=Code(other))
                raise _Wrong(name, taken)
        known[name] = text


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


# Values: each is checked, and made what the notation has ------------------------------------------

Checked: TypeAlias = "Callable[[str, Any], Any]"
"""From the key and its value. Raises `_Wrong`."""


def _one_of(choices: Mapping[str, Any]) -> Checked:
    def chosen(key: str, value: Any) -> Any:
        if not isinstance(value, str) or value not in choices:
            raise _Wrong(key, _("it must be one of {names}", names=_codes(*map(_quoted, choices))))
        return choices[value]

    return chosen


def _of_enum(kind: type[Enum]) -> Checked:
    return _one_of({one.value: one for one in kind})


def _arranged(letters: str) -> Checked:
    def arranged(key: str, value: Any) -> str:
        if value == "" or (isinstance(value, str) and sorted(value) == sorted(letters)):
            return value or letters
        raise _Wrong(key, _("it must be {letters} in some order", letters=Code(letters)))

    return arranged


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(key, _("it must be {yes} or {no}", yes="true", no="false"))
    return value


def _text(longest: int) -> Checked:
    def text(key: str, value: Any) -> str:
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= longest:
            line = _("it must be one line of text, of {number} characters at most", number=longest)
            raise _Wrong(key, line)
        return value

    return text


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 10:
        raise _Wrong(key, _("it must be a list of {number} texts at most", number=10))
    return tuple(_text(_LONGEST_TEXT)(key, one) for one in value)


def _table(key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict) or len(value) > _MOST:
        raise _Wrong(key, _("it must be a table of {number} keys at most", number=_MOST))
    for name in value:
        if not _LETTER.fullmatch(name) or len(name) > _LONGEST:
            example = Code("H_in")
            raise _Wrong(name, _("a letter of a rule is written as {example}", example=example))
    return value


def _letters(key: str, value: Any) -> Mapping[str, str]:
    for name, text in _table(key, value).items():
        if not isinstance(text, str) or len(text) > _LONGEST or not _SPELLING.fullmatch(text):
            may_be = _(
                "it must be a letter or a word, which may have an index: {examples}",
                examples=_codes("h", "H_in", "k{axis}", "n_H^[l−1]"),
            )
            raise _Wrong(name, may_be)
    return dict(value)


def _meanings(key: str, value: Any) -> Mapping[str, str]:
    text = _text(_LONGEST_TEXT)
    return {name: text(name, one) for name, one in _table(key, value).items()}


def _absent(key: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(one in ("P", "D", "G") for one in value):
        raise _Wrong(key, _("it must be a list of {names}", names=_codes("P", "D", "G")))
    return frozenset(value)


def _axes(key: str, value: Any) -> Mapping[int, tuple[str, ...]]:
    """The marks of rules of two or three axes, or a list of them for each number of axes."""
    several = isinstance(value, list) and value and all(isinstance(one, list) for one in value)
    ranks: list[Any] = value if several else [value]
    for marks in ranks:
        if not isinstance(marks, list) or len(marks) not in ((1, 2, 3) if several else (2, 3)):
            raise _Wrong(key, _("it must be a list of two or three marks"))
        for mark in marks:
            if not isinstance(mark, str) or not re.fullmatch(r"[\w\[\]]{1,8}", mark):
                raise _Wrong(key, _("a mark is as {examples}", examples=_codes("_h", "[0]", "H")))
    return MappingProxyType({1: ("",), **{len(marks): tuple(marks) for marks in ranks}})


def _codes(*words: str) -> tuple[Code, ...]:
    return tuple(map(Code, words))


def _quoted(word: str) -> str:
    return f'"{word}"'


_KEYS: Mapping[str, tuple[str, Checked]] = {
    "title": ("title", _text(_LONGEST)),
    "letters": ("letters", _letters),
    "axes": ("axes", _axes),
    "per-axis": ("per_axis", _flag),
    "absent": ("absent", _absent),
    "padding": ("padding", _of_enum(PaddingLetter)),
    "odd-before": ("odd_before", _flag),
    "one": ("one", _of_enum(One)),
    "must-divide": ("exact", _flag),
    "same-as-floor": ("same_as_floor", _flag),
    "padding-from-input": ("padding_from_input", _flag),
    "first-without-stride": ("unstrided", _flag),
    "dilation-spread": ("spread", _flag),
    "numerator": ("numerator", _arranged("npk")),
    "weights": ("weights", _arranged("kcf")),
    "weights-in-parentheses": ("grouped", _flag),
    "biases-apart": ("apart", _flag),
    "order": ("order", _of_enum(Order)),
    "times": ("times", _one_of({"·": "·", "×": "×"})),
    "meanings": ("meanings", _meanings),
    "notes": ("notes", _texts),
}
"""What a file may say: the field of the notation, and what checks its value."""
