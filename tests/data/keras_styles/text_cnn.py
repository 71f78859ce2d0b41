from keras.layers import Input, Embedding, Conv2D, MaxPool2D, Reshape, Concatenate, Dense, Flatten, SpatialDropout1D, Conv1D, GlobalMaxPooling1D
from keras.models import Model
from keras.callbacks import ModelCheckpoint

sequence_length = 56
vocabulary_size = 2000
embedding_dim = 32
filter_sizes = [3,4,5]
num_filters = 16
drop = 0.5

inputs = Input(shape=(sequence_length,), dtype='int32')
embedding = Embedding(input_dim=vocabulary_size, output_dim=embedding_dim, name='emb')(inputs)
reshape = Reshape((sequence_length,embedding_dim,1))(embedding)

conv_0 = Conv2D(num_filters, kernel_size=(filter_sizes[0], embedding_dim), padding='valid', kernel_initializer='normal', activation='relu')(reshape)
conv_1 = Conv2D(num_filters, kernel_size=(filter_sizes[1], embedding_dim), padding='valid', kernel_initializer='normal', activation='relu')(reshape)
conv_2 = Conv2D(num_filters, kernel_size=(filter_sizes[2], embedding_dim), padding='valid', kernel_initializer='normal', activation='relu')(reshape)

maxpool_0 = MaxPool2D(pool_size=(sequence_length - filter_sizes[0] + 1, 1), strides=(1,1), padding='valid')(conv_0)
maxpool_1 = MaxPool2D(pool_size=(sequence_length - filter_sizes[1] + 1, 1), strides=(1,1), padding='valid')(conv_1)
maxpool_2 = MaxPool2D(pool_size=(sequence_length - filter_sizes[2] + 1, 1), strides=(1,1), padding='valid')(conv_2)

concatenated_tensor = Concatenate(axis=1)([maxpool_0, maxpool_1, maxpool_2])
flatten = Flatten()(concatenated_tensor)
output = Dense(units=2, activation='softmax')(flatten)
model = Model(inputs=inputs, outputs=output)
checkpoint = ModelCheckpoint('weights.{epoch:03d}-{val_acc:.4f}.keras', monitor='val_acc', verbose=1, save_best_only=True, mode='auto')
print("Traning Model...")
model.fit(X_train, y_train, batch_size=30, epochs=10, verbose=1, callbacks=[checkpoint])
