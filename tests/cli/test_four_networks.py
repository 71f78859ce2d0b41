"""The four networks that every release must get right, with numbers and with letters."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sympy import Integer, Symbol, expand, sympify

import layermath as lm
from tests.cli.conftest import Run

pytestmark = pytest.mark.quick

Example = Callable[[str], Path]

NETWORKS = {
    "mnist_cnn": (
        [(26, 26, 32), (13, 13, 32), (11, 11, 32), (5, 5, 32), (800,), (128,), (10,)],
        [320, 0, 9248, 0, 0, 102528, 1290],
    ),
    "one_filter": ([(8, 8, 1)], [10]),
    "two_convs": ([(8, 8, 5), (6, 6, 2)], [50, 92]),
    "conv1d": ([(98, 8), (96, 1)], [128, 25]),
}

FREE = {
    "mnist_cnn_free": {"H": 28, "W": 28, "C": 1, "K": 3, "F1": 32, "F2": 32},
    "one_filter_free": {"H": 10, "W": 10, "C": 1, "K": 3, "F": 1},
    "two_convs_free": {"H": 10, "W": 10, "C": 1, "K": 3, "F1": 5, "F2": 2},
    "conv1d_free": {"L": 100, "C": 5, "K": 3, "F1": 8, "F2": 1},
}


def derived(path: Path, bindings: dict[str, int] | None = None) -> lm.Derivation:
    return lm.derive(lm.load(str(path)), bindings)


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_and_parameters(name: str, example: Example) -> None:
    shapes, params = NETWORKS[name]
    derivation = derived(example(name))
    assert [layer.output_shape for layer in derivation.layers.values()] == shapes
    assert [layer.params for layer in derivation.layers.values()] == params
    assert derivation.totals.params == sum(params)


def test_the_total_of_the_mnist_network(example: Example) -> None:
    assert derived(example("mnist_cnn")).totals.params == 113386


@pytest.mark.parametrize("name", FREE)
def test_letters_bound_give_the_numbers(name: str, example: Example) -> None:
    shapes, params = NETWORKS[name.removesuffix("_free")]
    derivation = derived(example(name), FREE[name])
    assert [layer.output_shape for layer in derivation.layers.values()] == shapes
    assert [layer.params for layer in derivation.layers.values()] == params
    assert derivation.symbols == ()


@pytest.mark.parametrize("name", FREE)
def test_letters_left_free_come_to_the_numbers(name: str, example: Example) -> None:
    """The JSON alone, read by SymPy, gives the numbers back."""
    shapes, params = NETWORKS[name.removesuffix("_free")]
    data = json.loads(json.dumps(derived(example(name)).to_dict()))
    symbols = {text: Symbol(text, integer=True, positive=True) for text in data["model"]["symbols"]}
    assert set(symbols) == set(FREE[name])
    values = {symbols[text]: Integer(number) for text, number in FREE[name].items()}

    def number(item: int | str) -> int:
        return int(sympify(item, locals=symbols).subs(values))

    assert [number(layer["params"]) for layer in data["layers"]] == params
    assert [
        tuple(number(size) for size in layer["output_shapes"][0]) for layer in data["layers"]
    ] == shapes


def test_the_second_count_of_two_convolutions_in_letters(example: Example) -> None:
    derivation = derived(example("two_convs_free"))
    k, one, two = (Symbol(name, integer=True, positive=True) for name in ("K", "F1", "F2"))
    second = list(derivation.layers.values())[1]
    assert expand(second.params - (k**2 * one + 1) * two) == 0
    assert "(K²·F₁ + 1)·F₂" in str(derivation)
    half = derived(example("two_convs_free"), {"K": 3})
    assert "(9·F₁ + 1)·F₂" in str(half)


def test_a_binding_may_be_given_to_the_reader_too(example: Example) -> None:
    network = lm.load(str(example("two_convs_free")), {"K": 3, "F1": 5, "F2": 2})
    assert [layer.params for layer in lm.derive(network, {"C": 1}).layers.values()] == [50, 92]


SAID = [
    "9 weights and a bias, 32 times",
    "a filter is as deep as its input: 32 slices of 3×3",
    "copies would have 320 parameters, not 9,248",
    "11 is odd: row 11 and column 11 are never read",
    'padding="same" in this layer keeps them',
    "the same values in one row",
    "= (800 + 1)·128",
    "and one bias: 801",
    "before the activation acts",
    "relu acts on each value by itself",
    "softmax looks at all 10 values together",
    "there is nothing to learn",
    "113,386",
]


@pytest.mark.parametrize("sentence", SAID)
def test_what_the_derivation_says_in_words(run: Run, example: Example, sentence: str) -> None:
    text = " ".join(run("derive", example("mnist_cnn"), "--detail", "full").out.split())
    alone = " ".join(word for word in text.split())
    # a reason wraps in its column, beside the formulas: look for its words in order
    position = 0
    for word in sentence.split():
        position = alone.find(word, position)
        assert position >= 0, word


def test_free_sizes_end_in_one_floor(run: Run, example: Example) -> None:
    printed = run("derive", example("mnist_cnn"), "--input", "H,W,1")
    assert printed.status == 0
    assert "⌊(H − 6)/4⌋" in printed.out
    assert "4,096·H₄·W₄ + 10,986" in printed.out
    assert "H ≥ 10" in printed.out


def test_where_does_9248_come_from(run: Run, example: Example) -> None:
    printed = run("derive", example("mnist_cnn"), "--find", "9,248").out
    assert "conv2d_1" in printed
    assert "(3·3·32 + 1)·32" in printed
    assert "max_pooling2d" not in printed


def test_the_parameters_hold_wherever_dense_gets_as_many_values(run: Run, example: Example) -> None:
    """Not at 28×28 alone: 26×26 gives 800 values too."""
    text = " ".join(run("derive", example("mnist_cnn")).out.split())
    assert "these 113,386 parameters where dense gets (800)" in text
    other = lm.derive(lm.load(str(example("mnist_cnn")), inputs={None: (26, 26, 1)}))
    assert other.totals.params == 113386
