"""What ``json.dumps`` takes, of whatever a record holds: each type in one way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sympy import Basic, Integer
from sympy.core.relational import Relational

from layermath.algebra.unknown import UNKNOWN_SHAPE, is_known
from layermath.derivation.records import Field
from layermath.messages import Message
from layermath.setting.language import ENGLISH, Language
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import SYMPY

Json: TypeAlias = "dict[str, Any]"


def plain(data: Json, language: Language = ENGLISH) -> Json:
    """An integer where a number is known, else a string that ``sympy.sympify`` reads; null for what
    is unknown, and for a shape of which not even the number of axes is known. Sentences are said in
    the language; what is none of all these is shown as text."""
    say = TextSetter(language=language).say

    def made(item: Any) -> Any:
        match item:
            case None | bool() | int():
                return item
            case str():
                return str(item)
            case Message():
                return say(item)
            case Relational():
                return SYMPY.condition(item)
            case Integer():
                return int(item)
            case Basic():
                return SYMPY.size(item) if is_known(item) else None
            case dict():
                return {str(key): made(one) for key, one in item.items()}
            case Sequence():
                return None if item == UNKNOWN_SHAPE else [made(one) for one in item]
        return str(item)

    found: Json = made(data)
    return found


def taken(record: object, *names: str) -> Json:
    """The attributes of these names, under these names."""
    return {name: getattr(record, name) for name in names}


def field_dict(fields: Sequence[Field] | None) -> Json | None:
    """A receptive field, a list with an item for each axis."""
    if fields is None:
        return None
    field: Json = {
        "size": [axis.size for axis in fields],
        "jump": [axis.jump for axis in fields],
        "padding": [[axis.before, axis.after] for axis in fields],
    }
    if any(axis.phases for axis in fields):
        # the first and the last input that each of the outputs sees which take turns
        field["phases"] = [[list(ends) for ends in axis.phases] for axis in fields]
    return field
