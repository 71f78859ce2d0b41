from tensorflow.keras import layers, Model, Sequential, Input
import tensorflow as tf


def make_embedding_network(shape, dim=32):
    net = Sequential(name="embedding")
    net.add(Input(shape))
    for filters, size in zip([16, 32], [5, 3]):
        net.add(layers.Conv2D(filters, size, activation="relu"))
        net.add(layers.MaxPool2D())
    net.add(layers.Flatten())
    net.add(layers.Dense(dim))
    net.add(layers.UnitNormalization())
    return net


embed = make_embedding_network((40, 40, 1))
left, right = Input((40, 40, 1), name="left"), Input((40, 40, 1), name="right")
a, b = embed(left), embed(right)
similarity = layers.Dot(axes=-1, name="cosine")([a, b])
difference = layers.Subtract()([a, b])
joined = layers.Concatenate()([difference, similarity])
siamese = Model([left, right], layers.Dense(1, activation="sigmoid")(joined), name="siamese")
