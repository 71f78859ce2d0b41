"""Sentences as data: a message id with typed pieces.

A sentence that a reader of a derivation will see is never a finished string. It is the English
template, which is also its gettext id, and the pieces that go into it, each with its type. A
renderer sets every piece properly (mathematics as mathematics, code as code) and looks the template
up in the catalogue of its language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sympy import Basic

_NOTHING: Mapping[str, Piece] = MappingProxyType({})


@dataclass(frozen=True)
class Count:
    """A number of things (parameters, MACs): set with separators between its thousands. One that is
    ``kept`` has the form in which a derivation ends, not the usual order of its terms."""

    value: int | Basic
    kept: bool = False


@dataclass(frozen=True)
class Name:
    """The name of a layer, a model, a file: set as it is, escaped for its surroundings."""

    text: str


@dataclass(frozen=True)
class Code:
    """A piece of source or of the command line: set in the typewriter face where there is one."""

    text: str


@dataclass(frozen=True)
class Setting:
    """How a layer is set, in words that no framework has: ``no padding``. Each framework spells it
    in its own way, ``padding="valid"``; as a ``word`` alone, ``valid``. Its ``value`` stands
    behind the spelling: ``attention_axes=(1,)``."""

    name: str
    word: bool = False
    value: object = None


FRAMEWORK = Setting("the framework", word=True)
"""The framework itself, where a sentence is about what it does."""


@dataclass(frozen=True)
class Shape:
    """A shape without its batch axis, set as ``(26, 26, 32)``."""

    sizes: tuple[int | Basic, ...]


@dataclass(frozen=True)
class Extent:
    """The extent of a window over its axes, set as ``3×3``."""

    sizes: tuple[int | Basic, ...]


@dataclass(frozen=True)
class Message:
    """A sentence: the template (and gettext id) and what stands in its braces.

    ``plural`` and ``number`` choose between two templates as gettext's ``ngettext`` does.
    """

    id: str
    pieces: Mapping[str, Piece] = field(default_factory=lambda: _NOTHING)
    plural: str | None = None
    number: int = 1

    def __hash__(self) -> int:
        return hash((self.id, tuple(sorted(self.pieces)), self.number))

    def changed(self, change: Callable[[Piece], Piece]) -> Message:
        """The same sentence with ``change`` of each piece in its place, those of the sentences and
        lists among its pieces too."""

        def changed(piece: Piece) -> Piece:
            if isinstance(piece, Message):
                return piece.changed(change)
            return tuple(map(changed, piece)) if isinstance(piece, tuple) else change(piece)

        pieces = {name: changed(piece) for name, piece in self.pieces.items()}
        return replace(self, pieces=MappingProxyType(pieces))


Piece: TypeAlias = (
    "int | Basic | str | Count | Name | Code | Setting | Shape | Extent | Message "
    "| tuple[Piece, ...]"
)
"""What may stand in a message. A ``str`` is plain prose that needs no translation; a tuple is a
list, set with commas."""


def _(template: str, /, **pieces: Piece) -> Message:
    """Mark ``template`` for the catalogues and fill its braces: ``_("as {layer}", layer=…)``."""
    return Message(template, MappingProxyType(pieces))


def ngettext(singular: str, plural: str, number: int, /, **pieces: Piece) -> Message:
    """As `_`, for a sentence that changes with a number, which is its piece ``{number}``."""
    return Message(singular, MappingProxyType({"number": number, **pieces}), plural, number)
