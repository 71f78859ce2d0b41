"""Constructor arguments: how each layer class declares them, and how they are checked.

A layer class is a frozen dataclass; each field is one constructor argument, in Keras's positional
order, declared with `argument` and a *kind*. A kind takes what was written and gives the checked,
normalised value, or raises `ModelProblem` with the rule that fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from typing import Any, TypeAlias

from sympy import Expr, Symbol

from layermath.algebra.floors import Size, as_size
from layermath.algebra.floors import is_size as is_size
from layermath.messages import Code, Message, Name, _
from layermath.problems import ModelProblem
from layermath.rules import activations

Kind: TypeAlias = Callable[[object, str, int], Any]
"""``kind(value, argument_name, rank)`` gives the checked value; ``rank`` is the number of spatial
axes of the layer type (2 for ``Conv2D``), 0 where it has none."""


@dataclass(frozen=True)
class Unfollowed:
    """A value that the reader could not follow, with the source text it was written as; whether it
    is made by a class that is ``imported``, and may be a layer without a rule; and what it is kept
    as where a size is wanted, if it may be one: ``len(chars)``."""

    text: str
    imported: bool = False
    size: Callable[[], Size] | None = field(default=None, compare=False)


def argument(
    kind: Kind,
    default: object = MISSING,
    *,
    alias: str | None = None,
    keyword_only: bool = False,
) -> Any:
    """Declare a constructor argument. ``alias`` is a second keyword that Keras still accepts;
    ``keyword_only`` where Keras takes it from ``**kwargs``, so never by its place."""
    metadata = {"kind": kind, "alias": alias}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata, kw_only=keyword_only)


def shown(value: object) -> Code:
    """A written value, for a message."""
    if isinstance(value, Unfollowed):
        return Code(value.text)
    inner = getattr(value, "shown_type", None)
    if inner is not None:
        return Code(f"{inner}(...)")
    if isinstance(value, (list, tuple)) and any(hasattr(one, "shown_type") for one in value):
        return Code(f"[{', '.join(shown(one).text for one in value)}]")
    return Code(repr(value) if isinstance(value, str) else str(value))


def wrong(name: str, value: object, rule: Message) -> ModelProblem:
    """The problem that an argument's value breaks ``rule``."""
    if isinstance(value, Unfollowed):
        return ModelProblem(
            _(
                "{argument}={value} has no value here: it cannot be followed",
                argument=Name(name),
                value=shown(value),
            ),
            _("Write a number or a letter for it."),
        )
    return ModelProblem(
        _("{argument}={value}: {rule}", argument=Name(name), value=shown(value), rule=rule)
    )


def as_wanted(value: object) -> object:
    """A value where a size is wanted: one that the data decide is a symbol."""
    if isinstance(value, Unfollowed) and value.size is not None:
        return value.size()
    return value


def count(value: object, name: str, rank: int = 0) -> Size:
    """A positive whole number: filters, units, groups."""
    value = as_wanted(value)
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if is_below(size, 1):
        raise wrong(name, value, _("it must be at least 1"))
    return size


def is_below(size: Size, least: int) -> bool:
    """Whether a size is known to be too small, whatever its letters stand for."""
    return size < least if isinstance(size, int) else bool((size - least).is_negative)


def anything(value: object, name: str, rank: int = 0) -> object:
    """An argument that changes no shape and no count: it is kept out of the way, unchecked."""
    return None


def flag(value: object, name: str, rank: int = 0) -> bool:
    """A truth value. Keras takes whatever is true or false."""
    if isinstance(value, (Unfollowed, Symbol)):
        raise wrong(name, value, _("it must be True or False"))
    return bool(value)


def choice(*allowed: str, any_case: bool = False) -> Kind:
    """One of a few words; ``any_case`` where Keras lowers the word first."""

    def kind(value: object, name: str, rank: int = 0) -> str:
        word = value.lower() if any_case and isinstance(value, str) else value
        if word not in allowed:
            raise wrong(
                name,
                value,
                _("it must be one of {words}", words=tuple(Code(repr(word)) for word in allowed)),
            )
        return str(word)

    return kind


def optional(kind: Kind) -> Kind:
    """None, or what ``kind`` takes."""

    def checked(value: object, name: str, rank: int = 0) -> Any:
        return None if value is None else kind(value, name, rank)

    return checked


data_format = optional(choice("channels_last", "channels_first", any_case=True))
"""Where the channels stand; Keras lowers the word first, and None is ``channels_last``."""


def per_axis(*, least: int = 1) -> Kind:
    """One whole number for every axis, or a tuple with one for each (Keras's ``kernel_size``)."""

    def kind(value: object, name: str, rank: int = 0) -> tuple[Size, ...]:
        items = tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank
        items = tuple(map(as_wanted, items))
        if len(items) != rank or not all(is_size(item) for item in items):
            raise wrong(
                name,
                value,
                _("it must be one whole number, or {rank} of them, one for each axis", rank=rank),
            )
        sizes = tuple(as_size(item) for item in items)
        if any(is_below(size, least) for size in sizes):
            raise wrong(name, value, _("each must be at least {least}", least=least))
        return sizes

    return kind


class OwnFunction(str):
    """The text of an activation that is no name of Keras's: a function of the user's own."""


def activation(value: object, name: str, rank: int = 0) -> str | None:
    """The name of an activation, None where there is none. A function of the user's own has no
    name that layermath knows: it acts on the values and changes no shape."""
    if value is None or value == "linear":
        return None
    if isinstance(value, OwnFunction):
        return value
    if isinstance(value, str):
        if value not in activations.NAMES:
            raise wrong(name, value, _("no activation has that name"))
        return value
    if isinstance(value, Unfollowed):
        return OwnFunction(value.text)
    if isinstance(value, Symbol):
        return OwnFunction(value.name)
    if isinstance(value, (bool, int, float, tuple, list)):
        raise wrong(name, value, _("it must be the name of an activation, or a function"))
    return OwnFunction(type(value).__name__)


def sizes(value: object, name: str, rank: int = 0) -> tuple[Size, ...]:
    """A shape without its batch axis: whole numbers, at least 0, or letters."""
    if isinstance(value, (tuple, list)):
        value = tuple(map(as_wanted, value))
    if not isinstance(value, tuple) or not all(is_size(item) for item in value):
        raise wrong(name, value, _("it must be a tuple of whole numbers or letters"))
    found = tuple(as_size(item) for item in value)
    if any(isinstance(size, int) and size < 0 for size in found):
        raise wrong(name, value, _("no size may be negative"))
    return found


def whole(value: object, name: str, rank: int = 0) -> int:
    """A whole number, negative or not."""
    if not isinstance(value, int):
        raise wrong(name, value, _("it must be a whole number"))
    return int(value)


def axis_or_axes(value: object, name: str, rank: int = 0) -> tuple[int, ...]:
    """One axis, or several; the batch counts as axis 0."""
    items = (value,) if isinstance(value, int) else value
    if not isinstance(items, (tuple, list)) or not all(isinstance(item, int) for item in items):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them"))
    return tuple(int(item) for item in items)


def share(value: object, name: str, rank: int = 0) -> object:
    """A number from 0 to 1, which changes no shape; it need not be known."""
    if isinstance(value, (Expr, Unfollowed)):
        return value
    if not isinstance(value, (int, float)):
        raise wrong(name, value, _("it must be a number from 0 to 1"))
    if not 0 <= value <= 1:
        raise wrong(name, value, _("it must be from 0 to 1"))
    return value
