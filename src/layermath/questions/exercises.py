"""Exercises: questions whose numbers tell the usual mistakes apart.

A configuration is drawn again until every mistake that can be made in the question leads to a
number of its own. The solution is the derivation, and the answer its last line.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace

from sympy import Integer, S

from layermath.algebra.written import add
from layermath.derivation.compose import compose
from layermath.derivation.field_steps import field_steps
from layermath.derivation.records import NetworkDerivation, Quantity
from layermath.messages import Count, _
from layermath.network.graph import Network
from layermath.network.walk import Walk, walk
from layermath.problems import Problem
from layermath.questions.backwards import draw_inverse
from layermath.questions.drawing import DRAFTS, Draft, Draws, network_of
from layermath.questions.mistakes import MISTAKES, Mistake
from layermath.questions.records import (
    Deduction,
    Question,
    Settings,
    Sheet,
    Solved,
    Topic,
    Value,
    WrongValue,
)
from layermath.questions.targets import COUNTS, Target, right_value, same, wrong_values
from layermath.rules.reshaping import Flatten

_MOST_TRIES = 500
_LARGEST = 2_000_000
"""Larger counts are no homework."""


def exercises(settings: Settings) -> Sheet:
    """The questions of a sheet. A question depends on the seed, the difficulty, the topics and its
    own number: a longer sheet begins as a shorter one does."""
    questions: list[Question] = []
    for number in range(1, settings.number + 1):
        topic = settings.topics[(number - 1) % len(settings.topics)]
        asked = {_asked(one) for one in questions}
        questions.append(_question(settings, topic, number, asked))
    return Sheet(settings, tuple(questions))


def _question(settings: Settings, topic: Topic, number: int, asked: Container[object]) -> Question:
    words = (settings.seed, settings.difficulty, ",".join(settings.topics), number)
    draws = Draws(*words)
    draw: Callable[[], Question | None]
    if topic == "inverse":

        def draw() -> Question | None:
            return draw_inverse(draws, settings.difficulty)
    else:

        def draw() -> Question | None:
            return _drawn(DRAFTS[topic, settings.difficulty](draws), topic)

    for _try in range(_MOST_TRIES):
        found = draw()
        if found is not None and _asked(found) not in asked:
            return replace(found, number=number)
    raise AssertionError(f"no question in {_MOST_TRIES} draws: {words}, {topic}")


def _asked(question: Question) -> tuple[object, ...]:
    """What makes it another question than those before it."""
    return question.text, question.given, question.code, question.answer


def _drawn(draft: Draft, topic: Topic) -> Question | None:
    """The question, where its numbers are good ones."""
    try:
        network = network_of(draft.code)
        walked = walk(network)
    except Problem:
        return None
    target = Target(draft.quantity, None if draft.of is None else network.listed[draft.of])
    right = right_value(walked, target)
    if right is None or not _is_homework(right):
        return None
    wrong = told_apart(_wrong(walked, target, relevant(network, topic)), right)
    if wrong is None:
        return None
    derivation = compose(network)
    solved = _solution(derivation, walked, draft, topic)
    return Question(
        0,
        topic,
        draft.text,
        draft.code if len(draft.layers) > 1 else (),
        _points(draft),
        right,
        solved,
        tuple(_sum(derivation, draft)),
        wrong,
        given=draft.given,
        network=(draft.shape, draft.layers) if len(draft.layers) > 1 else None,
    )


def _wrong(walked: Walk, target: Target, mistakes: Iterable[Mistake]) -> Iterator[WrongValue]:
    """The values that the mistakes lead to. One in a count is made in the layer that is asked for;
    one in a size wherever it can be."""
    for mistake in mistakes:
        only = target.layer if not {"output", "receptive_field"} & {*mistake.changes} else None
        for one in wrong_values(walked, target, [mistake], only):
            yield replace(one, layer=None)


def _is_homework(value: Value) -> bool:
    """Neither a map that has shrunk to nothing nor a number that no one multiplies out."""
    if value.is_count:
        return S(value.sizes[0]) <= _LARGEST
    return all(S(size) > 1 for size in value.sizes[:2])


def relevant(network: Network, topic: Topic) -> Iterator[Mistake]:
    """The mistakes that a question of this topic is about. Where a mistake in a size is always the
    same as another one in the count, or is another topic's, it is left out."""
    flattened = any(
        isinstance(getattr(entry.layer, "rule", None), Flatten)
        for entry in network.entries.values()
    )
    changes = {
        "shape": {"output"},
        "params": {"params", "output"} if flattened else {"params"},
        "macs": {"macs", "output"},
        "receptive-field": {"receptive_field"},
    }[topic]
    for mistake in MISTAKES:
        of_maps = mistake.name in ("channels-kept", "channels-times-filters", "size-kept")
        if changes & {*mistake.changes} and not (of_maps and topic != "shape"):
            yield mistake


def told_apart(
    wrong: Iterator[WrongValue], right: Value, least: int = 1
) -> tuple[WrongValue, ...] | None:
    """The wrong values, where no two are equal, none is right, and all could be an answer."""
    found: list[WrongValue] = []
    for one in wrong:
        if same(one.value, right) or any(same(one.value, other.value) for other in found):
            return None
        if any(S(size) <= 0 for size in one.value.sizes):
            return None
        found.append(one)
    return tuple(found) if len(found) >= least else None


def _solution(
    derivation: NetworkDerivation, walked: Walk, draft: Draft, topic: Topic
) -> tuple[Solved, ...]:
    """What is derived, layer by layer: what is asked, and the sizes that it needs."""
    if topic == "receptive-field":
        steps = dict(field_steps(walked))
        return tuple(
            Solved(layer, steps[layer.name]) for layer in derivation.layers if layer.name in steps
        )
    asked = None if draft.of is None else walked.network.listed[draft.of]
    needed = topic in ("shape", "macs") or _flattens(walked)
    solved = []
    for layer in derivation.layers:
        counted = topic in COUNTS and asked in (None, layer.name)
        sized = needed and layer.type != "Dense" and not (topic == "params" and counted and asked)
        quantities = tuple(
            one
            for one in layer.quantities
            if (counted and one.quantity == topic and one.result != 0)
            or (sized and one.quantity.startswith("output") and not _is_aside(one, draft, topic))
        )
        if quantities:
            solved.append(Solved(layer, quantities))
    return tuple(solved)


def _is_aside(quantity: Quantity, draft: Draft, topic: Topic) -> bool:
    """The number of maps is in the MACs of one layer by its own letter."""
    return topic == "macs" and len(draft.layers) == 1 and quantity.quantity == "output.C"


def _flattens(walked: Walk) -> bool:
    return any(
        isinstance(getattr(step.entry.layer, "rule", None), Flatten) for step in walked.steps
    )


def _sum(derivation: NetworkDerivation, draft: Draft) -> Iterator[Deduction]:
    """``448 + 1,160 + 2,010 = 3,618``"""
    if draft.of is not None:
        return
    counts = [getattr(layer, draft.quantity) for layer in derivation.layers]
    parts = [Integer(count) for count in counts if count]
    total = getattr(derivation.totals, draft.quantity)
    if len(parts) > 1:
        yield Deduction(
            _("{sum} = {total}", sum=Count(add(*parts)), total=Count(total)), _("all layers")
        )


def _points(draft: Draft) -> int:
    """One for each layer, and one for a question at all."""
    return 1 + sum(not layer.startswith(("Flatten", "Global")) for layer in draft.layers)
