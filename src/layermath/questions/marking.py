"""Marking: which answers are right, and which mistake leads to a wrong one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import S

from layermath.algebra.floors import Size, minus
from layermath.algebra.written import in_order
from layermath.messages import Code, Count, Message, Name, _
from layermath.network.graph import Network
from layermath.network.walk import Walk, symbols_of, walk
from layermath.problems import CallProblem, did_you_mean
from layermath.questions.exercises import exercises
from layermath.questions.mistakes import MISTAKES
from layermath.questions.records import Mark, Marking, Question, Settings, Sheet, Value, WrongValue
from layermath.questions.targets import COUNTS, Target, right_value, same, wrong_values
from layermath.questions.written_answers import LONGEST, read_answer

QUANTITIES = ("output", *COUNTS, "receptive_field")
_MOST_LAYERS = 30
"""In a network of more layers, a mistake that is made in one layer only is not looked for."""


# Answers about a model -----------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One ``--answer``: the quantity that it is about, and what was written."""

    quantity: str
    written: str


def mark_model(network: Network, layer: str | None, answers: Sequence[Asked]) -> Marking:
    """Mark answers about a layer of a network, or about the whole network.

    Raises `Problem` where the network cannot be derived, and `CallProblem` where there is no such
    layer or quantity, or an answer cannot be read.
    """
    walked = walk(network)
    return Marking(tuple(_mark(walked, Target(one.quantity, layer), one) for one in answers))


def _mark(walked: Walk, target: Target, asked: Asked) -> Mark:
    kind = target.quantity.partition(".")[0]
    if kind not in QUANTITIES:
        raise _no_quantity(target.quantity)
    _check_layer(walked, target.layer)
    right = right_value(walked, target)
    if right is None:
        raise CallProblem(
            _("{option}: this is not known here", option=Code(f"--answer {target.quantity}=…"))
        )
    symbols = symbols_of(walked.network)
    answer = read_answer(asked.written, symbols, right)
    label = target.quantity if target.layer is None else f"{target.layer}: {target.quantity}"
    if same(answer, right):
        return Mark(label, asked.written, "right", _right(answer), right)
    mistakes = tuple(_leading_to(answer, right, walked, target))
    return Mark(label, asked.written, "wrong", _said(answer, right, mistakes), right, mistakes)


def _no_quantity(quantity: str) -> CallProblem:
    may_be = _("It may be {names}.", names=tuple(Code(name) for name in QUANTITIES))
    option = Code(f"--answer {quantity}=…")
    return CallProblem(
        _("{option}: there is no such quantity", option=option),
        *did_you_mean(quantity, QUANTITIES, may_be),
    )


def _check_layer(walked: Walk, layer: str | None) -> None:
    names = [*_names(walked)]
    if layer is None or layer in names:
        return
    raise CallProblem(
        _("{option}: the model has no such layer", option=Code(f"--layer {layer}")),
        *did_you_mean(layer, names, _("It has {names}.", names=tuple(map(Name, names)))),
    )


def _names(walked: Walk) -> Iterator[str]:
    """The names of all layers, those of nested models too."""
    for name, step in walked.first.items():
        yield name
        if isinstance(step.done, Walk):
            yield from _names(step.done)


def _leading_to(answer: Value, right: Value, walked: Walk, target: Target) -> Iterator[WrongValue]:
    """The mistakes that lead to an answer: made everywhere, else those made in one layer."""
    kind = target.quantity.partition(".")[0].removeprefix("trainable_")
    own = [mistake for mistake in MISTAKES if kind in mistake.changes]
    others = [mistake for mistake in MISTAKES if mistake not in own and "output" in mistake.changes]
    found = [
        one
        for one in wrong_values(walked, target, [*own, *others])
        if same(one.value, answer) and not same(one.value, right)
    ]
    yield from found
    names = [*_names(walked)]
    if found or len(names) > _MOST_LAYERS:
        return
    # what is wrong in the layer itself is said before what may be wrong elsewhere
    for name in sorted(names, key=lambda one: one != target.layer):
        for one in wrong_values(walked, target, [*own, *others], name):
            if same(one.value, answer) and not same(one.value, right):
                yield replace(one, layer=None if name == target.layer else name)


# What is said --------------------------------------------------------------------------------


def _right(answer: Value) -> Message:
    return _("{answer} is right", answer=answer.piece)


def _said(answer: Value, right: Value, mistakes: Sequence[WrongValue]) -> Message:
    """``9,216 leaves out the biases: 32 more``"""
    given = answer.piece
    if not mistakes:
        if answer.is_shape and len(answer.sizes) != len(right.sizes):
            return _(
                "{answer} is not right: the shape has {axes} axes, the batch left out",
                answer=given,
                axes=len(right.sizes),
            )
        return _("{answer} is not right, and no usual mistake leads to it", answer=given)
    first = mistakes[0]
    said = first.message
    if first.layer is not None:
        said = _("{mistake}, in {layer}", mistake=said, layer=Name(first.layer))
    if right.is_shape or not right.is_count:
        return _("{answer} {mistake}", answer=given, mistake=said)
    more = minus(right.sizes[0], answer.sizes[0])
    return _difference(given_answer=answer, said=said, more=more)


def _difference(given_answer: Value, said: Message, more: Size) -> Message:
    pieces = {"answer": given_answer.piece, "mistake": said}
    if S(more).could_extract_minus_sign():
        number = Count(in_order(S(minus(0, more))))
        return _("{answer} {mistake}: {number} fewer", **pieces, number=number)
    number = Count(in_order(S(more)))
    return _("{answer} {mistake}: {number} more", **pieces, number=number)


# Answers to exercises ------------------------------------------------------------------------


def mark_sheet(settings: Settings, answers: Mapping[int, str | None]) -> Marking:
    """Mark answers to generated exercises, by the number of the question; None is no answer.

    An answer that cannot be read is wrong. Raises `CallProblem` where there is no such question.
    """
    sheet = exercises(settings)
    numbers = {question.number for question in sheet.questions}
    for number in answers:
        if number not in numbers:
            raise CallProblem(
                _(
                    "{option}: there are {most} questions",
                    option=Code(f"--answer {number}=…"),
                    most=len(numbers),
                )
            )
    return Marking(tuple(_marks(sheet, answers)), settings)


def _marks(sheet: Sheet, answers: Mapping[int, str | None]) -> Iterator[Mark]:
    for question in sheet.questions:
        if question.number not in answers:
            continue
        written = answers[question.number]
        if written is None or not written.strip():
            said = _("no answer")
            yield Mark(str(question.number), "", "unanswered", said, question.answer)
        else:
            yield _mark_question(question, written)


def _mark_question(question: Question, written: str) -> Mark:
    right = question.answer
    label = str(question.number)
    try:
        answer = read_answer(_without_letter(written, question), (), right)
    except CallProblem:
        said = _("{answer} cannot be read", answer=Code(written[:LONGEST]))
        return Mark(label, written, "wrong", said, right, (), question.points)
    if same(answer, right):
        return Mark(label, written, "right", _right(answer), right, (), question.points)
    mistakes = tuple(one for one in question.wrong if same(one.value, answer))
    said = _said(answer, right, mistakes)
    return Mark(label, written, "wrong", said, right, mistakes, question.points)


def _without_letter(written: str, question: Question) -> str:
    """``H = 32`` is 32 where H is asked for."""
    letter, equals, rest = written.partition("=")
    named = question.unknown is not None and letter.strip() == question.unknown.name
    return rest if equals and named else written
