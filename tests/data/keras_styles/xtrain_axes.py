# layermath: --input 30,7
# keras: x_train = trainX = np.zeros((4, 30, 7)); trainy = np.zeros((4, 6))
from keras.models import Sequential
from keras.layers import Conv1D, Dense, GlobalMaxPooling1D
import numpy as np

trainX, trainy = np.load("x.npy"), np.load("y.npy")
n_timesteps, n_features, n_outputs = trainX.shape[1], trainX.shape[2], trainy.shape[1]
model = Sequential()
model.add(Conv1D(64, 3, activation='relu', input_shape=(n_timesteps, n_features)))
model.add(GlobalMaxPooling1D())
model.add(Dense(6, activation='softmax'))
