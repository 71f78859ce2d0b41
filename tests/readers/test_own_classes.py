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
