"""Notation: how the rules are written in one book or another.

A notation is a value that a renderer is given. Rules are written once, in layermath's own letters;
a notation says what stands on the page instead: its letters, and the form in which its book has a
rule (the + 1 inside the floor, the padding of each side). The forms are made in
`layermath.notations`, by functions that keep the value of what they rewrite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType

from layermath.messages import Message, _

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_MESSAGES: Mapping[str, Message] = MappingProxyType({})
_NO_AXES: Mapping[int, tuple[str, ...]] = MappingProxyType({})

_ASCII = str.maketrans("₀₁₂₃₄₅₆₇₈₉−′", "0123456789-'")
_FIRST_INDEX = re.compile(r"(?<=[A-Za-z])(?=[₀-₉])")
_HAT = "\u0302"
_PARTS = re.compile(
    r"(?P<head>[^_^\[\]′₀-₉]+?)(?P<hat>\u0302?)(?P<prime>′?)(?:(?P<digits>[₀-₉]+)|_(?P<sub>\w+|\{[^{}]*\}))?"
    r"(?P<last>′?)(?:\^(?P<sup>\S+))?"
)
_WORD = re.compile(r"(?P<word>[A-Za-z]\w{2,})(?P<index>\[\d\])?")


@dataclass(frozen=True)
class Spelling:
    """How a letter is written: in Unicode text, as ``n_H^[l−1]``, from which the others follow."""

    text: str

    @property
    def ascii(self) -> str:
        """``W_1`` for ``W₁``, ``k_hat`` for k with a hat."""
        text = _FIRST_INDEX.sub("_", self.text).translate(_ASCII)
        return text.replace(_HAT, "_hat").replace("α", "alpha")

    @property
    def parts(self) -> Parts:
        """Its head, with what stands below and above it."""
        word = _WORD.fullmatch(self.text)
        if word and ("_" not in word["word"][:2] or word["index"]):
            return Parts(word["word"], index=word["index"] or "", word=True)
        found = _PARTS.fullmatch(self.text)
        if not found:
            return Parts(self.text, word=True)
        below = (found["sub"] or "").strip("{}") or (found["digits"] or "").translate(_ASCII)
        prime = found["prime"] + found["last"]
        return Parts(found["head"], below, found["sup"] or "", prime, bool(found["hat"]))


@dataclass(frozen=True)
class Parts:
    """A letter taken apart: ``word`` where its head is a name that is set upright, ``index`` what
    stands behind that in brackets."""

    head: str
    below: str = ""
    above: str = ""
    prime: str = ""
    hat: bool = False
    index: str = ""
    word: bool = False


class PaddingLetter(Enum):
    """What the letter of the padding counts."""

    TOTAL = "total"
    """both sides together"""
    EACH_SIDE = "each side"
    START_AND_END = "start and end"
    """a letter for each side"""
    NONE = "none"
    """the book has none: its rule is that of an input without padding"""


class One(Enum):
    """Where the first place of the window is counted."""

    OUTSIDE = "outside"
    """⌊a/s⌋ + 1"""
    INSIDE = "inside"
    """⌊a/s + 1⌋"""
    AS_STRIDE = "stride"
    """⌊(a + s)/s⌋"""


class Order(Enum):
    """How the axes of a feature map stand in a shape."""

    HEIGHT_FIRST = "HWC"
    CHANNELS_FIRST = "CHW"
    WIDTH_FIRST = "WHC"


@dataclass(frozen=True)
class Notation:
    """A way to write the rules.

    ``letters`` has what stands for a letter of a rule; ``{axis}`` in it is the axis's own mark,
    which ``axes`` has for rules of one, two and three axes. ``per_axis``: a kernel has a letter on
    each axis, also where they are equal. ``absent`` are letters that the book does not have: they
    go from a rule where they have no effect. ``exact``: the stride must divide. ``numerator`` is
    the order of the terms over the stride, ``weights`` that of the factors of a layer's weights,
    filters last where it is empty. ``apart``: the biases are a term of their own. ``meanings``
    and ``notes`` are said under the table.
    """

    name: str = "layermath"
    title: str = "layermath"
    letters: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    axes: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: _NO_AXES)
    per_axis: bool = False
    absent: frozenset[str] = frozenset()
    padding: PaddingLetter = PaddingLetter.TOTAL
    odd_before: bool = False
    one: One = One.OUTSIDE
    exact: bool = False
    same_as_floor: bool = False
    padding_from_input: bool = False
    """Whether the padding of ``same`` is written with the input's size alone."""
    unstrided: bool = False
    """Whether the rule is first given for a stride of 1."""
    spread: bool = False
    """Whether a dilated kernel is written as k and what the dilation adds, (k − 1)·(d − 1)."""
    numerator: str = "npk"
    weights: str = ""
    apart: bool = False
    grouped: bool = False
    """Whether the weights of a filter stand in parentheses."""
    order: Order = Order.HEIGHT_FIRST
    times: str = ""
    meanings: Mapping[str, Message] = field(default_factory=lambda: _NO_MESSAGES)
    notes: tuple[Message, ...] = ()
    applied: bool = False
    """Whether the derivation that it comes with stands in this notation already."""

    def letter(self, name: str) -> str:
        """How the letter ``name`` of a rule is written in text."""
        return self.spelling(name).text

    def spelling(self, name: str) -> Spelling:
        """How the letter ``name`` of a rule is written. ``C_in@dense`` is the letter that it has in
        dense layers, ``K@1/2`` the one of the first axis of two."""
        if name in self.letters:
            own = self.letters[name].replace("{axis}", "")
            return Spelling(own)
        base, _at, where = name.partition("@")
        if where and "/" not in where:
            return self.spelling(base)
        place = where or _PLACES.get(base[-2:], "")
        base = base if where else base[:-2] if place else base
        if place and base in self.letters:
            return Spelling(self._on_axis(self.letters[base], place, name))
        return Spelling(name.partition("@")[0])

    def _on_axis(self, template: str, place: str, name: str) -> str:
        index, rank = (int(part) for part in place.split("/"))
        marks = self.axes.get(rank, ("_z", "_h", "_w")[-rank:] if rank > 1 else ("",))
        mark = marks[index - 1]
        if "{axis}" in template:
            return template.replace("{axis}", mark)
        head, above, rest = template.partition("^")
        return head + mark + above + rest

    def with_letters(self, letters: Mapping[str, str]) -> Notation:
        """The same with other letters for these."""
        if not letters:
            return self
        return replace(self, letters=MappingProxyType({**self.letters, **letters}))


AXES: Mapping[Order, Mapping[int, Message]] = MappingProxyType(
    {
        Order.HEIGHT_FIRST: {
            2: _("length, channels"),
            3: _("height, width, channels"),
            4: _("depth, height, width, channels"),
        },
        Order.CHANNELS_FIRST: {
            2: _("length, channels"),
            3: _("channels, height, width"),
            4: _("channels, depth, height, width"),
        },
        Order.WIDTH_FIRST: {
            2: _("length, channels"),
            3: _("width, height, channels"),
            4: _("width, height, depth, channels"),
        },
    }
)
"""What the axes of a shape are, by the order and their number."""

_PLACES = {"_l": "1/1", "_h": "1/2", "_w": "2/2"}
"""The letters of axes that differ, ``K_h`` and ``K_w``, by their place."""

LAYERMATH = Notation()
"""The default: ``H_in``, ``H_out``, ``K``, ``S``, ``D``, ``P`` (both sides together), ``N``."""
