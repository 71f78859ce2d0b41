import keras
from keras import layers
from keras import ops as K


def gate(x, ratio=4):
    channels = x.shape[-1]
    s = K.mean(x, axis=(1, 2), keepdims=True)
    s = layers.Conv2D(channels // ratio, 1)(s)
    s = K.relu(s)
    s = layers.Conv2D(channels, 1)(s)
    return x * K.sigmoid(s)


def spatial(x):
    both = [K.max(x, axis=-1, keepdims=True), K.mean(x, axis=-1, keepdims=True)]
    return x * layers.Conv2D(1, 7, padding="same", activation="sigmoid")(K.concatenate(both, axis=-1))


inp = keras.Input((48, 48, 3))
x = layers.Conv2D(16, 3, padding="same")(inp)
x = keras.activations.gelu(x)
x = gate(x)
x = spatial(x)
up = K.image.resize(x, (96, 96))
skip = K.pad(K.repeat(K.repeat(inp, 2, axis=1), 2, axis=2), [[0, 0], [0, 0], [0, 0], [0, 1]])
x = K.concatenate([up, skip], axis=3)
x = K.max_pool(x, 2, padding="same")
x = layers.Conv2D(8, 3)(x)
x = K.transpose(x, (0, 3, 1, 2))
x = layers.Flatten()(x)
model = keras.Model(inp, layers.Dense(2)(x), name="gated")
