from keras.models import Sequential, Model
from keras.layers import *

backbone = Sequential([
    InputLayer((32, 32, 3)),
    Conv2D(8, 3, padding='same', activation='relu', name='c1'),
    BatchNormalization(name='b1'),
    Conv2D(16, 3, strides=(2, 2), name='c2'),
    BatchNormalization(name='b2'),
    GlobalAveragePooling2D(name='gap'),
    Dense(100, name='top'),
], name='backbone')
for layer in backbone.layers[:-3]:
    layer.trainable = False
for layer in backbone.layers:
    print(layer.name, layer.trainable)

feature = backbone.get_layer('gap').output
x = Dense(64, activation='relu')(feature)
x = Dropout(.5)(x)
predictions = Dense(5, activation='softmax')(x)
model = Model(inputs=backbone.inputs, outputs=predictions)
