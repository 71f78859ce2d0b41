"""Layers and models of the user's own, and classes of which nothing is known but their names."""

from __future__ import annotations

import pytest

import layermath as lm

BLOCK = """
class Block(layers.Layer):
    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, 3, padding="same")
        self.norm = layers.BatchNormalization()
    def call(self, x, training=False):
        return self.norm(self.conv(x), training=training)
"""

NET = """
class Net(keras.Model):
    def __init__(self, classes=10):
        super().__init__(name="net")
        self.convs = [layers.Conv2D(8 * 2**i, 3) for i in range(2)]
        self.flatten = layers.Flatten()
        self.head = layers.Dense(classes)
    def call(self, inputs):
        x = inputs
        for conv in self.convs:
            x = conv(x)
        return self.head(self.flatten(x))
"""


def derive(source: str, **options: object) -> lm.Derivation:
    return lm.derive(lm.loads(source, **options))


def test_a_layer_of_the_users_own_is_a_group_of_its_layers() -> None:
    source = "i = Input((32, 32, 3))\nm = Model(i, Block(16, name='stem')(i))"
    stem = derive(BLOCK + source).layers["stem"]
    assert stem.type == "Block"
    assert list(stem.layers) == ["conv2d", "batch_normalization"]
    assert (stem.params, stem.trainable_params) == (448 + 64, 448 + 32)
    assert stem.macs == 32 * 32 * 27 * 16
    assert stem.output_shape == (32, 32, 16)


def test_a_group_stands_in_a_sequential_and_keeps_letters() -> None:
    source = "m = keras.Sequential([Input((H, W, C)), Block(F), Block(F)])"
    derivation = derive(BLOCK + source)
    assert [layer.type for layer in derivation.layers.values()] == ["Block", "Block"]
    assert list(derivation.layers) == ["block", "block_1"]
    assert str(derivation.layers["block"].params) == "9*C*F + 5*F"


def test_a_shared_group_is_counted_once_and_derived_at_each_call() -> None:
    source = (
        "b = Block(3)\ni = Input((8, 8, 3))\nj = Input((4, 4, 3))\nm = Model([i, j], [b(i), b(j)])"
    )
    derivation = derive(BLOCK + source)
    assert derivation.totals.params == 84 + 12
    assert [list(shape) for shape in derivation.outputs] == [[8, 8, 3], [4, 4, 3]]


def test_a_model_of_the_users_own_takes_its_shape_from_build() -> None:
    derivation = derive(NET + "m = Net()\nm.build((None, 28, 28, 1))")
    assert list(derivation.layers) == ["conv2d", "conv2d_1", "flatten", "dense"]
    assert derivation.totals.params == 80 + 1168 + (24 * 24 * 16 + 1) * 10


def test_a_model_of_the_users_own_takes_its_shape_from_the_command_line() -> None:
    derivation = derive(NET + "m = Net(classes=K)", inputs={None: (28, 28, 1)})
    assert [str(size) for size in derivation.outputs[0]] == ["K"]


def test_a_model_without_a_shape_asks_for_one() -> None:
    with pytest.raises(lm.LayermathError) as caught:
        derive(NET + "m = Net()")
    assert caught.value.exit_code == 2
    assert "--input" in str(caught.value)


def test_a_wrong_layer_inside_a_class_is_told_with_its_line() -> None:
    source = "i = Input((8,))\nm = Model(i, Block(3)(i))"
    with pytest.raises(lm.LayermathError) as caught:
        derive(BLOCK + source)
    assert caught.value.layer == "conv2d"
    assert caught.value.exit_code == 1


def test_super_finds_the_method_of_the_base() -> None:
    more = """
class More(Block):
    def __init__(self):
        super(More, self).__init__(4)
        self.drop = layers.Dropout(0.5)
    def call(self, x):
        return self.drop(super().call(x))
i = Input((8, 8, 4))
m = Model(i, More()(i))
"""
    assert list(derive(BLOCK + more).layers["more"].layers) == [
        "conv2d",
        "batch_normalization",
        "dropout",
    ]


