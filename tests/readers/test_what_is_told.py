"""Where a model depends on what cannot be followed, the first of it is named, and what to write."""

from __future__ import annotations

import pytest

import layermath as lm

INPUT = "i = Input((8,))\n"


@pytest.mark.parametrize(
    ("source", "status", "line", "said"),
    [
        ("x = Dense(8)(i)\nx = x << i\nm = Model(i, Dense(3)(x))", 1, 3, "x << i"),
        ("x = i[0]\nm = Model(i, Dense(3)(x))", 1, 2, "it changes the batch axis"),
        ("x = i[:, 1:]\nx = tf.reshape(x, (3,))\nm = Model(i, Dense(3)(x))", 1, 3, "tf.reshape"),
        ("m = Model(i, Dense(8)(x))", 1, 2, "x has no value"),
        ("x = Dense(3)\nm = Model(i, x)", 1, 3, "Dense(3)(x)"),
        ("m = Sequential([i, Dense])", 1, 2, "Dense(…)"),
        (
            "s = Model(i, Dense(3)(i))\nj = Input((8,))\nm = Model(i, s([i, j]))",
            1,
            4,
            "1 input, and",
        ),
        (
            "class Net(keras.Model):\n  def call(self, x): return x\nNet()",
            2,
            4,
            "--input",
        ),
    ],
)
def test_the_first_that_cannot_be_followed(
    source: str, status: int, line: int | None, said: str
) -> None:
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(INPUT + source)
    assert (caught.value.exit_code, caught.value.line) == (status, line)
    assert said in str(caught.value)


def test_why_a_call_gives_no_model() -> None:
    source = "def build(shape, n): return Sequential([Input(shape), Dense(n)])"
    for call, said in (("build((8,))", "build needs n too"), ("biuld(3)", "biuld has no value")):
        with pytest.raises(lm.LayermathError) as caught:
            lm.loads(source, call=call)
        assert said in str(caught.value)
        assert caught.value.exit_code == 2


def test_lines_of_a_notebook_that_are_no_python() -> None:
    source = "%matplotlib inline\n!pip install keras\nm = Sequential([Input((8,)), Dense(3)])\n"
    assert lm.loads(source).name == "sequential"
    assert lm.loads("if True:\n  %cd x\nm = Sequential([Input((8,)), Dense(3)])").name
    with pytest.raises(lm.LayermathError) as caught:
        lm.loads(source + "m.add(Dense(3)")
    assert caught.value.line == 4


@pytest.mark.parametrize("module", ["K", "keras.backend", "tf.keras.backend", "keras.config"])
def test_the_data_format(module: str) -> None:
    source = (
        f"if {module}.image_data_format() == 'channels_first': shape = (1, 8, 9)\n"
        "else: shape = (8, 9, 1)\nm = Sequential([Input(shape), Conv2D(5, 3)])"
    )
    assert lm.derive(lm.loads(source)).outputs == ((6, 7, 5),)
    first = f"{module}.set_image_data_format('channels_first')\n{source}"
    assert lm.derive(lm.loads(first)).outputs == ((5, 6, 7),)


def test_a_long_loop_that_trains_is_passed_over() -> None:
    source = (
        "m = Sequential([Input((8,)), Dense(3)])\nfor epoch in range(10**6):\n"
        "  loss = m.train_on_batch(x, y)\n  print(loss)\nm.add(Dense(5))"
    )
    network = lm.loads(source)
    assert list(network.entries)[-1] == "dense_1"
    assert network.notes == ()
