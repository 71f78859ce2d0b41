"""Liu et al., *A ConvNet for the 2020s* (2022)."""

from keras import Sequential, layers
from parts import pooled

MEANS = [0.485 * 255, 0.456 * 255, 0.406 * 255]
VARIANCES = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2]


def residual(x, width, name):
    start = x
    x = layers.Conv2D(width, 7, padding="same", groups=width, name=f"{name}_depthwise_conv")(x)
    x = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_layernorm")(x)
    x = layers.Dense(4 * width, name=f"{name}_pointwise_conv_1")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(width, name=f"{name}_pointwise_conv_2")(x)
    x = layers.LayerScale(1e-6, width, name=f"{name}_layer_scale")(x)
    return start + layers.Activation("linear", name=f"{name}_identity")(x)


def convnext(
    x,
    depths,
    widths,
    include_top,
    include_preprocessing,
    pooling,
    classes,
    classifier_activation,
    name,
):
    if include_preprocessing and x.shape[-1] == 3:
        x = layers.Normalization(
            mean=MEANS, variance=VARIANCES, name=f"{name}_prestem_normalization"
        )(x)
    first = [
        layers.Conv2D(widths[0], 4, strides=4, name=f"{name}_stem_conv"),
        layers.LayerNormalization(epsilon=1e-6, name=f"{name}_stem_layernorm"),
    ]
    halvings = [Sequential(first, name=f"{name}_stem")]
    for number, width in enumerate(widths[1:]):
        pair = [
            layers.LayerNormalization(epsilon=1e-6, name=f"{name}_downsampling_layernorm_{number}"),
            layers.Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{number}"),
        ]
        halvings.append(Sequential(pair, name=f"{name}_downsampling_block_{number}"))
    for stage, depth in enumerate(depths):
        x = halvings[stage](x)
        for block in range(depth):
            x = residual(x, widths[stage], f"{name}_stage_{stage}_block_{block}")
    if not include_top:
        return layers.LayerNormalization(epsilon=1e-6)(pooled(x, pooling))
    x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
    x = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_head_layernorm")(x)
    return layers.Dense(classes, activation=classifier_activation, name=f"{name}_head_dense")(x)


def ConvNeXtTiny(x, **given):
    return convnext(x, (3, 3, 9, 3), (96, 192, 384, 768), **given)


def ConvNeXtSmall(x, **given):
    return convnext(x, (3, 3, 27, 3), (96, 192, 384, 768), **given)


def ConvNeXtBase(x, **given):
    return convnext(x, (3, 3, 27, 3), (128, 256, 512, 1024), **given)


def ConvNeXtLarge(x, **given):
    return convnext(x, (3, 3, 27, 3), (192, 384, 768, 1536), **given)


def ConvNeXtXLarge(x, **given):
    return convnext(x, (3, 3, 27, 3), (256, 512, 1024, 2048), **given)


def preprocess_input(x):
    return x
