"""Simonyan, Zisserman, *Very deep convolutional networks for large-scale image recognition*
(2015)."""

from keras import layers
from parts import blue_first, classified, pooled

FILTERS = (64, 128, 256, 512, 512)


def vgg(x, depths, include_top, pooling, classes, activation):
    for block, (filters, depth) in enumerate(zip(FILTERS, depths, strict=True), 1):
        for number in range(1, depth + 1):
            name = f"block{block}_conv{number}"
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    if not include_top:
        return pooled(x, pooling)
    x = layers.Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = layers.Dense(4096, activation="relu", name=name)(x)
    return classified(x, classes, activation)


def VGG16(x, include_top, pooling, classes, classifier_activation):
    return vgg(x, (2, 2, 3, 3, 3), include_top, pooling, classes, classifier_activation)


def VGG19(x, include_top, pooling, classes, classifier_activation):
    return vgg(x, (2, 2, 4, 4, 4), include_top, pooling, classes, classifier_activation)


preprocess_input = blue_first
