"""Scripts as people keep them: guards, data, training, command lines, and what is asked of them."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Symbol

import layermath as lm
from layermath.network.graph import Network
from layermath.network.walk import symbols_of
from layermath.problems import CallProblem, ModelProblem, Problem
from layermath.readers.keras import read
from layermath.rules.dense import Dense
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer

MODEL = "m = Sequential([Input((8,)), Dense(3)])\n"


def letters(network: Network) -> set[str]:
    return {symbol.name for symbol in symbols_of(network)}


def size(name: str) -> Symbol:
    return Symbol(name, integer=True, positive=True)


def text(problem: Problem) -> str:
    return str([problem.message, *problem.details])


@pytest.mark.parametrize(
    "script",
    [
        "def main():\n  " + MODEL + "if __name__ == '__main__':\n  main()",
        "(x, y), (a, b) = mnist.load_data()\nx = x.reshape(-1, 8) / 255.0\n" + MODEL,
        MODEL + "for epoch in range(EPOCHS):\n  for x, y in data:\n    loss = step(m(x), y)\n"
        "    losses.append(loss)\n  if epoch % 10 == 0:\n    print(f'{epoch}: {loss:.3f}')",
        "import os\nif os.path.exists('m.keras'):\n  m = keras.models.load_model('m.keras')\n"
        "else:\n  " + MODEL,
        MODEL + "plt.plot(m.fit(x, y).history['loss'])\nassert m.evaluate(x, y)[1] > 0.9",
        "PATTERN = '\\d+'\n" + MODEL,
    ],
)
def test_what_is_not_the_model_is_passed_over(script: str) -> None:
    assert [call.layer for call in read(script).calls] == ["input_layer", "dense"]


def test_a_branch_on_what_is_not_known_is_told_where_the_model_needs_it() -> None:
    script = (
        "m = Sequential([Input((8,))])\nif args.bn:\n  m.add(BatchNormalization())\nm.add(Dense(3))"
    )
    with pytest.raises(ModelProblem) as caught:
        read(script)
    assert caught.value.line == 2


def test_a_variable_that_cannot_be_followed_is_a_letter_and_the_notes_say_so() -> None:
    script = "n = len(train.class_names)\nm = Sequential([Input((8,)), Dense(n)])"
    network = read(script)
    assert letters(network) == {"n"}
    (note,) = network.notes
    assert "len(train.class_names)" in str(note)
    assert letters(read(script, bindings={"n": 5})) == set()


def test_no_letter_of_an_axis_is_one_of_the_models_own() -> None:
    network = read("i = Input((None, None, 3))\nm = Model(i, Conv2D(H, 3)(i))")
    assert letters(network) == {"H", "H_input_layer", "W"}
    assert {symbol.name for symbol in network.unknown_sizes} == {"H_input_layer", "W"}


@pytest.mark.parametrize(
    "script",
    [
        "H, W = None, None\ni = Input((H, W, 3))\nm = Model(i, Conv2D(4, 3)(i))",
        "def build(H, W):\n  return Sequential([Input((H, W, 3)), Conv2D(4, 3)])\n"
        "m = build(None, None)",
        "from keras import layers as H\nm = Sequential([H.Input((None, None, 3)), H.Conv2D(4, 3)])",
    ],
)
def test_a_name_that_is_only_none_is_free_to_be_a_letter(script: str) -> None:
    assert letters(read(script)) == {"H", "W"}


def test_a_letter_of_the_input_option_may_be_set() -> None:
    shape: dict[str | None, Any] = {None: (size("H"), size("W"), 1)}
    script = "m = Sequential([Input((28, 28, 1)), Conv2D(4, 3)])"
    assert letters(read(script, inputs=shape, bindings={"H": 9})) == {"W"}


def test_only_a_symbol_of_the_model_may_be_set() -> None:
    script = MODEL + "m.fit(x_train, y_train, epochs=EPOCHS)"
    with pytest.raises(CallProblem):
        read(script, bindings={"EPOCHS": 3})
    with pytest.raises(CallProblem) as caught:
        read("m = Sequential([Input((C,)), Dense(F)])\nm.fit(x, y)", bindings={"G": 3})
    assert "'C'" in text(caught.value)
    assert "'F'" in text(caught.value)
    assert "'x'" not in text(caught.value)


def test_a_function_that_another_one_calls_is_a_part() -> None:
    script = (
        "def encoder(): return Sequential([Input((8,)), Dense(4)], name='encoder')\n"
        "def whole():\n  i = Input((8,))\n  return Model(i, Dense(2)(encoder()(i)))"
    )
    assert read(script).listed == ("input_layer", "encoder", "dense")


def test_several_functions_are_listed() -> None:
    script = (
        "def a(): return Sequential([Input((8,)), Dense(3)])\n"
        "def b(n): return Sequential([Dense(n)])"
    )
    with pytest.raises(CallProblem) as caught:
        read(script)
    assert "a()" in text(caught.value)
    assert "b(n)" in text(caught.value)


def test_a_call_may_build_a_model_and_return_nothing() -> None:
    script = "def main():\n  " + MODEL
    assert read(script, call="main()").name == "sequential"


@pytest.mark.parametrize("name", ["layers.SpatialDropuot2D", "SpatialDropuot2D"])
def test_a_misspelt_layer_is_corrected(name: str) -> None:
    with pytest.raises(ModelProblem) as caught:
        read(f"m = Sequential([Input((8, 8, 3)), {name}(0.2)])")
    assert "SpatialDropout2D(0.2)" in text(caught.value)


def test_an_imported_class_is_not_misspelt() -> None:
    script = "from blocks import MaxPooling\nm = Sequential([Input((8, 8, 3)), MaxPooling(2)])"
    assert read(script).listed == ("max_pooling",)


@pytest.mark.parametrize(
    "saving",
    [
        "m.save('best.keras')\n",
        "m.fit(x, callbacks=[keras.callbacks.ModelCheckpoint('best.keras', verbose=1)])\n",
        "stops = [keras.callbacks.EarlyStopping(), keras.callbacks.ModelCheckpoint(\n"
        "    filepath='best.keras')]\nm.fit(x, y, epochs=3, callbacks=stops)\n",
    ],
)
def test_a_model_that_the_source_saves_is_there_to_be_loaded(saving: str) -> None:
    script = MODEL + saving + "m.add(Dense(4))\nn = keras.models.load_model('best.keras')\n"
    network = read(script, model="n")
    assert list(network.listed) == ["dense"]
    assert list(read(script, model="m").listed) == ["dense", "dense_1"]


@pytest.mark.parametrize(
    "loading",
    [
        "keras.models.load_model('other.keras')",
        "keras.models.load_model(path)",
        "keras.models.clone_model(other)",
        "keras.models.clone_model(m, clone_function=change)",
    ],
)
def test_a_model_that_is_not_there_is_not_loaded(loading: str) -> None:
    script = MODEL + "m.save('best.keras')\nn = " + loading
    with pytest.raises(CallProblem, match="no such model"):
        read(script, model="n")
    assert read(script).name == "sequential"


@pytest.mark.parametrize(
    ("loading", "shape"),
    [
        ("(x, y), (a, b) = keras.datasets.mnist.load_data()", (28, 28)),
        ("(x, y), _ = tf.keras.datasets.cifar100.load_data(label_mode='fine')", (32, 32, 3)),
        ("from keras.datasets import boston_housing as b\n(x, y), _ = b.load_data()", (13,)),
        ("d = keras.datasets.fashion_mnist.load_data()\nx = d[0][0][:-5000] / 255", (28, 28)),
        ("_, (x, y) = keras.datasets.california_housing.load_data('small')", (8,)),
    ],
)
def test_the_data_sets_of_keras_have_the_shapes_that_keras_states(
    loading: str, shape: tuple[int, ...]
) -> None:
    network = read(loading + "\nm = Sequential([Input(x.shape[1:]), Flatten(), Dense(3)])")
    (taken,) = network.inputs
    assert network.entries[network.calls[taken.call].layer].layer == InputLayer(shape)


def test_how_many_there_are_of_a_data_set() -> None:
    script = (
        "(x, y), (a, b) = keras.datasets.boston_housing.load_data()\n"
        "m = Sequential([Input((len(x),)), Dense(a.shape[0])])"
    )
    layer = read(script).entries["dense"].layer
    assert isinstance(layer, Layer)
    assert layer.rule == Dense(102)
    other = read(script.replace("load_data()", "load_data(test_split=0.5)"))
    assert len(letters(other)) == 2


def test_a_copy_of_plain_data_is_changed_by_itself() -> None:
    script = (
        "import copy\nc = {'units': [3], 'f': tf.nn.relu}\nd = copy.deepcopy(c)\n"
        "e = copy.copy(c)\nd['units'].append(4)\ne['units'] = [5, 6, 7]\n"
        "m = Sequential([Input((8,)), *map(Dense, c['units'] + d['units'])])"
    )
    assert [layer.units for layer in _dense(read(script))] == [3, 3, 4]


def _dense(network: Network) -> list[Dense]:
    rules = [getattr(entry.layer, "rule", None) for entry in network.entries.values()]
    return [rule for rule in rules if isinstance(rule, Dense)]


def test_a_model_that_is_asked_for_stands_though_a_later_one_fails() -> None:
    source = (
        "good = keras.Sequential([keras.Input((8,)), layers.Dense(3)])\n"
        "bad = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(3, 9)])"
    )
    derivation = lm.derive(lm.loads(source, model="good"))
    assert derivation.totals.params == 27
    assert "in line 2, the source fails" in str(derivation.notes[0])
    for name in (None, "bad"):
        with pytest.raises(lm.LayermathError, match="larger than its input"):
            lm.loads(source, model=name)
