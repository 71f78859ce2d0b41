# layermath: --call "make(kind='cnn', shape=(28, 28, 1), n=10)"
import keras
from keras import layers


def make(kind, shape, n, depth=2):
    """One of the three networks of the report."""
    if kind == "linear":
        return keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(n)])
    if kind == "mlp":
        model = keras.Sequential([keras.Input(shape), layers.Flatten()])
        for _ in range(depth):
            model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(n))
        return model
    if kind != "cnn":
        raise ValueError(f"unknown kind {kind!r}")
    assert len(shape) == 3, "an image"
    inputs = keras.Input(shape)
    x = inputs
    width = 8
    while min(x.shape[1], x.shape[2]) > 4:
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        width *= 2
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(n)(x))