def test_weights_of_the_class_itself_are_counted() -> None:
    source = """
class Bias(layers.Layer):
    def build(self, input_shape):
        self.b = self.add_weight(shape=(input_shape[-1],), initializer="zeros")
        self.n = self.add_weight(shape=(2, 3), trainable=False)
    def call(self, x):
        return x
i = Input((5,))
m = Model(i, Bias()(i))
"""
    layer = derive(source).layers["bias"]
    assert (layer.params, layer.trainable_params) == (11, 5)


def test_a_class_without_a_rule_is_unknown_and_not_zero() -> None:
    source = """
import tensorflow_addons as tfa
i = Input((32, 32, 3))
x = tfa.layers.WeightNormalization(layers.Conv2D(8, 3))(i)
x = layers.Conv2D(16, 3)(x)
x = layers.Dense(12)(layers.Flatten()(x))
m = Model(i, layers.Dense(3)(x))
"""
    found = derive(source).to_dict()
    by_name = {layer["name"]: layer for layer in found["layers"]}
    norm = by_name["weight_normalization"]
    assert norm["output_shapes"] == [None]
    assert norm["params"] is norm["macs"] is None
    conv = next(layer for layer in found["layers"] if layer["type"] == "Conv2D")
    assert conv["output_shapes"] == [[None, None, 16]]
    assert conv["params"] is None
    assert [layer["params"] for layer in found["layers"]][-2:] == [None, 39]
    assert any("weight_normalization" in note for note in found["notes"])


def test_the_shape_that_a_foreign_layer_states_is_taken() -> None:
    source = (
        "import tensorflow_hub as hub\n"
        "first = hub.KerasLayer('u', output_shape=[512], input_shape=(9,))\n"
        "m = keras.Sequential([first, Dense(2)])"
    )
    derivation = derive(source)
    assert list(derivation.layers) == ["keras_layer", "dense"]
    assert derivation.layers["dense"].params == 1026


def test_what_a_lambda_cannot_be_followed_through_keeps_the_shape_that_is_written() -> None:
    source = (
        "i = Input((9,))\nx = Lambda(lambda t: magic(t), output_shape=(3, 3))(i)\nm = Model(i, x)"
    )
    layer = derive(source).layers["lambda"]
    assert layer.type == "Lambda"
    assert layer.output_shape == (3, 3)
    assert layer.params == 0


def test_a_wrapper_takes_a_model() -> None:
    source = (
        "cnn = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten()])\n"
        "m = keras.Sequential([Input((5, 8, 8, 1)), TimeDistributed(cnn), Dense(2)])"
    )
    derivation = derive(source)
    assert derivation.layers["time_distributed"].params == 40
    assert derivation.outputs[0] == (5, 2)


def test_what_is_unknown_is_none_in_python() -> None:
    source = "from a import B\ni = Input((8, 8, 3))\nm = Model(i, layers.Conv2D(4, 3)(B()(i)))"
    derivation = derive(source)
    assert derivation.layers["b"].output_shape is None
    assert derivation.layers["b"].params is None
    assert derivation.outputs == ((None, None, 4),)


@pytest.mark.parametrize("made", ["inner", "Sequential"])
def test_a_class_of_the_users_own_stands_in_a_wrapper(made: str) -> None:
    call = {
        "inner": "i = Input((5, 8, 8, 3))\nm = Model(i, TimeDistributed(Block(4))(i))",
        "Sequential": "m = Sequential([Input((5, 8, 8, 3)), TimeDistributed(Block(4))])",
    }[made]
    derivation = derive(BLOCK + call)
    assert derivation.layers["time_distributed"].params == 9 * 3 * 4 + 4 + 16
    assert derivation.outputs == ((5, 8, 8, 4),)


def test_a_class_on_a_layer_of_keras_is_that_layer() -> None:
    source = """
class Wide(layers.Dense):
    def __init__(self, factor, **kwargs):
        super().__init__(8 * factor, activation="relu", **kwargs)
class Plain(layers.Conv2D):
    pass
i = Input((6, 6, 3))
x = Plain(4, 3, name="plain")(i)
m = Model(i, Wide(2)(layers.Flatten()(x)))
"""
    derivation = derive(source)
    assert list(derivation.layers)[-3:] == ["plain", "flatten", "wide"]
    assert derivation.layers["plain"].params == 112
    assert derivation.layers["wide"].params == 65 * 16


