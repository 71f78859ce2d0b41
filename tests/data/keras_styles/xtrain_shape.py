# layermath: --input 30,7
# keras: x_train = trainX = np.zeros((4, 30, 7)); trainy = np.zeros((4, 6))
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from tensorflow.keras import Sequential
from tensorflow.keras.layers import Conv1D, Dense, Flatten, MaxPooling1D, Dropout
from tensorflow.keras.callbacks import EarlyStopping, ModelCheckpoint

df = pd.read_csv("data.csv")
X = df.drop(columns=["y"]).values.reshape(-1, 30, 7)
y = df["y"].values
x_train, x_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)

model = Sequential()
model.add(Conv1D(filters=64, kernel_size=3, activation="relu", input_shape=x_train.shape[1:]))
model.add(Conv1D(filters=64, kernel_size=3, activation="relu"))
model.add(Dropout(0.5))
model.add(MaxPooling1D(pool_size=2))
model.add(Flatten())
model.add(Dense(100, activation="relu"))
model.add(Dense(1))
es = EarlyStopping(patience=5)
model.compile(loss="mse", optimizer="adam")
hist = model.fit(x_train, y_train, epochs=10, callbacks=[es])
