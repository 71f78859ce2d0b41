import tensorflow as tf
from tensorflow.keras import layers as l, Sequential as Seq
frames, height, width = 16, 32, 40
c3d = Seq(name='C3D')
c3d.add(l.Conv3D(4, (3, 3, 3), activation='relu', padding='same', input_shape=(frames, height, width, 3)))
c3d.add(l.MaxPooling3D(pool_size=(1, 2, 2), strides=(1, 2, 2)))
for i, n in {1: 8, 2: 16}.items():
    c3d.add(l.Conv3D(n, 3, activation='relu', padding='same', name='conv%i' % i))
    c3d.add(l.BatchNormalization(center=False))
    c3d.add(l.AveragePooling3D((2, 2, 2)))
    c3d.add(l.SpatialDropout3D(.1))
c3d.add(l.GlobalAveragePooling3D())
c3d.add(l.RepeatVector(3))
c3d.add(l.Conv1D(4, 2))
c3d.add(l.Flatten())
c3d.add(l.Dense(101, activation='softmax'))
