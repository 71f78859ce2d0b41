"""Random configurations of the layer types that read one input after the other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.layers.configurations import (
    Draw,
    any_shape,
    booleans,
    channels,
    covers,
    covers_ranks,
    feature_map,
    layouts,
    paddings,
    per_axis,
    rank_of,
    seldom,
    sizes,
    some,
    wrong,
)


@covers_ranks("MaxPooling", "AveragePooling")
def pooling(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    keywords = some(
        draw,
        strides=seldom(draw, per_axis(rank, 4) | st.none(), wrong),
        padding=draw(st.sampled_from(["valid", "same", "SAME", "causal"])),
        data_format=seldom(draw, layouts, st.just("nope")),
    )
    keywords["pool_size"] = seldom(draw, per_axis(rank, 4), wrong)
    return keywords, [feature_map(draw, rank)]


@covers_ranks("GlobalMaxPooling", "GlobalAveragePooling")
def global_pooling(draw: Draw, type_name: str) -> Any:
    keywords = some(
        draw, keepdims=draw(booleans), data_format=seldom(draw, layouts, st.just("nope"))
    )
    return keywords, [feature_map(draw, rank_of(type_name))]


@covers_ranks("Conv")
def convolution(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    groups = draw(st.integers(1, 3))
    keywords = some(
        draw,
        strides=seldom(draw, per_axis(rank, 3), wrong),
        padding=seldom(draw, st.sampled_from(["valid", "same", "SAME"]), paddings),
        dilation_rate=seldom(draw, per_axis(rank, 2), wrong),
        data_format=seldom(draw, layouts, st.just("nope")),
        use_bias=draw(booleans),
        activation=seldom(draw, st.sampled_from(["relu", None]), st.just("foo")),
        groups=seldom(draw, st.just(groups), wrong),
        lora_rank=seldom(draw, st.none() | st.integers(0, 3), wrong),
        kernel_constraint=seldom(draw, st.none(), st.just("non_neg")),
    )
    keywords["filters"] = seldom(draw, st.integers(1, 4).map(lambda n: n * groups), wrong)
    keywords["kernel_size"] = seldom(draw, per_axis(rank, 4), wrong)
    shape = feature_map(draw, rank)
    if shape and draw(booleans):
        shape = (*shape[:-1], draw(channels) * groups)
    return keywords, [shape]


@covers("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose")
def transposed(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    keywords = some(
        draw,
        strides=seldom(draw, per_axis(rank, 3), wrong),
        padding=seldom(draw, st.sampled_from(["valid", "same", "SAME"]), paddings),
        dilation_rate=seldom(draw, per_axis(rank, 2), wrong),
        data_format=seldom(draw, layouts, st.just("nope")),
        use_bias=draw(booleans),
    )
    if draw(st.integers(0, 3)) == 0:
        keywords["output_padding"] = draw(
            st.integers(0, 2) | st.tuples(*[st.integers(0, 1)] * rank)
        )
    keywords["filters"] = seldom(draw, st.integers(1, 4), wrong)
    keywords["kernel_size"] = seldom(draw, per_axis(rank, 4), wrong)
    return keywords, [feature_map(draw, rank)]


@covers("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D")
def channel_by_channel(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    keywords = some(
        draw,
        strides=seldom(draw, per_axis(rank, 3), wrong),
        padding=seldom(draw, st.sampled_from(["valid", "same", "SAME"]), paddings),
        dilation_rate=seldom(draw, per_axis(rank, 2), wrong),
        depth_multiplier=seldom(draw, st.integers(1, 3), st.sampled_from([0, -1, "two"])),
        data_format=seldom(draw, layouts, st.just("nope")),
        use_bias=draw(booleans),
    )
    keywords["kernel_size"] = seldom(draw, per_axis(rank, 4), wrong)
    if type_name.startswith("Separable"):
        keywords["filters"] = seldom(draw, st.integers(1, 4), wrong)
    return keywords, [feature_map(draw, rank)]


@covers("Embedding")
def embedding(draw: Draw, type_name: str) -> Any:
    keywords = some(draw, mask_zero=draw(booleans), lora_rank=draw(st.integers(1, 3)))
    keywords["input_dim"] = seldom(draw, st.integers(1, 9), wrong)
    keywords["output_dim"] = seldom(draw, st.integers(1, 9), wrong)
    return keywords, [any_shape(draw, unknown=draw(booleans))]


@covers("Dense")
def dense(draw: Draw, type_name: str) -> Any:
    keywords = some(
        draw,
        use_bias=draw(booleans),
        activation=draw(st.sampled_from(["relu", "softmax", None, "foo"])),
        lora_rank=draw(st.integers(1, 3)),
    )
    keywords["units"] = seldom(draw, st.integers(1, 9), wrong)
    return keywords, [any_shape(draw, unknown=draw(booleans))]


@covers_ranks("ZeroPadding", "Cropping")
def on_both_sides(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    number = st.integers(0, 3)
    pair = st.tuples(number, number)
    for_all = seldom(draw, number, st.integers(-3, 9))
    each = draw(st.tuples(*[number | pair] * rank) | st.tuples(*[pair] * rank) | pair)
    keywords = {
        "padding" if type_name.startswith("Zero") else "cropping": seldom(
            draw, st.just(for_all) | st.just(each) | st.just(list(each)), wrong
        )
    }
    if not type_name.startswith("Cropping1"):
        keywords |= some(draw, data_format=seldom(draw, layouts, st.just("nope")))
    return keywords, [feature_map(draw, rank)]


@covers_ranks("UpSampling")
def upsampling(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    keywords = some(draw, size=seldom(draw, per_axis(rank, 3), wrong))
    if rank > 1:
        keywords |= some(draw, data_format=seldom(draw, layouts, st.just("nope")))
    return keywords, [feature_map(draw, rank)]


@covers("Flatten")
def flatten(draw: Draw, type_name: str) -> Any:
    return some(draw, data_format=seldom(draw, layouts, st.just("nope"))), [
        any_shape(draw, unknown=draw(booleans))
    ]


@covers("Reshape")
def reshape(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw)
    target = list(draw(st.permutations(shape)))
    if len(target) > 1 and draw(booleans):
        target[:2] = [target[0] * target[1]]
    if target and draw(booleans):
        target[draw(st.integers(0, len(target) - 1))] = draw(st.sampled_from([-1, 2, 0, -2]))
    return {"target_shape": draw(st.sampled_from([tuple, list]))(target)}, [shape]


@covers("Permute")
def permute(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw, least=1, unknown=True)
    axes = list(range(1, seldom(draw, st.just(len(shape)), st.integers(1, 4)) + 1))
    dims = list(draw(st.permutations(axes)))
    if draw(st.integers(0, 9)) == 0:
        dims[0] -= 1
    return {"dims": tuple(dims)}, [shape]


@covers("RepeatVector")
def repeat_vector(draw: Draw, type_name: str) -> Any:
    shape = (draw(sizes),) if draw(booleans) else any_shape(draw)
    return {"n": seldom(draw, sizes, wrong)}, [shape]


@covers("Identity", "Masking", "ActivityRegularization")
def shape_keeping(draw: Draw, type_name: str) -> Any:
    return {}, [any_shape(draw, unknown=True)]


@covers("Rescaling")
def rescaling(draw: Draw, type_name: str) -> Any:
    return {"scale": draw(st.sampled_from([0.5, 2, [0.1, 0.2]]))}, [any_shape(draw, unknown=True)]


@covers("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise")
def dropout(draw: Draw, type_name: str) -> Any:
    rate = draw(st.sampled_from([0, 0.0, 0.5, 1, 1.0, 1.5, -0.1, "half", None]))
    keywords = {"stddev" if type_name == "GaussianNoise" else "rate": rate}
    if type_name == "Dropout":
        keywords |= some(
            draw, noise_shape=draw(st.sampled_from([None, (None, 1), [2, 1], (0, 1), "x", 3]))
        )
    return keywords, [any_shape(draw, unknown=True)]


@covers_ranks("SpatialDropout")
def spatial_dropout(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    keywords = {"rate": draw(st.sampled_from([0.0, 0.3, 1, 2.0]))}
    if rank > 1:
        keywords |= some(draw, data_format=seldom(draw, layouts, st.just("nope")))
    return keywords, [feature_map(draw, rank)]


numbers = st.sampled_from([0, 0.1, 0.5, 1, 1.0, 1.5, -0.5, -1, -1.0, -2])
factors = numbers | st.tuples(numbers, numbers) | st.sampled_from([(0.1,), "x"])
fills = st.sampled_from(["reflect", "wrap", "constant", "nearest", "none"])


@covers("RandomFlip")
def random_flip(draw: Draw, type_name: str) -> Any:
    keywords = some(draw, mode=draw(st.sampled_from(["horizontal", "vertical"])))
    return keywords | some(draw, data_format=seldom(draw, layouts, st.just("nope"))), [
        feature_map(draw, 2)
    ]


@covers("RandomRotation", "RandomBrightness", "RandomContrast")
def random_factor(draw: Draw, type_name: str) -> Any:
    keywords = {"factor": seldom(draw, factors, st.none())}
    if type_name == "RandomRotation":
        keywords |= some(draw, fill_mode=draw(fills))
    if type_name == "RandomBrightness":
        keywords |= some(draw, value_range=draw(st.sampled_from([(0, 1), [0, 255], (1,), 3])))
    return keywords | some(draw, data_format=seldom(draw, layouts, st.just("nope"))), [
        feature_map(draw, 2)
    ]


@covers("RandomZoom", "RandomTranslation")
def random_factors(draw: Draw, type_name: str) -> Any:
    keywords = {"height_factor": draw(factors), "width_factor": draw(factors)}
    if draw(booleans):
        keywords = {name: draw(st.sampled_from([0.2, (-0.1, 0.5)])) for name in keywords}
    keywords |= some(
        draw, fill_mode=draw(fills), data_format=seldom(draw, layouts, st.just("nope"))
    )
    return keywords, [feature_map(draw, 2)]


@covers("Activation")
def activation(draw: Draw, type_name: str) -> Any:
    names = [
        "relu",
        "softmax",
        "gelu",
        "hard_swish",
        "tanh_shrink",
        None,
        "linear",
        "foo",
        "Relu",
        3,
    ]
    return {"activation": draw(st.sampled_from(names))}, [any_shape(draw, unknown=True)]


@covers("ReLU", "LeakyReLU", "ELU")
def rectified(draw: Draw, type_name: str) -> Any:
    number = st.sampled_from([0, 0.1, 1, -0.5, None])
    keywords = some(draw, negative_slope=draw(number))
    if type_name == "ReLU":
        keywords |= some(draw, max_value=draw(number), threshold=draw(number))
    return {} if type_name == "ELU" else keywords, [any_shape(draw, unknown=True)]


@covers("Softmax", "UnitNormalization")
def along_axes(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw, least=1)
    axis = st.integers(-len(shape), len(shape))
    outside = st.integers(-7, 7) if type_name == "UnitNormalization" else axis
    keywords = some(draw, axis=seldom(draw, axis | st.lists(axis, min_size=1, max_size=2), outside))
    return keywords, [shape]


@covers("PReLU")
def prelu(draw: Draw, type_name: str) -> Any:
    axis = st.integers(-2, 5)
    keywords = some(draw, shared_axes=draw(axis | st.lists(axis, max_size=3) | st.none()))
    return keywords, [any_shape(draw, unknown=draw(booleans))]


@covers("BatchNormalization", "LayerNormalization", "RMSNormalization", "GroupNormalization")
def normalization(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw, least=1, unknown=seldom(draw, st.just(False), st.just(True)))
    axis: st.SearchStrategy[Any] = st.integers(-len(shape), len(shape))
    if draw(st.integers(0, 5)) == 0:
        axis = st.integers(-6, 6)
    if type_name in ("LayerNormalization", "RMSNormalization"):
        axis |= st.lists(axis, min_size=1, max_size=2, unique=True)
    keywords = some(draw, axis=draw(axis))
    if type_name != "RMSNormalization":
        keywords |= some(draw, scale=draw(booleans), center=draw(booleans))
    if type_name == "BatchNormalization":
        keywords |= some(draw, renorm=draw(booleans))
    if type_name == "GroupNormalization":
        keywords |= {"scale": True}  # without weights Keras would still ask for a known size
        keywords["groups"] = draw(st.sampled_from([1, 2, 3, -1, 0, 2.0]))
    return keywords, [shape]


@covers("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", merge=True)
def merging(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw)
    shapes = []
    for _input in range(draw(st.sampled_from([0, 1, 2, 2, 2, 3]))):
        one = [seldom(draw, st.just(size), st.just(1) | sizes) for size in shape]
        shapes.append(tuple(one[seldom(draw, st.just(0), st.integers(0, len(one))) :]))
    return {}, shapes


@covers("Concatenate", merge=True)
def concatenate(draw: Draw, type_name: str) -> Any:
    shape = any_shape(draw, least=1)
    axis = draw(st.integers(-len(shape), len(shape)))
    place = axis % (len(shape) + 1) - 1
    shapes = []
    for _input in range(draw(st.integers(1, 3))):
        one = [seldom(draw, st.just(size), sizes) for size in shape]
        if place >= 0:
            one[place] = draw(sizes)
        shapes.append(tuple(one))
    if len(shapes) > 1:
        axis = seldom(draw, st.just(axis), st.integers(-6, 6))
    return {"axis": axis}, shapes


@covers("Dot", merge=True)
def dot(draw: Draw, type_name: str) -> Any:
    first, second = (list(any_shape(draw, least=1)) for _input in range(2))
    axes = [draw(st.integers(1, len(shape))) for shape in (first, second)]
    if draw(st.integers(0, 5)):
        second[axes[1] - 1] = first[axes[0] - 1]
    written: Any = tuple(axes) if draw(booleans) else axes
    if axes[0] == axes[1] and draw(booleans):
        written = axes[0]
    # not the batch: Keras names a shape for a sum over it, which it then cannot compute
    from_end = st.integers(-min(len(first), len(second)), -1)
    return {"axes": seldom(draw, st.just(written), from_end)}, [
        tuple(first),
        tuple(second),
    ]


@covers("InputLayer")
def input_layer(draw: Draw, type_name: str) -> Any:
    return {"shape": any_shape(draw)}, []
