import keras
from keras.layers import Input, Conv2D, Dense, Flatten, Dropout
from itertools import product


def stack(x, *layers_, **named):
    for layer in layers_:
        x = layer(x)
    for name, layer in named.items():
        layer._name = name
        x = layer(x)
    return x


spec = [(8, 3), (16, 3), *[(32, k) for k in (1, 3)]]
x = (inp := Input((30, 30, 2)))
for filters, k in spec:
    if (pad := "same" if k == 1 else "valid") == "same":
        pass
    x = Conv2D(filters, k, padding=pad)(x)
*most, last = [64, 32, 10]
x = stack(x, Flatten(), *(Dense(n, activation="relu") for n in most))
heads = {f"head_{a}{b}": Dense(last) for a, b in product("xy", range(2))}
model = keras.Model(inp, [head(x) for head in heads.values()])
