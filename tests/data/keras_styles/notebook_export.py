#!/usr/bin/env python
# coding: utf-8

# # Dogs vs cats

# In[1]:


get_ipython().system('pip install -q tensorflow')
get_ipython().run_line_magic('matplotlib', 'inline')


# In[2]:


import os
import zipfile
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator

base_dir = '/tmp/cats_and_dogs_filtered'
train_dir = os.path.join(base_dir, 'train')
print('total training cat images :', len(os.listdir(train_dir)))


# In[3]:


class myCallback(tf.keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs={}):
        if logs.get('accuracy') is not None and logs.get('accuracy') > 0.95:
            print("\nReached 95% accuracy so cancelling training!")
            self.model.stop_training = True


callbacks = myCallback()
model = tf.keras.models.Sequential([
    # Note the input shape is the desired size of the image with 3 bytes color
    tf.keras.layers.Conv2D(16, (3,3), activation='relu', input_shape=(150, 150, 3)),
    tf.keras.layers.MaxPooling2D(2,2),
    tf.keras.layers.Conv2D(32, (3,3), activation='relu'),
    tf.keras.layers.MaxPooling2D(2,2),
    tf.keras.layers.Conv2D(64, (3,3), activation='relu'),
    tf.keras.layers.MaxPooling2D(2,2),
    # Flatten the results to feed into a DNN
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(32, activation='relu'),
    # Only 1 output neuron. It will contain a value from 0-1
    tf.keras.layers.Dense(1, activation='sigmoid')
])
model.summary()


# In[4]:


train_datagen = ImageDataGenerator(rescale=1.0/255.)
train_generator = train_datagen.flow_from_directory(train_dir, batch_size=20, class_mode='binary', target_size=(150, 150))
history = model.fit(train_generator, steps_per_epoch=100, epochs=15, verbose=2, callbacks=[callbacks])


# In[5]:


successive_outputs = [layer.output for layer in model.layers[1:]]
visualization_model = tf.keras.models.Model(inputs=model.inputs, outputs=successive_outputs)
for layer_name, feature_map in zip([l.name for l in model.layers], successive_feature_maps):
    if len(feature_map.shape) == 4:
        n_features = feature_map.shape[-1]
