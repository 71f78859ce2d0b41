"""Tan, Le, *EfficientNetV2: smaller models and faster training* (2021)."""

import math

from keras import layers
from parts import (
    LETTERS,
    classified,
    nearest_multiple,
    pooled,
    squeezed_and_excited,
    swish_normalized,
)

FUSED, NARROW = True, False

BASE = (
    (FUSED, 1, 16, 1, 1),
    (FUSED, 4, 32, 2, 2),
    (FUSED, 4, 48, 2, 2),
    (NARROW, 4, 96, 3, 2),
    (NARROW, 6, 112, 5, 1),
    (NARROW, 6, 192, 8, 2),
)
SMALL = (
    (FUSED, 1, 24, 2, 1),
    (FUSED, 4, 48, 4, 2),
    (FUSED, 4, 64, 4, 2),
    (NARROW, 4, 128, 6, 2),
    (NARROW, 6, 160, 9, 1),
    (NARROW, 6, 256, 15, 2),
)
MEDIUM = (
    (FUSED, 1, 24, 3, 1),
    (FUSED, 4, 48, 5, 2),
    (FUSED, 4, 80, 5, 2),
    (NARROW, 4, 160, 7, 2),
    (NARROW, 6, 176, 14, 1),
    (NARROW, 6, 304, 18, 2),
    (NARROW, 6, 512, 5, 1),
)
LARGE = (
    (FUSED, 1, 32, 4, 1),
    (FUSED, 4, 64, 7, 2),
    (FUSED, 4, 96, 7, 2),
    (NARROW, 4, 192, 10, 2),
    (NARROW, 6, 224, 19, 1),
    (NARROW, 6, 384, 25, 2),
    (NARROW, 6, 640, 7, 1),
)
"""Whether the expansion is fused with the 3x3 convolution, the expansion, filters, blocks and the
stride of the first block of each stage."""


def expanded(x, filters, kernel, stride, name):
    x = layers.Conv2D(
        filters, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}expand_conv"
    )(x)
    return swish_normalized(x, f"{name}expand_")


def projected(x, filters, kernel, stride, name):
    x = layers.Conv2D(
        filters, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}project_conv"
    )(x)
    return layers.BatchNormalization(name=f"{name}project_bn")(x)


def with_fused_convolution(x, name, expansion, filters, stride):
    if expansion > 1:
        x = expanded(x, expansion * x.shape[-1], 3, stride, name)
        return projected(x, filters, 1, 1, name)
    x = projected(x, filters, 3, stride, name)
    return layers.Activation("swish", name=f"{name}project_activation")(x)


def with_depthwise_convolution(x, name, expansion, filters, stride):
    width = x.shape[-1]
    x = expanded(x, expansion * width, 1, 1, name)
    x = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, name=f"{name}dwconv2"
    )(x)
    x = swish_normalized(x, name)
    x = squeezed_and_excited(x, max(1, int(width * 0.25)), name)
    return projected(x, filters, 1, 1, name)


def preprocessed(x, name):
    if name.split("-")[-1].startswith("b") and x.shape[-1] == 3:
        x = layers.Rescaling(1.0 / 255)(x)
        variance = [0.229**2, 0.224**2, 0.225**2]
        return layers.Normalization(axis=3, mean=[0.485, 0.456, 0.406], variance=variance)(x)
    return layers.Rescaling(1.0 / 128.0, offset=-1)(x)


def efficientnet(
    x,
    stages,
    stem,
    wider,
    deeper,
    include_top,
    pooling,
    classes,
    classifier_activation,
    include_preprocessing,
    name,
):
    if include_preprocessing:
        x = preprocessed(x, name)
    x = layers.Conv2D(
        nearest_multiple(stem * wider),
        3,
        strides=2,
        padding="same",
        use_bias=False,
        name="stem_conv",
    )(x)
    x = swish_normalized(x, "stem_")
    number, number_of_all = 0, sum(stage[3] for stage in stages)
    for place, (fused, expansion, filters, depth, first_stride) in enumerate(stages, 1):
        width = nearest_multiple(filters * wider)
        for block in range(math.ceil(deeper * depth)):
            prefix = f"block{place}{LETTERS[block]}_"
            stride = 1 if block else first_stride
            start = x
            made = with_fused_convolution if fused else with_depthwise_convolution
            x = made(x, prefix, expansion, width, stride)
            if stride == 1 and start.shape[-1] == width:
                rate = 0.2 * number / number_of_all
                if rate:
                    x = layers.Dropout(rate, noise_shape=(None, 1, 1, 1), name=f"{prefix}drop")(x)
                x = layers.Add(name=f"{prefix}add")([x, start])
            number += 1
    last = nearest_multiple(1280 * wider)
    x = layers.Conv2D(last, 1, padding="same", use_bias=False, name="top_conv")(x)
    x = swish_normalized(x, "top_")
    if not include_top:
        return pooled(x, pooling, named=True)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(0.2, name="top_dropout")(x)
    return classified(x, classes, classifier_activation)


def EfficientNetV2B0(x, **given):
    return efficientnet(x, BASE, 32, 1.0, 1.0, **given)


def EfficientNetV2B1(x, **given):
    return efficientnet(x, BASE, 32, 1.0, 1.1, **given)


def EfficientNetV2B2(x, **given):
    return efficientnet(x, BASE, 32, 1.1, 1.2, **given)


def EfficientNetV2B3(x, **given):
    return efficientnet(x, BASE, 32, 1.2, 1.4, **given)


def EfficientNetV2S(x, **given):
    return efficientnet(x, SMALL, 24, 1.0, 1.0, **given)


def EfficientNetV2M(x, **given):
    return efficientnet(x, MEDIUM, 24, 1.0, 1.0, **given)


def EfficientNetV2L(x, **given):
    return efficientnet(x, LARGE, 32, 1.0, 1.0, **given)


def preprocess_input(x):
    return x
