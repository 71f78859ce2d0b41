from tensorflow.keras.layers import Conv2D
from tensorflow.keras.models import Sequential

model = Sequential(name="one_filter_free")
model.add(Conv2D(F, (K, K), activation="sigmoid", input_shape=(H, W, C)))
