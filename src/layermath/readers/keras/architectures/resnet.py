"""He et al., *Deep residual learning for image recognition* (2016)."""

from keras import layers
from parts import blue_first, ended


def normalized_convolution(x, filters, kernel, stride, name, activated=True):
    x = layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same" if kernel == 3 else "valid",
        name=f"{name}_conv",
    )(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x) if activated else x


def bottleneck(x, filters, stride, is_first, name):
    way = x
    if is_first:
        way = normalized_convolution(x, 4 * filters, 1, stride, f"{name}_0", activated=False)
    x = normalized_convolution(x, filters, 1, stride, f"{name}_1")
    x = normalized_convolution(x, filters, 3, 1, f"{name}_2")
    x = normalized_convolution(x, 4 * filters, 1, 1, f"{name}_3", activated=False)
    x = layers.Add(name=f"{name}_add")([way, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def resnet(x, depths, include_top, pooling, classes, activation):
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = normalized_convolution(x, 64, 7, 2, "conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, depth in enumerate(depths, 2):
        for block in range(1, depth + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            name = f"conv{stage}_block{block}"
            x = bottleneck(x, 16 * 2**stage, stride, block == 1, name)
    return ended(x, include_top, pooling, classes, activation, named=True)


def ResNet50(x, include_top, pooling, classes, classifier_activation):
    return resnet(x, (3, 4, 6, 3), include_top, pooling, classes, classifier_activation)


def ResNet101(x, include_top, pooling, classes, classifier_activation):
    return resnet(x, (3, 4, 23, 3), include_top, pooling, classes, classifier_activation)


def ResNet152(x, include_top, pooling, classes, classifier_activation):
    return resnet(x, (3, 8, 36, 3), include_top, pooling, classes, classifier_activation)


preprocess_input = blue_first
