"""He et al., *Identity mappings in deep residual networks* (2016)."""

from keras import layers
from parts import between_minus_one_and_one, ended


def activated(x, name):
    x = layers.BatchNormalization(epsilon=1.001e-5, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def bottleneck(x, filters, stride, is_first, name):
    before = activated(x, f"{name}_preact")
    way = x
    if is_first:
        way = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(before)
    elif stride > 1:
        way = layers.MaxPooling2D(1, strides=stride)(x)
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(before)
    x = activated(x, f"{name}_1")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = activated(x, f"{name}_2")
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([way, x])


def resnet(x, depths, include_top, pooling, classes, activation):
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, depth in enumerate(depths, 2):
        for block in range(1, depth + 1):
            stride = 2 if block == depth and stage < 5 else 1
            name = f"conv{stage}_block{block}"
            x = bottleneck(x, 16 * 2**stage, stride, block == 1, name)
    x = activated(x, "post")
    return ended(x, include_top, pooling, classes, activation, named=True)


def ResNet50V2(x, include_top, pooling, classes, classifier_activation):
    return resnet(x, (3, 4, 6, 3), include_top, pooling, classes, classifier_activation)


def ResNet101V2(x, include_top, pooling, classes, classifier_activation):
    return resnet(x, (3, 4, 23, 3), include_top, pooling, classes, classifier_activation)


def ResNet152V2(x, include_top, pooling, classes, classifier_activation):
    return resnet(x, (3, 8, 36, 3), include_top, pooling, classes, classifier_activation)


preprocess_input = between_minus_one_and_one
