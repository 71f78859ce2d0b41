from tensorflow import keras

model = keras.Sequential(name="conv1d_free")
model.add(keras.Input(shape=(L, C)))
model.add(keras.layers.Conv1D(F1, K, activation="sigmoid"))
model.add(keras.layers.Conv1D(F2, K, activation="sigmoid"))
