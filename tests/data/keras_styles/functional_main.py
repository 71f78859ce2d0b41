"""Train a small residual classifier."""
import argparse
import os
import sys

import numpy as np
import tensorflow as tf
from tensorflow.keras import Input, Model
from tensorflow.keras import layers as L


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--lr", type=float, default=1e-3)
    return parser.parse_args()


def conv_bn_relu(x, filters, kernel_size=3, strides=1, name=None):
    x = L.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False,
                 name=None if name is None else name + "_conv")(x)
    x = L.BatchNormalization(name=None if name is None else name + "_bn")(x)
    return L.ReLU(name=None if name is None else name + "_relu")(x)


def residual_block(x, filters, downsample=False, *, prefix="block"):
    strides = 2 if downsample else 1
    shortcut = x
    y = conv_bn_relu(x, filters, strides=strides, name=f"{prefix}_a")
    y = conv_bn_relu(y, filters, name=f"{prefix}_b")
    if downsample or shortcut.shape[-1] != filters:
        shortcut = L.Conv2D(filters, 1, strides=strides, padding="same", name=f"{prefix}_proj")(shortcut)
    out = L.Add(name=prefix + "_add")([shortcut, y])
    return L.Activation("relu")(out)


def create_model(input_shape=(32, 32, 3), num_classes=10, widths=(16, 32)):
    inputs = Input(shape=input_shape, name="image")
    x = conv_bn_relu(inputs, 16)
    for stage, width in enumerate(widths, start=1):
        for block in range(2):
            x = residual_block(x, width, downsample=block == 0 and stage > 1,
                               prefix=f"stage{stage}_block{block + 1}")
    x = L.GlobalAveragePooling2D()(x)
    x = L.Dropout(0.3)(x)
    outputs = L.Dense(num_classes, activation="softmax", name="probs")(x)
    return Model(inputs, outputs, name="mini_resnet")


def main():
    args = parse_args()
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
    x_train = x_train.astype("float32") / 255.0
    model = create_model()
    model.summary()
    optimizer = tf.keras.optimizers.Adam(args.lr)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=args.epochs, validation_split=0.1)
    model.save(os.path.join("out", "model.keras"))


if __name__ == "__main__":
    main()
