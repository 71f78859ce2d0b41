"""Cells of the user's own, on ``keras.Layer``: one with weights, one with two states."""

import keras
from keras import layers, ops


class LeakyCell(keras.Layer):
    def __init__(self, units, leak=0.9, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.leak = leak
        self.state_size = units

    def build(self, input_shape):
        self.wx = self.add_weight(shape=(input_shape[-1], self.units), name="wx")
        self.wh = self.add_weight(shape=(self.units, self.units), name="wh")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, inputs, states):
        new = ops.tanh(ops.matmul(inputs, self.wx) + ops.matmul(states[0], self.wh) + self.b)
        state = self.leak * states[0] + (1 - self.leak) * new
        return state, [state]


class CountingCell(keras.Layer):
    def __init__(self, units):
        super().__init__(name="counting")
        self.state_size = [units, 1]
        self.read = layers.Dense(units)

    def build(self, input_shape):
        self.read.build((None, input_shape[-1] + self.state_size[0]))

    def call(self, inputs, states):
        seen, count = states
        seen = self.read(ops.concatenate([inputs, seen], axis=-1))
        return seen, [seen, count + 1]


x = keras.Input((12, 6))
steps = layers.RNN(LeakyCell(16), return_sequences=True)(x)
last, seen, count = layers.RNN(CountingCell(5), return_state=True, name="counter")(steps)
model = keras.Model(x, layers.Dense(2)(layers.concatenate([last, seen, count])))
