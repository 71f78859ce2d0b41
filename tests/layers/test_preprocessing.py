"""Preprocessing: image sizes, augmentation, encoders, lookups, spectrograms, layers in a row."""

from __future__ import annotations

from typing import Any

import pytest

from layermath.algebra.floors import floor_div, symbol
from layermath.algebra.unknown import is_known
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied
from layermath.rules.structures import put_together
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.keras.elsewhere import TorchModuleWrapper
from layermath.vocabulary.keras.layers import catalogue, find
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.torch import parameters_of

CenterCrop, RandomCrop, Resizing = (
    catalogue()[name] for name in ("CenterCrop", "RandomCrop", "Resizing")
)
Pipeline, MelSpectrogram, STFTSpectrogram = (
    catalogue()[name] for name in ("Pipeline", "MelSpectrogram", "STFTSpectrogram")
)
H, W, L, K, S = (symbol(name) for name in "HWLKS")


def made(type_name: str, *arguments: object, **keywords: object) -> Layer:
    found = find(type_name)
    assert found is not None
    return found.bind(arguments, keywords)


def applied(shapes: Any, type_name: str, *arguments: object, **keywords: object) -> Applied:
    return made(type_name, *arguments, **keywords)(shapes)


def refused(shapes: Any, type_name: str, *arguments: object, **keywords: object) -> bool:
    try:
        applied(shapes, type_name, *arguments, **keywords)
    except ModelProblem:
        return True
    return False


# Images -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_name", ["Resizing", "CenterCrop", "RandomCrop"])
def test_images_come_to_the_size_that_is_asked_for(type_name: str) -> None:
    assert applied((H, W, 3), type_name, 16, 24).outputs == ((16, 24, 3),)
    assert applied((8, 8, 3), type_name, 16, 24).outputs == ((16, 24, 3),)
    first = applied((3, 40, 40), type_name, 16, 24, data_format="channels_first")
    assert first.outputs == ((3, 16, 24),)
    for size in (-1, 2.0, "a"):
        assert refused((8, 8, 3), type_name, size, 4)


def test_the_middle_of_a_larger_image_is_a_crop_and_of_another_is_not() -> None:
    done = CenterCrop.bind((10, 8), {}).apply((21, 8, 3))
    assert done.view == "windows"
    assert (done.reach[0].before, done.reach[0].after) == (-5, -6)
    assert (done.reach[1].before, done.reach[1].after) == (0, 0)
    assert CenterCrop.bind((10, 8), {}).apply((9, 8, 3)).view == "unknown"
    assert CenterCrop.bind((10, 8), {}).apply((H, W, 3)).view == "unknown"
    assert Resizing.bind((10, 8), {}).apply((21, 8, 3)).view == "unknown"
    assert RandomCrop.bind((10, 8), {}).apply((21, 8, 3)).view == "unknown"


def test_axes_that_are_no_image_are_taken_as_keras_takes_them() -> None:
    assert applied((28, 28), "RandomCrop", 8, 8).outputs == ((8, 28),)
    assert applied((28, 28), "Resizing", 5, 6).outputs == ((6, 28),)
    assert refused((28,), "CenterCrop", 5, 6)
    assert refused((), "Resizing", 5, 6)


def test_what_belongs_to_images_passes_with_them() -> None:
    inputs = {"images": (8, 8, 3), "labels": (10,), "more": [(2,), (3,)]}
    done = applied(inputs, "RandomFlip")
    assert put_together(done.outputs, done.nest) == inputs
    assert refused(inputs, "Resizing", 4, 4)
    assert refused(inputs, "RandomGrayscale")


