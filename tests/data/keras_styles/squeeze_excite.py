import keras
from keras import layers, ops
import math


def make_divisible(v, divisor=8, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    # Make sure that round down does not go down by more than 10%.
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


def se_block(inputs, ratio=0.25, prefix=""):
    filters = inputs.shape[-1]
    x = layers.GlobalAveragePooling2D(keepdims=True, name=prefix + "squeeze_excite_avg_pool")(inputs)
    x = layers.Conv2D(make_divisible(filters * ratio), kernel_size=1, padding="same",
                      name=prefix + "squeeze_excite_conv")(x)
    x = layers.ReLU(name=prefix + "squeeze_excite_relu")(x)
    x = layers.Conv2D(filters, kernel_size=1, padding="same", activation="hard_sigmoid",
                      name=prefix + "squeeze_excite_conv_1")(x)
    return layers.Multiply(name=prefix + "squeeze_excite_mul")([inputs, x])


def round_repeats(repeats, depth):
    return int(math.ceil(depth * repeats))


WIDTH, DEPTH = 1.1, 1.4
inputs = keras.Input((96, 96, 3))
x = inputs
block = 0
for out, repeats, stride in [(16, 1, 1), (24, 2, 2), (40, 2, 2)]:
    out = make_divisible(out * WIDTH)
    for r in range(round_repeats(repeats, DEPTH)):
        block += 1
        y = layers.Conv2D(out, 3, strides=stride if r == 0 else 1, padding="same", activation="swish")(x)
        y = se_block(y, prefix=f"expanded_conv_{block}_")
        x = layers.Add()([x, y]) if r > 0 else y
outputs = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs=inputs, outputs=outputs)
