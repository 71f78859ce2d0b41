import keras
from keras import layers

image = keras.Input((64, 64, 6), name="pair")
left, right = image[..., :3], image[..., 3:]
backbone = keras.Sequential(
    [layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(16, 3)],
    name="backbone",
)
a, b = backbone(left), backbone(right)
difference = abs(a - b)
small = difference[:, ::2, ::2]
crop = difference[:, 2:-2, 2:-2, :]
x = layers.GlobalMaxPooling2D()(small)
y = layers.Conv2D(1, 1, activation="sigmoid", name="mask")(crop)
boxes = layers.Dense(4 * 5)(x)
boxes = keras.ops.reshape(boxes, (-1, 5, 4))
xy, wh = boxes[..., :2], boxes[..., 2:]
boxes = keras.ops.concatenate([keras.ops.sigmoid(xy), keras.ops.exp(wh)], axis=-1)
last = boxes[:, -1]
model = keras.Model(image, {"mask": y, "boxes": boxes, "last": last})
