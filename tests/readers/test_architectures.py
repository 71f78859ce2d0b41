"""``keras.applications`` by name: what Keras 3 answered, and what is told where it refuses."""

from __future__ import annotations

import ast

import pytest

import layermath as lm
from layermath.readers.keras.architecture_arguments import ARCHITECTURES
from layermath.readers.keras.architectures import text_of
from tests.drawing import ALL, some

TOTALS = {
    "ConvNeXtBase": (88_591_464, 88_591_464, 261),
    "ConvNeXtLarge": (197_767_336, 197_767_336, 261),
    "ConvNeXtSmall": (50_223_688, 50_223_688, 261),
    "ConvNeXtTiny": (28_589_128, 28_589_128, 135),
    "ConvNeXtXLarge": (350_196_968, 350_196_968, 261),
    "DenseNet121": (8_062_504, 7_978_856, 429),
    "DenseNet169": (14_307_880, 14_149_480, 597),
    "DenseNet201": (20_242_984, 20_013_928, 709),
    "EfficientNetB0": (5_330_571, 5_288_548, 240),
    "EfficientNetB1": (7_856_239, 7_794_184, 342),
    "EfficientNetB2": (9_177_569, 9_109_994, 342),
    "EfficientNetB3": (12_320_535, 12_233_232, 387),
    "EfficientNetB4": (19_466_823, 19_341_616, 477),
    "EfficientNetB5": (30_562_527, 30_389_784, 579),
    "EfficientNetB6": (43_265_143, 43_040_704, 669),
    "EfficientNetB7": (66_658_687, 66_347_960, 816),
    "EfficientNetV2B0": (7_200_312, 7_139_704, 273),
    "EfficientNetV2B1": (8_212_124, 8_141_052, 337),
    "EfficientNetV2B2": (10_178_374, 10_096_086, 352),
    "EfficientNetV2B3": (14_467_622, 14_358_406, 412),
    "EfficientNetV2L": (119_027_848, 118_515_272, 1_031),
    "EfficientNetV2M": (54_431_388, 54_139_356, 743),
    "EfficientNetV2S": (21_612_360, 21_458_488, 516),
    "InceptionResNetV2": (55_873_736, 55_813_192, 782),
    "InceptionV3": (23_851_784, 23_817_352, 313),
    "MobileNet": (4_253_864, 4_231_976, 91),
    "MobileNetV2": (3_538_984, 3_504_872, 156),
    "MobileNetV3Large": (5_507_432, 5_483_032, 194),
    "MobileNetV3Small": (2_554_968, 2_542_856, 164),
    "NASNetLarge": (88_949_818, 88_753_150, 1_041),
    "NASNetMobile": (5_326_716, 5_289_978, 771),
    "ResNet101": (44_707_176, 44_601_832, 347),
    "ResNet101V2": (44_675_560, 44_577_896, 379),
    "ResNet152": (60_419_944, 60_268_520, 517),
    "ResNet152V2": (60_380_648, 60_236_904, 566),
    "ResNet50": (25_636_712, 25_583_592, 177),
    "ResNet50V2": (25_613_800, 25_568_360, 192),
    "VGG16": (138_357_544, 138_357_544, 23),
    "VGG19": (143_667_240, 143_667_240, 26),
    "Xception": (22_910_480, 22_855_952, 134),
}
"""Parameters, those that training changes, and layers, with ``weights=None``."""


def read(call: str) -> lm.Network:
    return lm.loads(f"import keras\nmodel = keras.applications.{call}\n")


FIRST = {one.source: name for name, one in sorted(ARCHITECTURES.items(), reverse=True)}
"""One architecture of each source."""


@pytest.mark.parametrize("name", TOTALS if ALL else sorted(FIRST.values()))
def test_the_totals_are_those_of_keras(name: str) -> None:
    network = read(f"{name}(weights=None)")
    derivation = lm.derive(network)
    totals = derivation.totals
    assert (totals.params, totals.trainable_params, len(network.listed)) == TOTALS[name]
    assert derivation.outputs == ((1000,),)


def test_there_are_no_others() -> None:
    assert ARCHITECTURES.keys() == TOTALS.keys()


@pytest.mark.parametrize("source", sorted({one.source for one in ARCHITECTURES.values()}))
def test_a_source_has_all_its_architectures(source: str) -> None:
    tree = ast.parse(text_of(source))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert found >= {name for name, one in ARCHITECTURES.items() if one.source == source}
    assert "preprocess_input" in text_of(source)


