"""The methods of plain values: one entry each, written here. No method of a Python object is looked
up by a name from the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from layermath.readers.python.budget import Budget
from layermath.readers.python.operators import same
from layermath.readers.python.text import format_string
from layermath.readers.python.unknown import CannotFollow
from layermath.readers.python.values import SetValue

Iterate = Callable[[object], list[object]]
"""Gives the items of a value, counted, or raises `CannotFollow`."""

Changed = Callable[[object], None]
"""Is told of a list, dict or set that a method changes."""

CHANGING = frozenset(
    [
        "add",
        "append",
        "clear",
        "extend",
        "insert",
        "pop",
        "remove",
        "reverse",
        "setdefault",
        "update",
    ]
)
"""The methods that change their owner."""


def key_of(value: object, depth: int = 0) -> object:
    """The value as a dictionary key. Raises `CannotFollow` for what cannot be one."""
    if isinstance(value, tuple):
        if depth > 2 or len(value) > 64:
            raise CannotFollow
        return tuple(key_of(item, depth + 1) for item in value)
    if isinstance(value, (list, dict, SetValue)):
        raise CannotFollow
    return value


class Methods:
    """Calls a method of a str, list, tuple, dict or set."""

    def __init__(self, budget: Budget, iterate: Iterate, changed: Changed) -> None:
        self._budget = budget
        self._iterate = iterate
        self._changed = changed

    def has(self, owner: object, name: str) -> bool:
        """Whether the value has a method of that name that is followed."""
        return name in _TABLES.get(type(owner), {})

    def call(
        self, owner: Any, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> object:
        """``owner.name(*arguments, **keywords)``. Raises `CannotFollow` where Python would raise,
        and for a method that is not in the table."""
        method = _TABLES.get(type(owner), {}).get(name)
        if method is None:
            raise CannotFollow
        self._budget.spend()
        if name in CHANGING:
            self._changed(owner)
        try:
            return method(self, owner, *arguments, **keywords)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError):
            raise CannotFollow from None  # wrong arguments, as Python sees them

    # str

    def _join(self, owner: str, items: object) -> str:
        parts = self._iterate(items)
        if not all(isinstance(part, str) for part in parts):
            raise CannotFollow
        words = [part for part in parts if isinstance(part, str)]
        self._budget.characters(sum(len(word) + len(owner) for word in words))
        return owner.join(words)

    def _replace(self, owner: str, old: str, new: str) -> str:
        times = owner.count(old)
        self._budget.characters(len(owner) + times * max(len(new) - len(old), 0))
        return owner.replace(old, new)

    def _split(self, owner: str, separator: str | None = None, most: int = -1) -> list[str]:
        self._budget.items(len(owner))
        return owner.split(separator, most)

    def _wide(self, owner: str, how: Callable[..., str], width: int, *fill: str) -> str:
        if not isinstance(width, int):
            raise CannotFollow
        self._budget.characters(max(width, len(owner)))
        return how(owner, width, *fill)

    def _format(self, owner: str, *arguments: object, **keywords: object) -> str:
        return format_string(owner, arguments, keywords, self._budget)

    # list and tuple

    def _append(self, owner: list[object], item: object) -> None:
        self._budget.items(len(owner) + 1) if len(owner) % 64 == 63 else None
        owner.append(item)

    def _extend(self, owner: list[object], items: object) -> None:
        added = self._iterate(items)
        self._budget.items(len(owner) + len(added))
        owner.extend(added)

    def _insert(self, owner: list[object], place: int, item: object) -> None:
        self._budget.items(len(owner) + 1)
        owner.insert(place, item)

    def _index(self, owner: list[object] | tuple[object, ...], item: object) -> int:
        for place, known in enumerate(owner):
            if same(known, item, self._budget):
                return place
        raise CannotFollow

    def _count(self, owner: list[object] | tuple[object, ...], item: object) -> int:
        return sum(same(known, item, self._budget) for known in owner)

    def _remove(self, owner: list[object], item: object) -> None:
        del owner[self._index(owner, item)]

    def _copy(self, owner: Any) -> Any:
        self._budget.items(len(owner))
        return owner.copy()

    def _as_list(self, owner: tuple[object, ...]) -> list[object]:
        return list(owner)

    # dict

    def _get(self, owner: dict[object, object], key: object, default: object = None) -> object:
        return owner.get(key_of(key), default)

    def _items(self, owner: dict[object, object]) -> list[object]:
        self._budget.items(len(owner))
        return list(owner.items())

    def _keys(self, owner: dict[object, object]) -> list[object]:
        self._budget.items(len(owner))
        return list(owner)

    def _values(self, owner: dict[object, object]) -> list[object]:
        self._budget.items(len(owner))
        return list(owner.values())

    def _update(self, owner: dict[object, object], items: object = (), **keywords: object) -> None:
        if isinstance(items, dict):
            added = dict(items)
        else:
            added = {key_of(key): value for key, value in map(self._pair, self._iterate(items))}
        self._budget.items(len(owner) + len(added) + len(keywords))
        owner.update(added)
        owner.update(keywords)

    def _pair(self, item: object) -> tuple[object, object]:
        key, value = self._iterate(item)
        return key, value

    def _pop_key(self, owner: dict[object, object], key: object, *default: object) -> object:
        return owner.pop(key_of(key), *default)

    def _setdefault(
        self, owner: dict[object, object], key: object, default: object = None
    ) -> object:
        return owner.setdefault(key_of(key), default)

    # set

    def _add(self, owner: SetValue, item: object) -> None:
        self._budget.spend()
        owner.items[key_of(item)] = None

    def _union(self, owner: SetValue, other: object) -> SetValue:
        items = {key_of(item): None for item in (*owner.items, *self._iterate(other))}
        return SetValue(items)


def _wide(how: Callable[..., str]) -> Callable[..., object]:
    return lambda self, owner, width, *fill: self._wide(owner, how, width, *fill)


def _plain(method: Callable[..., object]) -> Callable[..., object]:
    """A method whose result is no larger than its owner."""

    def call(self: Methods, owner: object, *arguments: object) -> object:
        self._budget.spend(1 + len(owner) // 64 if isinstance(owner, (str, list)) else 1)
        return method(owner, *arguments)

    return call


_STRING: dict[str, Callable[..., object]] = {
    "capitalize": _plain(str.capitalize),
    "count": _plain(str.count),
    "endswith": _plain(str.endswith),
    "find": _plain(str.find),
    "format": Methods._format,
    "isalpha": _plain(str.isalpha),
    "isdigit": _plain(str.isdigit),
    "islower": _plain(str.islower),
    "isnumeric": _plain(str.isnumeric),
    "isupper": _plain(str.isupper),
    "join": Methods._join,
    "ljust": _wide(str.ljust),
    "lower": _plain(str.lower),
    "lstrip": _plain(str.lstrip),
    "replace": Methods._replace,
    "rjust": _wide(str.rjust),
    "rstrip": _plain(str.rstrip),
    "split": Methods._split,
    "startswith": _plain(str.startswith),
    "strip": _plain(str.strip),
    "title": _plain(str.title),
    "upper": _plain(str.upper),
    "zfill": _wide(str.zfill),
}
_LIST: dict[str, Callable[..., object]] = {
    "append": Methods._append,
    "as_list": Methods._as_list,
    "clear": _plain(list.clear),
    "copy": Methods._copy,
    "count": Methods._count,
    "extend": Methods._extend,
    "index": Methods._index,
    "insert": Methods._insert,
    "pop": _plain(list.pop),
    "remove": Methods._remove,
    "reverse": _plain(list.reverse),
}
_TABLES: dict[type, dict[str, Callable[..., object]]] = {
    str: _STRING,
    list: _LIST,
    tuple: {"as_list": Methods._as_list, "count": Methods._count, "index": Methods._index},
    dict: {
        "clear": _plain(dict.clear),
        "copy": Methods._copy,
        "get": Methods._get,
        "items": Methods._items,
        "keys": Methods._keys,
        "pop": Methods._pop_key,
        "setdefault": Methods._setdefault,
        "update": Methods._update,
        "values": Methods._values,
    },
    SetValue: {"add": Methods._add, "union": Methods._union},
}