def test_every_image_comes_to_have_as_many_boxes() -> None:
    inputs: Any = {"images": (16, 16, 3), "bounding_boxes": {"boxes": (5, 4), "labels": (5,)}}
    done = made("MaxNumBoundingBoxes", 10)(inputs)
    assert put_together(done.outputs, done.nest) == {
        "images": (16, 16, 3),
        "bounding_boxes": {"boxes": (10, 4), "labels": (10,)},
    }
    assert made("MaxNumBoundingBoxes", 3.7).given["max_number"] == 3
    for boxes in ({"boxes": (5, 4)}, {"boxes": (), "labels": (5,)}, (5, 4)):
        assert refused({"bounding_boxes": boxes}, "MaxNumBoundingBoxes", 10)


def test_colours_need_three_channels_where_keras_looks() -> None:
    assert refused((8, 8, 1), "RandomColorDegeneration", 0.5)
    done = applied((8, 8, symbol("C")), "RandomColorDegeneration", 0.5)
    assert str(done.requirements[0].condition) == "Eq(C, 3)"


def test_layers_inside_use_up_names() -> None:
    assert len(made("RandAugment").made_inside()) == 11
    assert len(made("AugMix", all_ops=False).made_inside()) == 7
    assert made("RandomColorJitter", hue_factor=0.1).made_inside() == ("RandomHue",)
    assert made("TextVectorization").made_inside() == ("StringLookup",)


@pytest.mark.parametrize(
    ("type_name", "keywords"),
    [
        ("RandomHue", {"factor": 2}),
        ("RandomHue", {"factor": None}),
        ("RandomShear", {"x_factor": (-0.1, 0.5)}),
        ("RandomShear", {"fill_mode": "mirror"}),
        ("RandomPosterization", {"factor": 0}),
        ("RandomGaussianBlur", {"kernel_size": 4}),
        ("RandomGaussianBlur", {"sigma": 2.0}),
        ("RandomGrayscale", {"factor": (0.1, 0.2)}),
        ("RandAugment", {"interpolation": "bicubic"}),
        ("Equalization", {"value_range": (1,)}),
        ("RandomErasing", {"seed": "1"}),
        ("AutoContrast", {"seed": 1}),
    ],
)
def test_wrong_arguments_are_refused(type_name: str, keywords: dict[str, object]) -> None:
    assert refused((8, 8, 3), type_name, **keywords)


# Encoders and lookups -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "type_name", "keywords", "output"),
    [
        ((5,), "CategoryEncoding", {"num_tokens": 10}, (10,)),
        ((5,), "CategoryEncoding", {"num_tokens": 10, "output_mode": "one_hot"}, (5, 10)),
        ((1,), "CategoryEncoding", {"num_tokens": 10, "output_mode": "one_hot"}, (10,)),
        ((5,), "Discretization", {"num_bins": 4}, (5,)),
        ((5,), "Discretization", {"bin_boundaries": [0, 1], "output_mode": "one_hot"}, (5, 3)),
        ((5, 2), "Discretization", {"bin_boundaries": [0], "output_mode": "multi_hot"}, (2, 2)),
        ((4,), "Hashing", {"num_bins": 5}, (4,)),
        ((4,), "Hashing", {"num_bins": 5, "output_mode": "count"}, (5,)),
        ((3,), "IntegerLookup", {"vocabulary": [7, 8], "output_mode": "one_hot"}, (3, 3)),
        ((3,), "StringLookup", {"vocabulary": ["a", "b"], "output_mode": "count"}, (3,)),
        (
            (3,),
            "StringLookup",
            {"vocabulary": ["a"], "num_oov_indices": 3, "mask_token": "", "output_mode": "count"},
            (4,),
        ),
        ((3,), "StringLookup", {"vocabulary": ["[UNK]", "a"], "output_mode": "multi_hot"}, (2,)),
        (
            (3,),
            "StringLookup",
            {"vocabulary": ["a"], "idf_weights": [0.5], "output_mode": "tf_idf"},
            (2,),
        ),
        (
            (3,),
            "IntegerLookup",
            {"max_tokens": 10, "pad_to_max_tokens": True, "output_mode": "multi_hot"},
            (10,),
        ),
        ((1,), "TextVectorization", {"output_sequence_length": 250}, (250,)),
        ((), "TextVectorization", {"vocabulary": ["a", "b"], "output_mode": "multi_hot"}, (3,)),
    ],
)
def test_encoders(
    shape: Any, type_name: str, keywords: dict[str, object], output: tuple[int, ...]
) -> None:
    done = applied(shape, type_name, **keywords)
    assert done.outputs == (output,)
    assert (done.params, done.macs) == (0, 0)


