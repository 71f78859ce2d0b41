"""Reading: what is followed, what is a letter, what is passed over, which model is taken."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Symbol

import layermath as lm

pytestmark = pytest.mark.quick

H, W, F = (Symbol(name, integer=True, positive=True) for name in "HWF")


def shapes(source: str, **options: Any) -> list[tuple[Any, ...]]:
    """The output shapes of a model's layers."""
    derivation = lm.derive(lm.loads(source, **options))
    return [layer.output_shape for layer in derivation.layers.values()]


def names(source: str, **options: Any) -> list[str]:
    return list(lm.derive(lm.loads(source, **options)).layers)


STYLES = [
    "import tensorflow as tf\n"
    "m = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(8,))])",
    "from tensorflow import keras\nm = keras.Sequential([keras.layers.Dense(3, input_dim=8)])",
    "from tensorflow.keras import layers as L, models\nm = models.Sequential()\n"
    "m.add(L.InputLayer(input_shape=(8,)))\nm.add(L.Dense(3))",
    "from keras.layers import *\nfrom keras.models import *\n"
    "m = Sequential([Input((8,)), Dense(3)])",
    "from keras.layers import Dense as D\nm = Sequential()\n"
    "m.add(D(3, batch_input_shape=(None, 8)))",
    "Sequential([Input(shape=(8,)), Dense(units=3)])",
    "x = Input((8,))\ny = Dense(3)(x)\nm = Model(x, y)",
    "x = keras.Input((8,))\nm = keras.Model(inputs=[x], outputs=[layers.Dense(3)(x)])",
    "def build():\n    x = Input((8,))\n    return Model(x, Dense(3)(x))\nm = build()",
    "def build(n=3):\n    return Sequential([Input((8,)), Dense(n)])",
    "class Config:\n    units = 3\nm = Sequential([Input((8,)), Dense(Config.units)])",
    "sizes = {'out': 3}\nm = Sequential([Input((8,)), Dense(**{'units': sizes['out']})])",
    "m = Sequential([Input((8,)), *[Dense(n) for n in (5, 4, 3)[2:]]])",
    "n = 0\nwhile n < 3:\n    n += 1\nm = Sequential([Input((8,)), Dense(n)])",
    "strategy = tf.distribute.MirroredStrategy()\nwith strategy.scope():\n"
    "    m = Sequential([Input((8,)), Dense(3)])",
    "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\n"
    "m = tf.keras.Sequential([tf.keras.Input((8,)), tf.keras.layers.Dense(3)])",
    "layer = Dense if True else Conv2D\nm = Sequential([Input((8,)), layer(3)])",
    "m = Sequential([Input((8,))])\nfor k, n in zip('a', [3]):\n"
    "    m.add(Dense(n, name=f'{k}_{n}'))",
    "N = 3 if 'relu' else 4\nm = Sequential([Input((2 ** 3,)), Dense(N)])",
    "(lambda n: Sequential([Input((8,)), Dense(n)]))(3)",
]


@pytest.mark.parametrize("source", STYLES)
def test_styles_of_writing_the_same_model(source: str) -> None:
    assert shapes(source)[-1] == (3,)
    assert lm.derive(lm.loads(source)).totals.params == 27


def test_a_name_without_a_value_is_a_letter() -> None:
    assert shapes("Conv2D(F, 3, input_shape=(H, W, 1))") == [(H - 2, W - 2, F)]
    assert shapes("Conv2D(F, 3, input_shape=(H, W, 1))", bindings={"F": 4, "H": 9}) == [
        (7, W - 2, 4)
    ]


def test_none_is_a_letter_named_by_its_axis() -> None:
    assert shapes("Sequential([Input((None, None, 3)), Conv2D(4, 3)])") == [(H - 2, W - 2, 4)]


def test_no_weight_may_depend_on_none() -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads("Sequential([Input((None, 8, 3)), Flatten(), Dense(4)])")
    assert caught.value.exit_code == 1
    assert "None" in str(caught.value)
    letters = shapes("Sequential([Input((H, 8, 3)), Flatten(), Dense(4)])")
    assert letters[-1] == (4,)


def test_the_last_model_is_taken_and_another_may_be_named() -> None:
    source = "a = Sequential([Input((8,)), Dense(3)])\nb = Sequential([Input((8,)), Dense(5)])"
    assert shapes(source) == [(5,)]
    assert shapes(source, model="a") == [(3,)]
    assert shapes(source, model="sequential_1") == [(5,)]
    with pytest.raises(lm.LayermathError, match="a and b"):
        lm.loads(source, model="c")


