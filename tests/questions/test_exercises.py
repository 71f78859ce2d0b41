"""Exercises: numbers that tell mistakes apart, and solutions that lead to the answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import pytest
from sympy import S

from layermath.algebra.written import value
from layermath.formats.json.exercises import to_exercises_dict
from layermath.network.graph import Network
from layermath.network.walk import walk
from layermath.problems import CallProblem
from layermath.questions.drawing import network_of
from layermath.questions.exercises import exercises
from layermath.questions.marking import mark_sheet
from layermath.questions.mistakes import MISTAKES
from layermath.questions.records import (
    DIFFICULTIES,
    TOPICS,
    Difficulty,
    Question,
    Settings,
    Sheet,
    Topic,
    Value,
    settings_of,
)
from layermath.questions.targets import Target, right_value, wrong_values
from layermath.readers import any_format
from layermath.rules.equations import Applied
from layermath.setting.sentences import TextSetter
from tests.drawing import some
from tests.layers.keras_cases import Case, cases

SEEDS = some(range(200))
_PARTS = 10


def question(seed: int, difficulty: Difficulty, topic: Topic) -> Question:
    return exercises(Settings(seed, difficulty, 1, (topic,))).questions[0]


def drawn(part: int) -> Iterator[Question]:
    """Each seed at each difficulty, the topics in turn."""
    for seed in SEEDS[part::_PARTS]:
        for place, difficulty in enumerate(DIFFICULTIES):
            yield question(seed, difficulty, TOPICS[(seed // _PARTS + place) % len(TOPICS)])


def as_numbers(answer: Value) -> tuple[object, ...]:
    return tuple(S(size) for size in answer.sizes)


def check(one: Question) -> None:
    """Every wrong value is one mistake's alone, and none is right."""
    values = [as_numbers(one.answer), *(as_numbers(wrong.value) for wrong in one.wrong)]
    assert len(values) > 1
    assert len(set(values)) == len(values), one
    assert len({wrong.mistake for wrong in one.wrong}) == len(one.wrong)
    assert all(isinstance(size, int) and size > 0 for size in one.answer.sizes)
    if one.topic != "inverse":
        assert last_results(one)[-len(one.answer.sizes) :] == list(one.answer.sizes)


def last_results(one: Question) -> list[int]:
    """What the derivation of a question comes to: its last lines."""
    if one.topic == "receptive-field":
        found = [q for solved in one.solved for q in solved.quantities if q.quantity != "jump"]
    elif one.topic == "shape":
        found = list(one.solved[-1].quantities)
    else:
        found = [q for s in one.solved for q in s.quantities if q.quantity == one.topic]
    results = [value(quantity.steps[-1].expression) for quantity in found]
    assert results == [quantity.result for quantity in found]
    return [sum(results)] if one.topic in ("params", "macs") else results


@pytest.mark.parametrize("part", range(_PARTS))
def test_numbers_tell_mistakes_apart(part: int) -> None:
    for one in drawn(part):
        check(one)


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_every_topic_is_asked_in_turn(difficulty: Difficulty) -> None:
    sheet = exercises(Settings(7, difficulty))
    assert [one.topic for one in sheet.questions] == [*TOPICS, *TOPICS]
    assert len({(one.given, one.text, one.code) for one in sheet.questions}) == 10
    assert sheet.points == sum(one.points for one in sheet.questions)


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_sheet_is_the_beginning_of_a_longer_one(difficulty: Difficulty) -> None:
    short = exercises(Settings(11, difficulty, 3))
    assert exercises(Settings(11, difficulty, 6)).questions[:3] == short.questions


def test_another_seed_asks_otherwise() -> None:
    one, other = (exercises(Settings(seed, "easy", 5)).questions for seed in (1, 2))
    assert [question.given for question in one] != [question.given for question in other]


RECORDED = {
    "easy": ["(62, 62, 24)", "656", "64,800", "10", "32"],
    "medium": ["(12, 12, 20)", "2,172", "36,000", "21", "49"],
    "hard": ["(11, 9, 8)", "14,338", "56,680", "41", "54"],
}


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_seed_keeps_its_questions(difficulty: Difficulty) -> None:
    """Who changes what is drawn gives the generator another version."""
    assert answers(exercises(Settings(1, difficulty, 5))) == RECORDED[difficulty]


