"""What a framework adds to Python, and the only way in which the interpreter asks for it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from layermath.readers.python.source import Written
from layermath.readers.python.unknown import Unknown
from layermath.readers.python.values import Instance, Path

Arguments = Sequence[object]
Keywords = Mapping[str, object]

NOT_HERE = object()
"""What comes back of a question that the one who is asked has no answer to."""


class World(Protocol):
    """The names and values of a framework, in one reading.

    A value that is neither Python's own nor of `values` is the framework's: the interpreter hands
    it around, and asks here what is done with it. A method answers `NOT_HERE` where it is for the
    interpreter to answer. Each may raise `CannotFollow` for what has no value here, and `Problem`
    for an error in a model.
    """

    @property
    def learned(self) -> Collection[str]:
        """The methods by which a part of a model tells what it has learned from data."""

    def reference(self, path: Path) -> object:
        """What a dotted path means that is none of Python's."""

    def bare(self, name: str) -> object:
        """What a name means to which the source gives no value."""

    def star(self, module: Path) -> Mapping[str, object]:
        """The names that ``from module import *`` brings."""

    def attribute(self, value: object, name: str) -> object:
        """``value.name``"""

    def set_attribute(self, value: object, name: str, to: object) -> bool:
        """``value.name = to``; whether it was done here."""

    def instance(self, value: object) -> Instance | None:
        """The object of a class of the source that a value is as well."""

    def call(
        self, callable_: object, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """``callable_(*arguments, **keywords)``; Python's functions are asked for here first."""

    def binary(self, sign: str, left: object, right: object, written: Written) -> object:
        """``left sign right``, comparisons too."""

    def unary(self, sign: str, value: object, written: Written) -> object:
        """``sign value``"""

    def item(self, value: object, key: object, written: Written) -> object:
        """``value[key]``, where a part of the key may be a slice."""

    def items(self, value: object, wanted: int | None = None) -> list[object] | None:
        """What a value is cut into, counted, where it has parts; ``wanted`` is how many names are
        to have them."""

    def plain(self, value: object) -> object:
        """A number, or a row of them, as a function of Python takes it; others as they are."""

    def truth(self, value: object) -> bool:
        """``bool(value)``"""

    def forget(self, value: object, why: Unknown) -> bool:
        """A statement may have changed the value in place; whether that is all that is to do."""

    def is_part(self, value: object) -> bool:
        """Whether the value is a part of a model."""

    def progress(self) -> int:
        """How many parts of models were made so far."""

    def builds(self, call: ast.Call, value_of: Callable[[ast.AST], object]) -> bool:
        """Whether a call that is not known to be reached would make a part of a model, or change
        one. ``value_of`` gives the value of a bare name."""
