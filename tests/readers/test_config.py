"""Configurations: what Keras wrote down is read as Keras has it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import layermath as lm
from tests.readers.configs import (
    functional2,
    functional3,
    input3,
    layer2,
    layer3,
    sequential3,
    tensor3,
    text,
)

FOLDER = Path(__file__).parent.parent / "data" / "keras_models"
REFERENCE: dict[str, Any] = json.loads((FOLDER / "reference.json").read_text(encoding="utf-8"))


def architecture(name: str) -> str:
    return gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()).decode()


def layers_of(config: object, **options: Any) -> dict[str, tuple[Any, ...]]:
    """Name: class, output shapes, parameters."""
    derivation = lm.derive(lm.loads(text(config), **options))
    return {
        one.name: (one.type, one.output_shapes, one.params) for one in derivation.layers.values()
    }


@pytest.mark.parametrize("name", REFERENCE)
def test_the_architectures_agree_in_every_layer(name: str) -> None:
    expected = REFERENCE[name]
    derivation = lm.derive(lm.loads(architecture(name)))
    assert derivation.data.name == expected["model_name"]
    assert [
        (one.name, one.type, list(one.output_shape), one.params, one.trainable_params)
        for one in derivation.layers.values()
    ] == [
        (one["name"], one["class"], one["output_shape"], one["params"], one["trainable_params"])
        for one in expected["layers"]
    ]
    assert [list(shape) for shape in derivation.outputs] == [expected["output_shape"]]
    assert derivation.totals.params == expected["total_params"]
    assert derivation.totals.trainable_params == expected["trainable_params"]


CONV = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same"}
IMAGE = input3("image", None, None, 3)
STACK = [input3("image", 8, 8, 3), layer3("Conv2D", "conv", **CONV), layer3("Flatten", "flat")]
DENSE = layer3("Dense", "shared", units=4)


def test_a_sequential() -> None:
    network = lm.loads(text(sequential3(STACK)))
    assert network.kind == "Sequential"
    assert network.listed == ("conv", "flat")
    assert layers_of(sequential3(STACK))["flat"] == ("Flatten", ((256,),), 0)


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (layer3("Dense", "dense", units=3, batch_input_shape=[None, 5]), {}),
        (layer3("Dense", "dense", units=3, batch_shape=[None, 5]), {}),
        (layer3("Dense", "dense", units=3), {"build_input_shape": [None, 5]}),
        ({**layer3("Dense", "dense", units=3), "build_config": {"input_shape": [None, 5]}}, {}),
    ],
)
def test_a_sequential_without_an_input_layer(first: dict[str, Any], more: dict[str, Any]) -> None:
    model = sequential3([first])
    model["config"] |= more
    assert layers_of(model) == {"dense": ("Dense", ((3,),), 18)}
    assert layers_of(model, inputs=(7,)) == {"dense": ("Dense", ((3,),), 24)}


def test_a_sequential_of_the_first_keras_is_a_list() -> None:
    layers = [
        {"class_name": "Dense", "config": {"name": "a", "units": 3, "batch_input_shape": [None, 5]}}
    ]
    assert layers_of({"class_name": "Sequential", "config": layers}) == {
        "a": ("Dense", ((3,),), 18)
    }


def test_a_stack_without_a_shape_asks_for_it() -> None:
    model = sequential3([layer3("Dense", "dense", units=3)])
    with pytest.raises(lm.LayermathError, match="--input") as raised:
        lm.loads(text(model))
    assert raised.value.exit_code == 2
    assert layers_of(model, inputs=("L", 5))["dense"][2] == 18


def test_axes_that_keras_leaves_open_have_letters() -> None:
    model = functional3(
        [IMAGE, input3("text", None), layer3("Conv2D", "conv", tensor3("image"), **CONV)],
        [["image", 0, 0], ["text", 0, 0]],
        [["conv", 0, 0], ["text", 0, 0]],
    )
    network = lm.loads(text(model))
    derivation = lm.derive(network)
    assert [str(one) for one in derivation.outputs] == ["(H, W, 4)", "(L_text,)"]
    assert {str(one) for one in network.unknown_sizes} == {"H", "W", "L_text"}
    bound = lm.loads(text(model), {"H": 9, "W": "2*A"}, inputs={"text": (5,)})
    assert [str(one) for one in lm.derive(bound).outputs] == ["(9, 2*A, 4)", "(5,)"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"inputs": (5,)}, "2 inputs"),
        ({"inputs": {"nobody": (5,)}}, "no input nobody"),
        ({"bindings": {"Q": 5}}, "no Q"),
        ({"model": "other"}, "only model"),
        ({"call": "f()"}, "no functions"),
    ],
)
def test_options_that_a_model_does_not_take(options: dict[str, Any], said: str) -> None:
    model = functional3(
        [IMAGE, input3("text", None)],
        [["image", 0, 0], ["text", 0, 0]],
        [["image", 0, 0], ["text", 0, 0]],
    )
    with pytest.raises(lm.LayermathError, match=said) as raised:
        lm.loads(text(model), **options)
    assert raised.value.exit_code == 2


def test_weights_on_an_open_axis_are_refused() -> None:
    model = functional3(
        [input3("x", None), layer3("Dense", "dense", tensor3("x"), units=3)],
        ["x", 0, 0],
        ["dense", 0, 0],
    )
    with pytest.raises(lm.LayermathError, match="dense: its weights") as raised:
        lm.loads(text(model))
    assert (raised.value.exit_code, raised.value.layer) == (1, "dense")
    assert layers_of(model, inputs=("D",))["dense"][1] == ((3,),)


def test_a_shared_layer_is_one_layer() -> None:
    shared = {**DENSE, "inbound_nodes": [{"args": [tensor3(one)], "kwargs": {}} for one in "ab"]}
    model = functional3(
        [
            input3("a", 4),
            input3("b", 4),
            shared,
            layer3("Add", "sum", [tensor3("shared", 0), tensor3("shared", 1)]),
        ],
        [["a", 0, 0], ["b", 0, 0]],
        ["sum", 0, 0],
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert derivation.totals.params == 20
    assert derivation.totals.macs == 32
    assert [*derivation.layers] == ["a", "b", "shared", "sum"]


def test_inputs_and_outputs_may_be_dicts() -> None:
    model = functional3(
        [input3("a", 4), input3("b", 5), layer3("Dense", "dense", tensor3("a"), units=2)],
        {"z": ["a", 0, 0], "y": ["b", 0, 0]},
        {"q": ["dense", 0, 0], "p": ["b", 0, 0]},
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert [one.name for one in derivation.data.inputs] == ["b", "a"]
    assert derivation.outputs == ((5,), (2,))


@pytest.mark.parametrize("number", [0, 1])
def test_a_model_inside_is_called_on_other_tensors(number: int) -> None:
    """Keras counts the first call of a functional model from 1 where it is an output."""
    inner = functional3(
        [IMAGE, layer3("Conv2D", "conv", tensor3("image"), **CONV)],
        ["image", 0, 0],
        [["conv", 0, 0]],
        "inner",
    )
    inner |= {"name": "inner", "inbound_nodes": [{"args": [tensor3("x")], "kwargs": {}}]}
    model = functional3([input3("x", 8, 6, 3), inner], ["x", 0, 0], ["inner", number, 0])
    derivation = lm.derive(lm.loads(text(model)))
    assert derivation.layers["inner"].layers["conv"].output_shape == (8, 6, 4)
    assert derivation.symbols == ()
    alone = lm.derive(lm.loads(text(model), model="inner"))
    assert str(alone.outputs[0]) == "(H, W, 4)"


def test_a_stack_inside_takes_the_shape_it_is_called_on() -> None:
    inner = sequential3([layer3("Dense", "dense", units=2)], "inner")
    model = sequential3([input3("x", 4), inner, layer3("ReLU", "relu")])
    derivation = lm.derive(lm.loads(text(model)))
    assert derivation.layers["inner"].params == 10
    assert [*derivation.layers["inner"].layers] == ["dense"]


def test_frozen_layers() -> None:
    frozen = layer3("Dense", "frozen", units=4, trainable=False)
    model = sequential3([input3("x", 4), frozen, DENSE])
    assert lm.derive(lm.loads(text(model))).totals.trainable_params == 20
    model["config"]["trainable"] = False
    assert lm.derive(lm.loads(text(model))).totals.trainable_params == 0


def test_operations_stand_in_the_graph_and_not_among_the_layers() -> None:
    ops = {"module": "keras.src.ops.numpy"}
    everything = {"class_name": "__slice__", "config": dict.fromkeys(("start", "stop", "step"))}
    model = functional3(
        [
            input3("x", 6, 4),
            layer3("GetItem", "get_item", tensor3("x"), [everything, -1], **ops),
            layer3("Add", "add", tensor3("get_item"), 2.0, **ops),
            layer3("Concatenate", "join", [tensor3("add"), tensor3("get_item")], axis=-1, **ops),
            layer3("Dense", "dense", tensor3("join"), units=3),
        ],
        ["x", 0, 0],
        ["dense", 0, 0],
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert [*derivation.layers] == ["x", "dense"]
    assert derivation.layers["dense"].params == 8 * 3 + 3


def test_a_class_without_a_rule_keeps_the_shape_that_is_written_down() -> None:
    own = layer3("Patches", "own", tensor3("x"), module="nets", patch=2)
    own["registered_name"] = "nets>Patches"
    model = functional3(
        [
            input3("x", 8, 3),
            own,
            layer3("Dense", "dense", tensor3("own", shape=[None, 4, 6]), units=2),
        ],
        ["x", 0, 0],
        ["dense", 0, 0],
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert derivation.layers["own"].type == "Patches"
    assert derivation.layers["own"].output_shape == (4, 6)
    assert derivation.layers["own"].params is None
    assert derivation.layers["dense"].params == 14


def test_a_lambda_is_never_run() -> None:
    code = {"class_name": "__lambda__", "config": {"code": "4wEAAAAA", "defaults": None}}
    for output_shape, expected in (([5], 12), (None, 8)):
        layer = layer3("Lambda", "fn", tensor3("x"), function=code, output_shape=output_shape)
        model = functional3(
            [
                input3("x", 4),
                layer,
                layer3("Dense", "dense", tensor3("fn", shape=[None, 3]), units=2),
            ],
            ["x", 0, 0],
            ["dense", 0, 0],
        )
        assert layers_of(model)["dense"][2] == expected


def test_arguments_as_keras_serializes_them() -> None:
    relu = {"module": "keras.layers", "class_name": "ReLU", "config": {"name": "re_lu"}}
    function = {"module": "builtins", "class_name": "function", "config": "gelu"}
    for activation in (relu, function, "relu", None):
        dense = layer3("Dense", "dense", units=2, activation=activation, kernel_initializer={})
        assert layers_of(sequential3([input3("x", 4), dense]))["dense"][2] == 10


def test_an_argument_that_nobody_knows_is_passed_over_and_told() -> None:
    dense = layer3("Dense", "dense", units=2, brand_new_flag=True)
    network = lm.loads(text(sequential3([input3("x", 4), dense])))
    assert any("brand_new_flag" in str(note.pieces) for note in network.notes)


# Keras 2


def test_keras_2_with_a_branch_and_keywords() -> None:
    model = functional2(
        [
            layer2(
                "InputLayer", "x", batch_input_shape=[None, 8, 8, 3], sparse=False, ragged=False
            ),
            layer2("Conv2D", "a", [["x", 0, 0, {}]], **CONV, data_format="channels_last", groups=1),
            layer2("Conv2D", "b", [["x", 0, 0, {}]], **CONV),
            layer2("Add", "sum", [["a", 0, 0, {}], ["b", 0, 0, {}]]),
            layer2("BatchNormalization", "norm", [["sum", 0, 0, {"training": False}]], axis=[3]),
        ],
        [["x", 0, 0]],
        [["norm", 0, 0]],
    )
    found = layers_of(model)
    assert found["sum"] == ("Add", ((8, 8, 4),), 0)
    assert found["norm"][2] == 16
    assert [*found] == ["x", "a", "b", "sum", "norm"]


def test_keras_2_with_a_shared_layer_and_a_model_inside() -> None:
    inner = functional2(
        [
            layer2("InputLayer", "y", batch_input_shape=[None, 4]),
            layer2("Dense", "dense", [["y", 0, 0, {}]], units=3),
        ],
        [["y", 0, 0]],
        [["dense", 0, 0]],
        "inner",
    )
    inner |= {"name": "inner", "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]}
    model = functional2(
        [
            layer2("InputLayer", "a", batch_input_shape=[None, 4]),
            layer2("InputLayer", "b", batch_input_shape=[None, 4]),
            inner,
            layer2("Concatenate", "join", [["inner", 1, 0, {}], ["inner", 2, 0, {}]], axis=-1),
        ],
        [["a", 0, 0], ["b", 0, 0]],
        [["join", 0, 0]],
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert derivation.outputs == ((6,),)
    assert derivation.totals.params == 15
    assert derivation.totals.macs == 24


def test_keras_2_writes_operations_as_layers() -> None:
    model = functional2(
        [
            layer2("InputLayer", "x", batch_input_shape=[None, 4]),
            layer2("Dense", "d", [["x", 0, 0, {}]], units=4),
            layer2(
                "TFOpLambda",
                "tf.__operators__.add",
                ["d", 0, 0, {"y": ["x", 0, 0], "name": None}],
                function="__operators__.add",
            ),
            layer2(
                "TFOpLambda",
                "tf.math.multiply",
                ["tf.__operators__.add", 0, 0, {"y": 2.0, "name": None}],
                function="math.multiply",
            ),
            layer2("Dense", "out", [["tf.math.multiply", 0, 0, {}]], units=1),
        ],
        [["x", 0, 0]],
        [["out", 0, 0]],
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert derivation.layers["out"].params == 5
    assert derivation.outputs == ((1,),)


# what is wrong

GOOD = functional3(
    [
        input3("x", 4),
        layer3("Dense", "d", tensor3("x"), units=3),
        layer3("Dense", "e", tensor3("d"), units=3),
    ],
    ["x", 0, 0],
    ["e", 0, 0],
)


def changed(*path: Any, to: Any) -> Any:
    """The good model with one value changed."""
    config = json.loads(json.dumps(GOOD))
    place = config["config"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return config


@pytest.mark.parametrize(
    ("config", "status", "layer", "said"),
    [
        ({}, 2, None, "class_name"),
        ({"class_name": "Functional", "config": {}}, 2, None, "no layers"),
        ({"class_name": "Functional"}, 2, None, "config"),
        ({"class_name": 3, "config": {}}, 2, None, "class_name"),
        ({"class_name": "MyModel", "module": "a", "config": {"units": 3}}, 2, None, "subclassed"),
        (changed("layers", to=[]), 1, "e", "not among its layers"),
        (changed("layers", to={}), 2, None, "no layers"),
        (changed("layers", 1, to=3), 1, "model, layer 2", "must be a layer"),
        (changed("output_layers", to=["nobody", 0, 0]), 1, "nobody", "not among"),
        (changed("output_layers", to=["e", 7, 0]), 1, "e", "call 8"),
        (changed("output_layers", to=["e", 0, 7]), 1, "e", "output 8"),
        (changed("output_layers", to=[]), 1, None, "no outputs"),
        (changed("input_layers", to=["d", 0, 0]), 1, "d", "no InputLayer"),
        (changed("layers", 1, "inbound_nodes", 0, "args", 0, to=tensor3("e")), 1, "e", "cycle"),
        (changed("layers", 1, "inbound_nodes", 0, "args", to=3), 1, "d", "inbound_nodes"),
        (changed("layers", 1, "inbound_nodes", to="no"), 1, "d", "inbound_nodes"),
        (changed("layers", 2, "name", to="d"), 1, "d", "two layers"),
        (changed("layers", 1, "config", "units", to=-3), 1, "d", "at least 1"),
        (changed("layers", 1, "config", "units", to="many"), 1, "d", "whole number"),
        (changed("layers", 1, "config", "units", to=10**30), 2, None, "too large"),
        (changed("layers", 1, "config", to={"name": "d"}), 1, "d", "units"),
        (changed("layers", 1, "config", "ativation", to="relu"), 1, "d", "activation"),
        (changed("layers", 0, "config", "batch_shape", to=None), 2, None, "input shape"),
        (changed("layers", 0, "config", "batch_shape", to=[None, "4"]), 2, None, "input shape"),
    ],
)
def test_what_is_wrong_is_said(config: Any, status: int, layer: str | None, said: str) -> None:
    with pytest.raises(lm.LayermathError, match=said) as raised:
        lm.derive(lm.loads(text(config)))
    assert raised.value.exit_code == status, str(raised.value)
    assert raised.value.layer == layer
    assert len(str(raised.value).splitlines()) <= 4


@pytest.mark.parametrize(
    "hostile",
    [
        '{"class_name": ',
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a": ' + "[" * 400 + "]" * 400 + "}",
        '{"a": [' + "0," * 4_000_000 + "0]}",
        '{"a": 1e999, "b": NaN}',
        '{"a": ' + "9" * 5000 + "}",
        "{}",
        "{[]}",
        '{"class_name": "Sequential", "config": {"layers": [null]}}',
        '{"class_name": "Sequential", "config": {"layers": []}}',
    ],
)
def test_hostile_json(hostile: str) -> None:
    with pytest.raises(lm.LayermathError) as raised:
        lm.loads(hostile)
    assert raised.value.exit_code in (1, 2)


def test_models_in_models_without_end() -> None:
    model = sequential3([layer3("ReLU", "relu", batch_shape=[None, 3])], "m0")
    for depth in range(40):
        model = sequential3([model], f"m{depth + 1}")
    with pytest.raises(lm.LayermathError, match="deep"):
        lm.loads(text(model))


def test_layers_without_names_are_named_as_keras_names_them() -> None:
    layers = [
        {"class_name": "Dense", "config": {"units": 3, "batch_input_shape": [None, 5]}},
        {"class_name": "Dense", "config": {"units": 3}},
    ]
    model = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    assert [*layers_of(model)] == ["dense", "dense_1"]
    assert [*layers_of(layers[0])] == ["dense"]


@pytest.mark.parametrize("module", ["keras.layers", "tf_keras.layers", None])
def test_layers_inside_layers(module: str | None) -> None:
    lstm: dict[str, Any] = {"class_name": "LSTM", "config": {"name": "lstm", "units": 2}}
    dense: dict[str, Any] = {"class_name": "Dense", "config": {"name": "dense", "units": 2}}
    if module is not None:
        lstm["module"] = dense["module"] = module
    frozen = {**dense, "config": {**dense["config"], "trainable": False}}
    model = sequential3(
        [
            input3("x", 6, 4),
            layer3("TimeDistributed", "every", layer=dense),
            layer3("TimeDistributed", "frozen", layer=frozen),
            layer3("Bidirectional", "both", layer=lstm, merge_mode="concat"),
        ]
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert [one.params for one in derivation.layers.values()] == [10, 6, 80]
    assert [one.trainable_params for one in derivation.layers.values()] == [10, 0, 80]
    assert derivation.outputs == ((4,),)


def test_a_model_inside_a_wrapper() -> None:
    inner = functional3(
        [IMAGE, layer3("Conv2D", "conv", tensor3("image"), **CONV)],
        ["image", 0, 0],
        ["conv", 0, 0],
        "inner",
    )
    model = sequential3(
        [input3("video", 5, None, 8, 3), layer3("TimeDistributed", "every", layer=inner)]
    )
    derivation = lm.derive(lm.loads(text(model)))
    assert [str(one) for one in derivation.outputs] == ["(5, H, 8, 4)"]
    assert [str(one) for one in derivation.symbols] == ["H"]
    assert derivation.totals.params == 112


GLOROT = {"class_name": "GlorotUniform", "config": {"seed": None}}
CONV_2 = {
    **CONV,
    "data_format": "channels_last",
    "dilation_rate": [1, 1],
    "groups": 1,
    "activation": "linear",
    "use_bias": True,
    "kernel_initializer": GLOROT,
    "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
    "kernel_constraint": None,
}
DEPTHWISE_2 = {key: item for key, item in CONV_2.items() if key != "filters"}
RNN_2 = {"stateful": False, "unroll": False, "time_major": False, "implementation": 2}


@pytest.mark.parametrize(
    ("class_name", "config", "shape", "expected"),
    [
        ("Conv2D", CONV_2, [8, 8, 3], ((8, 8, 4), 112)),
        ("Conv2DTranspose", {**CONV_2, "output_padding": None}, [8, 8, 3], ((8, 8, 4), 112)),
        ("SeparableConv2D", {**CONV_2, "depth_multiplier": 1}, [8, 8, 3], ((8, 8, 4), 43)),
        ("DepthwiseConv2D", {**DEPTHWISE_2, "depth_multiplier": 2}, [8, 8, 3], ((8, 8, 6), 60)),
        ("BatchNormalization", {"axis": [3], "momentum": 0.99}, [8, 8, 3], ((8, 8, 3), 12)),
        ("LayerNormalization", {"axis": [2], "epsilon": 1e-3}, [8, 3], ((8, 3), 6)),
        ("LeakyReLU", {"alpha": 0.2}, [8], ((8,), 0)),
        ("Embedding", {"input_dim": 9, "output_dim": 2, "input_length": None}, [5], ((5, 2), 18)),
        ("LSTM", {"units": 2, **RNN_2, "return_sequences": True}, [5, 3], ((5, 2), 48)),
        ("GRU", {"units": 2, **RNN_2, "reset_after": False}, [5, 3], ((2,), 36)),
        ("Reshape", {"target_shape": [-1, 2]}, [8], ((4, 2), 0)),
        ("ZeroPadding2D", {"padding": [[0, 1], [0, 1]]}, [8, 8, 3], ((9, 9, 3), 0)),
        ("UpSampling2D", {"size": [2, 2], "interpolation": "nearest"}, [4, 4, 3], ((8, 8, 3), 0)),
        ("Dropout", {"rate": 0.5, "noise_shape": None, "seed": None}, [4], ((4,), 0)),
    ],
)
def test_arguments_of_keras_2(
    class_name: str, config: dict[str, Any], shape: list[int], expected: Any
) -> None:
    layer = layer2(class_name, "one", batch_input_shape=[None, *shape], **config)
    del layer["inbound_nodes"]
    model = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
    network = lm.loads(text(model))
    assert network.notes == ()
    only = lm.derive(network).layers["one"]
    assert (only.output_shape, only.params) == expected


def test_a_layer_is_called_on_tensors_alone() -> None:
    for wrong in (3, [3, 4], [], "x", [None]):
        model = changed("layers", 1, "inbound_nodes", 0, "args", to=[wrong])
        with pytest.raises(lm.LayermathError, match=r"d: .*not a tensor") as raised:
            lm.loads(text(model))
        assert raised.value.exit_code == 1


def test_an_input_layer_in_the_middle_is_refused() -> None:
    model = sequential3([input3("x", 4), DENSE, input3("y", 4)])
    with pytest.raises(lm.LayermathError, match="y: an InputLayer stands first"):
        lm.loads(text(model))


def test_a_model_inside_that_is_called_on_another_shape() -> None:
    inner = functional3(
        [IMAGE, layer3("Conv2D", "conv", tensor3("image"), **CONV)],
        ["image", 0, 0],
        ["conv", 0, 0],
        "inner",
    )
    nodes = [{"args": [tensor3(one)], "kwargs": {}} for one in "ab"]
    layers = [input3("a", 8, 6, 3), input3("b", 5, 5, 3), {**inner, "inbound_nodes": nodes}]
    outputs = [["inner", 1, 0], ["inner", 2, 0]]
    model = functional3(layers, [["a", 0, 0], ["b", 0, 0]], outputs)
    assert lm.derive(lm.loads(text(model))).outputs == ((8, 6, 4), (5, 5, 4))
    layers[1] = input3("b", 5, 5, 1)
    model = functional3(layers, [["a", 0, 0], ["b", 0, 0]], outputs)
    with pytest.raises(lm.LayermathError, match=r"inner takes \(None, None, 3\)"):
        lm.loads(text(model))
