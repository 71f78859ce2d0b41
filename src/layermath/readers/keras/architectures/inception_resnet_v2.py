"""Szegedy et al., *Inception-v4, Inception-ResNet and the impact of residual connections on
learning* (2017)."""

from keras import layers
from parts import between_minus_one_and_one, ended


def convolution(x, filters, kernel, stride=1, padding="same", name=None):
    x = layers.Conv2D(filters, kernel, strides=stride, padding=padding, use_bias=False, name=name)(
        x
    )
    x = layers.BatchNormalization(scale=False, name=name and f"{name}_bn")(x)
    return layers.Activation("relu", name=name and f"{name}_ac")(x)


def chain(x, *steps):
    for filters, kernel in steps:
        x = convolution(x, filters, kernel)
    return x


def half(x, filters):
    return convolution(x, filters, 3, 2, "valid")


def residual(x, branches, scale, name, activated=True):
    """The branches joined, brought to the width of the input and added to it, scaled."""
    mixed = layers.Concatenate(name=f"{name}_mixed")(branches)
    up = layers.Conv2D(x.shape[-1], 1, padding="same", name=f"{name}_conv")(mixed)
    x = layers.CustomScaleLayer(scale)([x, up])
    return layers.Activation("relu", name=f"{name}_ac")(x) if activated else x


def InceptionResNetV2(x, include_top, pooling, classes, classifier_activation):
    x = half(x, 32)
    x = convolution(x, 32, 3, padding="valid")
    x = convolution(x, 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = convolution(x, 80, 1, padding="valid")
    x = convolution(x, 192, 3, padding="valid")
    x = layers.MaxPooling2D(3, strides=2)(x)

    branches = [
        convolution(x, 96, 1),
        chain(x, (48, 1), (64, 5)),
        chain(x, (64, 1), (96, 3), (96, 3)),
        convolution(layers.AveragePooling2D(3, strides=1, padding="same")(x), 64, 1),
    ]
    x = layers.Concatenate(name="mixed_5b")(branches)
    for number in range(1, 11):
        branches = [
            convolution(x, 32, 1),
            chain(x, (32, 1), (32, 3)),
            chain(x, (32, 1), (48, 3), (64, 3)),
        ]
        x = residual(x, branches, 0.17, f"block35_{number}")

    branches = [half(x, 384), half(chain(x, (256, 1), (256, 3)), 384)]
    branches.append(layers.MaxPooling2D(3, strides=2)(x))
    x = layers.Concatenate(name="mixed_6a")(branches)
    for number in range(1, 21):
        branches = [convolution(x, 192, 1), chain(x, (128, 1), (160, (1, 7)), (192, (7, 1)))]
        x = residual(x, branches, 0.1, f"block17_{number}")

    branches = [
        half(convolution(x, 256, 1), 384),
        half(convolution(x, 256, 1), 288),
        half(chain(x, (256, 1), (288, 3)), 320),
        layers.MaxPooling2D(3, strides=2)(x),
    ]
    x = layers.Concatenate(name="mixed_7a")(branches)
    for number in range(1, 11):
        branches = [convolution(x, 192, 1), chain(x, (192, 1), (224, (1, 3)), (256, (3, 1)))]
        last = number == 10
        x = residual(x, branches, 1.0 if last else 0.2, f"block8_{number}", activated=not last)

    x = convolution(x, 1536, 1, name="conv_7b")
    return ended(x, include_top, pooling, classes, classifier_activation)


preprocess_input = between_minus_one_and_one
