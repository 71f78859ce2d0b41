from keras import Input, Model, layers, ops


def sampling(args):
    z_mean, z_log_var = args
    return z_mean + ops.exp(0.5 * z_log_var)


inputs = Input(shape=(28, 28, 1))
x = layers.Conv2D(32, 3, activation="relu", strides=2, padding="same")(inputs)
x = layers.Conv2D(64, 3, activation="relu", strides=2, padding="same")(x)
x = layers.Flatten()(x)
x = layers.Dense(16, activation="relu")(x)
z_mean = layers.Dense(2, name="z_mean")(x)
z_log_var = layers.Dense(2, name="z_log_var")(x)
z = layers.Lambda(sampling, output_shape=(2,), name="z")([z_mean, z_log_var])
encoder = Model(inputs, [z_mean, z_log_var, z], name="encoder")

latent = Input(shape=(2,))
x = layers.Dense(7 * 7 * 64, activation="relu")(latent)
x = layers.Reshape((7, 7, 64))(x)
x = layers.Conv2DTranspose(64, 3, activation="relu", strides=2, padding="same")(x)
x = layers.Conv2DTranspose(1, 3, activation="sigmoid", strides=2, padding="same")(x)
x = layers.Lambda(lambda t: t[:, 2:-2, 2:-2, :])(x)
decoder = Model(latent, x, name="decoder")

crop = layers.Lambda(lambda t: t[:, ::2, ::2])
vae = Model(inputs, decoder(encoder(inputs)[2]), name="vae")
last = Model(inputs, layers.Flatten()(crop(inputs)))
