"""Encoding: numbers and words become categories, and categories become zeros and ones.

Sources: Keras, *Categorical features preprocessing layers*, *Numerical features preprocessing
layers* and *Text preprocessing*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Protocol

from sympy import Expr, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.unknown import is_known, unknown
from layermath.algebra.written import written
from layermath.messages import FRAMEWORK, Message, Name, Piece, Setting, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, LENGTH, Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled, View
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.structures import listed
from layermath.rules.weights import nothing_to_learn

B = letter("B")
"""The categories, or bins."""
J = letter("J")
"""The boundaries between bins."""
V, V_OOV = letter("V"), letter("V_oov")
"""The words of the vocabulary, and the places that words outside it share."""
L_TEXT = letter("L_text")
"""The length that every text comes to."""

ONE_HOT, MULTI_HOT, COUNT = "one_hot", "multi_hot", "count"
"""How numbers are encoded; anything else weighs counts, higher for rarer words."""


@written
def bins_between(j: Expr) -> Expr:
    """Between and around ``j`` boundaries lie ``j + 1`` bins."""
    return j + 1


@written
def words_and_places(v: Expr, oov: Expr) -> Expr:
    """The words of the vocabulary, and the places of those that are not in it."""
    return v + oov


def _size_equation(
    axis: Axis, name: str, expression: Expr, reason: Message, when: Message | None = None
) -> Equation:
    return Equation(axis.quantity, axis.size_out, name, axis.label, expression, reason, when)


@cache
def categories_equation(axis: Axis) -> Equation:
    """One value for each category."""
    return _size_equation(axis, "categories", B, _("one value for each category"))


@cache
def bins_equation(axis: Axis) -> Equation:
    """One value for each bin between and around the boundaries."""
    return _size_equation(
        axis,
        "bins",
        bins_between(J),
        _("{J} boundaries have one bin more between and around them", J=J),
        _("with {argument}", argument=Setting("boundaries")),
    )


@cache
def vocabulary_equation(axis: Axis) -> Equation:
    """One value for each word, and for each place of unknown words."""
    return _size_equation(
        axis,
        "vocabulary-size",
        words_and_places(V, V_OOV),
        _("one value for each word, with {V_oov} for words that are not among them", V_oov=V_OOV),
        _("with {argument}", argument=Setting("a vocabulary")),
    )


class Depth(Protocol):
    """How many categories there are, as the size of an axis."""

    def on(self, axis: Axis) -> Filled:
        """The rule that leads to it, on that axis."""


@dataclass(frozen=True)
class Categories:
    """As many as are asked for."""

    number: Size

    def on(self, axis: Axis) -> Filled:
        """One value for each."""
        return Filled(categories_equation(axis), {B: self.number})


@dataclass(frozen=True)
class Boundaries:
    """The bins between and around ``number`` boundaries."""

    number: int

    def on(self, axis: Axis) -> Filled:
        """One value for each bin."""
        return Filled(bins_equation(axis), {J: self.number})


@dataclass(frozen=True)
class Words:
    """The ``words`` of a vocabulary, and the places that words ``outside`` it share."""

    words: int
    outside: Size

    def on(self, axis: Axis) -> Filled:
        """One value for each word and place."""
        where: dict[Symbol, Size] = {V: self.words, V_OOV: self.outside}
        return Filled(vocabulary_equation(axis), where)


def outputs_of(shape: Sequence[Size | None]) -> Shape:
    """A shape without its batch axis. Where the categories have taken the place of the batch, they
    are counted as the batch."""
    return tuple(size for size in shape[1:] if size is not None)


def appended(shape: Shape, depth: Size) -> Shape:
    """``one_hot``: each number becomes a row of ``depth`` values; a last axis of size 1 is the
    number itself."""
    return (*(shape[:-1] if shape and shape[-1] == 1 else shape), depth)


def in_place_of_last(shape: Shape, depth: Size) -> Shape:
    """``multi_hot`` and the like: the values of the last axis become one row of ``depth``."""
    return outputs_of((*(None, *shape)[:-1], depth))


def in_place_of_first(shape: Shape, depth: Size) -> Shape:
    """The same for the first axis beside the batch."""
    return outputs_of((None, *shape[1:], depth) if shape else (depth,))


def last_axis(output: Shape) -> Axis:
    """The axis of the categories, which is the last."""
    return axes_of(max(len(output), 1))[-1]


def encoded_sentence(encoding: str, depth: Size) -> Message:
    """What an encoder makes of its numbers."""
    if encoding == ONE_HOT:
        return _(
            "Each such number becomes {depth} values: 1 at its own place, 0 elsewhere.", depth=depth
        )
    if encoding == MULTI_HOT:
        return _(
            "The numbers of a row become {depth} values: 1 at the place of each that occurs, 0 "
            "elsewhere.",
            depth=depth,
        )
    if encoding == COUNT:
        return _(
            "The numbers of a row become {depth} values: how many times each occurs.", depth=depth
        )
    return _(
        "The numbers of a row become {depth} values: how many times each occurs, times a weight "
        "that is higher for rarer words.",
        depth=depth,
    )


def runs_otherwise(said: Shape, run: Shape) -> Message:
    """Where a model states another shape than data has when it runs."""
    return _(
        "The model states {said}, which the layers behind it go by; when data runs through, "
        "{framework} gives {run}.",
        framework=FRAMEWORK,
        said=ShapePiece(said),
        run=ShapePiece(run),
    )


@dataclass(frozen=True)
class Encoder(Rule):
    """A layer that turns numbers or words into categories, and these into zeros and ones, or leaves
    their numbers where no ``encoding`` is given. There is nothing to learn in training."""

    why: ClassVar[Message] = _("categories are encoded by a fixed rule: there is nothing to learn")
    says: ClassVar[Message] = _("The input holds the numbers of categories.")

    depth: Depth
    encoding: str | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to values of any shape."""
        output = shape
        sentences: tuple[Message, ...] = (self._says(),)
        sizes: tuple[Filled, ...] = ()
        if self.encoding is not None:
            output = self._stated(shape, self.depth.on(CHANNELS).value)
            depth = self.depth.on(last_axis(output))
            sizes = (depth,) if output else ()
            sentences = (*sentences, *self._encoded(shape, output, depth.value))
        view: View = "windows" if len(output) == len(shape) and self.encoding is None else "unknown"
        return Applied(
            (output,), (*sizes, Filled(nothing_to_learn(self.why))), view=view, sentences=sentences
        )

    def _says(self) -> Message:
        """What becomes a number."""
        return self.says

    def _encoded(self, shape: Shape, output: Shape, depth: Size) -> tuple[Message, ...]:
        """What the numbers become."""
        assert self.encoding is not None
        said, run = encoded_sentence(self.encoding, depth), self._run(shape, depth)
        return (said,) if run in (None, output) else (said, runs_otherwise(output, run or ()))

    def _stated(self, shape: Shape, depth: Size) -> Shape:
        """The shape that comes out, as a model states it."""
        return (appended if self.encoding == ONE_HOT else in_place_of_last)(shape, depth)

    def _run(self, shape: Shape, depth: Size) -> Shape | None:
        """The shape when data runs through, where that may be another."""
        return None

    def title(self) -> tuple[Piece, ...]:
        """``10, one_hot``"""
        encoding = () if self.encoding is None else (Name(self.encoding),)
        return (self.depth.on(CHANNELS).value, *encoding)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """One value for each category; nothing is learned."""
        return (categories_equation(CHANNELS), nothing_to_learn(cls.why))


