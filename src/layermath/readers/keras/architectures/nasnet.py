"""Zoph et al., *Learning transferable architectures for scalable image recognition* (2018)."""

from keras import layers
from parts import between_minus_one_and_one, classified, padded_for_stride, pooled

PREVIOUS, CURRENT = "previous", "current"
FIRST, SECOND = 1, 2
SEPARABLE_3, SEPARABLE_5, SEPARABLE_7 = 3, 5, 7
AVERAGE, LARGEST, SAME = "average", "largest", "same"

NORMAL = (
    ((SEPARABLE_5, CURRENT, "left1"), (SEPARABLE_3, PREVIOUS, "right1"), "add_1"),
    ((SEPARABLE_5, PREVIOUS, "left2"), (SEPARABLE_3, PREVIOUS, "right2"), "add_2"),
    ((AVERAGE, CURRENT, "left3"), (SAME, PREVIOUS, ""), "add_3"),
    ((AVERAGE, PREVIOUS, "left4"), (AVERAGE, PREVIOUS, "right4"), "add_4"),
    ((SEPARABLE_3, CURRENT, "left5"), (SAME, CURRENT, ""), "add_5"),
)
REDUCTION = (
    ((SEPARABLE_5, CURRENT, "left1"), (SEPARABLE_7, PREVIOUS, "right1"), "add_1"),
    ((LARGEST, CURRENT, "left2"), (SEPARABLE_7, PREVIOUS, "right2"), "add_2"),
    ((AVERAGE, CURRENT, "left3"), (SEPARABLE_5, PREVIOUS, "right3"), "add3"),
    ((SAME, SECOND, ""), (AVERAGE, FIRST, "left4"), None),
    ((SEPARABLE_3, FIRST, "left4"), (LARGEST, CURRENT, "right5"), "add4"),
)
"""The five sums of each cell, as the paper draws them: what is done to which tensor on the left and
on the right, and what Keras calls the layers. ``FIRST`` and ``SECOND`` are sums of the same cell;
what comes from outside it a reduction halves."""


def normalized(x, name):
    return layers.BatchNormalization(epsilon=1e-3, name=name)(x)


def narrowed(x, filters, name, normalization):
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=name)(x)
    return normalized(x, normalization)


def separable_twice(x, filters, kernel, stride, name):
    x = layers.Activation("relu")(x)
    if stride == 2:
        x = padded_for_stride(x, kernel, f"separable_conv_1_pad_{name}")
    for number in (1, 2):
        if number == 2:
            x = layers.Activation("relu")(x)
        x = layers.SeparableConv2D(
            filters,
            kernel,
            strides=stride if number == 1 else 1,
            padding="valid" if stride == 2 and number == 1 else "same",
            use_bias=False,
            name=f"separable_conv_{number}_{name}",
        )(x)
        x = normalized(x, f"separable_conv_{number}_bn_{name}")
    return x


def halved(x, filters, cell):
    """Every second place, twice: from the first one on, and from one row and column further."""
    x = layers.Activation("relu", name=f"adjust_relu_1_{cell}")(x)
    halves = []
    for number in (1, 2):
        way = x
        if number == 2:
            way = layers.ZeroPadding2D(((0, 1), (0, 1)))(way)
            way = layers.Cropping2D(((1, 0), (1, 0)))(way)
        way = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{number}_{cell}")(way)
        way = layers.Conv2D(
            filters // 2, 1, padding="same", use_bias=False, name=f"adjust_conv_{number}_{cell}"
        )(way)
        halves.append(way)
    return normalized(layers.Concatenate()(halves), f"adjust_bn_{cell}")


def fitted(previous, x, filters, cell, is_larger):
    """What the cell before was given, brought to the size of what it gave."""
    if previous is None:
        return x
    if is_larger and not is_open(x.shape[2]):
        return halved(previous, filters, cell)
    if previous.shape[-1] != filters:
        way = layers.Activation("relu")(previous)
        return narrowed(way, filters, f"adjust_conv_projection_{cell}", f"adjust_bn_{cell}")
    return previous


def done(step, tensors, padded, filters, halves, kind, cell):
    what, which, place = step
    x = tensors[which]
    name = f"{kind}_{place}_{cell}"
    halving = halves and which in (PREVIOUS, CURRENT)
    if what == SAME:
        return x
    if what in (AVERAGE, LARGEST):
        pool = layers.AveragePooling2D if what == AVERAGE else layers.MaxPooling2D
        if halving:
            return pool(3, strides=2, padding="valid", name=name)(padded)
        return pool(3, strides=1, padding="same", name=name)(x)
    return separable_twice(x, filters, what, 2 if halving else 1, name)


def cell_of(x, previous, filters, cell, kind, is_larger):
    halves = kind == "reduction"
    tensors = {PREVIOUS: fitted(previous, x, filters, cell, is_larger)}
    way = layers.Activation("relu")(x)
    way = narrowed(way, filters, f"{kind}_conv_1_{cell}", f"{kind}_bn_1_{cell}")
    tensors[CURRENT] = way
    padded = padded_for_stride(way, 3, f"reduction_pad_1_{cell}") if halves else None
    sums = []
    for left, right, name in REDUCTION if halves else NORMAL:
        pair = [
            done(left, tensors, padded, filters, halves, kind, cell),
            done(right, tensors, padded, filters, halves, kind, cell),
        ]
        sums.append(layers.Add(name=name and f"{kind}_{name}_{cell}")(pair))
        tensors[len(sums)] = sums[-1]
    outputs = sums[1:] if halves else [tensors[PREVIOUS], *sums]
    return layers.Concatenate(name=f"{kind}_concat_{cell}")(outputs)


def nasnet(x, stem, filters, blocks, skips, include_top, pooling, classes, classifier_activation):
    x = layers.Conv2D(stem, 3, strides=2, use_bias=False, name="stem_conv1")(x)
    x = normalized(x, "stem_bn1")
    previous = None
    for number, width in ((1, filters // 4), (2, filters // 2)):
        larger = number == 2
        made = cell_of(x, previous, width, f"stem_{number}", "reduction", larger)
        previous, x = x, made
    larger = True
    for stage in (0, 1, 2):
        width = filters * 2**stage
        if stage:
            made = cell_of(x, previous, width, f"reduce_{stage * blocks}", "reduction", larger)
            previous, x, larger = previous if skips else x, made, True
        for block in range(blocks):
            number = stage * blocks + block + (1 if stage else 0)
            made = cell_of(x, previous, width, f"{number}", "normal", larger)
            previous, x, larger = x, made, False
    x = layers.Activation("relu")(x)
    if not include_top:
        return pooled(x, pooling)
    return classified(layers.GlobalAveragePooling2D()(x), classes, classifier_activation)


def NASNetMobile(x, name, **given):
    return nasnet(x, 32, 44, 4, False, **given)


def NASNetLarge(x, name, **given):
    return nasnet(x, 96, 168, 6, True, **given)


preprocess_input = between_minus_one_and_one
