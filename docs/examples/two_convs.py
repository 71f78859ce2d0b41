from tensorflow.keras.layers import Conv2D
from tensorflow.keras.models import Sequential

model = Sequential(name="two_convs")
model.add(Conv2D(5, (3, 3), activation="sigmoid", input_shape=(10, 10, 1)))
model.add(Conv2D(2, (3, 3), activation="sigmoid"))
