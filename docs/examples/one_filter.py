from tensorflow.keras.layers import Conv2D
from tensorflow.keras.models import Sequential

model = Sequential(name="one_filter")
model.add(Conv2D(1, (3, 3), activation="sigmoid", input_shape=(10, 10, 1)))
