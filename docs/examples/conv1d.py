from tensorflow import keras

model = keras.Sequential(name="conv1d")
model.add(keras.Input(shape=(100, 5)))
model.add(keras.layers.Conv1D(8, 3, activation="sigmoid"))
model.add(keras.layers.Conv1D(1, 3, activation="sigmoid"))
