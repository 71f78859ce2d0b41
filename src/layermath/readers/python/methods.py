"""The methods of plain values: one entry each, written here. No method of a Python object is looked
up by a name from the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from layermath.readers.python.contents import items
from layermath.readers.python.machine import Machine
from layermath.readers.python.operators import same
from layermath.readers.python.text import format_string
from layermath.readers.python.unknown import CannotFollow
from layermath.readers.python.values import SetValue, key_of
from layermath.readers.python.world import Arguments, Keywords

CHANGING = frozenset(
    {"add", "append", "clear", "extend", "insert", "pop", "remove", "reverse"}
    | {"setdefault", "update"}
)
"""The methods that change their owner."""


def has(owner: object, name: str) -> bool:
    """Whether the value has a method of that name that is followed."""
    return name in _TABLES.get(type(owner), {})


def call(
    machine: Machine, owner: Any, name: str, arguments: Arguments, keywords: Keywords
) -> object:
    """``owner.name(*arguments, **keywords)``. Raises `CannotFollow` where Python would raise, and
    for a method that is not in the table."""
    method = _TABLES.get(type(owner), {}).get(name)
    if method is None:
        raise CannotFollow
    machine.budget.spend()
    if name in CHANGING:
        machine.changed(owner)
    try:
        return method(machine, owner, *arguments, **keywords)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        raise CannotFollow from None  # wrong arguments, as Python sees them


# str


def _join(machine: Machine, owner: str, parts: object) -> str:
    found = items(machine, parts)
    words = [part for part in found if isinstance(part, str)]
    if len(words) != len(found):
        raise CannotFollow
    machine.budget.characters(sum(len(word) + len(owner) for word in words))
    return owner.join(words)


def _replace(machine: Machine, owner: str, old: str, new: str) -> str:
    times = owner.count(old)
    machine.budget.characters(len(owner) + times * max(len(new) - len(old), 0))
    return owner.replace(old, new)


def _split(machine: Machine, owner: str, separator: str | None = None, most: int = -1) -> list[str]:
    machine.budget.items(len(owner))
    return owner.split(separator, most)


def _format(machine: Machine, owner: str, *arguments: object, **keywords: object) -> str:
    return format_string(owner, arguments, keywords, machine.budget)


# list and tuple


def _append(machine: Machine, owner: list[object], item: object) -> None:
    if len(owner) % 64 == 63:
        machine.budget.items(len(owner) + 1)
    owner.append(item)


def _extend(machine: Machine, owner: list[object], more: object) -> None:
    added = items(machine, more)
    machine.budget.items(len(owner) + len(added))
    owner.extend(added)


def _insert(machine: Machine, owner: list[object], place: int, item: object) -> None:
    machine.budget.items(len(owner) + 1)
    owner.insert(place, item)


def _index(machine: Machine, owner: list[object] | tuple[object, ...], item: object) -> int:
    for place, known in enumerate(owner):
        if same(known, item, machine.budget):
            return place
    raise CannotFollow


def _count(machine: Machine, owner: list[object] | tuple[object, ...], item: object) -> int:
    return sum(same(known, item, machine.budget) for known in owner)


def _remove(machine: Machine, owner: list[object], item: object) -> None:
    del owner[_index(machine, owner, item)]


def _as_list(machine: Machine, owner: tuple[object, ...]) -> list[object]:
    return list(owner)


# dict and set


def _update(
    machine: Machine, owner: dict[object, object], more: object = (), **keywords: object
) -> None:
    if isinstance(more, dict):
        added = dict(more)
    else:
        pairs = [items(machine, pair) for pair in items(machine, more)]
        added = {key_of(key): value for key, value in pairs}
    machine.budget.items(len(owner) + len(added) + len(keywords))
    owner.update(added)
    owner.update(keywords)


def _add(machine: Machine, owner: SetValue, item: object) -> None:
    machine.budget.spend()
    owner.items[key_of(item)] = None


def _union(machine: Machine, owner: SetValue, other: object) -> SetValue:
    return SetValue({key_of(item): None for item in (*owner.items, *items(machine, other))})


# methods that are Python's own, called on a value of their type


def _plain(method: Callable[..., object]) -> Callable[..., object]:
    """A method whose result is no larger than its owner."""

    def call(machine: Machine, owner: object, *arguments: object) -> object:
        machine.budget.spend(1 + len(owner) // 64 if isinstance(owner, (str, list)) else 1)
        return method(owner, *arguments)

    return call


def _wide(method: Callable[..., str]) -> Callable[..., object]:
    """A method that makes a string as wide as it is told."""

    def call(machine: Machine, owner: str, width: int, *fill: str) -> str:
        if not isinstance(width, int):
            raise CannotFollow
        machine.budget.characters(max(width, len(owner)))
        return method(owner, width, *fill)

    return call


def _whole(method: Callable[..., object]) -> Callable[..., object]:
    """A method that gives all of its owner's items."""

    def call(machine: Machine, owner: Any) -> object:
        machine.budget.items(len(owner))
        found = method(owner)
        return found if isinstance(found, dict) else list(found)  # type: ignore[call-overload]  # a view of a dict, or a list

    return call


def _keyed(method: Callable[..., object]) -> Callable[..., object]:
    """A method of a dict that takes a key."""
    return lambda machine, owner, key, *default: method(owner, key_of(key), *default)


_TABLES: Mapping[type, Mapping[str, Callable[..., object]]] = {
    str: {
        "capitalize": _plain(str.capitalize),
        "count": _plain(str.count),
        "endswith": _plain(str.endswith),
        "find": _plain(str.find),
        "format": _format,
        "isalpha": _plain(str.isalpha),
        "isdigit": _plain(str.isdigit),
        "islower": _plain(str.islower),
        "isnumeric": _plain(str.isnumeric),
        "isupper": _plain(str.isupper),
        "join": _join,
        "ljust": _wide(str.ljust),
        "lower": _plain(str.lower),
        "lstrip": _plain(str.lstrip),
        "replace": _replace,
        "rjust": _wide(str.rjust),
        "rstrip": _plain(str.rstrip),
        "split": _split,
        "startswith": _plain(str.startswith),
        "strip": _plain(str.strip),
        "title": _plain(str.title),
        "upper": _plain(str.upper),
        "zfill": _wide(str.zfill),
    },
    list: {
        "append": _append,
        "as_list": _as_list,
        "clear": _plain(list.clear),
        "copy": _whole(list.copy),
        "count": _count,
        "extend": _extend,
        "index": _index,
        "insert": _insert,
        "pop": _plain(list.pop),
        "remove": _remove,
        "reverse": _plain(list.reverse),
    },
    tuple: {"as_list": _as_list, "count": _count, "index": _index},
    dict: {
        "clear": _plain(dict.clear),
        "copy": _whole(dict.copy),
        "get": _keyed(dict.get),
        "items": _whole(dict.items),
        "keys": _whole(dict.keys),
        "pop": _keyed(dict.pop),
        "setdefault": _keyed(dict.setdefault),
        "update": _update,
        "values": _whole(dict.values),
    },
    SetValue: {"add": _add, "union": _union},
}
