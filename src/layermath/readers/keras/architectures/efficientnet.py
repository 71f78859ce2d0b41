"""Tan, Le, *EfficientNet: rethinking model scaling for convolutional neural networks* (2019)."""

import math

from keras import layers
from parts import (
    LETTERS,
    classified,
    divisible,
    padded_for_stride,
    pooled,
    squeezed_and_excited,
    swish_normalized,
)

STAGES = (
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)
"""Expansion, filters, blocks, kernel and first stride of each stage of B0."""

VARIANCES = (0.229, 0.224, 0.225)


def inverted_residual(x, name, expansion, filters, kernel, stride, drop):
    start, width = x, x.shape[-1]
    if expansion > 1:
        x = layers.Conv2D(
            expansion * width, 1, padding="same", use_bias=False, name=f"{name}expand_conv"
        )(x)
        x = swish_normalized(x, f"{name}expand_")
    if stride == 2:
        x = padded_for_stride(x, kernel, f"{name}dwconv_pad")
    x = layers.DepthwiseConv2D(
        kernel,
        strides=stride,
        padding="valid" if stride == 2 else "same",
        use_bias=False,
        name=f"{name}dwconv",
    )(x)
    x = swish_normalized(x, name)
    x = squeezed_and_excited(x, max(1, int(width * 0.25)), name)
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project_conv")(x)
    x = layers.BatchNormalization(name=f"{name}project_bn")(x)
    if stride == 1 and width == filters:
        if drop > 0:
            x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = layers.Add(name=f"{name}add")([x, start])
    return x


def efficientnet(x, wider, deeper, dropout, weights, include_top, pooling, classes, activation):
    x = layers.Rescaling(1.0 / 255.0)(x)
    x = layers.Normalization(axis=3)(x)
    if weights == "imagenet":
        x = layers.Rescaling([1.0 / math.sqrt(one) for one in VARIANCES])(x)
    x = padded_for_stride(x, 3, "stem_conv_pad")
    x = layers.Conv2D(divisible(32 * wider), 3, strides=2, use_bias=False, name="stem_conv")(x)
    x = swish_normalized(x, "stem_")
    depths = [math.ceil(deeper * stage[2]) for stage in STAGES]
    number = 0
    for place, (expansion, filters, _depth, kernel, first_stride) in enumerate(STAGES):
        for block in range(depths[place]):
            x = inverted_residual(
                x,
                f"block{place + 1}{LETTERS[block]}_",
                expansion,
                divisible(filters * wider),
                kernel,
                1 if block else first_stride,
                0.2 * number / sum(depths),
            )
            number += 1
    last = divisible(1280 * wider)
    x = layers.Conv2D(last, 1, padding="same", use_bias=False, name="top_conv")(x)
    x = swish_normalized(x, "top_")
    if not include_top:
        return pooled(x, pooling, named=True)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(dropout, name="top_dropout")(x)
    return classified(x, classes, activation)


def EfficientNetB0(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.0, 1.0, 0.2, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB1(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.0, 1.1, 0.2, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB2(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.1, 1.2, 0.3, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB3(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.2, 1.4, 0.3, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB4(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.4, 1.8, 0.4, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB5(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.6, 2.2, 0.4, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB6(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 1.8, 2.6, 0.5, weights, include_top, pooling, classes, classifier_activation
    )


def EfficientNetB7(x, weights, include_top, pooling, classes, classifier_activation):
    return efficientnet(
        x, 2.0, 3.1, 0.5, weights, include_top, pooling, classes, classifier_activation
    )


def preprocess_input(x):
    return x
