import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


class ConvBlock(layers.Layer):
    """Convolution, batch normalization, ReLU."""

    def __init__(self, filters, kernel_size=3, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.conv = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)
        self.bn = layers.BatchNormalization()
        self.act = layers.ReLU()

    def call(self, x, training=None):
        x = self.conv(x)
        x = self.bn(x, training=training)
        return self.act(x)

    def get_config(self):
        config = super().get_config()
        config.update({"filters": self.filters})
        return config


class Residual(layers.Layer):
    def __init__(self, filters, downsample=False):
        super(Residual, self).__init__()
        self.first = ConvBlock(filters, strides=2 if downsample else 1)
        self.second = ConvBlock(filters)
        self.short = None
        if downsample:
            self.short = layers.Conv2D(filters, 1, strides=2)
        self.add = layers.Add()

    def call(self, inputs):
        y = self.second(self.first(inputs))
        skip = inputs if self.short is None else self.short(inputs)
        return self.add([skip, y])


class Bottom(Residual):
    def __init__(self, filters):
        super().__init__(filters, downsample=True)
        self.drop = layers.Dropout(0.5)

    def call(self, inputs):
        return self.drop(super().call(inputs))


inputs = keras.Input(shape=(32, 32, 3))
x = ConvBlock(16, name="stem")(inputs)
for filters in (16, 32):
    x = Residual(filters, downsample=filters > 16)(x)
x = Bottom(64)(x)
shared = ConvBlock(8, 1)
a = shared(x)
b = shared(layers.Activation("relu")(x))
x = layers.Concatenate()([a, b])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs, name="own_blocks")
