import numpy as np
import keras
from keras import layers

inputs = keras.Input(shape=(24, 20, 3))
x = layers.Conv2D(12, 3, strides=2)(inputs)
h, w, c = x.shape[1:]
tokens = layers.Reshape((h * w, c))(x)
tokens = layers.Permute((2, 1))(tokens)
tokens = layers.Dense(tokens.shape[-1] // 2)(tokens)
flat = layers.Flatten()(tokens)
assert flat.shape == (None, int(np.prod(tokens.shape[1:])))
code = layers.Dense(16)(flat)
x = layers.Dense(int(np.prod(x.shape[1:])))(code)
x = layers.Reshape((h, w, -1))(x)
x = layers.UpSampling2D(size=2, interpolation="bilinear")(x)
top = inputs.shape[1] - x.shape[1]
left = inputs.shape[2] - x.shape[2]
x = layers.ZeroPadding2D(((top // 2, top - top // 2), (left // 2, left - left // 2)))(x)
outputs = layers.Conv2D(inputs.shape[-1], 1)(x)
model = keras.Model(inputs, outputs)
