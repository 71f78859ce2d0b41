"""Encoding: numbers and words become categories, and categories become zeros and ones.

Source: Keras, *Categorical features preprocessing layers* (`CategoryEncoding`, `Hashing`,
`HashedCrossing`) and *Numerical features preprocessing layers* (`Discretization`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from sympy import Expr

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, as_size, letter
from layermath.algebra.unknown import unknown
from layermath.algebra.written import written
from layermath.messages import Code, Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled, Requirement
from layermath.rules.merging import listed
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    anything,
    argument,
    choice,
    count,
    flag,
    is_size,
    optional,
    wrong,
)
from layermath.vocabulary.layer import Layer, Shape, require

B = letter("B")
"""The categories, or bins."""
J = letter("J")
"""The boundaries between bins."""

MODES = ("int", "one_hot", "multi_hot", "count")


@written
def bins_between(j: Expr) -> Expr:
    """Between and around ``j`` boundaries lie ``j + 1`` bins."""
    return j + 1


@cache
def categories_equation(axis: Axis) -> Equation:
    """One value for each category."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "categories",
        axis.label,
        B,
        _("one value for each category"),
    )


def outputs_of(shape: Sequence[Size | None]) -> Shape:
    """A shape without its batch axis. Where the categories have taken the place of the batch, they
    are counted as the batch, as Keras does."""
    return tuple(size for size in shape[1:] if size is not None)


def appended(shape: Shape, depth: Size, *, scalar_too: bool = False) -> Shape:
    """``one_hot``: each number becomes a row of ``depth`` values; a last axis of size 1 is the
    number itself."""
    return (*(shape[:-1] if shape and shape[-1] == 1 else shape), depth)


def in_place_of_last(shape: Shape, depth: Size) -> Shape:
    """``multi_hot`` and the like: the values of the last axis become one row of ``depth``."""
    return outputs_of((*(None, *shape)[:-1], depth))


def encoded_sentence(mode: str, depth: Size) -> Message:
    """What an encoder makes of its numbers."""
    if mode == "one_hot":
        return _(
            "Each such number becomes {depth} values: 1 at its own place, 0 elsewhere.", depth=depth
        )
    if mode == "multi_hot":
        return _(
            "The numbers of a row become {depth} values: 1 at the place of each that occurs, 0 "
            "elsewhere.",
            depth=depth,
        )
    if mode == "count":
        return _(
            "The numbers of a row become {depth} values: how many times each occurs.", depth=depth
        )
    return _(
        "The numbers of a row become {depth} values: how many times each occurs, times a weight "
        "that is higher for rarer words.",
        depth=depth,
    )


def runs_otherwise(said: Shape, run: Shape) -> Message:
    """Where a model of Keras 3.15.1 states another shape than data has when it runs."""
    return _(
        "The model states {said}, which the layers behind it go by; when data runs through, Keras "
        "3.15.1 gives {run}.",
        said=ShapePiece(said),
        run=ShapePiece(run),
    )


