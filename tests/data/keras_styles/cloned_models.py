import copy

import keras
from keras import layers


class Doubled(layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)
        self.inner = layers.Dense(units, name="inner")

    def call(self, x):
        return self.activation(self.inner(x)) * 2

    def get_config(self):
        return {**super().get_config(), "units": self.units}


CONFIG = {"units": [3, 2], "activation": "relu"}
ours = copy.deepcopy(CONFIG)
ours["units"].append(9)
stack = keras.Sequential([layers.Input((4,)), *map(layers.Dense, CONFIG["units"])])
twin = keras.models.clone_model(stack)
twin.layers[0].trainable = False
stack.add(layers.Dense(ours["units"].pop()))

image = keras.Input((4,), name="image")
shared = layers.Dense(4, activation=keras.activations.get("tanh"))
net = keras.Model(
    image,
    [
        stack(shared(shared(image))),
        Doubled(4, "relu")(image),
        keras.ops.mean(shared(image) + 1, axis=-1),
    ],
)
net.layers[1].trainable = False
copied = keras.models.clone_model(net)
net.trainable = False
head = layers.Dense(2)(copied(image)[0])
student = keras.Model(image, layers.Concatenate()([head, layers.Dense(2)(stack(image))]))
