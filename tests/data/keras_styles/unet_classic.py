from keras.models import *
from keras.layers import *
from keras.optimizers import *
from keras.callbacks import ModelCheckpoint, LearningRateScheduler


def unet(pretrained_weights=None, input_size=(64, 64, 1)):
    inputs = Input(input_size)
    conv1 = Conv2D(8, 3, activation='relu', padding='same', kernel_initializer='he_normal')(inputs)
    conv1 = Conv2D(8, 3, activation='relu', padding='same', kernel_initializer='he_normal')(conv1)
    pool1 = MaxPooling2D(pool_size=(2, 2))(conv1)
    conv2 = Conv2D(16, 3, activation='relu', padding='same', kernel_initializer='he_normal')(pool1)
    conv2 = Conv2D(16, 3, activation='relu', padding='same', kernel_initializer='he_normal')(conv2)
    drop2 = Dropout(0.5)(conv2)
    pool2 = MaxPooling2D(pool_size=(2, 2))(drop2)

    conv5 = Conv2D(32, 3, activation='relu', padding='same', kernel_initializer='he_normal')(pool2)
    drop5 = Dropout(0.5)(conv5)

    up6 = Conv2D(16, 2, activation='relu', padding='same')(UpSampling2D(size=(2, 2))(drop5))
    merge6 = concatenate([drop2, up6], axis=3)
    conv6 = Conv2D(16, 3, activation='relu', padding='same')(merge6)

    up7 = Conv2DTranspose(8, (2, 2), strides=(2, 2), padding='same')(conv6)
    merge7 = concatenate([conv1, up7])
    conv7 = Conv2D(8, 3, activation='relu', padding='same')(merge7)
    conv8 = Conv2D(1, 1, activation='sigmoid')(conv7)

    model = Model(inputs=inputs, outputs=conv8)
    model.compile(optimizer=Adam(learning_rate=1e-4), loss='binary_crossentropy', metrics=['accuracy'])

    if (pretrained_weights):
        model.load_weights(pretrained_weights)

    return model


data_gen_args = dict(rotation_range=0.2, width_shift_range=0.05)
model = unet()
model_checkpoint = ModelCheckpoint('unet_membrane.keras', monitor='loss', verbose=1, save_best_only=True)
model.fit(myGene, steps_per_epoch=300, epochs=1, callbacks=[model_checkpoint])