class CategoryEncoder(Encoder):
    """Numbers of categories become zeros and ones: ``(…, n)`` to ``(…, depth)``, or with
    ``one_hot`` to ``(…, n, depth)``."""

    def apply(self, inputs: Shape, count_weights: object = None) -> Applied:
        """Apply to numbers of categories of any shape."""
        return super().apply(inputs)

    def _run(self, shape: Shape, depth: Size) -> Shape | None:
        return None if self.encoding == ONE_HOT else in_place_of_first(shape, depth)


class Binning(Encoder):
    """Numbers become the numbers of the bins in which they lie."""

    why = _(
        "the boundaries are given, or found by {adapt}: nothing is trained",
        adapt=Setting("adaptation"),
    )
    says = _("Each number becomes the number of the bin in which it lies.")

    def _stated(self, shape: Shape, depth: Size) -> Shape:
        return (appended if self.encoding == ONE_HOT else in_place_of_first)(shape, depth)

    def title(self) -> tuple[Piece, ...]:
        """``4 bins``"""
        return (_("{number} bins", number=self.depth.on(CHANNELS).value),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The number of bins; nothing is learned."""
        return (bins_equation(CHANNELS), *super().equations())


class Hashing(Encoder):
    """Words or numbers become one of a few numbers, by a hash function."""

    why = _("the hash function is fixed: there is nothing to learn")
    says = _("Each value becomes one of a few numbers, by a hash function.")

    def _stated(self, shape: Shape, depth: Size) -> Shape:
        return in_place_of_last(shape, depth)

    def _run(self, shape: Shape, depth: Size) -> Shape | None:
        return appended(shape, depth) if self.encoding == ONE_HOT else None


class Crossing(Encoder):
    """Two features become one: each pair of values one of a few numbers, by a hash function. Takes
    a list of two tensors. Raises `ModelProblem` where their last axes differ."""

    takes_one = False
    why = Hashing.why
    says = _("Each pair of values becomes one of a few numbers, by a hash function.")

    def apply(self, inputs: list[Shape]) -> Applied:  # type: ignore[override]  # two tensors
        """Apply to a list of two tensors."""
        first, second = listed(inputs, exactly=2)
        rule = _(
            "the two features must have the same shape: {first} and {second}",
            first=ShapePiece(first),
            second=ShapePiece(second),
        )
        if bool(first) != bool(second):
            # the one is a batch of numbers, and its last axis the batch, whose size is open
            raise ModelProblem(rule)
        alike = (require(equal(first[-1], second[-1]), rule),) if first else ()
        return replace(super().apply(first), requirements=alike)


@dataclass(frozen=True)
class Lookup(Encoder):
    """Words, or ``numbers``, become their places in a vocabulary. It may be given, of ``words``
    beside those of a special meaning, or be found in the data: then its size is unknown."""

    why = _(
        "the vocabulary is given, or found by {adapt}: nothing is trained",
        adapt=Setting("adaptation"),
    )

    words: int | None = None
    numbers: bool = False

    def _says(self) -> Message:
        if self.numbers:
            return _("Each number becomes its place in the vocabulary.")
        return _("Each word becomes its place in the vocabulary.")

    def _encoded(self, shape: Shape, output: Shape, depth: Size) -> tuple[Message, ...]:
        if is_known(depth):
            return super()._encoded(shape, output, depth)
        return (
            _(
                "The vocabulary does not stand here: it comes from {adapt} or from a file, so its "
                "size is unknown.",
                adapt=Setting("adaptation"),
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``4 words, one_hot``"""
        words = () if self.words is None else (_("{number} words", number=self.words),)
        return (*words, *(() if self.encoding is None else (Name(self.encoding),)))

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The size of the vocabulary; nothing is learned."""
        return (vocabulary_equation(CHANNELS), *super().equations())


@dataclass(frozen=True)
class TextEncoder(Lookup):
    """A text becomes the numbers of its words, filled up or cut to ``length``, or as long as the
    longest of its batch; or, with an ``encoding``, a row with a value for each word of the
    vocabulary. ``splits`` is whether a text is split into words."""

    length: Size | None = None
    splits: bool = True

    def apply(self, shape: Shape) -> Applied:
        """Apply to texts."""
        if self.encoding is None:
            return self._numbers()
        words = (*shape, unknown(f"words of {self}")) if self.splits else shape or (1,)
        return replace(
            super().apply(words), view="unknown", sentences=self._sentences(shape, words)
        )

    def _sentences(self, shape: Shape, words: Shape) -> tuple[Message, ...]:
        depth = self.depth.on(CHANNELS).value
        output = self._stated(words, depth)
        differs = self.splits and shape == (1,) and self.encoding != ONE_HOT
        return (
            _("A text is split into words, and each becomes its place in the vocabulary."),
            *self._encoded(words, output, depth),
            *((runs_otherwise(output, (depth,)),) if differs else ()),
        )

    def _numbers(self) -> Applied:
        """The numbers of the words of a text, one after the other."""
        size = unknown(f"length of {self}") if self.length is None else self.length
        said = (
            _("A text is as long as the longest of its batch: known only when texts come.")
            if self.length is None
            else _(
                "A longer text is cut off, a shorter one filled up with zeros: {length} numbers.",
                length=self.length,
            )
        )
        return Applied(
            ((size,),),
            (Filled(_text_equation(), {L_TEXT: size}), Filled(nothing_to_learn(self.why))),
            view="unknown",
            sentences=(_("Each word of a text becomes its place in the vocabulary."), said),
        )

    def title(self) -> tuple[Piece, ...]:
        """``250``; ``multi_hot``"""
        if self.encoding is not None:
            return (Name(self.encoding),)
        return () if self.length is None else (self.length,)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The length of a text, or the size of the vocabulary; nothing is learned."""
        return (_text_equation(), vocabulary_equation(LENGTH), nothing_to_learn(cls.why))


@cache
def _text_equation() -> Equation:
    return _size_equation(
        LENGTH,
        "text-length",
        L_TEXT,
        _("as many numbers as {argument} says", argument=Setting("length of a text", word=True)),
        _("with {argument}", argument=Setting("numbers of words")),
    )
