import keras
from keras.layers import Input, Dense, Concatenate, Embedding, Flatten, Add, Average

shared = Dense(8, activation="tanh", name="shared")
embedding = Embedding(50, 4)
ins = [Input((6,), name=f"part_{letter}") for letter in "abc"]
codes = [shared(i) for i in ins]
merged = Concatenate(axis=1)(codes)
second = Average()([shared(ins[2]), shared(ins[0])])
words = [Flatten()(embedding(Input((5,), name=n))) for n in ("w1", "w2")]
both = Concatenate()([merged, second, *words])
model = keras.Model(
    inputs=[*ins, keras.Input((3,), name="extra")],
    outputs=[Dense(2)(merged), Add(name="sum")([second, codes[1]])],
    name="shared_parts",
)
