import keras
from keras import layers, ops

steps, features, heads = 16, 32, 4
inputs = keras.Input(shape=(steps, features))


def split_heads(x):
    x = ops.reshape(x, (-1, steps, heads, features // heads))
    return ops.transpose(x, (0, 2, 1, 3))


q = split_heads(layers.Dense(features, name="query")(inputs))
k = split_heads(layers.Dense(features, name="key")(inputs))
v = split_heads(layers.Dense(features, name="value")(inputs))
scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / (features // heads) ** 0.5
weights = ops.softmax(scores, axis=-1)
x = ops.einsum("bhij,bhjd->bhid", weights, v)
x = ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (ops.shape(x)[0], steps, features))
x = layers.LayerNormalization()(inputs + layers.Dense(features)(x))
cls = x[:, 0]
outputs = layers.Dense(5)(ops.concatenate([cls, ops.mean(x, axis=1)], axis=-1))
model = keras.Model(inputs, outputs)
