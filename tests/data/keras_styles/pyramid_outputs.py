from keras import Input, Model
from keras.layers import *

P = {}
image = Input(shape=(128, 128, 3), name='image')
x = image
stages = []
for i in range(1, 5):
    x = Conv2D(8 * i, 3, strides=2, padding='same', activation='relu', name=f'C{i}')(x)
    stages.append(x)
C2, C3, C4 = stages[1:]
P[4] = Conv2D(16, 1, name='fpn_c4')(C4)
P[3] = Add(name='fpn_p3add')([UpSampling2D(name='up4')(P[4]), Conv2D(16, 1, name='fpn_c3')(C3)])
P[2] = Add(name='fpn_p2add')([UpSampling2D(name='up3')(P[3]), Conv2D(16, 1, name='fpn_c2')(C2)])
head_conv, box = Conv2D(16, 3, padding='same', activation='relu'), Conv2D(4 * 9, 3, padding='same')
outputs = []
for level, features in sorted(P.items(), key=lambda item: item[0]):
    boxes = box(head_conv(features))
    outputs.append(Reshape((-1, 4), name='boxes_p{}'.format(level))(boxes))
model = Model(image, [Concatenate(axis=1, name='boxes')(outputs), *outputs])
submodel = Model(image, P, name='pyramid')