def test_two_features_are_crossed() -> None:
    layer = made("HashedCrossing", 10, output_mode="one_hot")
    assert layer([(1,), (1,)]).outputs == ((10,),)
    assert layer([(4,), (4,)]).outputs == ((4, 10),)
    for shapes in ([(1,)], [(1,), (2,)], [(1,), (1,), (1,)]):
        assert refused(shapes, "HashedCrossing", 10)


@pytest.mark.parametrize(
    "keywords",
    [
        {"vocabulary": ["a", "a"]},
        {"vocabulary": []},
        {"vocabulary": ["a", ""], "mask_token": ""},
        {"vocabulary": ["a", "[UNK]"], "invert": True},
        {"vocabulary": ["a", "b"], "max_tokens": 2},
        {"max_tokens": 1},
        {"pad_to_max_tokens": True},
        {"num_oov_indices": -1},
        {"invert": True, "output_mode": "count"},
        {"sparse": True},
        {"idf_weights": [0.5]},
        {"vocabulary": ["a"], "output_mode": "tf_idf"},
        {"vocabulary": ["a"], "idf_weights": [1, 2], "output_mode": "tf_idf"},
        {"output_mode": "bad"},
    ],
)
def test_a_lookup_refuses_what_keras_refuses(keywords: dict[str, object]) -> None:
    assert refused((3,), "StringLookup", **keywords)


@pytest.mark.parametrize(
    "keywords",
    [{}, {"vocabulary": "words.txt"}, {"vocabulary": Unfollowed("words")}],
)
def test_the_size_of_a_vocabulary_that_is_not_written_is_unknown(
    keywords: dict[str, object],
) -> None:
    done = applied((3,), "StringLookup", output_mode="one_hot", **keywords)
    assert done.outputs[0][0] == 3
    assert not is_known(done.outputs[0][1])
    assert applied((3,), "StringLookup", **keywords).outputs == ((3,),)


def test_a_text_has_as_many_numbers_as_the_longest_of_its_batch() -> None:
    (length,) = applied((1,), "TextVectorization").outputs[0]
    assert not is_known(length)


# Sounds -------------------------------------------------------------------------------------------


def test_the_frames_of_a_mel_spectrogram() -> None:
    layer = MelSpectrogram.bind((), {"sequence_stride": 100})
    assert layer.apply((999,)).outputs == layer.apply((1000,)).outputs == ((128, 11),)
    assert layer.apply((L,)).outputs == ((128, floor_div(L + 101, 100)),)
    with pytest.raises(ModelProblem):
        MelSpectrogram.bind((), {"fft_length": 256, "sequence_length": 300})


def test_a_spectrogram_is_a_strided_convolution_with_two_kernels() -> None:
    done = STFTSpectrogram.bind(("log", 100), {"fft_length": 256}).apply((1000, 2))
    assert done.outputs == ((19, 258),)
    assert (done.params, done.trainable_params) == (25800, 25800)
    assert done.macs == 19 * 2 * 25800
    assert (done.reach[0].extent, done.reach[0].stride) == (100, 50)
    real = STFTSpectrogram.bind(("real", 100), {"fft_length": 256}).apply((1000, 2))
    assert (real.outputs, real.params) == (((19, 258),), 12900)
    both = STFTSpectrogram.bind(("stft", 100), {"fft_length": 256}).apply((1000, 2))
    assert (both.outputs, both.params) == (((19, 516),), 25800)