def answers(sheet: Sheet) -> list[str]:
    setter = TextSetter()
    return [setter.piece(one.answer.piece).replace("\u00a0", " ") for one in sheet.questions]


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_a_wrong_number_is_marked_with_its_mistake(difficulty: Difficulty) -> None:
    settings = Settings(5, difficulty, 5)
    questions = exercises(settings).questions
    # the first wrong number of every question, then the second of those that have one, ...
    for wrongs in zip_longest(*(one.wrong for one in questions)):
        given = {one.number: wrong for one, wrong in zip(questions, wrongs, strict=True) if wrong}
        written = {number: ",".join(map(str, one.value.sizes)) for number, one in given.items()}
        marks = mark_sheet(settings, written).marks
        assert [mark.verdict for mark in marks] == ["wrong"] * len(given)
        found = [[each.mistake for each in mark.mistakes] for mark in marks]
        assert found == [[one.mistake] for one in given.values()]
    right = {one.number: ", ".join(map(str, one.answer.sizes)) for one in questions}
    assert mark_sheet(settings, right).all_right


def test_inverse_questions_hold() -> None:
    """The largest H gives what is asked, and the next one does not."""
    for seed in range(12):
        one = question(seed, "medium", "inverse")
        if one.unknown is None or one.unknown.name != "H" or one.network is None:
            continue
        (answer,) = one.answer.sizes
        wanted = one.text.pieces["wanted"]
        rows = [rows_of(one.code, int(answer) + more) for more in (0, 1)]
        assert rows[0] == wanted
        assert rows[1] > rows[0]


def rows_of(code: tuple[str, ...], height: int) -> int:
    network = network_of([line.replace("H, W", f"{height}, 500") for line in code if line])
    return int(walk(network).outputs[0][0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"difficulty": "grim"}, "--difficulty grim"),
        ({"topics": ("shape", "shapes")}, "--topics shapes"),
        ({"topics": ()}, "--topics"),
        ({"number": 0}, "--number 0"),
    ],
)
def test_wrong_settings_are_refused(words: dict[str, object], said: str) -> None:
    with pytest.raises(CallProblem) as refused:
        settings_of(1, **words)  # type: ignore[arg-type]
    assert said in TextSetter().say(refused.value.message)


def test_the_questions_alone_give_nothing_away() -> None:
    sheet = exercises(Settings(3, "hard", 5))
    alone = to_exercises_dict(sheet)
    assert not any({"answer", "derivation", "wrong"} & {*one} for one in alone["questions"])
    assert alone["answers"] == {str(number): None for number in range(1, 6)}


# The mistakes, each by hand ------------------------------------------------------------------


def read(*layers: str, shape: str = "(20, 30, 6)") -> Network:
    return any_format.read(
        "import keras\nfrom keras import layers\n"
        f"model = keras.Sequential([keras.Input({shape}), {', '.join(layers)}])"
    )


