"""Scripts that make or load their data: what the data decide is a symbol where a layer wants a
number, and loops that only make data are left when they have taken their share of the steps."""

from __future__ import annotations

from typing import Any

import pytest

import layermath as lm

DATA = """
import keras
from keras import layers
import pandas as pd
text = open("book.txt").read()
chars = sorted(list(set(text)))
table = pd.read_csv("table.csv")
lookup = layers.StringLookup()
lookup.adapt(text)
x = keras.Input((4,))
"""
ENDLESS = """
words, seen, held, count = [], set(), {"all": []}, 0
class Store:
    def __init__(self):
        self.words, self.count = [], 0
store = Store()
def add(word):
    global count
    count += 1
    held["all"].append(word)
    store.words.append(word)
    store.count += 1
def filled(number):
    made = []
    while len(made) < number:
        made.append(1)
    return made
while len(words) < 500_000:
    words.append("a")
    seen.add("a")
    add("a")
"""


def outputs(source: str, **options: Any) -> list[str]:
    """The first size of each output."""
    found = lm.derive(lm.loads(source, **options)).outputs
    return [str(shape[0]) for shape in found if shape is not None]


def units(size: str, source: str = DATA, **options: Any) -> str:
    """How many units a layer with ``units=size`` has."""
    model = f"{source}\nm = keras.Model(x, layers.Dense({size})(x))"
    return outputs(model, **options)[0]


@pytest.mark.parametrize(
    ("size", "symbol"),
    [
        ("len(chars)", "len_chars"),
        ("len(chars) + 1", "len_chars + 1"),
        ("lookup.vocabulary_size()", "vocabulary_size"),
        ("len(lookup.get_vocabulary())", "len_lookup_vocabulary"),
        ("table.shape[1]", "table_shape_1"),
        ("table.shape[-1]", "table_shape_last"),
        ("table['a'].nunique()", "table_a_nunique"),
        ("2 * len(chars) - len(chars)", "len_chars"),
    ],
)
def test_a_size_that_data_decide_is_a_symbol_with_a_telling_name(size: str, symbol: str) -> None:
    assert units(size) == symbol


def test_such_a_symbol_takes_a_value() -> None:
    assert units("len(chars) + 1", bindings={"len_chars": 57}) == "58"


def test_such_a_symbol_is_said_once_with_what_it_stands_for() -> None:
    source = "m = keras.Sequential([keras.Input((len(chars),)), layers.Dense(len(chars))])"
    derivation = lm.derive(lm.loads(DATA + source))
    assert str(derivation.totals.params) == "len_chars**2 + len_chars"
    notes = [str(note) for note in derivation.notes]
    assert notes == ["len_chars is len(chars), which cannot be followed: it is kept as a symbol"]


def test_an_axis_of_data_is_the_letter_of_the_input_that_has_it() -> None:
    source = "x = keras.Input((table.shape[1],))\nn = [0]\n"
    assert units("table.shape[1]", DATA + source) == "L"
    assert units("table.shape[1]", DATA + source, inputs={None: (7,)}) == "7"


def test_the_same_words_about_other_data_are_another_symbol() -> None:
    source = "sizes = [table[k].unique() for k in 'ab']\nlen_v = 3\n"
    source += "m = keras.Model(x, [layers.Dense(len(v))(x) for v in sizes])"
    assert outputs(DATA + source) == ["len_v_2", "len_v_3"]


@pytest.mark.parametrize(
    "size", ["len(5)", "len(chars, 3)", "keras.unheard_of(chars)", "len(chars) / 2", "chars[0]"]
)
def test_what_is_no_size_is_refused(size: str) -> None:
    with pytest.raises(lm.LayermathError) as caught:
        units(size)
    assert "units" in str(caught.value)


def test_what_data_decide_takes_no_branch() -> None:
    source = "n = 3\nif len(chars) > 100: n = 4\n"
    assert units("n", DATA + source) == "n"


def test_a_shape_of_data_is_asked_for() -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(DATA + "m = keras.Sequential([keras.Input(table.shape[1:]), layers.Dense(3)])")
    assert "--input" in str(caught.value)


def test_a_long_loop_that_makes_data_leaves_steps_for_the_model() -> None:
    assert units("3", DATA + ENDLESS * 4) == "3"
    assert units("3", DATA + "rows = [[k, k] for k in range(90_000)] * 3\n" * 8) == "3"


@pytest.mark.parametrize(
    "size",
    [
        "len(words)",
        "len(seen)",
        "len(held['all'])",
        "len(store.words)",
        "store.count",
        "count",
        "len(filled(10**6))",
    ],
)
def test_what_a_loop_has_changed_has_no_value_once_it_is_left(size: str) -> None:
    made = units(size, DATA + ENDLESS)
    assert not made.isdigit()


def test_a_loop_that_makes_layers_is_not_left() -> None:
    source = "i = 0\nm = keras.Sequential([x])\nwhile i < 500_000:\n  i += 1\n"
    source += "  if i == 1: m.add(layers.Dense(3))\n"
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(DATA + source)
    assert "given up" in str(caught.value)


def test_other_libraries_have_classes_of_the_same_name() -> None:
    source = "from sklearn.pipeline import Pipeline\nclean = Pipeline([('scale', 3)])\n"
    assert units("3", DATA + source) == "3"
    source = "from elsewhere import Dense\nm = keras.Sequential([x, layers.Dense(3), Dense(4)])"
    derivation = lm.derive(lm.loads(DATA + source))
    assert derivation.totals.params == 15
    assert derivation.outputs[0] is None


@pytest.mark.parametrize("more", ["", " + 1"])
def test_a_variable_that_a_loop_gives_other_data_is_another_symbol(more: str) -> None:
    source = f"found = []\nfor k in 'ab':\n  words = table[k].unique()\n  n = len(words){more}\n"
    source += "  found += [layers.Dense(n)(x), layers.Dense(n)(x)]\nm = keras.Model(x, found)"
    assert outputs(DATA + source) == ["n", "n", "n_2", "n_2"]
