import os, re, math, random
import numpy as np
import tensorflow as tf
import tensorflow.keras.layers as L
from kaggle_datasets import KaggleDatasets

try:
    tpu = tf.distribute.cluster_resolver.TPUClusterResolver()
    tf.config.experimental_connect_to_cluster(tpu)
    strategy = tf.distribute.TPUStrategy(tpu)
except ValueError:
    strategy = tf.distribute.get_strategy()
REPLICAS = strategy.num_replicas_in_sync
BATCH_SIZE = 16 * REPLICAS
IMAGE_SIZE = [128, 96]
CLASSES = '''daisy dandelion
roses sunflowers tulips'''.split()

def seed_everything(seed: int = 0) -> None:
    random.seed(seed)
    np.random.seed(seed)
    os.environ['PYTHONHASHSEED'] = str(seed)

seed_everything()

def lrfn(epoch):
    if epoch < 5:
        return 1e-5 * (epoch + 1)
    return 1e-4 * 0.9 ** (epoch - 5)

lr_callback = tf.keras.callbacks.LearningRateScheduler(lrfn, verbose=True)
rng = [i for i in range(12)]
y = [lrfn(x) for x in rng]
print("Learning rate schedule: {:.3g} to {:.3g} to {:.3g}".format(y[0], max(y), y[-1]))

with strategy.scope():
    pre = tf.keras.Sequential([
        L.InputLayer(shape=(*IMAGE_SIZE, 3)),
        L.Conv2D(8, 3, activation='relu'), L.MaxPooling2D(3, strides=2),
        L.Conv2D(16, 3, activation='relu'), L.MaxPooling2D(3, strides=2, padding='same'),
    ])
    pre.trainable = False
    model = tf.keras.Sequential([
        pre,
        L.GlobalAveragePooling2D(),
        L.Dense(len(CLASSES), activation='softmax'),
    ])
    model.compile(
        optimizer=tf.keras.optimizers.Adam(),
        loss='sparse_categorical_crossentropy',
        metrics=['sparse_categorical_accuracy'],
    )
model.summary()
history = model.fit(get_training_dataset(), steps_per_epoch=STEPS, callbacks=[lr_callback])