def test_a_function_may_be_called_with_arguments() -> None:
    source = "def build(shape, n):\n    return Sequential([Input(shape), Dense(n)])\n"
    assert shapes(source, call="build((8,), 3)") == [(3,)]
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(source)
    assert caught.value.exit_code == 2
    assert "--call 'build((H, W, 3), n)'" in str(caught.value)


def test_a_branch_on_a_letter_needs_a_value() -> None:
    source = "if N > 3:\n    n = 1\nelse:\n    n = 2\nm = Sequential([Input((8,)), Dense(n)])"
    with pytest.raises(lm.LayermathError, match="--set N=") as caught:
        lm.loads(source)
    assert caught.value.exit_code == 1
    assert shapes(source, bindings={"N": 5}) == [(1,)]


def test_a_branch_that_algebra_decides_is_taken() -> None:
    source = "n = 1 if F + 1 > F else 2\nm = Sequential([Input((8,)), Dense(F), Dense(n)])"
    assert shapes(source)[-1] == (1,)


def test_a_constant_may_be_set_and_the_output_says_so() -> None:
    source = "classes = 10\nm = Sequential([Input((8,)), Dense(classes)])"
    derivation = lm.derive(lm.loads(source, {"classes": 4}))
    assert derivation.outputs == ((4,),)
    assert any("classes" in note for note in derivation.notes)


def test_a_misspelt_name_is_pointed_out() -> None:
    source = "num_filters = 8\nm = Sequential([Input((9, 9, 1)), Conv2D(num_filtres, 3)])"
    notes = lm.derive(lm.loads(source)).notes
    assert any("num_filters" in note for note in notes)


def test_the_input_may_be_replaced_and_what_follows_is_computed_anew() -> None:
    source = (
        "x = Input((8, 8, 3))\ny = Conv2D(4, 3)(x)\n"
        "n = y.shape[1] * y.shape[2]\nm = Model(x, Dense(n)(Flatten()(y)))"
    )
    assert shapes(source)[-1] == (36,)
    assert shapes(source, inputs={None: (10, 10, 3)})[-1] == (64,)


def test_a_model_without_an_input_shape_asks_for_one() -> None:
    with pytest.raises(lm.LayermathError, match="--input") as caught:
        lm.loads("m = Sequential([Dense(3)])")
    assert caught.value.exit_code == 2
    assert shapes("m = Sequential([Dense(3)])", inputs={None: (8,)}) == [(3,)]


def test_several_inputs_are_named() -> None:
    inputs = "a = Input((None,), name='a')\nb = Input((None,), name='b')\n"
    source = inputs + "m = Model([a, b], Add()([a, b]))"
    derivation = lm.derive(lm.loads(source))
    assert {str(symbol) for symbol in derivation.symbols} == {"L", "L_b"}
    assert derivation.conditions
    bound = lm.derive(lm.loads(source, inputs={"a": (4,), "b": (4,)}))
    assert bound.outputs == ((4,),)


def test_a_shared_layer_counts_once() -> None:
    source = (
        "d = Dense(3)\na = Input((8,))\nb = Input((8,))\nm = Model([a, b], Add()([d(a), d(b)]))"
    )
    derivation = lm.derive(lm.loads(source))
    assert derivation.totals.params == 27
    assert derivation.layers["dense"].macs == 48


def test_a_frozen_layer_trains_nothing() -> None:
    source = "m = Sequential([Input((8,)), Dense(3), Dense(2)])\nm.layers[0].trainable = False"
    totals = lm.derive(lm.loads(source)).totals
    assert (totals.params, totals.trainable_params) == (35, 8)


def test_errors_of_a_layer_name_its_line() -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads("m = Sequential([\n  Input((3, 3, 1)),\n  Conv2D(4, 5)\n])")
    error = caught.value
    assert (error.exit_code, error.line, error.layer) == (1, 3, "conv2d")


def test_layers_are_named_and_ordered_as_keras_does() -> None:
    source = (
        "x = Input((8,))\na = Dense(4)(x)\nb = Dense(4)(x)\nc = Dense(4)(b)\n"
        "m = Model(x, Add()([c, a]))"
    )
    assert names(source) == ["input_layer", "dense_1", "dense_2", "dense", "add"]
