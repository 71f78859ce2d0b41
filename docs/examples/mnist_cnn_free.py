# The same network with its input, kernels and filters left open: a name without a value is a letter.
import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=(H, W, C)),
        layers.Conv2D(F1, (K, K), activation="relu"),
        layers.MaxPooling2D(2, 2),
        layers.Conv2D(F2, (K, K), activation="relu"),
        layers.MaxPooling2D(2, 2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ],
    name="mnist_cnn_free",
)
