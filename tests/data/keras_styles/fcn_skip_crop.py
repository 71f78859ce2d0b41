import keras
import keras.layers as kl


class Params(dict):
    pass


def crop_to(x, like):
    """Crop the larger map to the size of the other."""
    dh = x.shape[1] - like.shape[1]
    dw = x.shape[2] - like.shape[2]
    if dh == 0 and dw == 0:
        return x
    return kl.Cropping2D(cropping=((dh // 2, dh - dh // 2), (dw // 2, dw - dw // 2)))(x)


inputs = kl.Input(batch_shape=(None, 100, 84, 3))
skips = []
x = inputs
for f in [4, 8, 16]:
    for _ in range(2):
        x = kl.Conv2D(f, 3, activation="relu")(x)
    skips.append(x)
    x = kl.MaxPool2D()(x)
x = kl.Conv2D(32, 3, activation="relu", dilation_rate=(1, 1))(x)
while skips:
    skip = skips.pop()
    x = kl.Conv2DTranspose(skip.shape[-1], 2, strides=2)(x)
    x = kl.Concatenate()([crop_to(skip, x), x])
    x = kl.Conv2D(skip.shape[-1], 3, activation="relu")(x)
outputs = kl.Conv2D(2, 1, activation="softmax", name="mask")(x)
valid_unet = keras.Model(inputs, outputs, name="valid_unet")
