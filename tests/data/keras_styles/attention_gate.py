from keras import Model, Input
from keras.layers import (Conv2D, Add, Activation, UpSampling2D, Multiply, Concatenate, MaxPooling2D,
                          GlobalAveragePooling2D, GlobalMaxPooling2D, Dense, Reshape, GroupNormalization)


def attention_gate(g, s, num_filters):
    Wg = Conv2D(num_filters, 1, padding="same")(g)
    Ws = Conv2D(num_filters, 1, padding="same")(s)
    out = Activation("relu")(Add()([Wg, Ws]))
    out = Conv2D(num_filters, 1, padding="same")(out)
    out = Activation("sigmoid")(out)
    return Multiply()([out, s])


def channel_attention(x, ratio=4):
    channel = x.shape[-1]
    l1 = Dense(channel // ratio, activation="relu", use_bias=False)
    l2 = Dense(channel, use_bias=False)
    x1 = l2(l1(GlobalAveragePooling2D()(x)))
    x2 = l2(l1(GlobalMaxPooling2D()(x)))
    feats = Activation("sigmoid")(Add()([x1, x2]))
    return Multiply()([x, Reshape((1, 1, channel))(feats)])


inp = Input((32, 32, 1))
s1 = GroupNormalization(groups=4)(Conv2D(8, 3, padding="same")(inp))
b1 = Conv2D(16, 3, padding="same", activation="silu")(MaxPooling2D()(s1))
b1 = channel_attention(b1)
g = UpSampling2D()(b1)
d1 = Concatenate()([g, attention_gate(g, s1, 8)])
out = Conv2D(1, 1, activation="sigmoid")(d1)
model = Model(inp, out, name="attention_unet")