def test_the_lengths_of_a_spectrogram() -> None:
    apart = STFTSpectrogram.bind((), {"expand_dims": True})
    assert apart.apply((4096, 2)).outputs == ((31, 129, 2),)
    first = STFTSpectrogram.bind((), {"expand_dims": True, "data_format": "channels_first"})
    assert first.apply((2, 4096)).outputs == ((2, 31, 129),)
    assert STFTSpectrogram.bind((), {"frame_length": 100}).rule.fft == 128
    letters = STFTSpectrogram.bind(
        (), {"frame_length": K, "frame_step": S, "fft_length": 512, "padding": "same"}
    )
    conditions = [str(one.condition) for one in letters.apply((L, 1)).requirements]
    assert conditions[1:] == ["K >= S", "K <= 512"]
    for keywords in (
        {"frame_length": 1},
        {"frame_length": 8, "frame_step": 9},
        {"frame_length": 8, "fft_length": 4},
        {"window": "hanning"},
        {"window": 3},
        {"frame_length": K},
    ):
        assert refused((4096, 1), "STFTSpectrogram", **keywords)
    assert refused((200, 1), "STFTSpectrogram")


# Layers in a row, and what is inside others -------------------------------------------------------


def test_layers_in_a_row_add_up() -> None:
    dense = catalogue()["Dense"].bind((4,), {})
    done = Pipeline.bind(([dense, catalogue()["Dense"].bind((5,), {})],), {})((3,))
    assert (done.outputs, done.params, done.macs) == (((5,),), 41, 32)
    same = catalogue()["Dense"].bind((3,), {})
    assert Pipeline.bind(([same, same],), {})((3,)).params == 12
    row = Pipeline.bind(([made("RandomFlip"), Resizing.bind((4, 5), {})],), {})
    done = row({"images": (8, 8, 3), "labels": (2,)})
    assert put_together(done.outputs, done.nest) == {"images": (4, 5, 3), "labels": (2,)}
    for wrong in ([], 3, [3], None):
        with pytest.raises(ModelProblem):
            Pipeline.bind((wrong,), {})


def test_classes_without_a_rule_refuse_a_call() -> None:
    assert refused((8,), "Layer")
    assert refused((8,), "Wrapper", catalogue()["Dense"].bind((3,), {}))
    assert refused((8,), "Wrapper", 3)


def test_a_module_of_torch_needs_its_output_shape() -> None:
    module = Unfollowed("torch.nn.Linear(8, 4)")
    assert refused((8,), "TorchModuleWrapper", module)
    done = TorchModuleWrapper.bind((module,), {"output_shape": (None, 4)})((8,))
    assert (done.outputs, done.params, done.trainable_params) == (((4,),), 36, 36)
    assert not is_known(done.macs)
    done = TorchModuleWrapper.bind((Unfollowed("Own()"),), {"output_shape": (None, 4)})((8,))
    assert not is_known(done.params)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("nn.Conv2d(3, 8, kernel_size=3, bias=False)", 216),
        ("torch.nn.Conv2d(4, 8, (3, 5), 1, 0, 1, 2)", 248),
        ("torch.nn.ConvTranspose1d(4, 6, 3)", 78),
        ("nn.Sequential(nn.Linear(4, 2), nn.ReLU(), nn.BatchNorm1d(2))", 14),
        ("nn.LayerNorm((4, 5))", 40),
        ("nn.Embedding(10, 3)", 30),
        ("nn.Linear(n, 4)", None),
        ("Own(3)", None),
        ("model", None),
        ("nn.Linear(", None),
    ],
)
def test_parameters_of_modules_of_torch(text: str, number: int | None) -> None:
    assert parameters_of(text) == number


@pytest.mark.parametrize("mode", ["int", "one_hot"])
def test_a_crossing_without_a_number_of_bins_is_refused(mode: str) -> None:
    with pytest.raises(ModelProblem):
        made("HashedCrossing", None, output_mode=mode)
