"""Lookup: words, or whole numbers, become their places in a vocabulary.

Source: Keras, *Categorical features preprocessing layers* (`IntegerLookup`, `StringLookup`).
`TextVectorization` stands in `text_vectorization`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import Expr

from layermath.algebra.conditions import at_least
from layermath.algebra.floors import Size, letter, plus
from layermath.algebra.unknown import is_known, unknown
from layermath.algebra.written import written
from layermath.layers.encoding import (
    B,
    Encoder,
    appended,
    bins,
    categories_equation,
    in_place_of_last,
    last_axis,
    old_names,
    only_encoded,
    salt,
)
from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import CHANNELS, Axis
from layermath.rules.equations import Applied, Equation, Filled, Requirement
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import (
    Unfollowed,
    anything,
    argument,
    choice,
    count,
    flag,
    is_below,
    optional,
    wrong,
)
from layermath.vocabulary.layer import Shape, require

V, V_OOV = letter("V"), letter("V_oov")
"""The words of the vocabulary, and the places that words outside it share."""

MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


@written
def words_and_places(v: Expr, oov: Expr) -> Expr:
    """The words of the vocabulary, and the places of those that are not in it."""
    return v + oov


@cache
def vocabulary_equation(axis: Axis) -> Equation:
    """One value for each word, and for each place of unknown words."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "vocabulary-size",
        axis.label,
        words_and_places(V, V_OOV),
        _("one value for each word, with {V_oov} for words that are not among them", V_oov=V_OOV),
        _("with {argument}", argument=Code("vocabulary")),
    )


def values(value: object, name: str, rank: int = 0) -> object:
    """A list of words or of numbers, or the name of a file that holds them. What cannot be followed
    is a list of unknown length."""
    if isinstance(value, (tuple, list)):
        return tuple(value)
    if value is None or isinstance(value, (str, Unfollowed)):
        return value
    if isinstance(value, Expr):
        return Unfollowed(str(value))
    raise wrong(name, value, _("it must be a list, or the name of a file"))


def token(value: object, name: str, rank: int = 0) -> object:
    """A word, or a number, with a meaning of its own."""
    return value if value is None or isinstance(value, (str, int)) else Unfollowed(str(value))


def most_tokens(value: object, name: str, rank: int = 0) -> Size | None:
    """The largest size of a vocabulary, above 1."""
    size: Size | None = optional(count)(value, name, rank)
    if size is not None and is_below(size, 2):
        raise wrong(name, value, _("it must be greater than 1"))
    return size


def places(value: object, name: str, rank: int = 0) -> Size:
    """How many places words outside the vocabulary share, 0 or more."""
    found = bins(value, name, rank)
    if found is None:
        raise wrong(name, value, _("it must be a whole number"))
    return found


def as_it_is(value: object, name: str, rank: int = 0) -> object:
    """A value that Keras keeps for a model that it loads."""
    return value


