"""``keras.applications`` by name: every layer agrees with real Keras in name, order, class, output
shape, parameters and trainable ones; what Keras refuses is refused.

One architecture of each family by default; all of them with ``LAYERMATH_FULL=1``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import layermath as lm
from tests.crosscheck.test_applications import FULL, OTHERS, SMALL, agrees, no_weights, real_keras

pytestmark = pytest.mark.crosscheck

FAMILIES = [
    *("ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionResNetV2"),
    *("InceptionV3", "MobileNet", "MobileNetV2", "MobileNetV3Small", "NASNetMobile"),
    *("ResNet50", "ResNet50V2", "VGG16", "Xception"),
]
ALL = sorted({*SMALL, *OTHERS})

ARGUMENTS = [
    "include_top=False",
    "include_top=False, pooling='max', input_shape=(None, None, 3)",
    "include_top=False, pooling='avg', input_shape=(81, 160, 4)",
    "classes=7, input_shape=(97, 101, 3), classifier_activation=None",
    "input_tensor=keras.Input((96, 96, 3), name='pictures'), classes=3",
    "include_top=False, input_tensor=layers.Conv2D(3, 3)(keras.Input((98, 98, 1)))",
    "input_shape=[80, 80, 3], pooling='avg'",
]
OF_ONE = [
    "ConvNeXtTiny(weights=None, include_preprocessing=False, include_top=False)",
    "EfficientNetB2(weights=None, include_top=False)",
    "EfficientNetV2B0(weights=None, input_shape=(64, 64, 1))",
    "EfficientNetV2B3(weights=None, include_top=False)",
    "EfficientNetV2S(weights=None, include_preprocessing=False)",
    "MobileNet((96, 96, 3), 0.5, 1, 0.001, False, None)",
    "MobileNet(weights=None, alpha=0.75, depth_multiplier=2, dropout=0.5)",
    "MobileNet(weights=None, input_shape=(128, 128, 3))",
    "MobileNetV2(weights=None, alpha=0.35, input_shape=(161, 97, 3))",
    "MobileNetV2(weights=None, alpha=1.4)",
    "MobileNetV2(weights=None, include_top=False)",
    "MobileNetV3Large(weights=None, alpha=1.3, input_shape=(99, 100, 3))",
    "MobileNetV3Large(weights=None, minimalistic=True, dropout_rate=0)",
    "MobileNetV3Small(weights=None, include_preprocessing=False)",
    "NASNetLarge(weights=None, include_top=False, input_shape=(97, 64, 3))",
    "NASNetMobile(weights=None, input_shape=(35, 65, 3), classes=5)",
    "VGG16(False, None, None, (64, 64, 3), 'max')",
    "VGG19(weights=None, name='own')",
]
REFUSED = [
    *("input_shape=(None, None, 3)", "input_shape=(30, 30, 3)", "input_shape=(64, 64)"),
    *("input_shape=(224, 30, 3)", "sizes=3", "classes=0", "weights='imagnet'"),
    *("weights='imagenet', classes=10", "weights='imagenet', classifier_activation='relu'"),
    *("weights='imagenet', input_shape=(100, 100, 3)",),
    *("weights='imagenet', include_top=False, input_shape=(100, 100, 1)",),
]
TAKES_ANY_SIZE = "MobileNetV3Small"


@pytest.fixture
def keras() -> Any:
    found = real_keras()
    found.backend.clear_session()
    return found


def built(keras: Any, call: str) -> Any:
    """The model that real Keras builds for the call of a test's own source."""
    code = compile(f"keras.applications.{call}", "<test>", "eval")
    with no_weights(keras):
        return eval(code, {"keras": keras, "layers": keras.layers})  # a line of this file


def compared(keras: Any, call: str) -> None:
    source = f"import keras\nfrom keras import layers\nmodel = keras.applications.{call}\n"
    agrees(built(keras, call), lm.loads(source, model="model"))


@pytest.mark.parametrize("name", ALL if FULL else FAMILIES)
def test_every_layer_agrees(keras: Any, name: str) -> None:
    compared(keras, f"{name}(weights=None)")


@pytest.mark.parametrize("arguments", ARGUMENTS)
@pytest.mark.parametrize("name", FAMILIES if FULL else ["MobileNetV2", "ResNet50"])
def test_with_arguments(keras: Any, name: str, arguments: str) -> None:
    compared(keras, f"{name}(weights=None, {arguments})")


@pytest.mark.parametrize("call", OF_ONE if FULL else OF_ONE[::3])
def test_with_arguments_of_its_own(keras: Any, call: str) -> None:
    compared(keras, call)


