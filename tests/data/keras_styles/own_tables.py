import keras
import numpy as np
from keras import layers, ops


def sinusoids(length, depth):
    angles = np.arange(length)[:, np.newaxis] / np.power(10000, 2 * np.arange(depth // 2) / depth)
    table = np.zeros((length, depth))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return ops.convert_to_tensor(table[np.newaxis], dtype="float32")


class Patches(layers.Layer):
    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def call(self, images):
        shape = ops.shape(images)
        patches = ops.image.extract_patches(images, self.size)
        rows, columns = shape[1] // self.size, shape[2] // self.size
        return ops.reshape(patches, (shape[0], rows * columns, self.size**2 * shape[3]))


class Tokens(layers.Layer):
    def __init__(self, length, width, **kwargs):
        super().__init__(**kwargs)
        self.table = sinusoids(length, width)
        self.scale = keras.Variable(np.ones((width,)), name="scale")
        self.counts = [keras.Variable("zeros", shape=(2,), trainable=False)]
        self.project = layers.Dense(width)
        self.first = self.add_weight(shape=(1, 1, width), name="first")

    def call(self, patches):
        x = self.project(patches) * ops.convert_to_tensor(self.scale)
        x = x + self.table[:, : ops.shape(x)[1]]
        first = ops.broadcast_to(self.first, (ops.shape(x)[0], 1, x.shape[-1]))
        return ops.concatenate([first, x], axis=1)


class Steps(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.one, self.two = layers.Dense(units), layers.Dense(units)

    def call(self, x):
        state, outputs = ops.zeros((ops.shape(x)[0], self.units)), []
        for t in range(x.shape[1]):
            state = ops.tanh(self.one(x[:, t]) + self.two(state))
            outputs.append(state)
        return ops.stack(outputs, axis=1)


image = keras.Input((24, 32, 3))
x = Tokens(100, 16, name="tokens")(Patches(8)(image))
for rate in np.linspace(0, 0.1, 3):
    x = layers.Dropout(rate)(x)
x = Steps(5)(ops.slice(x, (0, 1, 0), (-1, 4, 16)))
model = keras.Model(image, layers.Dense(2)(layers.Flatten()(x)), name="tables")
