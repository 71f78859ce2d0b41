"""Values as text: ``str``, f-strings, ``format`` and ``%``, on plain values only and bounded.

A field of a format string is a place or a name. ``{0.attribute}`` and ``{0[index]}`` are not
followed: they would reach into Python's own objects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sympy import Expr

from layermath.readers.python.budget import Budget
from layermath.readers.python.limits import DATA_NESTING
from layermath.readers.python.unknown import CannotFollow
from layermath.readers.python.values import SetValue

_SPEC = re.compile(r"(.?[<>=^])?[+\- ]?#?0?\d{0,3}[,_]?(\.\d{1,2})?[bdeEfFgGnosxX%]?")
_PERCENT = re.compile(r"%(?:\((\w+)\))?([#0\- +]*\d{0,3}(?:\.\d{1,2})?)[hlL]?([diouxXeEfFgGrs%])")
_FIELD = re.compile(r"(\w*)(?:!([rsa]))?(?::([^{}]*))?")


def text_of(value: object, budget: Budget, *, quoted: bool = False, depth: int = 0) -> str:
    """``str(value)``, or ``repr(value)`` if ``quoted``. Raises `CannotFollow` for what has none."""
    budget.spend()
    if isinstance(value, str):
        budget.characters(len(value))
        return repr(value) if quoted else value
    if value is None or isinstance(value, (bool, int, float, Expr, range)):
        return str(value)
    if depth > DATA_NESTING:
        raise CannotFollow
    if isinstance(value, (list, tuple)):
        parts = [text_of(item, budget, quoted=True, depth=depth + 1) for item in value]
        inside = ", ".join(parts)
        budget.characters(len(inside))
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(parts) == 1 else f"({inside})"
    if isinstance(value, dict):
        pairs = [
            f"{text_of(key, budget, quoted=True, depth=depth + 1)}: "
            f"{text_of(item, budget, quoted=True, depth=depth + 1)}"
            for key, item in value.items()
        ]
        inside = ", ".join(pairs)
        budget.characters(len(inside))
        return f"{{{inside}}}"
    if isinstance(value, SetValue) and value.items:
        return "{" + text_of(list(value.items), budget, depth=depth + 1)[1:-1] + "}"
    raise CannotFollow


def formatted(value: object, conversion: str, spec: str, budget: Budget) -> str:
    """``f"{value!conversion:spec}"``."""
    if conversion:
        value = text_of(value, budget, quoted=conversion != "s")
    if not spec:
        return text_of(value, budget)
    if not _SPEC.fullmatch(spec) or not isinstance(value, (str, int, float)):
        raise CannotFollow
    try:
        return format(value, spec)
    except (ValueError, OverflowError, TypeError):
        raise CannotFollow from None


def format_string(
    template: str, arguments: Sequence[object], keywords: Mapping[str, object], budget: Budget
) -> str:
    """``template.format(*arguments, **keywords)``."""
    pieces: list[str] = []
    length, place, automatic = 0, 0, 0
    while place < len(template):
        character = template[place]
        if template[place : place + 2] in ("{{", "}}"):
            piece, place = character, place + 2
        elif character == "{":
            end = template.find("}", place)
            field = _FIELD.fullmatch(template, place + 1, max(end, place + 1))
            if end < 0 or field is None:
                raise CannotFollow
            name = field[1]
            if not name:
                name, automatic = str(automatic), automatic + 1
            value = _field(name, arguments, keywords)
            piece, place = formatted(value, field[2] or "", field[3] or "", budget), end + 1
        elif character == "}":
            raise CannotFollow
        else:
            piece, place = character, place + 1
        length += len(piece)
        budget.characters(length)
        pieces.append(piece)
    return "".join(pieces)


def _field(name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    if name.isdecimal() and len(name) < 6 and int(name) < len(arguments):
        return arguments[int(name)]
    if name in keywords:
        return keywords[name]
    raise CannotFollow


def percent(template: str, given: object, budget: Budget) -> str:
    """``template % given``."""
    values = iter(given if isinstance(given, tuple) else (given,))
    pieces: list[str] = []
    length, place = 0, 0
    for found in _PERCENT.finditer(template):
        pieces.append(template[place : found.start()])
        place = found.end()
        if found[3] == "%":
            pieces.append("%")
            continue
        if found[1] is not None:
            if not isinstance(given, dict) or found[1] not in given:
                raise CannotFollow
            value = given[found[1]]
        else:
            value = next(values, CannotFollow)
        pieces.append(_percent_one(found[2], found[3], value, budget))
        length += len(pieces[-1])
        budget.characters(length)
    pieces.append(template[place:])
    if any("%" in literal for literal in pieces[::2]):
        raise CannotFollow  # a field that Python knows and this reader does not
    return "".join(pieces)


def _percent_one(flags: str, kind: str, value: object, budget: Budget) -> str:
    if kind in "rs":
        shown: object = text_of(value, budget, quoted=kind == "r")
        kind = "s"
    elif isinstance(value, (int, float)):
        shown = value
    else:
        raise CannotFollow
    try:
        return f"%{flags}{kind}" % (shown,)
    except (ValueError, OverflowError, TypeError):
        raise CannotFollow from None