def test_a_class_on_a_layer_of_keras_may_go_on_from_what_that_computes() -> None:
    source = """
class Gated(layers.Dense):
    def call(self, x):
        return keras.ops.sigmoid(super().call(x))
i = Input((6,))
m = Model(i, Gated(4)(i))
"""
    layer = derive(source).layers["gated"]
    assert layer.type == "Gated"
    assert (layer.params, layer.output_shape) == (28, (4,))


@pytest.mark.parametrize(
    "base",
    ["keras.Layer", "keras.layers.Layer", "tf.keras.layers.Layer", "Layer", "layers.Layer"],
)
def test_the_class_that_a_layer_stands_on_has_several_names(base: str) -> None:
    source = BLOCK.replace("layers.Layer", base) + "i = Input((8, 8, 3))\nm = Model(i, Block(4)(i))"
    assert derive(source).layers["block"].params == 112 + 16


VARIABLES = """
class Own(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.scale = keras.Variable(np.ones((units,)))
        self.pair = [keras.Variable("zeros", shape=(3, units)),
                     keras.Variable(ops.zeros((2,)), trainable=False)]
        self.again = self.scale
    def call(self, x):
        return x * self.scale + ops.slice(self.pair[0], (0, 0), (1, 4))
"""


def test_a_variable_that_a_class_holds_is_a_weight_of_it() -> None:
    source = "i = Input((4,))\nm = Model(i, Own(4)(i))"  # Keras 3.12 counts 18 too
    layer = derive(VARIABLES + source).layers["own"]
    assert (layer.params, layer.trainable_params) == (18, 16)


def test_a_variable_of_tensorflow_is_counted_and_said_to_be_left_out_by_keras_3() -> None:
    source = """
class Linear(keras.layers.Layer):
    def __init__(self, units=32, input_dim=32):
        super().__init__()
        w_init = tf.random_normal_initializer()
        self.w = tf.Variable(initial_value=w_init(shape=(input_dim, units)), trainable=True)
        self.b = tf.Variable(lambda: tf.zeros((units,)))
    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b
i = Input((2,))
m = Model(i, Linear(4, 2)(i))
"""
    derivation = derive(source)
    assert derivation.layers["linear"].params == 12
    assert derivation.layers["linear"].macs == 8
    assert sum("tf.Variable" in note for note in derivation.notes) == 1


POSITIONS = """
class Positions(layers.Layer):
    def __init__(self, length, depth, **kwargs):
        super().__init__(**kwargs)
        p, i = np.meshgrid(np.arange(length), 2 * np.arange(depth // 2))
        table = np.empty((1, length, depth))
        table[0, :, ::2] = np.sin(p / 10_000 ** (i / depth)).T
        for k in range(length):
            table[0, k, 1] += 1
        self.table = tf.constant(table.astype(self.dtype))
    def call(self, inputs):
        return inputs + self.table[:, : tf.shape(inputs)[1]]
"""


@pytest.mark.parametrize("length", ["10", "None"])
def test_a_table_of_positions_is_followed_by_its_shape(length: str) -> None:
    source = f"i = Input(({length}, 6))\nm = Model(i, Positions(40, 6)(i))"
    derivation = derive(POSITIONS + source)
    assert (
        str(derivation.layers["positions"].output_shape)
        == {
            "10": "(10, 6)",
            "None": "(L, 6)",
        }[length]
    )
    assert [str(one) for one in derivation.to_dict()["conditions"]] == (
        [] if length == "10" else ["L <= 40"]
    )


def test_a_table_that_is_too_short_is_refused_once_the_length_is_known() -> None:
    source = "i = Input((None, 6))\nm = Model(i, Positions(40, 6)(i))"
    with pytest.raises(lm.LayermathError) as caught:
        lm.derive(lm.loads(POSITIONS + source, {"L": 41}))
    assert caught.value.exit_code == 1