STRIDED = read("layers.Conv2D(16, 4, strides=3)")
SAME = read("layers.Conv2D(16, 4, strides=3, padding='same')")
DENSE = read("layers.MaxPooling2D(2)", "layers.Flatten()", "layers.Dense(10)")
BY_HAND: list[tuple[str, Network, str, str | None, object]] = [
    ("no-plus-one", STRIDED, "output.H", None, 16 // 3),
    ("ceiling-for-floor", STRIDED, "output.H", None, 7),
    ("not-rounded", STRIDED, "output.H", None, S(16) / 3 + 1),
    ("stride-forgotten", STRIDED, "output.W", None, 27),
    ("channels-kept", STRIDED, "output.C", None, 6),
    ("channels-times-filters", STRIDED, "output.C", None, 96),
    ("size-kept", read("layers.Conv2D(16, 4)"), "output.H", None, 20),
    ("dilation-forgotten", read("layers.Conv2D(1, 4, dilation_rate=2)"), "output.H", None, 17),
    ("floor-for-ceiling", SAME, "output.H", None, 6),
    ("padding-forgotten", SAME, "output.H", None, 6),
    ("padding-once", read("layers.ZeroPadding2D(2)"), "output.H", None, 22),
    ("zeros-forgotten", read("layers.ZeroPadding2D(2)"), "output.H", None, 20),
    ("flatten-without-channels", DENSE, "params", None, (10 * 15 + 1) * 10),
    ("bias-forgotten", STRIDED, "params", None, 4 * 4 * 6 * 16),
    ("one-bias", STRIDED, "params", None, 4 * 4 * 6 * 16 + 1),
    ("depth-forgotten", STRIDED, "params", None, (4 * 4 + 1) * 16),
    ("kernel-not-squared", STRIDED, "params", None, (4 * 6 + 1) * 16),
    ("one-filter", STRIDED, "params", None, 4 * 4 * 6 + 1),
    ("weights-not-shared", STRIDED, "params", None, (4 * 4 * 6 + 1) * 16 * 6 * 9),
    ("one-neuron", DENSE, "params", "dense", 10 * 15 * 6 + 1),
    ("bias-forgotten", DENSE, "params", "dense", 10 * 15 * 6 * 10),
    ("pooling-with-weights", DENSE, "params", "max_pooling2d", (2 * 2 * 6 + 1) * 6),
    ("trained-only", read("layers.BatchNormalization()"), "params", None, 12),
    ("macs-at-input", STRIDED, "macs", None, 20 * 30 * 4 * 4 * 6 * 16),
    ("macs-at-one-place", STRIDED, "macs", None, 4 * 4 * 6 * 16),
    ("macs-with-biases", STRIDED, "macs", None, 6 * 9 * (4 * 4 * 6 + 1) * 16),
    ("macs-with-biases", read("layers.LSTM(5)", shape="(7, 3)"), "macs", None, 7 * 20 * (8 + 1)),
    ("flops-for-macs", STRIDED, "macs", None, 2 * 6 * 9 * 4 * 4 * 6 * 16),
    ("no-plus-one", STRIDED, "macs", None, 5 * 8 * 4 * 4 * 6 * 16),
]
CHAIN = read(
    "layers.Conv2D(4, 5, strides=2)", "layers.MaxPooling2D(2)",
    "layers.Conv2D(4, 3, dilation_rate=2)", shape="(64, 64, 1)",
)  # fmt: skip
BY_HAND += [
    ("jumps-forgotten", CHAIN, "receptive_field", None, 5 + 1 + 4),
    ("own-stride", CHAIN, "receptive_field", None, 1 + 4 * 2 + 1 * 4 + 4 * 4),
    ("kernel-for-kernel-less-one", CHAIN, "receptive_field", None, 1 + 5 + 2 * 2 + 5 * 4),
    ("pooling-not-seen", CHAIN, "receptive_field", None, 1 + 4 + 4 * 2),
    ("dilation-not-seen", CHAIN, "receptive_field", None, 1 + 4 + 1 * 2 + 2 * 4),
]


@pytest.mark.parametrize(("name", "network", "quantity", "layer", "expected"), BY_HAND)
def test_a_mistake_gives_its_number(
    name: str, network: Network, quantity: str, layer: str | None, expected: object
) -> None:
    (mistake,) = (one for one in MISTAKES if one.name == name)
    (wrong,) = wrong_values(walk(network), Target(quantity, layer), [mistake])
    assert S(wrong.value.sizes[0]) == expected


def test_every_mistake_is_tried_by_hand() -> None:
    assert {one.name for one in MISTAKES} == {name for name, *_rest in BY_HAND}
    assert len({one.name for one in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("network", [STRIDED, SAME, DENSE, CHAIN])
def test_without_a_mistake_the_reading_is_the_networks(network: Network) -> None:
    walked = walk(network)
    for quantity, right in (("params", walked.params), ("macs", walked.macs)):
        found = right_value(walked, Target(quantity))
        assert found is not None
        assert found.sizes == (right,)
    output = right_value(walked, Target("output"))
    assert output is not None
    assert output.sizes == walked.outputs[0]
    for name, step in walked.first.items():
        if isinstance(step.done, Applied):
            layer = right_value(walked, Target("output", name))
            assert layer is not None
            assert layer.sizes == step.outputs[0]


def one_of_each_type() -> list[Case]:
    """A case of each layer type that is called on one tensor of known size."""
    found: dict[str, Case] = {}
    for case in cases():
        known = len(case.inputs) == 1 and all(size is not None for size in case.inputs[0])
        if case.call == "layer(x)" and known and not case.refused:
            found.setdefault(case.type_name, case)
    return [*found.values()]


@pytest.mark.parametrize("case", one_of_each_type(), ids=str)
def test_no_mistake_is_too_much_for_a_layer_type(case: Case) -> None:
    """Without a mistake the layer is read as it is; with one, there is a number or none."""
    network = read(case.source, shape=str(case.inputs[0]))
    walked = walk(network)
    layer = network.listed[-1]
    params = right_value(walked, Target("params", layer))
    assert params is None or params.sizes == (walked.first[layer].params,)
    for quantity in ("params", "macs", "output", "receptive_field"):
        for wrong in wrong_values(walked, Target(quantity, layer)):
            assert wrong.value.sizes
