from tensorflow.keras.layers import Conv2D
from tensorflow.keras.models import Sequential

model = Sequential(name="two_convs_free")
model.add(Conv2D(F1, (K, K), activation="sigmoid", input_shape=(H, W, C)))
model.add(Conv2D(F2, (K, K), activation="sigmoid"))
