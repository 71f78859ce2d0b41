"""What real Keras writes down, read again: ``to_json()``, archives, HDF5, and models in memory."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import layermath as lm
from tests.crosscheck.test_applications import agrees, real_keras
from tests.readers.real_keras import Options, _stage

pytestmark = pytest.mark.crosscheck

DATA = Path(__file__).parent.parent / "data"
SOURCES = [
    path.relative_to(DATA).as_posix()
    for folder in ("keras_sources", "keras_styles")
    for path in sorted((DATA / folder).glob("*.py"))
]


def models_of(source: str) -> dict[str, Any]:
    """The models that a source of the tests builds, run with real Keras."""
    keras = real_keras()
    text = (DATA / source).read_text(encoding="utf-8")
    options = Options.of(text)
    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__", "keras": keras, "layers": keras.layers}
    names |= options.bindings
    with _stage(keras) as built:
        exec(options.before, {"np": importlib.import_module("numpy")}, names)
        for statement in importlib.import_module("ast").parse(text).body:
            module = importlib.import_module("ast").Module([statement], [])
            try:
                exec(compile(module, source, "exec"), names)
            except Exception:
                continue
    models = [*built, *(one for one in names.values() if isinstance(one, keras.Model))]
    return {one.name: one for one in models if one.built and _has_graph(one)}


def _has_graph(model: Any) -> bool:
    return getattr(model, "_functional", None) is not None or hasattr(model, "_nodes_by_depth")


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_goes_through_json(source: str) -> None:
    models = models_of(source)
    for model in models.values():
        if all(is_kerass_own(layer) for layer in model._flatten_layers()):
            agrees(model, lm.loads(model.to_json()))
        agrees(model, lm.from_keras(model))


def is_kerass_own(layer: Any) -> bool:
    """Whether its configuration says all: no code of the source's own is part of it."""
    return type(layer).__module__.startswith("keras.") and type(layer).__name__ != "Lambda"


def a_model(keras: Any) -> Any:
    layers = keras.layers
    image = keras.Input((None, 12, 3), name="image")
    encoder = keras.Sequential([layers.Conv2D(4, 3), layers.ReLU()], name="encoder")
    x = encoder(image) + encoder(image)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(x[:, 2])
    x = layers.TimeDistributed(keras.Sequential([keras.Input((8,)), layers.Dense(3)]))(x)
    x = layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    return keras.Model(image, {"a": layers.Flatten()(x), "b": keras.ops.mean(x, axis=1)})


def seq_to_seq(keras: Any) -> Any:
    layers = keras.layers
    source, target = keras.Input((None,), name="source"), keras.Input((7,), name="target")
    words = layers.Embedding(50, 6, mask_zero=True)
    states = layers.LSTM(5, return_state=True)(words(source))[1:]
    decoded, *_rest = layers.LSTM(5, return_sequences=True, return_state=True)(
        words(target), initial_state=states
    )
    return keras.Model([source, target], layers.Dense(50)(decoded))


def siamese(keras: Any) -> Any:
    layers = keras.layers
    image = keras.Input((None, None, 3))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, padding="same")(image))
    tower = keras.Model(image, {"mean": x, "twice": layers.Dense(2, trainable=False)(x)}, name="t")
    a, b = keras.Input((8, 8, 3)), keras.Input((6, 9, 3))
    joined = layers.concatenate([tower(a)["mean"], tower(b)["twice"], tower(b)["mean"]])
    inner = keras.Model([a, b], joined, name="inner")
    c, d = keras.Input((8, 8, 3), name="c"), keras.Input((6, 9, 3), name="d")
    return keras.Model([c, d], [inner([c, d]), inner([c, d])])


def frozen_base(keras: Any) -> Any:
    layers = keras.layers
    base = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(4, 3), layers.Flatten()])
    base.trainable = False
    return keras.Sequential([base, layers.Dense(3), layers.Dense(2, trainable=False)])


def from_the_middle(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((8,))
    middle = layers.Dense(5, name="first")(x)
    end = layers.Dense(3, name="second")(layers.ReLU()(middle))
    keras.Model(x, end)
    return keras.Model(middle, end)


def by_name(keras: Any) -> Any:
    layers = keras.layers
    inputs = {"b": keras.Input((4,), name="b"), "a": keras.Input((5,), name="a")}
    inner = keras.Model(inputs, layers.Concatenate()([inputs["b"], inputs["a"]]), name="inner")
    given = {"a": keras.Input((5,), name="x"), "b": keras.Input((4,), name="y")}
    return keras.Model(given, layers.Dense(2)(inner(given)))


def wrappers(keras: Any) -> Any:
    layers = keras.layers
    video = keras.Input((5, 8, 8, 3))
    frame = keras.Sequential([layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()])
    x = layers.TimeDistributed(frame)(video)
    x = layers.RNN(layers.StackedRNNCells([layers.LSTMCell(4), layers.GRUCell(3)]), True)(x)
    x = layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum")(x)
    x = layers.SpectralNormalization(layers.Dense(6))(x)
    x = layers.EinsumDense("abc,cd->abd", output_shape=(5, 7), bias_axes="d")(x)
    return keras.Model(video, layers.Dense(1)(layers.Identity()(x[:, 0] * x[:, -1] / 2.0)))


HARD = [a_model, seq_to_seq, siamese, frozen_base, from_the_middle, by_name, wrappers]


@pytest.mark.parametrize("make", HARD)
def test_hard_ones(make: Callable[[Any], Any]) -> None:
    keras = real_keras()
    model = make(keras)
    agrees(model, lm.loads(model.to_json()))
    agrees(model, lm.from_keras(model))
    again = keras.models.model_from_json(model.to_json())
    agrees(again, lm.loads(again.to_json()))


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_saved_model(suffix: str, tmp_path: Path) -> None:
    keras = real_keras()
    model = a_model(keras)
    path = tmp_path / f"model.{suffix}"
    model.save(path)
    agrees(model, lm.load(path))


def test_layers_of_the_users_own() -> None:
    keras = real_keras()

    class Own(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
        """Its arguments cannot be written down."""

        def __init__(self, function: Any) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(5)
            self.function = function

        def call(self, x: Any) -> Any:
            return self.function(self.dense(x))

    x = keras.Input((8, 4))
    own = Own(lambda y: y)
    double = keras.layers.Lambda(lambda y: y * 2)
    inside = keras.Sequential([keras.layers.Dense(3), Own(abs)])
    model = keras.Model(x, keras.layers.Flatten()(inside(double(own(x)))))
    network = lm.from_keras(model)
    derivation = lm.derive(network)
    assert derivation.layers["own"].params == own.count_params() == 25
    assert derivation.totals.params == model.count_params()
    assert derivation.outputs == (model.output_shape[1:],)
    with pytest.raises(NotImplementedError):
        own.get_config()


def test_what_has_no_graph() -> None:
    keras = real_keras()

    class Subclassed(keras.Model):  # type: ignore[misc]  # Keras is untyped
        """Keras builds it only as it runs."""

        def call(self, x: Any) -> Any:
            return x

    for wrong in (Subclassed(), keras.Sequential([keras.layers.Dense(3)]), 3, None, keras):
        with pytest.raises(lm.LayermathError) as raised:
            lm.from_keras(wrong)
        assert raised.value.exit_code == 2
    unbuilt = keras.Sequential([keras.layers.Dense(3)])
    assert lm.derive(lm.from_keras(unbuilt, inputs=(4,))).totals.params == 15
