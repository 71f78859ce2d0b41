"""TextVectorization: a text becomes the numbers of its words, or a row of zeros and ones.

Source: Keras, *Text preprocessing* (`TextVectorization`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from sympy import Expr

from layermath.algebra.floors import Size, letter
from layermath.algebra.unknown import is_known, unknown
from layermath.layers.encoding import (
    bins,
    encoded_sentence,
    last_axis,
    old_names,
    runs_otherwise,
)
from layermath.layers.lookup import (
    MODES,
    StringLookup,
    as_it_is,
    most_tokens,
    no_vocabulary,
    values,
    vocabulary_equation,
)
from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import LENGTH
from layermath.rules.equations import Applied, Equation, Filled
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import (
    Kind,
    Unfollowed,
    anything,
    argument,
    choice,
    count,
    flag,
    optional,
    wrong,
)
from layermath.vocabulary.layer import Layer, Shape

L_TEXT = letter("L_text")
"""The length that every text comes to."""


def word_or_function(*allowed: str) -> Kind:
    """One of Keras's own ways, by its name, or a function of the user's own."""

    def kind(value: object, name: str, rank: int = 0) -> object:
        if value is None or isinstance(value, (Unfollowed, Expr)):
            return None if value is None else "function"
        return value if value == "function" else choice(*allowed)(value, name, rank)

    return kind


def ngrams(value: object, name: str, rank: int = 0) -> object:
    """How many words stand together as one: a whole number, or a tuple of them."""
    parts = value if isinstance(value, tuple) else (value,)
    if value is not None and not all(isinstance(part, (int, Expr, Unfollowed)) for part in parts):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them"))
    return value


@dataclass(frozen=True)
class TextVectorization(Layer):
    """A text becomes the numbers of its words, filled up or cut to ``output_sequence_length``; or,
    in another ``output_mode``, a row with a value for each word of the vocabulary."""

    max_tokens: Size | None = argument(most_tokens, None)
    standardize: object = argument(
        word_or_function("lower_and_strip_punctuation", "lower", "strip_punctuation"),
        "lower_and_strip_punctuation",
    )
    split: object = argument(word_or_function("whitespace", "character"), "whitespace")
    ngrams: object = argument(ngrams, None)
    output_mode: str = argument(old_names(*MODES), "int")
    output_sequence_length: Size | None = argument(bins, None)
    pad_to_max_tokens: bool = argument(flag, False)
    vocabulary: object = argument(values, None)
    idf_weights: object = argument(values, None)
    sparse: bool = argument(flag, False)
    ragged: bool = argument(flag, False)
    encoding: object = argument(anything, None)
    vocabulary_size: Size | None = argument(optional(count), None, keyword_only=True)
    has_input_vocabulary: object = argument(as_it_is, None, keyword_only=True)

    def __post_init__(self) -> None:
        """What Keras asks of the arguments together, here and in the lookup inside."""
        if self.output_mode != "int":
            for name, given in (
                ("output_sequence_length", self.output_sequence_length is not None),
                ("ragged", self.ragged),
            ):
                if given:
                    raise ModelProblem(
                        _(
                            "{argument} goes with {mode} only",
                            argument=Name(name),
                            mode=Code('output_mode="int"'),
                        )
                    )
        assert self.lookup is not None

    @cached_property
    def lookup(self) -> StringLookup:
        """The layer that Keras makes inside."""
        return StringLookup.bind(
            (),
            {
                "max_tokens": self.max_tokens,
                "vocabulary": self.vocabulary,
                "idf_weights": self.idf_weights,
                "pad_to_max_tokens": self.pad_to_max_tokens,
                "mask_token": "",
                "output_mode": self.output_mode,
                "sparse": self.sparse,
                "vocabulary_size": self.vocabulary_size,
                "has_input_vocabulary": self.has_input_vocabulary,
            },
        )

    @property
    def whole_vocabulary(self) -> Size:
        """What ``vocabulary_size()`` gives, unknown where the vocabulary is."""
        return self.lookup.whole_vocabulary

    def apply(self, shape: Shape) -> Applied:
        """Apply to texts."""
        if self.output_mode == "int":
            return self._numbers()
        inside = self.lookup.apply(self._split_up(shape))
        output = inside.outputs[0]
        depth = self.lookup.depth(last_axis(output))
        said = (
            encoded_sentence(self.output_mode, depth.value)
            if is_known(depth.value)
            else no_vocabulary()
        )
        run = (depth.value,)
        differs = self.split is not None and shape == (1,) and self.output_mode != "one_hot"
        return Applied(
            inside.outputs,
            inside.quantities,
            view="unknown",
            requirements=inside.requirements,
            sentences=(
                _("A text is split into words, and each becomes its place in the vocabulary."),
                said,
                *((runs_otherwise(output, run),) if differs else ()),
            ),
        )

    def _numbers(self) -> Applied:
        """The numbers of the words of a text, one after the other."""
        length = self.output_sequence_length
        size = unknown(f"length of {self}") if length is None else length
        said = (
            _("A text is as long as the longest of its batch: known only when texts come.")
            if length is None
            else _(
                "A longer text is cut off, a shorter one filled up with zeros: {length} numbers.",
                length=length,
            )
        )
        return Applied(
            ((size,),),
            (Filled(_length_equation(), {L_TEXT: size}), Filled(nothing_to_learn(_why()))),
            view="unknown",
            requirements=self.lookup.apply(()).requirements,
            sentences=(_("Each word of a text becomes its place in the vocabulary."), said),
        )

    def _split_up(self, shape: Shape) -> Shape:
        """The shape of the words: a text has an unknown number of them."""
        if self.split is None:
            return shape or (1,)
        return (*shape, unknown(f"words of {self}"))

    def made_inside(self) -> tuple[str, ...]:
        """The lookup."""
        return ("StringLookup",)

    def title(self) -> tuple[Piece, ...]:
        """``250``; ``multi_hot``"""
        if self.output_mode != "int":
            return (Name(self.output_mode),)
        return () if self.output_sequence_length is None else (self.output_sequence_length,)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The length of a text, or the size of the vocabulary; nothing is learned."""
        return (
            _length_equation(),
            vocabulary_equation(LENGTH),
            nothing_to_learn(_why()),
        )


def _why() -> Message:
    return _(
        "the vocabulary is given, or found by {adapt}: nothing is trained", adapt=Code("adapt")
    )


@cache
def _length_equation() -> Equation:
    return Equation(
        LENGTH.quantity,
        LENGTH.size_out,
        "text-length",
        LENGTH.label,
        L_TEXT,
        _("as many numbers as {argument} says", argument=Name("output_sequence_length")),
        _("with {argument}", argument=Code('output_mode="int"')),
    )