def test_a_constant_that_is_changed_in_place_has_no_values_any_more() -> None:
    source = """
sizes = np.array([4, 5])
other = sizes[1:]
other[0] = 9
i = Input((3,))
m = Model(i, Dense(sizes[1], name="d")(i))
"""
    with pytest.raises(lm.LayermathError):
        derive(source)


def test_steps_of_a_loop_are_stacked() -> None:
    source = """
class Steps(layers.Layer):
    def __init__(self):
        super().__init__()
        self.one, self.two = layers.Dense(8), layers.Dense(8)
    def call(self, x):
        outputs, state = [], ops.zeros((x.shape[0], 8))
        for t in range(x.shape[1]):
            state = self.one(x[:, t, :]) + self.two(state)
            outputs.append(state)
        return ops.stack(outputs, axis=1)
i = Input((5, 3))
m = Model(i, Steps()(i))
"""
    layer = derive(source).layers["steps"]
    assert (layer.params, layer.output_shape) == (32 + 72, (5, 8))
    assert layer.macs == 5 * (24 + 64)


UNKNOWN = """
import keras, elsewhere
from keras import layers
i = keras.Input((6, 6))
u = elsewhere.Layer(3)(i)
"""


def test_a_model_on_what_is_unknown_has_the_shapes_that_it_takes() -> None:
    source = UNKNOWN + "s = keras.Input((5, 4))\nm = keras.Model(s, layers.Dense(3)(s))\n"
    source += "m = keras.Model(i, m(u))"
    derivation = derive(source)
    assert derivation.outputs == ((5, 3),)
    assert derivation.totals.params == 15
    assert derivation.totals.macs == 60


def test_what_stays_unknown_inside_a_model_is_said_to_be_left_out() -> None:
    source = UNKNOWN + "s = keras.Input((None, 4))\nm = keras.Model(s, layers.LSTM(2)(s))\n"
    source += "m = keras.Model(i, m(u))"
    derivation = derive(source)
    assert derivation.outputs == ((2,),)
    assert derivation.totals.params == 56
    assert "lstm" in " ".join(map(str, derivation.notes))


PAIR = """
class Pair(layers.Layer):
    def __init__(self, **options):
        super().__init__(**options)
        self.dense = layers.Dense(3)
    def call(self, a, b):
        return self.dense(a) + self.dense(b)
i, j = keras.Input((5, 4)), keras.Input((5, 4))
pair = Pair()
"""


@pytest.mark.parametrize("calls", ["pair(i, i)", "pair(i, b=i)", "pair(i, i) + pair(i, j)"])
def test_a_class_may_be_called_on_one_tensor_twice(calls: str) -> None:
    derivation = derive(PAIR + f"m = keras.Model([i, j], {calls})")
    assert derivation.totals.params == 15
    assert derivation.totals.macs == 120 * (2 if "j" in calls else 1)


def test_the_output_of_a_class_is_that_of_its_first_call() -> None:
    source = """
class Two(layers.Layer):
    def call(self, x):
        return x, layers.Dense(4)(x)
i = keras.Input((8,))
x, _ = Two(name="two")(i)
m = keras.Model(i, layers.Dense(2)(x))
v = keras.Model(m.input, m.get_layer("two").output[1])
"""
    assert derive(source).outputs == ((4,),)


def test_a_layer_that_cannot_be_followed_may_give_several_tensors() -> None:
    source = UNKNOWN + "a, b = elsewhere.Two()(i)\nm = keras.Model(i, [a, layers.Flatten()(b)])"
    assert derive(source).outputs[0] is None


def test_a_class_on_a_layer_of_keras_knows_what_that_was_given() -> None:
    source = """
class Wide(layers.Conv2D):
    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.after = layers.Dense(self.filters * self.kernel_size[0])
    def call(self, x):
        x = super().call(x)
        if self.use_bias and self.padding == "same" and self.data_format == "channels_last":
            x = self.after(x)
        return self.activation(x)
i = keras.Input((8, 8, 3))
m = keras.Model(i, Wide(4, 3, padding="same", activation="relu")(i))
"""
    derivation = derive(source)
    assert derivation.outputs == ((8, 8, 12),)
    assert derivation.totals.params == 112 + 60


