"""Szegedy et al., *Rethinking the Inception architecture for computer vision* (2016)."""

from keras import layers
from parts import between_minus_one_and_one, ended


def convolution(x, filters, kernel, stride=1, padding="same"):
    x = layers.Conv2D(filters, kernel, strides=stride, padding=padding, use_bias=False)(x)
    x = layers.BatchNormalization(scale=False)(x)
    return layers.Activation("relu")(x)


def chain(x, *steps):
    for filters, kernel in steps:
        x = convolution(x, filters, kernel)
    return x


def pooling_branch(x, filters):
    x = layers.AveragePooling2D(3, strides=1, padding="same")(x)
    return convolution(x, filters, 1)


def with_fives(x, pool_filters, name):
    branches = [
        convolution(x, 64, 1),
        chain(x, (48, 1), (64, 5)),
        chain(x, (64, 1), (96, 3), (96, 3)),
        pooling_branch(x, pool_filters),
    ]
    return layers.Concatenate(name=name)(branches)


def with_sevens(x, width, name):
    row, column = (1, 7), (7, 1)
    branches = [
        convolution(x, 192, 1),
        chain(x, (width, 1), (width, row), (192, column)),
        chain(x, (width, 1), (width, column), (width, row), (width, column), (192, row)),
        pooling_branch(x, 192),
    ]
    return layers.Concatenate(name=name)(branches)


def fork(x):
    return [convolution(x, 384, (1, 3)), convolution(x, 384, (3, 1))]


def with_forks(x, number, name):
    first = convolution(x, 320, 1)
    second = layers.Concatenate(name=f"mixed9_{number}")(fork(convolution(x, 384, 1)))
    third = layers.Concatenate()(fork(chain(x, (448, 1), (384, 3))))
    branches = [first, second, third, pooling_branch(x, 192)]
    return layers.Concatenate(name=name)(branches)


def half(x, filters):
    return convolution(x, filters, 3, 2, "valid")


def InceptionV3(x, include_top, pooling, classes, classifier_activation):
    x = half(x, 32)
    x = convolution(x, 32, 3, padding="valid")
    x = convolution(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = convolution(x, 80, 1, padding="valid")
    x = convolution(x, 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, strides=2)(x)
    for number, pool_filters in enumerate((32, 64, 64)):
        x = with_fives(x, pool_filters, f"mixed{number}")
    branches = [half(x, 384), half(chain(x, (64, 1), (96, 3)), 96)]
    branches.append(layers.MaxPooling2D(3, strides=2)(x))
    x = layers.Concatenate(name="mixed3")(branches)
    for number, width in enumerate((128, 160, 160, 192), 4):
        x = with_sevens(x, width, f"mixed{number}")
    branches = [
        half(convolution(x, 192, 1), 320),
        half(chain(x, (192, 1), (192, (1, 7)), (192, (7, 1))), 192),
        layers.MaxPooling2D(3, strides=2)(x),
    ]
    x = layers.Concatenate(name="mixed8")(branches)
    x = with_forks(x, 0, "mixed9")
    x = with_forks(x, 1, "mixed10")
    return ended(x, include_top, pooling, classes, classifier_activation)


preprocess_input = between_minus_one_and_one
