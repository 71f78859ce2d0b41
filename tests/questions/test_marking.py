"""Marking: what is right, in whatever form, and which mistake a wrong number is."""

from __future__ import annotations

import pytest
from sympy import Rational

from layermath.algebra.floors import symbol
from layermath.network.graph import Network
from layermath.problems import CallProblem
from layermath.questions.exercises import exercises
from layermath.questions.marking import Asked, mark_model, mark_sheet
from layermath.questions.records import Mark, Settings, Value
from layermath.questions.written_answers import read_answer
from layermath.readers import any_format
from layermath.setting.sentences import TextSetter

pytestmark = pytest.mark.quick

MNIST = any_format.read("""
import keras
from keras import layers
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3), layers.MaxPooling2D(2),
    layers.Conv2D(32, 3), layers.MaxPooling2D(2),
    layers.Flatten(), layers.Dense(128), layers.Dense(10),
])
""")
FREE = any_format.read("Conv2D(F, 3, input_shape=(H, W, C))")
RESIDUAL = any_format.read("""
import keras
from keras import layers
x = keras.Input((32, 32, 8))
y = layers.Conv2D(8, 3, padding="same", use_bias=False)(x)
y = layers.BatchNormalization()(y)
y = layers.Add()([x, y])
y = layers.GlobalAveragePooling2D()(y)
model = keras.Model(x, layers.Dense(5)(y))
""")


def marked(network: Network, layer: str | None, quantity: str, written: str) -> Mark:
    (mark,) = mark_model(network, layer, [Asked(quantity, written)]).marks
    return mark


def said(mark: Mark) -> str:
    return TextSetter().say(mark.said)


@pytest.mark.parametrize(
    ("layer", "quantity", "written", "expected"),
    [
        ("conv2d_1", "params", "9216", "9,216 leaves out the biases: 32 more"),
        ("conv2d_1", "params", "9,217", "9,217 has one bias in all, not one for each output: 31"),
        ("conv2d_1", "params", "320", "320 takes a filter for one channel deep"),
        ("conv2d_1", "params", "3104", "3,104 takes one side of the kernel, not its area"),
        ("conv2d_1", "params", "289", "289 counts one filter, not all of them: 8,959 more"),
        ("conv2d_1", "output", "(10, 10, 32)", "leaves out the + 1: the first place"),
        ("conv2d_1", "macs", "1557504", "counts at the size of the input, not of the output: 442,"),
        ("conv2d_1", "macs", "2,230,272", "a multiplication and an addition as two: 1,115,136 few"),
        ("conv2d_1", "receptive_field", "5", "5 leaves out the pooling"),
        ("max_pooling2d", "params", "4128", "gives the pooling weights"),
        ("dense", "params", "3328", "3,328 flattens one map only, not all channels: 99,200 more"),
        (None, "params", "113184", "113,184 leaves out the biases: 202 more"),
        (None, "params", "113258", "leaves out the biases, in dense: 128 more"),
        (None, "params", "113387", "is not right, and no usual mistake leads to it"),
        (None, "output", "10,10", "the shape has 1 axes, the batch left out"),
    ],
)
def test_a_wrong_answer_has_its_mistake(
    layer: str | None, quantity: str, written: str, expected: str
) -> None:
    mark = marked(MNIST, layer, quantity, written)
    assert mark.verdict == "wrong"
    assert expected in said(mark)


@pytest.mark.parametrize(
    ("layer", "quantity", "written"),
    [
        ("conv2d_1", "params", "9248"),
        ("conv2d_1", "params", "9,248"),
        ("conv2d_1", "params", "(3*3*32+1)*32"),
        ("conv2d_1", "params", "(3²·32 + 1)×32"),
        ("conv2d_1", "output", "11,11,32"),
        ("conv2d_1", "output", "( 11, 11, 32 )"),
        ("conv2d_1", "output", "11×11×32"),
        ("conv2d_1", "output", "11x11x32"),
        ("conv2d_1", "output", "(None, 11, 11, 32)"),
        ("conv2d_1", "output.H", "13 − 3 + 1"),
        ("conv2d_1", "output.axis2", "32"),
        ("conv2d_1", "output.C", "32"),
        ("conv2d_1", "receptive_field", "8"),
        ("conv2d_1", "receptive_field.W", "8"),
        ("conv2d_1", "trainable_params", "9248"),
        ("flatten", "output", "800"),
        ("flatten", "output", "(800,)"),
        (None, "params", "113386"),
        (None, "macs", "1,413,504"),
        (None, "output", "10"),
    ],
)
def test_right_answers_in_many_forms(layer: str | None, quantity: str, written: str) -> None:
    assert marked(MNIST, layer, quantity, written).verdict == "right"


