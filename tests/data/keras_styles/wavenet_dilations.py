import tensorflow as tf
from tensorflow import keras

n_filters, n_blocks = 16, 2
seq_len = None
model = keras.models.Sequential()
model.add(keras.layers.InputLayer(shape=[seq_len, 1]))
for rate in (1, 2, 4, 8) * n_blocks:
    model.add(keras.layers.Conv1D(filters=n_filters, kernel_size=2, padding="causal",
                                  activation="relu", dilation_rate=rate))
model.add(keras.layers.Conv1D(filters=10, kernel_size=1))
model.compile(loss="mse", optimizer="adam")
