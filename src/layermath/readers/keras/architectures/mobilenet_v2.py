"""Sandler et al., *MobileNetV2: inverted residuals and linear bottlenecks* (2018)."""

from keras import layers
from parts import between_minus_one_and_one, classified, divisible, padded_for_stride, pooled

STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, filters, blocks, and the stride of the first block, as in the paper's table."""


def inverted_residual(x, number, expansion, filters, stride):
    name = f"block_{number}_" if number else "expanded_conv_"
    start, width = x, x.shape[-1]
    if number:
        x = layers.Conv2D(
            expansion * width, 1, padding="same", use_bias=False, name=f"{name}expand"
        )(x)
        x = layers.BatchNormalization(name=f"{name}expand_BN")(x)
        x = layers.ReLU(6.0, name=f"{name}expand_relu")(x)
    if stride == 2:
        x = padded_for_stride(x, 3, f"{name}pad")
    x = layers.DepthwiseConv2D(
        3,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        name=f"{name}depthwise",
    )(x)
    x = layers.BatchNormalization(name=f"{name}depthwise_BN")(x)
    x = layers.ReLU(6.0, name=f"{name}depthwise_relu")(x)
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(x)
    x = layers.BatchNormalization(name=f"{name}project_BN")(x)
    if width == filters and stride == 1:
        x = layers.Add(name=f"{name}add")([start, x])
    return x


def MobileNetV2(x, alpha, include_top, pooling, classes, classifier_activation):
    x = layers.Conv2D(
        divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"
    )(x)
    x = layers.BatchNormalization(name="bn_Conv1")(x)
    x = layers.ReLU(6.0, name="Conv1_relu")(x)
    number = 0
    for expansion, filters, blocks, first_stride in STAGES:
        for block in range(blocks):
            stride = 1 if block else first_stride
            width = divisible(int(filters * alpha))
            x = inverted_residual(x, number, expansion, width, stride)
            number += 1
    last = divisible(1280 * alpha) if alpha > 1.0 else 1280
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = layers.BatchNormalization(name="Conv_1_bn")(x)
    x = layers.ReLU(6.0, name="out_relu")(x)
    if not include_top:
        return pooled(x, pooling)
    return classified(layers.GlobalAveragePooling2D()(x), classes, classifier_activation)


preprocess_input = between_minus_one_and_one
