"""Howard et al., *MobileNets: efficient convolutional neural networks for mobile vision
applications* (2017)."""

from keras import layers
from parts import between_minus_one_and_one, pooled

BLOCKS = (
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
)
"""Filters and stride of each pair of a depthwise and a pointwise convolution."""


def activated(x, name):
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def MobileNet(
    x,
    alpha,
    depth_multiplier,
    dropout,
    include_top,
    pooling,
    classes,
    classifier_activation,
):
    x = layers.Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(
        x
    )
    x = activated(x, "conv1")
    for number, (filters, stride) in enumerate(BLOCKS, 1):
        if stride == 2:
            x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
        name = f"conv_dw_{number}"
        x = layers.DepthwiseConv2D(
            3,
            strides=stride,
            padding="same" if stride == 1 else "valid",
            depth_multiplier=depth_multiplier,
            use_bias=False,
            name=name,
        )(x)
        x = activated(x, name)
        name = f"conv_pw_{number}"
        x = layers.Conv2D(int(filters * alpha), 1, padding="same", use_bias=False, name=name)(x)
        x = activated(x, name)
    if not include_top:
        return pooled(x, pooling)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Conv2D(classes, 1, padding="same", name="conv_preds")(x)
    x = layers.Reshape((classes,), name="reshape_2")(x)
    return layers.Activation(classifier_activation, name="predictions")(x)


preprocess_input = between_minus_one_and_one
