"""What could not be followed: where it was written, and why."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from layermath.messages import Message
from layermath.readers.python.source import Written


@dataclass(eq=False)
class Foreign:
    """A call of a class from elsewhere: ``hub.Block(url, output_shape=[512])``. Where it turns out
    to be part of a model, ``made`` is what stands for it there."""

    name: str
    module: str | None
    keywords: Mapping[str, object]
    written: Written
    made: object = None


@dataclass(frozen=True, eq=False)
class Count:
    """What size a value would be that the data decide: see `counts`."""

    @property
    def key(self) -> object:
        """The same for the same expression on the same data."""
        return id(self)

    @property
    def of_axis(self) -> bool:
        """Whether it is the length of an axis: ``x.shape[1]``."""
        return False


@dataclass(frozen=True, eq=False)
class CountOf(Count):
    """``len(chars)``: the expression, and what its names hold."""

    node: ast.expr
    held: tuple[object, ...]

    @property
    def key(self) -> object:
        """The same for the same expression on the same data."""
        return ast.dump(self.node), tuple(map(id, self.held))

    @property
    def of_axis(self) -> bool:
        """Whether it is the length of an axis: ``x.shape[1]``."""
        return isinstance(self.node, ast.Subscript)


@dataclass(frozen=True, eq=False)
class Sum(Count):
    """``len(chars) + 1``, ``2 * len(chars)``."""

    sign: str
    left: object
    right: object

    @property
    def key(self) -> object:
        """The same for the same expression on the same data."""
        return (self.sign, _key(self.left), _key(self.right))


def _key(part: object) -> object:
    if isinstance(part, Unknown):
        return part.name if part.count is None else part.count.key
    return str(part)


@dataclass(frozen=True)
class Unknown:
    """A value that could not be followed: where it was written, the variable that holds it if one
    does, and the symbols whose values would decide it; what it comes from that could not be
    followed either; why, where there is more to say; the call of a class from elsewhere, if it
    is one, which may turn out to be a layer; and what size it is, if it is one that data decide."""

    written: Written
    needs: frozenset[str] = frozenset()
    name: str | None = None
    cause: Unknown | None = field(default=None, compare=False)
    reasons: tuple[Message, ...] = field(default=(), compare=False)
    foreign: Foreign | None = field(default=None, compare=False)
    count: Count | None = field(default=None, compare=False)

    @classmethod
    def of(cls, written: Written, why: CannotFollow) -> Unknown:
        """What is left of an expression that could not be followed."""
        return cls(written, why.needs, None, why.cause, why.reasons, why.foreign)

    @property
    def root(self) -> Unknown:
        """What could not be followed first."""
        return self if self.cause is None else self.cause


class CannotFollow(Exception):
    """An expression that has no value here. ``needs`` are the symbols that stand in the way;
    ``cause`` is what it was that could not be followed first, where that is something else;
    ``reasons`` say why, and what to write instead, where there is more to say; ``foreign`` is the
    call of a class from elsewhere, if it was one."""

    def __init__(
        self,
        needs: Iterable[str] = (),
        cause: Unknown | None = None,
        reasons: Sequence[Message] = (),
        foreign: Foreign | None = None,
    ) -> None:
        super().__init__()
        self.needs = frozenset(needs)
        self.cause = cause
        self.reasons = tuple(reasons)
        self.foreign = foreign


def needs_of(*values: object) -> frozenset[str]:
    """The symbols that stand in the way of the unknown among these values."""
    return frozenset().union(*(value.needs for value in values if isinstance(value, Unknown)))


def lost(*values: object) -> CannotFollow:
    """What to raise where one of these values stands in the way."""
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    return CannotFollow(needs_of(*values), None if unknown is None else unknown.root)


def behind(*values: object) -> CannotFollow:
    """What to raise for a call that has no value whatever is given to it: if one of the arguments
    has none either, that is where it began."""
    return CannotFollow(cause=lost(*values).cause)
