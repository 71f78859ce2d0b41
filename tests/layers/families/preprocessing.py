"""Preprocessing: augmentation, image sizes, encoders, lookups, spectrograms, layers in a row."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from layermath.vocabulary.arguments import Unfollowed
from tests.layers.configurations import (
    Draw,
    Made,
    Shape,
    any_shape,
    booleans,
    covers,
    feature_map,
    layouts,
    seldom,
    sizes,
    some,
    wrong,
)

numbers = st.sampled_from([0, 0.3, 1, 1.0, -0.2, 1.5, 3])
factors = numbers | st.sampled_from([(0.1, 0.5), [0.5, 0.2], (-0.5, 0.5), (2, 3), (0.1,), "0.1"])
ranges = st.sampled_from([(0, 1), [0, 255], (1,), 3])
formats = st.none() | st.sampled_from(["xyxy", "rel_xyxy"])
seeds = st.sampled_from([1, 7, None, "1", 2.5])
layouts_or_wrong = st.sampled_from(["channels_last", "channels_first", None, "nope"])

FACTORED = ("RandomHue", "RandomSaturation", "RandomColorDegeneration", "RandomSharpness")


def images(draw: Draw) -> Shape:
    return feature_map(draw, 2)


def called_on(draw: Draw, keywords: dict[str, Any]) -> Any:
    """Images alone, or a dict with what belongs to them, or a list."""
    form = draw(st.integers(0, 7))
    if form == 0:
        call = "layer({'images': x0, 'labels': x1})"
        return keywords, [images(draw), any_shape(draw)], call
    if form == 1:
        call = "layer({'images': x0, 'bounding_boxes': {'boxes': x1, 'labels': x2}})"
        boxes = draw(sizes)
        return keywords, [images(draw), (boxes, 4), (boxes,)], call
    if form == 2:
        return keywords, [images(draw), images(draw)], "layer([x0, x1])"
    return keywords, [images(draw)]


def usual(draw: Draw) -> dict[str, Any]:
    """What most of the layers take."""
    return some(
        draw,
        seed=seldom(draw, st.just(3), seeds),
        data_format=seldom(draw, layouts, layouts_or_wrong),
        bounding_box_format=draw(formats),
    )


@covers(*FACTORED, "RandomPosterization")
def factored(draw: Draw, type_name: str) -> Any:
    factor = factors | st.integers(1, 8) if type_name == "RandomPosterization" else factors
    keywords = {"factor": draw(factor)} | some(draw, value_range=draw(ranges)) | usual(draw)
    if type_name == "RandomColorDegeneration":
        shape = seldom(draw, st.just((*images(draw)[:2], 3)), st.just(images(draw)))
        return keywords, [shape]
    return called_on(draw, keywords)


@covers("RandomInvert", "CutMix", "RandomErasing", "RandomElasticTransform", "RandomGaussianBlur")
def of_some_images(draw: Draw, type_name: str) -> Any:
    keywords = some(draw, factor=draw(factors)) | usual(draw)
    if type_name in ("RandomErasing", "RandomElasticTransform"):
        keywords |= some(draw, scale=draw(factors))
    if type_name == "RandomElasticTransform":
        keywords |= some(
            draw,
            interpolation=draw(st.sampled_from(["nearest", "bilinear", "cubic"])),
            fill_mode=draw(st.sampled_from(["mirror", "wrap", "nope"])),
        )
    if type_name == "RandomGaussianBlur":
        keywords |= some(
            draw,
            kernel_size=draw(st.sampled_from([3, 5, (3, 7), [1, 1], 4, (3, 4), "3", (3,)])),
            sigma=draw(factors),
        )
    return called_on(draw, keywords)


@covers("RandomShear", "RandomPerspective", "RandomGrayscale")
def sheared(draw: Draw, type_name: str) -> Any:
    keywords = usual(draw)
    if type_name == "RandomShear":
        keywords |= some(
            draw,
            x_factor=draw(factors),
            y_factor=draw(factors),
            fill_mode=draw(st.sampled_from(["reflect", "mirror"])),
        )
    else:
        keywords |= some(draw, factor=draw(factors))
    if type_name == "RandomPerspective":
        keywords |= some(
            draw, scale=draw(factors), interpolation=draw(st.sampled_from(["nearest", "cubic"]))
        )
    return called_on(draw, keywords)


@covers(
    "AutoContrast", "Equalization", "Solarization", "ContrastLimitedAdaptiveHistogramEqualization"
)
def recoloured(draw: Draw, type_name: str) -> Any:
    keywords = usual(draw) | some(draw, value_range=draw(ranges))
    if type_name != "Solarization":
        keywords.pop("seed", None)
    else:
        keywords |= some(draw, addition_factor=draw(factors), threshold_factor=draw(factors))
    if type_name == "Equalization":
        keywords |= some(draw, bins=draw(sizes))
    return called_on(draw, keywords)


@covers("RandAugment", "AugMix", "RandomColorJitter", "MixUp")
def mixed(draw: Draw, type_name: str) -> Any:
    keywords = usual(draw)
    if type_name == "RandomColorJitter":
        keywords |= some(
            draw,
            value_range=draw(ranges),
            **{
                f"{change}_factor": draw(factors)
                for change in ("brightness", "contrast", "saturation", "hue")
            },
        )
    elif type_name == "MixUp":
        keywords |= some(draw, alpha=draw(numbers), factor=draw(factors))
    else:
        keywords |= some(
            draw,
            value_range=draw(ranges),
            factor=draw(factors),
            interpolation=draw(st.sampled_from(["nearest", "cubic"])),
        )
    return called_on(draw, keywords)


@covers("MaxNumBoundingBoxes")
def numbered(draw: Draw, type_name: str) -> Any:
    number = seldom(draw, st.integers(0, 9), st.sampled_from([-1, 3.7, "4", "a", None]))
    keywords = {"max_number": number} | some(draw, fill_value=draw(st.sampled_from([-1, 2.5, "a"])))
    if draw(st.integers(0, 5)):
        keywords["bounding_box_format"] = "xyxy"
    if draw(booleans):
        return called_on(draw, keywords)
    boxes, labels = (*any_shape(draw, unknown=True), 4), any_shape(draw, least=1, unknown=True)
    place = draw(st.sampled_from(["boxes", "boxes", "boxes", "more"]))
    call = f"layer({{'images': x0, 'bounding_boxes': {{'{place}': x1, 'labels': x2}}}})"
    return keywords, [images(draw), boxes, labels], call


@covers("Resizing", "CenterCrop", "RandomCrop")
def sized(draw: Draw, type_name: str) -> Any:
    pixels = st.integers(0, 12)
    keywords: dict[str, Any] = {
        "height": seldom(draw, pixels, st.sampled_from([-1, 2.0, "a"])),
        "width": draw(pixels),
    }
    keywords |= some(draw, data_format=seldom(draw, layouts, layouts_or_wrong))
    if type_name == "Resizing":
        keywords |= some(
            draw,
            interpolation=draw(st.sampled_from(["nearest", "bicubic", "nope", None])),
            crop_to_aspect_ratio=draw(booleans),
            pad_to_aspect_ratio=draw(booleans),
        )
    if type_name == "RandomCrop":
        keywords |= some(draw, seed=draw(seeds), factor=draw(factors))
    if draw(st.integers(0, 9)) == 0 and type_name == "CenterCrop":
        # Keras takes the list itself for a shape, which the others let pass
        return keywords, [images(draw), (4,)], "layer([x0, x1])"
    return keywords, [images(draw)]


modes = st.sampled_from(["one_hot", "multi_hot", "count", "int"])


@covers("CategoryEncoding")
def categories(draw: Draw, type_name: str) -> Any:
    keywords = some(draw, output_mode=seldom(draw, modes, st.sampled_from(["binary", "nope"])))
    if draw(st.integers(0, 9)):
        keywords["num_tokens"] = seldom(draw, sizes, st.sampled_from([0, -1, 2.0, "a", None]))
    return keywords, [any_shape(draw, unknown=True)]


@covers("Discretization")
def discretized(draw: Draw, type_name: str) -> Any:
    keywords = some(draw, output_mode=seldom(draw, modes, st.sampled_from(["binary"])))
    keywords |= some(draw, sparse=draw(booleans))
    which = draw(st.sampled_from(["bins", "boundaries", "boundaries", "both", "none"]))
    if which in ("bins", "both"):
        keywords["num_bins"] = seldom(draw, st.integers(0, 9), st.just(-1))
    if which in ("boundaries", "both"):
        keywords["bin_boundaries"] = draw(st.lists(st.floats(-9, 9), max_size=5))
    return keywords, [any_shape(draw, unknown=True)]


@covers("Hashing", "HashedCrossing")
def hashed(draw: Draw, type_name: str) -> Any:
    keywords = {"num_bins": seldom(draw, sizes, wrong)}
    keywords |= some(
        draw, output_mode=seldom(draw, modes, st.just("binary")), sparse=draw(booleans)
    )
    shape = any_shape(draw)
    if type_name == "Hashing":
        keywords |= some(draw, salt=draw(st.sampled_from([3, (1, 2), [1, 2], (1,), "a"])))
        return keywords, [shape]
    second = seldom(draw, st.just(shape), st.just(any_shape(draw)))
    further = seldom(draw, st.just([]), st.just([shape]))
    shapes = [shape, second, *further]
    return keywords, shapes, f"layer([{', '.join(f'x{place}' for place in range(len(shapes)))}])"


lookup_modes = modes | st.sampled_from(["tf_idf", "tf-idf", "binary", "nope"])
words = st.lists(st.sampled_from(["a", "b", "c", "", "[UNK]"]), max_size=4)
some_numbers = st.lists(st.integers(-1, 4), max_size=4)


@covers("IntegerLookup", "StringLookup", "TextVectorization")
def looked_up(draw: Draw, type_name: str) -> Any:
    text = type_name == "TextVectorization"
    vocabulary = draw(some_numbers if type_name == "IntegerLookup" else words)
    mode = draw(lookup_modes)
    keywords: dict[str, Any] = some(draw, output_mode=mode)
    if draw(st.integers(0, 5)):
        keywords["vocabulary"] = vocabulary
    if mode in ("tf_idf", "tf-idf") or not draw(st.integers(0, 9)):
        keywords["idf_weights"] = [0.5] * len(vocabulary)
    keywords |= some(
        draw, max_tokens=draw(st.integers(0, 12)), pad_to_max_tokens=draw(booleans)
    ) | some(draw, sparse=seldom(draw, st.just(False), st.just(True)))
    if text:
        keywords |= some(
            draw,
            output_sequence_length=draw(st.integers(0, 9)),
            split=draw(st.sampled_from(["whitespace", "character", None, "nope"])),
            ngrams=draw(st.sampled_from([None, 2, (1, 2), [1, 2]])),
            standardize=draw(st.sampled_from(["lower", None, Unfollowed("own")])),
        )
    else:
        masks = st.sampled_from([0, None] if type_name == "IntegerLookup" else ["", None])
        keywords |= some(
            draw,
            num_oov_indices=draw(st.integers(-1, 3)),
            mask_token=draw(masks),
            invert=draw(booleans),
        )
    if text and keywords.get("output_mode", "int") == "int":
        keywords.setdefault("output_sequence_length", 5)
    elif keywords.get("output_mode") == "one_hot" and text:
        keywords["split"] = None
    if keywords.get("output_mode", "int") != "int":
        # a vocabulary that is not given has an unknown size, which no number can be put in for
        keywords.setdefault("vocabulary", vocabulary)
    return keywords, [any_shape(draw)]


@covers("MelSpectrogram")
def mel(draw: Draw, type_name: str) -> Any:
    keywords = some(
        draw,
        fft_length=draw(st.integers(1, 40)),
        sequence_stride=seldom(draw, sizes, st.sampled_from([0, 2.0])),
        sequence_length=draw(st.none() | st.integers(0, 40)),
        num_mel_bins=seldom(draw, sizes, st.sampled_from([0, 2.0])),
    )
    # with an unknown length Keras asks nothing of the stride
    length = draw(st.integers(1, 90)) if keywords.get("sequence_stride") in (0, 2.0) else None
    length = length or draw(st.none() | st.integers(1, 90))
    return keywords, [seldom(draw, st.just((length,)), st.just(any_shape(draw, least=1)))]


@covers("STFTSpectrogram")
def stft(draw: Draw, type_name: str) -> Any:
    keywords = {"frame_length": seldom(draw, sizes, st.just(0))} | some(
        draw,
        mode=draw(
            st.sampled_from(["log", "magnitude", "psd", "real", "imag", "angle", "stft", "nope"])
        ),
        frame_step=draw(st.none() | st.integers(0, 9)),
        fft_length=seldom(draw, st.integers(8, 20), st.none()),
        window=draw(st.sampled_from(["hann", "boxcar", None, "nope", 3, ("kaiser", 4.0)])),
        scaling=draw(st.sampled_from([None, "density", "spectrum", "nope"])),
        padding=seldom(draw, st.sampled_from(["valid", "same"]), st.just("SAME")),
        expand_dims=draw(booleans),
    )
    length, channels = draw(st.integers(1, 40)), draw(st.integers(1, 3))
    if draw(booleans):
        return keywords | {"data_format": "channels_first"}, [(channels, length)]
    return keywords, [seldom(draw, st.just((length, channels)), st.just(any_shape(draw)))]


@covers("Pipeline")
def in_a_row(draw: Draw, type_name: str) -> Any:
    one = st.sampled_from(
        [
            Made("Rescaling", {"scale": 0.5}),
            Made("Resizing", {"height": 5, "width": 6}),
            Made("CenterCrop", {"height": 2, "width": 3}),
            Made("Conv2D", {"filters": 3, "kernel_size": 3}),
            Made("MaxPooling2D", {"padding": "same"}),
            Made("BatchNormalization", {}),
            Made("Flatten", {}),
            Made("Dense", {"units": 4}),
        ]
    )
    rows = st.lists(one, min_size=1, max_size=3)
    shape = (draw(st.integers(2, 9)), draw(st.integers(2, 9)), draw(sizes))
    return {"layers": seldom(draw, rows, st.just([]) | st.just(3) | st.just([3]))}, [shape]


@covers("TorchModuleWrapper")
def torch_module(draw: Draw, type_name: str) -> Any:
    modules = [
        "torch.nn.Linear(8, 4)",
        "nn.Conv2d(3, 8, kernel_size=3, bias=False)",
        "nn.Sequential(nn.Linear(4, 2), nn.ReLU())",
        "own()",
    ]
    keywords = {"module": Unfollowed(draw(st.sampled_from(modules)))}
    shape = any_shape(draw, least=1)
    return keywords | some(draw, output_shape=(None, *shape)), [any_shape(draw)]


@covers("Wrapper", "Layer")
def without_a_rule(draw: Draw, type_name: str) -> Any:
    dense = {"layer": Made("Dense", {"units": 3})}
    return dense if type_name == "Wrapper" else {}, [any_shape(draw)]


@covers("JaxLayer", "FlaxLayer", "TFSMLayer")
def from_elsewhere(draw: Draw, type_name: str) -> Any:
    argument = {"JaxLayer": "call_fn", "FlaxLayer": "module", "TFSMLayer": "filepath"}[type_name]
    return {argument: Unfollowed("own")}, [any_shape(draw)]
