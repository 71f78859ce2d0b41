"""Chollet, *Xception: deep learning with depthwise separable convolutions* (2017)."""

from keras import layers
from parts import between_minus_one_and_one, ended


def convolution(x, filters, stride, name):
    x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_act")(x)


def separable(x, filters, name):
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return layers.BatchNormalization(name=f"{name}_bn")(x)


def residual(x, block, widths, activated_first=True):
    """Two separable convolutions and a pooling; beside them, a 1x1 convolution with a stride."""
    way = layers.Conv2D(widths[-1], 1, strides=2, padding="same", use_bias=False)(x)
    way = layers.BatchNormalization()(way)
    for number, filters in enumerate(widths, 1):
        name = f"block{block}_sepconv{number}"
        if number > 1 or activated_first:
            x = layers.Activation("relu", name=f"{name}_act")(x)
        x = separable(x, filters, name)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return layers.Add()([x, way])


def Xception(x, include_top, pooling, classes, classifier_activation):
    x = convolution(x, 32, 2, "block1_conv1")
    x = convolution(x, 64, 1, "block1_conv2")
    x = residual(x, 2, (128, 128), activated_first=False)
    x = residual(x, 3, (256, 256))
    x = residual(x, 4, (728, 728))
    for block in range(5, 13):
        way = x
        for number in (1, 2, 3):
            name = f"block{block}_sepconv{number}"
            x = layers.Activation("relu", name=f"{name}_act")(x)
            x = separable(x, 728, name)
        x = layers.Add()([x, way])
    x = residual(x, 13, (728, 1024))
    for number, filters in ((1, 1536), (2, 2048)):
        name = f"block14_sepconv{number}"
        x = separable(x, filters, name)
        x = layers.Activation("relu", name=f"{name}_act")(x)
    return ended(x, include_top, pooling, classes, classifier_activation)


preprocess_input = between_minus_one_and_one
