"""How far a long run is, told to whoever shows it: a terminal does, nothing else need know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Watch: TypeAlias = "Callable[[int, int], None]"
"""Told how many of how many are done. When both are equal, that work is over."""

_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Watch | None) -> Iterator[None]:
    """Tell ``watch`` of all work inside; None tells nobody."""
    before = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(before)


def counted(items: Sequence[T]) -> Iterator[T]:
    """The items, one after another, each told to the watch before it is worked on.

    Work inside of that work (a network inside a network) is not told for itself.
    """
    watch = _watch.get()
    if watch is None:
        yield from items
        return
    for done, item in enumerate(items):
        watch(done, len(items))
        _watch.set(None)
        try:
            yield item
        finally:
            _watch.set(watch)
    watch(len(items), len(items))
