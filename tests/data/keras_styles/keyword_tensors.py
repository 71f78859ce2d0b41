import keras
from keras import layers


class Decoder(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.to_target = layers.Dense(4)
        self.to_source = layers.Dense(4)

    def call(self, target, source, mask=None):
        return self.to_target(target) + self.to_source(source)


source = keras.Input((5, 6), name="source")
encoded = layers.Dense(6, name="encoded")(layers.Dense(6, name="first")(source))
target = keras.Input((5, 6), name="target")
embedded = layers.Dense(8, name="embedded")(target)
translator = keras.Model([source, target], Decoder()(target=embedded, source=encoded))
decoder = Decoder()
twice = keras.Model(
    [source, target],
    [decoder(target=embedded, source=encoded), decoder(source=encoded, target=embedded)],
)
deeper = layers.Dense(6, name="deeper")(encoded)
attending = keras.Model(
    [source, target], layers.MultiHeadAttention(2, 4)(query=embedded, key=deeper, value=deeper)
)
crossing = keras.Model(
    [source, target],
    layers.MultiHeadAttention(2, 4)(value=embedded, key=layers.Dense(8)(target), query=deeper),
)
