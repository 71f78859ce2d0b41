import keras
from keras import layers


class Wide(layers.Dense):
    def __init__(self, factor, **kwargs):
        super().__init__(8 * factor, activation="relu", **kwargs)


class SameConv(layers.Conv2D):
    """A convolution that keeps the size."""

    def __init__(self, filters, kernel_size=3, **kwargs):
        super().__init__(filters, kernel_size, padding="same", **kwargs)


class Block(layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.conv = SameConv(filters)
        self.norm = layers.BatchNormalization()

    def call(self, x):
        return self.norm(self.conv(x))


inputs = keras.Input((16, 16, 3))
x = Block(8)(inputs)
x = layers.Reshape((16, 128))(x)
x = layers.GRU(12)(x)
x = Wide(2)(x)
x = Wide(3, name="wider")(x)
model = keras.Model(inputs, layers.Dense(5)(x))

second = keras.Sequential([keras.Input((8, 8, 3)), SameConv(4), SameConv(4, 5), layers.Flatten(), Wide(2)])
