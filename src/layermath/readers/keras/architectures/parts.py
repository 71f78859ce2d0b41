"""What the architectures share. These files are Keras source that layermath reads as any other, and
that nobody imports: each function puts layers onto a tensor, with the names that Keras gives them.

The reader makes the input and the model around them. It knows `is_open`: whether a size is ``None``
for Keras.
"""

from keras import layers, ops

LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""The blocks of a stage are counted with letters."""


def pooled(x, pooling, named=False):
    if pooling == "avg":
        return layers.GlobalAveragePooling2D(name="avg_pool" if named else None)(x)
    if pooling == "max":
        return layers.GlobalMaxPooling2D(name="max_pool" if named else None)(x)
    return x


def classified(x, classes, activation):
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def ended(x, include_top, pooling, classes, activation, named=False):
    if not include_top:
        return pooled(x, pooling, named)
    return classified(pooled(x, "avg", True), classes, activation)


def nearest_multiple(filters):
    """The multiple of 8 nearest to a number of filters."""
    return max(8, int(filters + 4) // 8 * 8)


def divisible(filters):
    """The multiple of 8 nearest to a number of filters, or the next where it is a tenth below."""
    near = nearest_multiple(filters)
    return near + 8 if near < 0.9 * filters else near


def padding_of(size, kernel, is_open):
    """Zeros before and after an axis, so that stride 2 without padding halves it, rounded up: one
    zero more before an axis of odd length. Keras cannot see whether an open one is odd."""
    odd = 0 if is_open else 2 * ((size + 1) // 2) - size
    return (kernel // 2 - 1 + odd, kernel // 2)


def padded_for_stride(x, kernel, name):
    rows, columns = x.shape[1], x.shape[2]
    any_open = is_open(rows)
    padding = (padding_of(rows, kernel, any_open), padding_of(columns, kernel, any_open))
    return layers.ZeroPadding2D(padding, name=name)(x)


def swish_normalized(x, name):
    x = layers.BatchNormalization(name=f"{name}bn")(x)
    return layers.Activation("swish", name=f"{name}activation")(x)


def squeezed_and_excited(x, squeezed, name):
    width = x.shape[-1]
    weight = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    weight = layers.Reshape((1, 1, width), name=f"{name}se_reshape")(weight)
    weight = layers.Conv2D(
        squeezed, 1, padding="same", activation="swish", name=f"{name}se_reduce"
    )(weight)
    weight = layers.Conv2D(width, 1, padding="same", activation="sigmoid", name=f"{name}se_expand")(
        weight
    )
    return layers.Multiply(name=f"{name}se_excite")([x, weight])


def between_minus_one_and_one(x):
    return x / 127.5 - 1.0


def blue_first(x):
    """The channels turned round, and the mean of each taken off."""
    channels = [x[..., 2], x[..., 1], x[..., 0]]
    return ops.add(ops.stack(channels, axis=-1), [-103.939, -116.779, -123.68])