@pytest.mark.parametrize("arguments", REFUSED)
@pytest.mark.parametrize("name", FAMILIES if FULL else ["DenseNet121", "MobileNetV2"])
def test_what_keras_refuses(keras: Any, name: str, arguments: str) -> None:
    call = (
        f"{name}({arguments})" if "weights" in arguments else f"{name}(weights=None, {arguments})"
    )
    if name == TAKES_ANY_SIZE and "shape" in arguments:
        pytest.skip("it has a size of its own only where it is given one")
    with pytest.raises((TypeError, ValueError)):
        built(keras, call)
    with pytest.raises(lm.LayermathError):
        lm.loads(f"import keras\nmodel = keras.applications.{call}\n")


# models around an architecture


def fine_tuned(keras: Any, layers: Any) -> Any:
    base = keras.applications.MobileNetV2(
        input_shape=(160, 160, 3), include_top=False, weights=None
    )
    base.trainable = False
    inputs = keras.Input((160, 160, 3))
    x = keras.applications.mobilenet_v2.preprocess_input(inputs)
    x = base(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(1)(layers.Dropout(0.2)(x)))


def stacked(keras: Any, layers: Any) -> Any:
    base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    for layer in base.layers:
        layer.trainable = layer.name.startswith("block5")
    return keras.Sequential([base, layers.Flatten(), layers.Dense(5)])


def cut_open(keras: Any, layers: Any) -> Any:
    base = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(64, 64, 3))
    for layer in base.layers[:-10]:
        layer.trainable = False
    names = ("conv3_block4_out", "conv5_block3_out")
    pooled = [layers.GlobalAveragePooling2D()(base.get_layer(name).output) for name in names]
    return keras.Model(base.input, layers.Concatenate()(pooled))


def two_of_them(keras: Any, layers: Any) -> Any:
    inputs = keras.Input((96, 96, 3))
    scaled = keras.applications.densenet.preprocess_input(inputs)
    first = keras.applications.DenseNet121(weights=None, include_top=False, pooling="avg")
    turned = keras.applications.vgg16.preprocess_input(inputs)
    second = keras.applications.VGG19(weights=None, include_top=False, pooling="max")
    return keras.Model(inputs, layers.Concatenate()([first(scaled), second(turned)]))


def on_a_tensor(keras: Any, layers: Any) -> Any:
    inputs = keras.Input((64, 64, 3))
    base = keras.applications.Xception(
        weights=None, include_top=False, input_tensor=layers.Resizing(80, 80)(inputs)
    )
    return keras.Model(inputs, layers.Flatten()(base.output))


def in_a_lambda(keras: Any, layers: Any) -> Any:
    inputs = keras.Input((64, 64, 3))
    x = layers.Lambda(keras.applications.resnet50.preprocess_input)(inputs)
    return keras.Model(inputs, layers.Conv2D(3, 3)(x))


@pytest.mark.parametrize(
    "made", [fine_tuned, stacked, cut_open, two_of_them, on_a_tensor, in_a_lambda]
)
def test_a_model_around_it(keras: Any, made: Callable[[Any, Any], Any]) -> None:
    source = (
        f"import keras\n\n{inspect.getsource(made)}\nmodel = {made.__name__}(keras, keras.layers)"
    )
    network = lm.loads(source, model="model")
    with no_weights(keras):
        agrees(made(keras, keras.layers), network)


PREPROCESSED = [
    *("convnext", "densenet", "efficientnet", "efficientnet_v2", "imagenet_utils"),
    *("inception_resnet_v2", "inception_v3", "mobilenet", "mobilenet_v2", "mobilenet_v3"),
    *("nasnet", "resnet", "resnet50", "resnet_v2", "vgg16", "vgg19", "xception"),
]


@pytest.mark.parametrize("module", PREPROCESSED)
def test_preprocessing_uses_up_the_same_names(keras: Any, module: str) -> None:
    inputs = keras.Input((64, 64, 3))
    x = getattr(keras.applications, module).preprocess_input(inputs)
    x = keras.layers.Subtract()([keras.layers.Add()([x, x]), x])
    source = (
        "import keras\nfrom keras import layers\ninputs = keras.Input((64, 64, 3))\n"
        f"x = keras.applications.{module}.preprocess_input(inputs)\n"
        "model = keras.Model(inputs, layers.Subtract()([layers.Add()([x, x]), x]))\n"
    )
    agrees(keras.Model(inputs, x), lm.loads(source))
