# layermath: --set n_classes=6
import tensorflow as tf
from tensorflow.keras.layers import (Activation, BatchNormalization, Conv2D, Dense, Dropout,
                                     Flatten, GlobalAveragePooling2D, MaxPooling2D)

n_classes = len(train_generator.class_indices)


def compile_and_fit(model, name, optimizer=None, max_epochs=100):
    if optimizer is None:
        optimizer = get_optimizer()
    model.compile(optimizer=optimizer, loss='categorical_crossentropy')
    model.summary()
    history = model.fit(train, epochs=max_epochs, callbacks=get_callbacks(name))
    return history


def build():
    l2 = tf.keras.regularizers.l2(1e-4)
    common = dict(padding='same', kernel_regularizer=l2, kernel_initializer='he_normal')
    return tf.keras.models.Sequential([
        Conv2D(16, 3, input_shape=(50, 50, 3), **common),
        BatchNormalization(), Activation('relu'),
        MaxPooling2D(),
        Conv2D(32, kernel_size=(5, 3), **{**common, 'padding': 'valid'}),
        BatchNormalization(), Activation(tf.nn.relu),
        GlobalAveragePooling2D(),
        Dense(n_classes, activation=tf.keras.activations.softmax),
    ], name='small')


histories = {}
histories['small'] = compile_and_fit(build(), 'sizes/small')
model = build()
