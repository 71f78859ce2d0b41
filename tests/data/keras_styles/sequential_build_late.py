import tensorflow as tf
from tensorflow.keras import layers, models

model = models.Sequential([
    layers.Conv2D(6, kernel_size=(5, 5), activation='tanh'),
    layers.AveragePooling2D(2),
    layers.Conv2D(16, kernel_size=(5, 5), activation='tanh'),
    layers.AveragePooling2D(2),
    layers.Flatten(),
    layers.Dense(units=120, activation='tanh'),
    layers.Dense(units=84, activation='tanh'),
    layers.Dense(units=10, activation='softmax'),
], name='lenet')
model.build(input_shape=(None, 32, 32, 1))
model.summary()
