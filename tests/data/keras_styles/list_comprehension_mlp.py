from keras.layers import Dense, Dropout, Input, LayerNormalization
from keras.models import Sequential

hidden = [2 ** k for k in range(7, 3, -1)]
rates = {n: 0.5 if n > 64 else 0.25 for n in hidden}
model = Sequential(
    [Input(shape=(20,))]
    + [layer for n in hidden for layer in (Dense(n, activation="gelu"), LayerNormalization(), Dropout(rates[n]))]
    + [Dense(1, activation="sigmoid", name="output")]
)
