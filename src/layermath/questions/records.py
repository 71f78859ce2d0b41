"""What questions come to, as data: answers, comparisons, exercises and their marking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sympy import Expr, S, Symbol

from layermath.algebra.conditions import Condition
from layermath.algebra.floors import Size
from layermath.algebra.solutions import Solutions
from layermath.algebra.written import in_order
from layermath.derivation.records import (
    Field,
    LayerDerivation,
    NamedSize,
    NetworkDerivation,
    Quantity,
    Shape,
)
from layermath.messages import Code, Count, Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import CallProblem

# Solve ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deduction:
    """One line of the way: what holds, and why."""

    statement: Message
    reason: Message | None = None


@dataclass(frozen=True)
class Answer:
    """All solutions of a question.

    ``unknowns`` are the symbols asked for. ``headline`` says the solutions in one line; ``lines``
    the way to them; ``notes`` what else is worth knowing. ``solutions`` is the set of each unknown
    where they do not depend on each other; ``listing`` the combinations where they do; ``family`` a
    formula in the symbols that stay free, with ``family_condition`` on them.
    """

    unknowns: tuple[Symbol, ...]
    wishes: tuple[str, ...]
    headline: Message
    lines: tuple[Deduction, ...] = ()
    notes: tuple[Message, ...] = ()
    solutions: Mapping[Symbol, Solutions] = field(default_factory=dict)
    listing: tuple[tuple[int, ...], ...] | None = None
    family: Expr | None = None
    family_condition: Condition = True


# Compare --------------------------------------------------------------------------------------

Change = Literal["same", "changed", "follows", "added", "removed"]
"""``changed``: the layer itself is another; ``follows``: only what reaches it is."""


@dataclass(frozen=True)
class ArgumentChange:
    """One constructor argument with its two values: numbers, expressions, words, tuples of them."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class LayerChange:
    """A layer of the first model and its counterpart in the second; one is None where the layer is
    in one model only. ``why`` says what differs, ``inside`` holds the layers of a nested model."""

    change: Change
    before: LayerDerivation | None
    after: LayerDerivation | None
    arguments: tuple[ArgumentChange, ...] = ()
    why: tuple[Message, ...] = ()
    inside: tuple[LayerChange, ...] = ()

    @property
    def name(self) -> str:
        """The layer's name: in the first model, where it has one there."""
        side = self.before or self.after
        return "" if side is None else side.name


@dataclass(frozen=True)
class CountChange:
    """A count of both models, and what is more in the second: exactly, and None where unknown.

    ``layer`` is the one in which all of the difference is, or (not ``all_in``) most of it.
    """

    before: Size | None
    after: Size | None
    difference: Size | None
    layer: str | None = None
    all_in: bool = False


@dataclass(frozen=True)
class FieldChange:
    """What one value of the output sees of the input, in both models."""

    before: tuple[Field, ...] | None
    after: tuple[Field, ...] | None
    why: Message | None = None


@dataclass(frozen=True)
class ShapeChange:
    """The shapes of all inputs, or of all outputs, of both models."""

    before: tuple[Shape, ...]
    after: tuple[Shape, ...]

    @property
    def same(self) -> bool:
        """Whether they are equal."""
        return self.before == self.after


@dataclass(frozen=True)
class NetworkComparison:
    """Two models side by side.

    ``layers`` pairs their layers, in the order of the second model, with those that only the first
    has where they stood; input layers are not among them. ``counts`` has ``params``,
    ``trainable_params``, ``macs``, ``activations``, and ``flops`` where asked for. Counts are in
    the models' own symbols: a letter of the same name means the same in both.
    """

    before: NetworkDerivation
    after: NetworkDerivation
    layers: tuple[LayerChange, ...]
    inputs: ShapeChange
    outputs: ShapeChange
    counts: Mapping[str, CountChange]
    sees: FieldChange

    @property
    def same(self) -> bool:
        """Whether no layer differs."""
        return all(one.change == "same" for one in self.layers) and self.inputs.same


# Exercises ------------------------------------------------------------------------------------

Difficulty = Literal["easy", "medium", "hard"]
Topic = Literal["shape", "params", "macs", "receptive-field", "inverse"]

DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")
TOPICS: tuple[Topic, ...] = ("shape", "params", "macs", "receptive-field", "inverse")

MOST_QUESTIONS = 200

GENERATOR = 1
"""The version of the generator: a seed gives the same questions as long as it is the same."""


