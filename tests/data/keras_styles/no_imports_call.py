# layermath: --call "build_model((20, 3), classes=4)"
def build_model(input_shape, classes, filters=16, kernel_size=5, n_blocks=2):
    inputs = keras.Input(shape=input_shape)
    x = inputs
    for i in range(n_blocks):
        x = layers.Conv1D(filters * (i + 1), kernel_size, padding="same")(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
        x = layers.ZeroPadding1D(1)(x)
        x = layers.MaxPooling1D(3, 2)(x)
        x = layers.Cropping1D((0, 1))(x)
    gap = layers.GlobalAveragePooling1D()(x)
    outputs = layers.Dense(classes, activation="softmax")(gap)
    return keras.Model(inputs, outputs)