class Lookup(Encoder, abstract=True):
    """What `IntegerLookup` and `StringLookup` share: the vocabulary, and what is made of its size.

    The vocabulary may be given, as a list or as a file, or be found by ``adapt``; it is known here
    only if it is a list.
    """

    max_tokens: Size | None
    num_oov_indices: Size
    mask_token: object
    oov_token: object
    vocabulary: object
    idf_weights: object
    invert: bool
    output_mode: str
    sparse: bool
    pad_to_max_tokens: bool

    vocabulary_size: Size | None
    has_input_vocabulary: object

    def __post_init__(self) -> None:
        """What Keras asks of the arguments together."""
        only_encoded(self.sparse, self.output_mode)
        self._check(
            self.max_tokens is not None or not self.pad_to_max_tokens,
            _(
                "{argument} needs {most}",
                argument=Code("pad_to_max_tokens=True"),
                most=Name("max_tokens"),
            ),
        )
        self._check(
            self.output_mode == "int" or not self.invert,
            _(
                "{argument} goes with {mode} only",
                argument=Code("invert=True"),
                mode=Code('output_mode="int"'),
            ),
        )
        self._check(
            self.output_mode == "tf_idf" or self.idf_weights is None,
            _(
                "{argument} goes with {mode} only",
                argument=Name("idf_weights"),
                mode=Code('output_mode="tf_idf"'),
            ),
        )
        given = self.vocabulary is not None or bool(self.has_input_vocabulary)
        if self.output_mode == "tf_idf" and given:
            self._check(
                self.idf_weights is not None and not isinstance(self.vocabulary, str),
                _(
                    "a vocabulary for {mode} must be a list, with its weights in {weights}",
                    mode=Code('"tf_idf"'),
                    weights=Name("idf_weights"),
                ),
            )
        if isinstance(self.vocabulary, tuple):
            self._check_words(self.vocabulary)

    @staticmethod
    def _check(holds: bool, rule: Message) -> None:
        if not holds:
            raise ModelProblem(rule)

    def _check_words(self, given: tuple[object, ...]) -> None:
        words = self._words(given)
        self._check(bool(given), _("the vocabulary is empty"))
        self._check(
            len(set(words)) == len(words), _("a word stands in the vocabulary more than once")
        )
        self._check(
            self.mask_token is None or self.mask_token not in words,
            _(
                "{token} marks words to be skipped: it may stand only first in the vocabulary",
                token=Code(repr(self.mask_token)),
            ),
        )
        self._check(
            not self.invert or self.oov_token is None or self.oov_token not in words,
            _(
                "{token} stands for unknown words: it may stand only first in the vocabulary",
                token=Code(repr(self.oov_token)),
            ),
        )
        if isinstance(self.idf_weights, tuple):
            self._check(
                len(self.idf_weights) == len(given),
                _(
                    "{weights} must be as many as the words: {number}, not {given}",
                    weights=Name("idf_weights"),
                    number=len(given),
                    given=len(self.idf_weights),
                ),
            )
        self._fits()

    def _words(self, given: tuple[object, ...]) -> tuple[object, ...]:
        """The vocabulary without the tokens of special meaning, where it begins with them."""
        mask = (self.mask_token,) if self._masks() else ()
        if not isinstance(self.num_oov_indices, int):
            return given
        special = (*mask, *(self.oov_token,) * min(self.num_oov_indices, len(given)))
        return given[len(special) :] if given[: len(special)] == special else given

    def _masks(self) -> bool:
        """Whether the mask has a place of its own, the first."""
        return self.mask_token is not None and self.output_mode == "int"

    def _fits(self) -> tuple[Requirement, ...]:
        """The vocabulary is no larger than is allowed."""
        if self.max_tokens is None or not isinstance(self.vocabulary, tuple):
            return ()
        size = self.whole_vocabulary
        return (
            require(
                at_least(self.max_tokens, size),
                _(
                    "the vocabulary has {size} places, and {most} allows {number}",
                    size=size,
                    most=Name("max_tokens"),
                    number=self.max_tokens,
                ),
            ),
        )

    def _size(self, axis: Axis) -> Filled:
        """The size of the vocabulary, as it is on ``axis``."""
        if isinstance(self.vocabulary, tuple):
            words = len(self._words(self.vocabulary))
            return Filled(vocabulary_equation(axis), {V: words, V_OOV: self.num_oov_indices})
        if self.vocabulary_size is not None:
            return Filled(categories_equation(axis), {B: self.vocabulary_size})
        return Filled(categories_equation(axis), {B: unknown(f"vocabulary of {self}")})

    @property
    def whole_vocabulary(self) -> Size:
        """What ``vocabulary_size()`` gives: the words, the places of unknown ones, and the mask's
        where it has one. Unknown where the vocabulary is."""
        return plus((self._size(CHANNELS).value, int(self._masks())))

    def depth(self, axis: Axis) -> Filled:
        """How many values a row of output has."""
        if self.pad_to_max_tokens and self.max_tokens is not None:
            return Filled(categories_equation(axis), {B: self.max_tokens})
        return self._size(axis)

    def apply(self, shape: Shape) -> Applied:
        """Apply to words, or numbers, of any shape."""
        if self.output_mode == "int":
            return self._told(self._encoded(shape, shape, "int", None))
        make = appended if self.output_mode == "one_hot" else in_place_of_last
        output = make(shape, self.depth(CHANNELS).value)
        filled = self.depth(last_axis(output))
        return self._told(self._encoded(shape, output, self.output_mode, filled))

    def _told(self, done: Applied) -> Applied:
        if self.output_mode == "int" or is_known(self.depth(CHANNELS).value):
            said = done.sentences
        else:
            said = (*done.sentences[:1], no_vocabulary())
        return Applied(
            done.outputs,
            done.quantities,
            view=done.view,
            requirements=self._fits(),
            sentences=said,
        )

    def title(self) -> tuple[Piece, ...]:
        """``4 words, one_hot``"""
        words = (
            (_("{number} words", number=len(self._words(self.vocabulary))),)
            if isinstance(self.vocabulary, tuple)
            else ()
        )
        return (*words, *(() if self.output_mode == "int" else (Name(self.output_mode),)))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The size of the vocabulary; nothing is learned."""
        return (
            vocabulary_equation(CHANNELS),
            categories_equation(CHANNELS),
            nothing_to_learn(cls.why),
        )


def no_vocabulary() -> Message:
    """The words are not in the source."""
    return _(
        "The vocabulary does not stand here: it comes from {adapt} or from a file, so its size is "
        "unknown.",
        adapt=Code("adapt"),
    )


def int64(value: object, name: str, rank: int = 0) -> str:
    """Keras knows no other type for whole numbers of a vocabulary."""
    return "int64" if isinstance(value, (Unfollowed, Expr)) else choice("int64")(value, name, rank)


@dataclass(frozen=True)
class IntegerLookup(Lookup):
    """Whole numbers become their places in a vocabulary of numbers."""

    why = _("the vocabulary is given, or found by {adapt}: nothing is trained", adapt=Code("adapt"))
    int_says = _("Each number becomes its place in the vocabulary.")

    max_tokens: Size | None = argument(most_tokens, None)
    num_oov_indices: Size = argument(places, 1)
    mask_token: object = argument(token, None)
    oov_token: object = argument(token, -1)
    vocabulary: object = argument(values, None)
    vocabulary_dtype: object = argument(int64, "int64")
    idf_weights: object = argument(values, None)
    invert: bool = argument(flag, False)
    output_mode: str = argument(old_names(*MODES), "int")
    sparse: bool = argument(flag, False)
    pad_to_max_tokens: bool = argument(flag, False)
    oov_method: str = argument(choice("floormod", "farmhash"), "floormod")
    salt: object = argument(salt, None)
    vocabulary_size: Size | None = argument(optional(count), None, keyword_only=True)
    has_input_vocabulary: object = argument(as_it_is, None, keyword_only=True)

    def __post_init__(self) -> None:
        """Keras takes a salt with one way of hashing only."""
        super().__post_init__()
        self._check(
            self.salt is None or self.oov_method == "farmhash",
            _(
                "{salt} goes with {method} only",
                salt=Name("salt"),
                method=Code('oov_method="farmhash"'),
            ),
        )


@dataclass(frozen=True)
class StringLookup(Lookup):
    """Words become their places in a vocabulary."""

    why = _("the vocabulary is given, or found by {adapt}: nothing is trained", adapt=Code("adapt"))
    int_says = _("Each word becomes its place in the vocabulary.")

    max_tokens: Size | None = argument(most_tokens, None)
    num_oov_indices: Size = argument(places, 1)
    mask_token: object = argument(token, None)
    oov_token: object = argument(token, "[UNK]")
    vocabulary: object = argument(values, None)
    idf_weights: object = argument(values, None)
    invert: bool = argument(flag, False)
    output_mode: str = argument(old_names(*MODES), "int")
    pad_to_max_tokens: bool = argument(flag, False)
    sparse: bool = argument(flag, False)
    encoding: object = argument(anything, None)
    salt: object = argument(salt, None)
    oov_method: str = argument(choice("floormod", "farmhash"), "floormod", keyword_only=True)
    vocabulary_size: Size | None = argument(optional(count), None, keyword_only=True)
    has_input_vocabulary: object = argument(as_it_is, None, keyword_only=True)