@pytest.mark.parametrize("sides", some([(97, 131), (128, 96), (225, 224)]))
@pytest.mark.parametrize(
    "name", ["DenseNet121", "EfficientNetB0", "InceptionV3", "MobileNetV2", "NASNetMobile"]
)
def test_letters_say_what_numbers_say(name: str, sides: tuple[int, int]) -> None:
    height, width = sides
    lettered = lm.derive(
        read(f"{name}(weights=None, input_shape=(H, W, 3))"), {"H": height, "W": width}
    )
    numbered = lm.derive(read(f"{name}(weights=None, input_shape=({height}, {width}, 3))"))
    assert shapes(lettered) == shapes(numbered)
    assert lettered.totals.macs == numbered.totals.macs
    assert lettered.totals.params == numbered.totals.params


def shapes(derivation: lm.Derivation) -> list[tuple[str, object]]:
    return [(layer.name, layer.output_shapes) for layer in derivation.layers.values()]


def test_the_last_layers_leave_the_size_of_the_images_open() -> None:
    derivation = lm.derive(read("ResNet50(weights=None, input_shape=(H, W, 3), classes=10)"))
    assert derivation.outputs == ((10,),)
    assert derivation.totals.params == 23_608_202


def test_the_layers_have_no_line_of_the_source() -> None:
    network = read("VGG16(weights=None)")
    assert {entry.line for entry in network.entries.values()} == {None}
    assert network.name == "vgg16"


def test_an_architecture_inside_a_model() -> None:
    network = lm.loads(
        "import keras\nfrom keras import layers\n"
        "from keras.applications.resnet50 import ResNet50, preprocess_input\n"
        "base = ResNet50(include_top=False, weights='imagenet', input_shape=(160, 160, 3))\n"
        "base.trainable = False\ninputs = keras.Input((160, 160, 3))\n"
        "x = base(preprocess_input(inputs), training=False)\n"
        "x = layers.GlobalAveragePooling2D()(x)\n"
        "model = keras.Model(inputs, layers.Dense(5)(x))\n"
    )
    derivation = lm.derive(network)
    assert list(derivation.layers) == [
        "input_layer_1",
        "resnet50",
        "global_average_pooling2d",
        "dense",
    ]
    assert derivation.layers["resnet50"].params == 23_587_712
    assert derivation.totals.trainable_params == 10_245


def test_an_input_without_a_size_takes_the_one_that_is_given() -> None:
    network = lm.loads(
        "import keras\nmodel = keras.applications.Xception(weights=None, include_top=False)",
        inputs={None: (299, 299, 3)},
    )
    assert lm.derive(network).outputs == ((10, 10, 2048),)


def test_a_name_that_nothing_imports_is_keras_s() -> None:
    assert lm.loads("VGG16(weights=None)").name == "vgg16"


def test_a_name_from_elsewhere_is_not() -> None:
    with pytest.raises(lm.LayermathError):
        lm.loads("from networks import VGG16\nmodel = VGG16(weights=None)\n")


REFUSED = [
    ("VGG16(weights=None, input_shape=(None, None, 3))", "the input shape must be known"),
    ("Xception(weights=None, input_shape=(70, 90, 3))", "at least 71×71"),
    ("InceptionV3(weights=None, input_shape=(74, 90, 3))", "at least 75×75"),
    ("ResNet50(weights=None, input_shape=(224, 224))", "the input shape has three axes"),
    ("VGG16(classes=10)", "1000 classes"),
    ("VGG16(input_shape=(150, 150, 3))", "include_top=False for other sizes"),
    ("MobileNetV2(alpha=0.6)", "alpha=0.35, 0.5, 0.75, 1.0, 1.3, 1.4"),
    ("ResNet50(weights='imagnet')", "'imagenet', None or the name of a file"),
    ("ResNet50(weights=None, class_number=3)", "has no argument class_number"),
    ("ResNet50(True, include_top=False)", "include_top is given twice"),
    ("ResNet50(weights=None, include_top=T)", "--set T="),
    ("ResNet55(weights=None)", "keras.applications.ResNet50(weights=None)"),
    ("VGG16(weights=None, input_shape=s)", "--input H,W,3"),
    ("ResNet50(weights=None, classes=0)", "at least 1"),
]


@pytest.mark.parametrize(("call", "told"), REFUSED)
def test_what_is_refused(call: str, told: str) -> None:
    with pytest.raises(lm.LayermathError) as raised:
        read(call)
    assert told in str(raised.value)
    assert "line 2" in str(raised.value)


def test_a_source_cannot_make_architectures_without_end() -> None:
    with pytest.raises(lm.LayermathError) as raised:
        lm.loads(
            "import keras\nfor n in range(1000):\n"
            "    model = keras.applications.NASNetLarge(weights=None)\n"
        )
    assert "at most 400000 steps" in str(raised.value).replace(",", "").replace("\u202f", "")
    assert "line 3" in str(raised.value)
