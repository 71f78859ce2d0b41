"""Forms of operations in sources, with what real Keras makes of them.

`FORMS` are expressions in tensors ``x`` and ``y`` (8 steps of 6 features), ``v`` (6 features) and
``im`` (an image of 8×12 pixels with 4 channels). ``python -m tests.readers.operation_forms`` asks
Keras and writes the answers.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

ANSWERS = Path(__file__).parent.parent / "data" / "keras_operations.json"

HEAD = """\
import keras
import numpy as np
from keras import layers, ops
x = keras.Input((8, 6), name="x")
y = keras.Input((8, 6), name="y")
v = keras.Input((6,), name="v")
im = keras.Input((8, 12, 4), name="im")
"""

FORMS = """\
x + y
x - y
x * y
x / y
x + 1
2 * x
1 - x
x / 255.0
x ** 2
2.0 ** x
x // 2
x % 3
-x
abs(x)
x > 0.5
x <= y
x != y
(x > 0) & (y > 0)
(x > 0) | (y > 0)
~(x > 0)
x @ ops.transpose(y, (0, 2, 1))
x @ y
x + im
x + v
x * [1, 2, 3, 4, 5, 6]
x * [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]]
x * [1, 2]
x * ops.mean(x, axis=1, keepdims=True)
im * ops.mean(im, axis=(1, 2), keepdims=True)
x[:, -1]
x[:, 0, :]
x[:, 9]
x[:, -9]
x[..., -1]
x[..., :3]
x[:, 1:]
x[:, :-2, 1:4]
x[:, ::2]
x[:, ::-1]
x[:, 5:2]
x[:, :100]
x[:, -3:]
x[:, None]
x[:, :, None]
x[..., None]
x[:, np.newaxis, :]
x[:, 1, 1, 1]
im[:, ::2, ::2, :]
im[:, 1:-1, 1:-1]
ops.relu(x)
ops.gelu(x, approximate=False)
ops.leaky_relu(x, negative_slope=0.1)
ops.softmax(x)
ops.softmax(x, axis=1)
ops.log_softmax(x, -1)
ops.sigmoid(x)
ops.exp(x)
ops.sqrt(x)
ops.square(x)
ops.abs(x)
ops.nn.relu(x)
ops.numpy.mean(x, axis=1)
keras.ops.tanh(x)
keras.activations.relu(x)
keras.activations.softmax(x)
keras.activations.gelu(x)
keras.activations.sigmoid(x)
keras.activations.swish(x)
keras.activations.linear(x)
ops.mean(x, axis=1)
ops.mean(x, axis=[1, 2])
ops.mean(x, -1, True)
ops.max(x, axis=-1, keepdims=True)
ops.sum(x, axis=(1, 2), keepdims=True)
ops.var(im, axis=-1)
ops.std(x, axis=1)
ops.argmax(x, axis=-1)
ops.logsumexp(x, axis=-1)
ops.norm(x, axis=-1, keepdims=True)
ops.any(x > 0, axis=1)
ops.mean(x, axis=5)
ops.cumsum(x, axis=1)
ops.concatenate([x, y], axis=-1)
ops.concatenate([x, y], axis=1)
ops.concatenate([x, v], axis=1)
ops.concatenate((x, y, x), 2)
ops.stack([x, y], axis=1)
ops.stack([v, v, v], axis=-1)
ops.split(x, 2, axis=-1)[0]
ops.split(x, 4, axis=-1)[0]
ops.split(x, [2, 5], axis=1)[1]
ops.unstack(x, axis=1)[3]
ops.reshape(x, (-1, 48))
ops.reshape(x, (-1, 2, 4, 6))
ops.reshape(x, (ops.shape(x)[0], 48))
ops.reshape(x, [ops.shape(x)[0], -1])
ops.reshape(x, (-1, 4, 2, 6))
x.reshape((-1, 6, 8))
ops.transpose(x, (0, 2, 1))
ops.transpose(im, [0, 3, 1, 2])
ops.swapaxes(x, 1, 2)
ops.moveaxis(im, -1, 1)
ops.expand_dims(x, 1)
ops.expand_dims(x, axis=-1)
ops.squeeze(x[:, :1], axis=1)
ops.squeeze(x, axis=1)
ops.repeat(x, 3, axis=1)
ops.tile(x, (1, 2, 1))
ops.flip(x, axis=1)
ops.roll(x, shift=2, axis=1)
ops.pad(x, [[0, 0], [1, 2], [0, 0]])
ops.pad(im, ((0, 0), (1, 1), (2, 2), (0, 0)), mode="reflect")
ops.broadcast_to(ops.expand_dims(v, 1), (None, 8, 6))
ops.matmul(x, ops.swapaxes(y, -1, -2))
ops.matmul(x, y)
ops.einsum("bij,bkj->bik", x, y)
ops.einsum("bij,bjk->bik", x, ops.swapaxes(y, 1, 2))
ops.dot(x, np.ones((6, 3)))
ops.matmul(x, np.ones((6, 3)))
ops.tensordot(x, np.ones((6, 3)), axes=1)
ops.add(x, y)
ops.multiply(x, 2)
ops.divide(x, y)
ops.maximum(x, 0)
ops.minimum(x, y)
ops.power(x, 3)
ops.where(x > 0, x, y)
ops.where(x > 0, x, 0.0)
ops.clip(x, 0, 1)
ops.cast(x, "float16")
ops.zeros_like(x)
ops.ones_like(x)
ops.top_k(x, 3)[0]
ops.top_k(x, k=2)[1]
ops.take(x, [0, 2, 4], axis=1)
ops.take(x, 0, axis=1)
ops.one_hot(ops.cast(v, "int32"), 5)
ops.normalize(x, axis=-1)
ops.image.resize(im, (16, 24))
ops.max_pool(im, 2)
ops.average_pool(im, (2, 3), strides=1, padding="same")
ops.depth_to_space(im, 2)
ops.space_to_depth(im, 2)
ops.stop_gradient(x)
ops.image.extract_patches(im, 4)
ops.image.extract_patches(im, size=(2, 3))
ops.image.extract_patches(im, 3, strides=2, padding="same")
ops.image.extract_patches(im, (3, 2), strides=1, dilation_rate=2)
ops.image.extract_patches(im, 9)
ops.image.pad_images(im, top_padding=1, left_padding=2, target_height=11, right_padding=0)
ops.image.crop_images(im, 1, 2, 3, 4)
ops.image.crop_images(im, 1, 2, 3)
ops.image.rgb_to_hsv(im[..., :3])
ops.slice(x, (0, 2, 1), (-1, 4, -1))
ops.slice(x, (0, 0), (-1, 4))
ops.fft2((x, y))[0]
ops.fft((x, v))
ops.tril(x)
x * np.sin(np.arange(6) / 2)
x + np.linspace(0, 1, 8)[:, np.newaxis] * np.ones((1, 6))
x + np.concatenate([np.zeros((8, 2)), np.ones((8, 4))], axis=-1)
x + ops.outer(ops.arange(8, dtype="float32"), ops.ones((6,)))
x + np.reshape(np.arange(48), (8, -1)).astype("float32")
x + np.arange(48).reshape(8, 6).T.transpose()
x + ops.expand_dims(ops.eye(8)[:, :6], 0)
x + np.stack(np.meshgrid(np.arange(6), np.arange(8)), axis=-1).sum(-1)
x + np.meshgrid(np.arange(6), np.arange(8), indexing="ij")[0]
x + ops.einsum("i,j->ij", ops.ones((8,)), ops.ones((6,)))
x + ops.tile(ops.ones((1, 3)), (8, 2))
x + ops.repeat(ops.ones((4, 6)), 2, axis=0)
x + np.power(10000, -np.arange(0, 12, 2) / 12)
ops.pad(x, ops.convert_to_tensor([[0, 0], [1, 2], [0, 0]]))
ops.pad(x, np.array([[0, 0], [1, 2], [0, 0]]) * 2)
layers.Dense(int((2 ** np.arange(3, 6))[1]))(x)
layers.Dense(np.zeros((5, 7)).shape[1])(x)
layers.Dense(int(np.prod(np.array([2, 3]))))(x)
x[:, : np.array([3, 5])[0]]
ops.reshape(x, (-1, np.ones((4, 3)).size, 4))
layers.Dense(4)(x + y)
layers.Add()([x, y]) + x
layers.Dense(4)(ops.reshape(im, (-1, 384)))
ops.relu(layers.Dense(4)(x[:, -1]) * 0.5)
layers.Dense(x.shape[-1])(x) + x
""".splitlines()


def of_keras(form: str) -> dict[str, Any]:
    """What Keras makes of a form: the shape, and the names and types of what it is made of."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    keras = import_module("keras")
    keras.backend.clear_session()
    names: dict[str, Any] = {}
    exec(HEAD, names)
    try:
        result = eval(form, names)
    except (ValueError, TypeError, IndexError) as error:
        return {"error": str(error).splitlines()[0]}
    inputs = [names[one] for one in ("x", "y", "v", "im")]
    model = keras.Model(inputs, result)
    return {
        "shape": list(result.shape),
        "made": sorted([one.name, type(one).__name__] for one in model.operations),
        "layers": [one.name for one in model.layers],
        "params": model.count_params(),
    }


def main() -> None:
    """Write the answers anew."""
    answers = {form: of_keras(form) for form in FORMS}
    ANSWERS.write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
