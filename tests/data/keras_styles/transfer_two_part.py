import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

IMG_SIZE = (60, 60)
IMG_SHAPE = IMG_SIZE + (3,)


def make_base(input_shape, include_top=False, pooling=None):
    img = keras.Input(shape=input_shape)
    y = layers.ZeroPadding2D(padding=((0, 1), (0, 1)), name="pad")(img)
    y = layers.Conv2D(16, 3, strides=2, use_bias=False, name="Conv1")(y)
    y = layers.BatchNormalization(momentum=0.999, name="bn_Conv1")(y)
    y = layers.ReLU(6.0, name="Conv1_relu")(y)
    y = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="expanded_depthwise")(y)
    y = layers.Conv2D(24, 1, use_bias=False, name="project")(y)
    if include_top:
        y = layers.GlobalAveragePooling2D()(y)
        y = layers.Dense(1000)(y)
    elif pooling == "avg":
        y = layers.GlobalAveragePooling2D()(y)
    return keras.Model(img, y, name="tinynet")


base_model = make_base(input_shape=IMG_SHAPE, include_top=False)
base_model.trainable = False
base_model.summary()

inputs = keras.Input(shape=IMG_SHAPE)
x = layers.RandomFlip("horizontal")(inputs)
x = layers.Rescaling(1 / 127.5, -1)(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
outputs = layers.Dense(1)(x)
model = tf.keras.Model(inputs, outputs)

base_model.trainable = True
# Fine-tune from this layer onwards
fine_tune_at = 4
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
model.compile(loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
              optimizer=tf.keras.optimizers.RMSprop(learning_rate=1e-5))
history = model.fit(train_dataset, epochs=10)