@pytest.mark.parametrize(
    ("quantity", "written", "verdict", "expected"),
    [
        ("params", "(9*C+1)*F", "right", ""),
        ("params", "F*9*C + F", "right", ""),
        ("params", "9*C*F", "wrong", "9·C·F leaves out the biases: F more"),
        ("output", "H-2, W-2, F", "right", ""),
        ("output.H", "H", "wrong", "H keeps the size, as if there were padding"),
        ("macs", "9*C*F*(H-2)*(W-2)", "right", ""),
        ("macs", "9*C*F", "wrong", "counts one place of the window, not all of them"),
    ],
)
def test_answers_in_letters(quantity: str, written: str, verdict: str, expected: str) -> None:
    mark = marked(FREE, "conv2d", quantity, written)
    assert mark.verdict == verdict
    assert expected in said(mark)


@pytest.mark.parametrize(
    ("layer", "quantity", "written", "mistake"),
    [
        ("batch_normalization", "params", "16", "trained-only"),
        (None, "params", "637", "trained-only"),
        (None, "params", "648", "bias-forgotten"),
        ("conv2d", "output", "(30, 30, 8)", "padding-forgotten"),
    ],
)
def test_graphs(layer: str | None, quantity: str, written: str, mistake: str) -> None:
    mark = marked(RESIDUAL, layer, quantity, written)
    assert mark.verdict == "wrong"
    assert mistake in {one.mistake for one in mark.mistakes}


@pytest.mark.parametrize(
    ("layer", "quantity", "written", "expected"),
    [
        ("conv", "params", "1", "--layer conv: the model has no such layer"),
        (None, "param", "1", "--answer param=…: there is no such quantity"),
        (None, "output.Q", "1", "this is not known here"),
        (None, "params", "many", "the model has no many"),
        (None, "params", "params", "the model has no params"),
        (None, "params", "__import__('os')", "it cannot be read"),
        (None, "params", "9**9**9", "it cannot be read"),
        (None, "params", "1/0", "it cannot be read"),
        (None, "params", "(" * 3000, "it cannot be read"),
        (None, "params", "1" * 500, "it cannot be read"),
        (None, "output", "", "it cannot be read"),
    ],
)
def test_wrong_calls(layer: str | None, quantity: str, written: str, expected: str) -> None:
    with pytest.raises(CallProblem) as refused:
        marked(MNIST, layer, quantity, written)
    assert expected in TextSetter().say(refused.value.message)


def test_fractions_are_read() -> None:
    like = Value((1,))
    assert read_answer("12.5", (), like).sizes == (Rational(25, 2),)
    assert read_answer("25/2", (), like).sizes == (Rational(25, 2),)
    assert read_answer("24/2", (), like).sizes == (12,)
    assert read_answer("H//2", (symbol("H"),), like).sizes != read_answer("6", (), like).sizes


def test_a_sheet_with_all_kinds_of_answers() -> None:
    settings = Settings(4, "easy", 5)
    questions = exercises(settings).questions
    right = {one.number: ",".join(map(str, one.answer.sizes)) for one in questions}
    assert mark_sheet(settings, {**right}).all_right
    last = questions[-1]
    assert last.unknown is not None
    named = f"{last.unknown.name} = {right[last.number]}"
    answers = {1: None, 2: "sixty", 3: right[3], 4: "0", last.number: named}
    marking = mark_sheet(settings, answers)
    verdicts = [mark.verdict for mark in marking.marks]
    assert verdicts == ["unanswered", "wrong", "right", "wrong", "right"]
    assert not marking.all_right
    assert TextSetter().say(marking.summary) == "2 of 5 are right"


def test_there_is_no_such_question() -> None:
    with pytest.raises(CallProblem):
        mark_sheet(Settings(4, "easy", 5), {6: "1"})
