import tensorflow as tf


class CFG:
    seed = 42
    img_size = 64
    channels = 3
    batch_size = 32 * 4
    filters = [32, 64, 128]
    dropout = 0.2
    n_classes = 7
    input_shape = (img_size, img_size, channels)


def get_model(cfg=CFG):
    inp = tf.keras.layers.Input(shape=cfg.input_shape)
    x = tf.keras.layers.Rescaling(1 / 127.5, offset=-1)(inp)
    for i, f in enumerate(cfg.filters):
        x = tf.keras.layers.SeparableConv2D(f, 3, padding='same', depth_multiplier=1)(x)
        x = tf.keras.layers.BatchNormalization(axis=-1)(x)
        x = tf.keras.layers.LeakyReLU(alpha=0.1)(x) if i % 2 else tf.keras.layers.ELU()(x)
        x = tf.keras.layers.MaxPool2D()(x)
    avg = tf.keras.layers.GlobalAveragePooling2D()(x)
    mx = tf.keras.layers.GlobalMaxPool2D()(x)
    x = tf.keras.layers.concatenate([avg, mx])
    x = tf.keras.layers.Dropout(cfg.dropout)(x)
    out = tf.keras.layers.Dense(cfg.n_classes, activation='softmax')(x)
    model = tf.keras.Model(inputs=inp, outputs=out)
    model.compile(tf.keras.optimizers.Adam(1e-3), loss='categorical_crossentropy')
    return model


tf.random.set_seed(CFG.seed)
model = get_model()
