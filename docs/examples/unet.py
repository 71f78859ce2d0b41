import keras
from keras import layers


def double_conv(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


def build_unet(input_shape=(128, 128, 1), filters=16, levels=4, classes=2):
    inputs = x = keras.Input(shape=input_shape)
    skips = []
    for level in range(levels):
        x = double_conv(x, filters * 2**level)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = double_conv(x, filters * 2**levels)
    for level in reversed(range(levels)):
        x = layers.Conv2DTranspose(filters * 2**level, 3, strides=2, padding="same")(x)
        x = layers.Concatenate()([x, skips[level]])
        x = double_conv(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1, activation="softmax")(x), name="unet")


model = build_unet()