@dataclass(frozen=True)
class Settings:
    """What a sheet is made from: the same settings make the same questions, everywhere."""

    seed: int
    difficulty: Difficulty = "easy"
    number: int = 10
    topics: tuple[Topic, ...] = TOPICS


@dataclass(frozen=True)
class Value:
    """An answer: one number, or a shape. A wrong one may have fractions in it."""

    sizes: tuple[Size, ...]
    is_shape: bool = False
    is_count: bool = False

    @property
    def piece(self) -> Piece:
        """How it stands in a sentence."""
        if self.is_shape:
            return ShapePiece(self.sizes)
        size = in_order(S(self.sizes[0]))
        return Count(size) if self.is_count else size


@dataclass(frozen=True)
class WrongValue:
    """A value that a usual mistake leads to. ``mistake`` is its name, ``message`` what the value
    does: ``leaves out the biases``. ``layer`` where it is made in one layer only."""

    mistake: str
    message: Message
    value: Value
    layer: str | None = None


@dataclass(frozen=True)
class Solved:
    """The derivation of what is asked, or of what leads to it, in one layer."""

    layer: LayerDerivation
    quantities: tuple[Quantity, ...]
    sizes: tuple[NamedSize, ...] = ()
    """The named sizes that its lines speak of."""


@dataclass(frozen=True)
class Question:
    """A question with its solution.

    ``number`` is its number on the sheet, from 1, which is its id too. ``given`` is what is known
    and ``text`` the question; where it is about a network, that is given: ``code`` are its lines.
    ``solved`` and then ``lines`` are the solution; ``wrong`` are the values that usual mistakes
    lead to, no two of them equal, and none of them right.
    """

    number: int
    topic: Topic
    text: Message
    code: tuple[str, ...]
    points: int
    answer: Value
    solved: tuple[Solved, ...]
    lines: tuple[Deduction, ...]
    wrong: tuple[WrongValue, ...]
    unknown: Symbol | None = None
    """The letter that is asked for."""
    given: Message | None = None
    network: tuple[tuple[Size, ...], tuple[str, ...]] | None = None
    """The shape of the input and the layers that ``code`` writes."""


@dataclass(frozen=True)
class Sheet:
    """Questions that belong together."""

    settings: Settings
    questions: tuple[Question, ...]

    @property
    def points(self) -> int:
        """What all questions are worth."""
        return sum(question.points for question in self.questions)


Verdict = Literal["right", "wrong", "unanswered"]


@dataclass(frozen=True)
class Mark:
    """One marked answer. ``label`` says what was asked: ``3``, ``conv2d_1: params``; ``answer`` is
    as it was written; ``said`` what is to be said of it; ``mistakes`` are those that lead to it."""

    label: str
    answer: str
    verdict: Verdict
    said: Message
    right: Value
    mistakes: tuple[WrongValue, ...] = ()
    points: int = 1


@dataclass(frozen=True)
class Marking:
    """All marked answers."""

    marks: tuple[Mark, ...]
    settings: Settings | None = None

    @property
    def all_right(self) -> bool:
        """Whether every question is answered, and rightly."""
        return all(mark.verdict == "right" for mark in self.marks)

    @property
    def summary(self) -> Message:
        """``2 of 3 are right``"""
        right = sum(mark.verdict == "right" for mark in self.marks)
        return _("{right} of {number} are right", right=right, number=len(self.marks))


def settings_of(
    seed: int, difficulty: str = "easy", number: int = 10, topics: tuple[str, ...] = TOPICS
) -> Settings:
    """The settings with these words, checked. Raises `CallProblem`."""
    hard = next((one for one in DIFFICULTIES if one == difficulty), None)
    if hard is None:
        raise _none_of("difficulty", difficulty, DIFFICULTIES)
    chosen: list[Topic] = []
    for word in topics:
        topic = next((one for one in TOPICS if one == word), None)
        if topic is None:
            raise _none_of("topics", word, TOPICS)
        if topic not in chosen:
            chosen.append(topic)
    if not chosen:
        raise _none_of("topics", "", TOPICS)
    if not 1 <= number <= MOST_QUESTIONS:
        raise CallProblem(
            _(
                "{option}: it must be from 1 to {most}",
                option=Code(f"--number {number}"),
                most=MOST_QUESTIONS,
            )
        )
    return Settings(seed, hard, number, tuple(chosen))


def _none_of(option: str, word: str, known: tuple[str, ...]) -> CallProblem:
    return CallProblem(
        _(
            "{option}: it must be one of {known}",
            option=Code(f"--{option} {word[:80]}"),
            known=tuple(map(Code, known)),
        )
    )
