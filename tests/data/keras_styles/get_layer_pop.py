import keras
from keras import layers
base = keras.Sequential(name="vggish")
base.add(keras.Input(shape=(64, 64, 3)))
for i, (n, reps) in enumerate(((8, 1), (16, 2), (32, 2)), 1):
    for j in range(1, reps + 1):
        base.add(layers.Conv2D(n, 3, padding="same", activation="relu", name="block%d_conv%d" % (i, j)))
    base.add(layers.MaxPooling2D((2, 2), strides=(2, 2), name="block{}_pool".format(i)))
base.add(layers.Flatten())
base.add(layers.Dense(10, name="predictions"))
base.pop()
base.pop()

features = [base.get_layer(n).output for n in ("block1_conv1", "block2_conv2", "block3_pool")]
extractor = keras.Model(inputs=base.inputs, outputs=features, name="extractor")
style_outputs = {layer.name: layer.output for layer in base.layers if "conv" in layer.name}
feature_extractor = keras.Model(base.inputs, style_outputs)
