from keras import Input, Model, layers


def residual(x, filters, stride=1):
    shortcut = x
    x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    if stride != 1 or shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(shortcut)
    x = x + shortcut
    return layers.ReLU()(x)


inputs = Input((32, 32, 3))
x = inputs / 255.0
x = 2 * x - 1
for filters, stride in [(16, 1), (32, 2), (64, 2)]:
    x = residual(x, filters, stride)
x += layers.Add()([x, -x])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = Model(inputs, outputs)
