"""Huang et al., *Densely connected convolutional networks* (2017)."""

from keras import layers, ops
from parts import ended

GROWTH = 32


def activated(x, name):
    x = layers.BatchNormalization(epsilon=1.001e-5, name=f"{name}_bn" if name else "bn")(x)
    return layers.Activation("relu", name=f"{name}_relu" if name else "relu")(x)


def densely_connected(x, name):
    made = activated(x, f"{name}_0")
    made = layers.Conv2D(4 * GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(made)
    made = activated(made, f"{name}_1")
    made = layers.Conv2D(GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(made)
    return layers.Concatenate(name=f"{name}_concat")([x, made])


def halved(x, name):
    x = activated(x, name)
    width = x.shape[-1] // 2
    x = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def densenet(x, depths, include_top, pooling, classes, activation):
    x = layers.ZeroPadding2D(3)(x)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = activated(x, "conv1")
    x = layers.ZeroPadding2D(1)(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for stage, depth in enumerate(depths, 2):
        for block in range(1, depth + 1):
            x = densely_connected(x, f"conv{stage}_block{block}")
        if stage < 5:
            x = halved(x, f"pool{stage}")
    x = activated(x, "")
    return ended(x, include_top, pooling, classes, activation, named=True)


def DenseNet121(x, include_top, pooling, classes, classifier_activation):
    return densenet(x, (6, 12, 24, 16), include_top, pooling, classes, classifier_activation)


def DenseNet169(x, include_top, pooling, classes, classifier_activation):
    return densenet(x, (6, 12, 32, 32), include_top, pooling, classes, classifier_activation)


def DenseNet201(x, include_top, pooling, classes, classifier_activation):
    return densenet(x, (6, 12, 48, 32), include_top, pooling, classes, classifier_activation)


def preprocess_input(x):
    centred = ops.add(x / 255.0, [-0.485, -0.456, -0.406])
    return ops.true_divide(centred, [0.229, 0.224, 0.225])
