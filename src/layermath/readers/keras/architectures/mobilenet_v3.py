"""Howard et al., *Searching for MobileNetV3* (2019)."""

from keras import layers
from parts import divisible, padded_for_stride, pooled

SMALL = (
    (1, 16, 3, 2, True, "relu"),
    (72.0 / 16, 24, 3, 2, False, "relu"),
    (88.0 / 24, 24, 3, 1, False, "relu"),
    (4, 40, 5, 2, True, "swish"),
    (6, 40, 5, 1, True, "swish"),
    (6, 40, 5, 1, True, "swish"),
    (3, 48, 5, 1, True, "swish"),
    (3, 48, 5, 1, True, "swish"),
    (6, 96, 5, 2, True, "swish"),
    (6, 96, 5, 1, True, "swish"),
    (6, 96, 5, 1, True, "swish"),
)
LARGE = (
    (1, 16, 3, 1, False, "relu"),
    (4, 24, 3, 2, False, "relu"),
    (3, 24, 3, 1, False, "relu"),
    (3, 40, 5, 2, True, "relu"),
    (3, 40, 5, 1, True, "relu"),
    (3, 40, 5, 1, True, "relu"),
    (6, 80, 3, 2, False, "swish"),
    (2.5, 80, 3, 1, False, "swish"),
    (2.3, 80, 3, 1, False, "swish"),
    (2.3, 80, 3, 1, False, "swish"),
    (6, 112, 3, 1, True, "swish"),
    (6, 112, 3, 1, True, "swish"),
    (6, 160, 5, 2, True, "swish"),
    (6, 160, 5, 1, True, "swish"),
    (6, 160, 5, 1, True, "swish"),
)
"""Expansion, filters, kernel, stride, whether channels are weighted, and the activation, as in the
paper's tables."""


def activated(x, kind):
    return layers.ReLU()(x) if kind == "relu" else layers.Activation("hard_swish")(x)


def weighted(x, squeezed, name):
    """Every channel times a weight between 0 and 1, computed of the means of all channels."""
    weight = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}avg_pool")(x)
    weight = layers.Conv2D(squeezed, 1, padding="same", name=f"{name}conv")(weight)
    weight = layers.ReLU(name=f"{name}relu")(weight)
    weight = layers.Conv2D(x.shape[-1], 1, padding="same", name=f"{name}conv_1")(weight)
    weight = layers.ReLU(6.0)(weight + 3.0) * (1.0 / 6.0)
    return layers.Multiply(name=f"{name}mul")([x, weight])


def inverted_residual(x, number, expansion, filters, kernel, stride, is_weighted, kind):
    name = f"expanded_conv_{number}_" if number else "expanded_conv_"
    start, width = x, x.shape[-1]
    if number:
        x = layers.Conv2D(
            divisible(width * expansion), 1, padding="same", use_bias=False, name=f"{name}expand"
        )(x)
        x = layers.BatchNormalization(name=f"{name}expand_bn")(x)
        x = activated(x, kind)
    if stride == 2:
        x = padded_for_stride(x, kernel, f"{name}depthwise_pad")
    x = layers.DepthwiseConv2D(
        kernel,
        strides=stride,
        padding="same" if stride == 1 else "valid",
        use_bias=False,
        name=f"{name}depthwise",
    )(x)
    x = layers.BatchNormalization(name=f"{name}depthwise_bn")(x)
    x = activated(x, kind)
    if is_weighted:
        x = weighted(x, divisible(width * expansion * 0.25), f"{name}squeeze_excite_")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(x)
    x = layers.BatchNormalization(name=f"{name}project_bn")(x)
    if stride == 1 and width == filters:
        x = layers.Add(name=f"{name}add")([start, x])
    return x


def mobilenet(
    x,
    blocks,
    last,
    alpha,
    minimalistic,
    include_top,
    pooling,
    classes,
    dropout_rate,
    classifier_activation,
    include_preprocessing,
):
    usual = "relu" if minimalistic else "swish"
    if include_preprocessing:
        x = layers.Rescaling(1.0 / 127.5, offset=-1.0)(x)
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = layers.BatchNormalization(name="conv_bn")(x)
    x = activated(x, usual)
    for number, (expansion, filters, kernel, stride, is_weighted, kind) in enumerate(blocks):
        if minimalistic:
            kernel, is_weighted, kind = 3, False, "relu"
        width = divisible(filters * alpha)
        x = inverted_residual(x, number, expansion, width, kernel, stride, is_weighted, kind)
    width = divisible(6 * x.shape[-1])
    x = layers.Conv2D(width, 1, padding="same", use_bias=False, name="conv_1")(x)
    x = layers.BatchNormalization(name="conv_1_bn")(x)
    x = activated(x, usual)
    if not include_top:
        return pooled(x, pooling, named=True)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    width = divisible(last * alpha) if alpha > 1.0 else last
    x = layers.Conv2D(width, 1, padding="same", name="conv_2")(x)
    x = activated(x, usual)
    if dropout_rate > 0:
        x = layers.Dropout(dropout_rate)(x)
    x = layers.Conv2D(classes, 1, padding="same", name="logits")(x)
    x = layers.Flatten()(x)
    return layers.Activation(classifier_activation, name="predictions")(x)


def MobileNetV3Small(x, name, **given):
    return mobilenet(x, SMALL, 1024, **given)


def MobileNetV3Large(x, name, **given):
    return mobilenet(x, LARGE, 1280, **given)


def preprocess_input(x):
    return x