def test_what_is_given_to_a_class_and_unknown_is_named() -> None:
    source = """
class Seen(layers.Layer):
    def __init__(self):
        super().__init__()
        self.attend = layers.MultiHeadAttention(2, 4)
    def call(self, x, y):
        return self.attend(query=x, value=y)
i = keras.Input((8, 8))
m = keras.Model(i, Seen()(i, missing(i)))
"""
    derivation = derive(source)
    assert "missing(i)" in str(derivation.notes[0])


def test_a_model_of_the_users_own_with_inputs_and_outputs_lists_its_inputs() -> None:
    source = (
        "class Trained(keras.Model):\n"
        "    def train_step(self, data):\n"
        "        return {}\n"
        "i = Input((4,), name='i')\n"
        "m = Trained(i, layers.Dense(2)(i))"
    )
    derivation = derive(source)
    assert list(derivation.layers) == ["i", "dense"]
    assert derivation.totals.params == 10


@pytest.mark.parametrize(
    "call",
    ["m(np.zeros((1, 8, 8, 3)))", "y = m(tf.random.normal([2, 8, 8, 3]), training=False)"],
)
def test_a_model_that_is_called_on_an_array_is_built_for_it(call: str) -> None:
    assert derive(f"{NET}m = Net(3)\n{call}").totals.params == 224 + 1168 + (4 * 4 * 16 + 1) * 3
    stack = "m = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(5)])\n"
    assert derive(stack + call).totals.params == 112 + (6 * 6 * 4 + 1) * 5


def test_what_a_model_makes_of_an_array_has_a_shape() -> None:
    source = (
        "g = keras.Sequential([layers.Dense(7)])\n"
        "d = keras.Sequential([layers.Dense(1)])\n"
        "d(g(np.ones((2, 3))))"
    )
    assert derive(source, model="d").totals.params == 8


def test_several_cells_of_which_one_has_no_rule_are_unknown() -> None:
    source = (
        "from elsewhere import Cell\n"
        "i = Input((5, 4))\n"
        "m = Model(i, layers.Dense(2)(layers.Dense(3)(i)))\n"
        "n = Model(i, layers.RNN([layers.GRUCell(3), Cell(2)])(i))"
    )
    assert derive(source, model="m").totals.params == 15 + 8
    assert derive(source, model="n").layers["rnn"].params is None


def test_a_layer_on_a_constant_is_part_of_no_model_but_of_a_group_that_calls_it() -> None:
    inside = (
        "class Placed(layers.Layer):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.places = layers.Embedding(10, 8)\n"
        "    def call(self, x):\n"
        "        return x + self.places(keras.ops.arange(10))\n"
        "i = Input((10, 8))\n"
    )
    outside = "m = Model(i, layers.Dense(2)(i + layers.Embedding(10, 8)(keras.ops.arange(10))))"
    assert derive(inside + outside).totals.params == 18
    assert derive(f"{inside}m = Model(i, layers.Dense(2)(Placed()(i)))").totals.params == 98


def test_what_is_known_of_a_group_is_not_given_for_all_of_it() -> None:
    source = """
import elsewhere
class Block(keras.Layer):
    def __init__(self):
        super().__init__()
        self.first, self.odd = layers.Dense(4), elsewhere.Odd(3)
    def call(self, x):
        return self.odd(self.first(x))
i = keras.Input((6,))
m = keras.Model(i, Block()(i))
"""
    derivation = derive(source)
    block = derivation.layers["block"]
    assert (block.params, block.macs) == (None, None)
    assert block.layers["dense"].params == 28
    assert derivation.totals.params == 28
    assert "odd" in str(derivation.notes[0])


def test_each_class_without_a_rule_is_told_once() -> None:
    source = "import a, b\ni = Input((6,))\nm = Model(i, b.Other()(a.Odd(name='z')(a.Odd()(i))))"
    text = derive(source).text()
    assert text.count("Odd of a has no rule here") == 1
    assert text.count("Other of b has no rule here") == 1
