from tensorflow import keras
import tensorflow as tf

IMAGE_WIDTH: int = 36
IMAGE_HEIGHT: int = IMAGE_WIDTH * 3 // 4
NUM_CHANNELS = 3 if "rgb" else 1
KERNELS = {"small": 3, "large": 7}

params = {'n': 2, 'units': [40, 20]}
params.update(units=[24, 12], dropout=None)
lr, momentum = (params.get('lr') or 1e-2), .9
print(f'lr={lr:.1e}, units={params["units"]}')

model = keras.models.Sequential()
add = model.add
add(keras.layers.Input((IMAGE_HEIGHT, IMAGE_WIDTH, NUM_CHANNELS)))
for size, k in KERNELS.items():
    add(keras.layers.Conv2D(int(8 * k ** 0.5), k, name=size, padding='same' if k > 3 else 'valid'))
    if k == 7: break
    add(keras.layers.MaxPooling2D(pool_size=2, padding='same'))
else:
    add(keras.layers.Dropout(.9))
add(keras.layers.Flatten())
[add(keras.layers.Dense(u, activation=tf.nn.relu)) for u in params['units']]
if params['dropout']:
    add(keras.layers.Dropout(params['dropout']))
elif params['n'] > 1:
    add(keras.layers.GaussianNoise(0.1))
add(keras.layers.Dense(1))