@dataclass(frozen=True)
class Encoder(Layer, abstract=True):
    """A layer that turns numbers or words into categories, and these into zeros and ones. There is
    nothing to learn in training."""

    why: ClassVar[Message]
    int_says: ClassVar[Message]

    def _encoded(
        self, shape: Shape, output: Shape, mode: str, categories: Filled | None
    ) -> Applied:
        """What comes out, with what there is to say; ``categories`` counts them."""
        quantities = () if categories is None or len(output) == 0 else (categories,)
        if mode == "int" or categories is None:
            said: tuple[Message, ...] = (self.int_says,)
        else:
            said = (self.int_says, encoded_sentence(mode, categories.value))
        return Applied(
            (output,),
            (*quantities, Filled(nothing_to_learn(self.why))),
            view="windows" if len(output) == len(shape) and mode == "int" else "unknown",
            sentences=said,
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """One value for each category; nothing is learned."""
        return (categories_equation(CHANNELS), nothing_to_learn(cls.why))


def last_axis(output: Shape) -> Axis:
    """The axis of the categories, which is the last."""
    return axes_of(max(len(output), 1))[-1]


def old_names(*allowed: str) -> Kind:
    """A mode of output; ``"binary"`` is the old name of ``"multi_hot"``, ``"tf-idf"`` of
    ``"tf_idf"``."""
    kind = choice(*allowed)

    def checked(value: object, name: str, rank: int = 0) -> str:
        new = {"binary": "multi_hot", "tf-idf": "tf_idf"}
        word = new.get(value, value) if isinstance(value, str) else value
        return str(kind(word, name, rank))

    return checked


@dataclass(frozen=True)
class CategoryEncoding(Encoder):
    """Numbers of categories become zeros and ones: ``(…, n)`` to ``(…, num_tokens)``, or with
    ``one_hot`` to ``(…, n, num_tokens)``."""

    why = _("categories are encoded by a fixed rule: there is nothing to learn")
    int_says = _("The input holds the numbers of categories.")

    num_tokens: Size = argument(optional(count), None)
    output_mode: str = argument(old_names("count", "one_hot", "multi_hot"), "multi_hot")
    sparse: object = argument(anything, None)

    def __post_init__(self) -> None:
        """Keras wants the number of categories."""
        if self.num_tokens is None:
            raise ModelProblem(
                _("{argument} must be given: the number of categories", argument=Name("num_tokens"))
            )

    def apply(self, inputs: Shape, count_weights: object = None) -> Applied:
        """Apply to numbers of categories of any shape."""
        one_hot = self.output_mode == "one_hot"
        make = appended if one_hot else in_place_of_last
        output = make(inputs, self.num_tokens)
        filled = Filled(categories_equation(last_axis(output)), {B: self.num_tokens})
        done = self._encoded(inputs, output, self.output_mode, filled)
        return _told(done, (*inputs[1:], self.num_tokens), len(inputs) > 1 and not one_hot)

    def title(self) -> tuple[Piece, ...]:
        """``10, one_hot``"""
        return (self.num_tokens, Name(self.output_mode))


def _told(done: Applied, run: Shape, differs: bool) -> Applied:
    """The same, with what comes out when data runs, where that is another shape."""
    if not differs or done.outputs[0] == run:
        return done
    return Applied(
        done.outputs,
        done.quantities,
        view=done.view,
        sentences=(*done.sentences, runs_otherwise(done.outputs[0], run)),
    )


def boundaries(value: object, name: str, rank: int = 0) -> object:
    """The numbers between bins. What cannot be followed is a list of unknown length."""
    if value is None or isinstance(value, Unfollowed):
        return value
    if not isinstance(value, (tuple, list)):
        raise wrong(name, value, _("it must be a list of numbers"))
    return tuple(value)


def bins(value: object, name: str, rank: int = 0) -> Size | None:
    """A number of bins, at least 0."""
    if value is None:
        return None
    if not is_size(value):
        raise wrong(name, value, _("it must be a whole number"))
    size = as_size(value)
    if isinstance(size, int) and size < 0:
        raise wrong(name, value, _("it must not be negative"))
    return size


def number_of_bins(value: object, name: str, rank: int = 0) -> Size:
    """A number of bins, which must be given: without one a layer is made, but never runs."""
    size = bins(value, name)
    if size is None:
        raise wrong(name, value, _("it must be a whole number"))
    return size


def only_encoded(sparse: bool, mode: str) -> None:
    """Raise `ModelProblem` where plain numbers are asked for as a sparse tensor."""
    if sparse and mode == "int":
        raise ModelProblem(
            _(
                "{sparse} does not go with {mode}",
                sparse=Code("sparse=True"),
                mode=Code('output_mode="int"'),
            )
        )


@dataclass(frozen=True)
class Discretization(Encoder):
    """Numbers become the numbers of the bins in which they lie, and these, if asked for, zeros and
    ones."""

    why = _(
        "the boundaries are given, or found by {adapt}: nothing is trained", adapt=Code("adapt")
    )
    int_says = _("Each number becomes the number of the bin in which it lies.")

    bin_boundaries: object = argument(boundaries, None)
    num_bins: Size | None = argument(bins, None)
    epsilon: object = argument(anything, None)
    output_mode: str = argument(choice(*MODES), "int")
    sparse: bool = argument(flag, False)

    def __post_init__(self) -> None:
        """Keras wants the bins said once."""
        only_encoded(self.sparse, self.output_mode)
        if (self.num_bins is None) == (self.bin_boundaries is None):
            raise ModelProblem(
                _(
                    "one of {bins} and {boundaries} must be given, and not both",
                    bins=Name("num_bins"),
                    boundaries=Name("bin_boundaries"),
                )
            )

    def apply(self, shape: Shape) -> Applied:
        """Apply to numbers of any shape."""
        if self.output_mode == "int":
            return self._encoded(shape, shape, "int", None)
        if self.output_mode == "one_hot":
            output = appended(shape, self._bins().value)
        else:
            # Keras sums over the first axis beside the batch
            output = outputs_of(
                (None, *shape[1:], self._bins().value) if shape else (self._bins().value,)
            )
        return self._encoded(shape, output, self.output_mode, self._bins(last_axis(output)))

    def _bins(self, axis: Axis = CHANNELS) -> Filled:
        if self.num_bins is not None:
            return Filled(categories_equation(axis), {B: self.num_bins})
        if isinstance(self.bin_boundaries, tuple):
            return Filled(_bins_equation(axis), {J: len(self.bin_boundaries)})
        return Filled(categories_equation(axis), {B: unknown(f"bins {self.bin_boundaries}")})

    def title(self) -> tuple[Piece, ...]:
        """``4 bins``"""
        known = self._bins().value
        return (_("{number} bins", number=known),)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The number of bins; nothing is learned."""
        return (
            _bins_equation(CHANNELS),
            categories_equation(CHANNELS),
            nothing_to_learn(cls.why),
        )


@cache
def _bins_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "bins",
        axis.label,
        bins_between(J),
        _("{J} boundaries have one bin more between and around them", J=J),
        _("with {argument}", argument=Code("bin_boundaries")),
    )


def salt(value: object, name: str, rank: int = 0) -> object:
    """A whole number that changes the hashing, or two of them."""
    if value is None or isinstance(value, (int, Expr, Unfollowed)):
        return value
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return tuple(value)
    raise wrong(name, value, _("it must be a whole number, or two of them"))


def dtype(value: object, name: str, rank: int = 0) -> object:
    """The type of the numbers."""
    return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Hashing(Encoder):
    """Words or numbers become one of ``num_bins`` numbers, by a hash function."""

    why = _("the hash function is fixed: there is nothing to learn")
    int_says = _("Each value becomes one of a few numbers, by a hash function.")

    num_bins: Size = argument(count)
    mask_value: object = argument(anything, None)
    salt: object = argument(salt, None)
    output_mode: str = argument(choice(*MODES), "int")
    sparse: bool = argument(flag, False)
    dtype: object = argument(dtype, None, keyword_only=True)

    def __post_init__(self) -> None:
        """Keras wants whole numbers where it gives out numbers."""
        only_encoded(self.sparse, self.output_mode)
        if self.output_mode == "int" and self.dtype not in (None, "int32", "int64"):
            raise wrong("dtype", self.dtype, _("it must be a type of whole numbers"))

    def apply(self, shape: Shape) -> Applied:
        """Apply to words or numbers of any shape."""
        if self.output_mode == "int":
            return self._encoded(shape, shape, "int", None)
        output = in_place_of_last(shape, self.num_bins)
        filled = Filled(categories_equation(last_axis(output)), {B: self.num_bins})
        done = self._encoded(shape, output, self.output_mode, filled)
        one_hot = self.output_mode == "one_hot"
        return _told(done, appended(shape, self.num_bins), one_hot)

    def title(self) -> tuple[Piece, ...]:
        """``5, one_hot``"""
        usual = self.output_mode == "int"
        return (self.num_bins, *(() if usual else (Name(self.output_mode),)))


@dataclass(frozen=True)
class HashedCrossing(Encoder):
    """Two features become one: each pair of values one of ``num_bins`` numbers, by a hash
    function. Takes a list of two tensors. Raises `ModelProblem` where their last axes differ."""

    takes_one = False
    why = _("the hash function is fixed: there is nothing to learn")
    int_says = _("Each pair of values becomes one of a few numbers, by a hash function.")

    num_bins: Size = argument(number_of_bins)
    output_mode: str = argument(choice("int", "one_hot"), "int")
    sparse: bool = argument(flag, False)

    def apply(self, inputs: list[Shape]) -> Applied:
        """Apply to a list of two tensors."""
        first, second = listed(inputs, exactly=2)
        requirements = self._alike(first, second)
        if self.output_mode == "int":
            done = self._encoded(first, first, "int", None)
        else:
            output = appended(first, self.num_bins)
            filled = Filled(categories_equation(last_axis(output)), {B: self.num_bins})
            done = self._encoded(first, output, "one_hot", filled)
        return Applied(
            done.outputs,
            done.quantities,
            view=done.view,
            requirements=requirements,
            sentences=done.sentences,
        )

    @staticmethod
    def _alike(first: Shape, second: Shape) -> tuple[Requirement, ...]:
        rule = _(
            "the two features must have the same shape: {first} and {second}",
            first=ShapePiece(first),
            second=ShapePiece(second),
        )
        if bool(first) != bool(second):
            # the one is a batch of numbers, and its last axis the batch, whose size is open
            raise ModelProblem(rule)
        return (require(equal(first[-1], second[-1]), rule),) if first else ()

    def title(self) -> tuple[Piece, ...]:
        """``5, one_hot``"""
        usual = self.output_mode == "int"
        return (self.num_bins, *(() if usual else (Name(self.output_mode),)))
