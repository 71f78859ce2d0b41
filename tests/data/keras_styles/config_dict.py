from keras import layers, models
import keras

config = {
    "input": {"shape": (48, 48, 1)},
    "blocks": [
        dict(filters=8, kernel=5, pool=True),
        dict(filters=16, kernel=3, pool=False, strides=2),
        {"filters": 24, "kernel": (3, 1), "pool": True},
    ],
    "head": {"units": [32, 16], "dropout": 0.4},
    "classes": ["cat", "dog", "bird"],
}

inputs = layers.Input(**config["input"])
x = inputs
for n, block in enumerate(config["blocks"]):
    x = layers.Conv2D(
        block["filters"],
        block["kernel"],
        strides=block.get("strides", 1),
        padding="same",
        name="conv_{:02d}".format(n),
    )(x)
    x = layers.PReLU(shared_axes=[1, 2], name="prelu_%02d" % n)(x)
    if block["pool"]:
        x = layers.MaxPooling2D(name=f"pool_{n:02d}")(x)
x = layers.Flatten()(x)
for units in config["head"]["units"]:
    x = layers.Dense(units, activation="relu")(x)
    x = layers.Dropout(config["head"]["dropout"])(x)
n_classes = len(config["classes"])
activation, loss = ("sigmoid", "bce") if n_classes == 2 else ("softmax", "cce")
outputs = layers.Dense(n_classes, activation)(x)
model = models.Model(inputs, outputs, name="from_config")
model.compile(optimizer=keras.optimizers.SGD(0.01, momentum=0.9), loss=loss)
