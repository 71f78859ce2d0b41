import keras
from keras import layers, ops


class PatchEncoder(layers.Layer):
    def __init__(self, num_patches, dim):
        super().__init__()
        self.projection = layers.Dense(dim)
        self.position_embedding = layers.Embedding(num_patches, dim)
        self.num_patches = num_patches

    def call(self, patch):
        positions = ops.expand_dims(ops.arange(start=0, stop=self.num_patches, step=1), axis=0)
        return self.projection(patch) + self.position_embedding(positions)


image_size, patch, dim = 32, 8, 24
inputs = keras.Input((image_size, image_size, 3))
side = image_size // patch
x = ops.reshape(inputs, (-1, side, patch, side, patch, 3))
x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
x = ops.reshape(x, (-1, side * side, patch * patch * 3))
x = PatchEncoder(side * side, dim)(x)
for _ in range(2):
    n = layers.LayerNormalization(epsilon=1e-6)(x)
    x = x + layers.MultiHeadAttention(num_heads=2, key_dim=dim)(n, n)
    n = layers.LayerNormalization(epsilon=1e-6)(x)
    x = x + layers.Dense(dim, activation="gelu")(n)
outputs = layers.Dense(10)(ops.mean(x, axis=1))
model = keras.Model(inputs, outputs)
