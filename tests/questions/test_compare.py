"""Two models side by side: which layer is which, what changed, what it comes to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import S

from layermath import api
from layermath.algebra.floors import symbol
from layermath.algebra.written import value
from layermath.network.graph import Network
from layermath.questions.alignment import Candidate, aligned
from layermath.questions.compare import compare
from layermath.questions.records import LayerChange, NetworkComparison
from layermath.setting.sentences import TextSetter
from layermath.vocabulary.keras.layers import catalogue
from tests.drawing import tried_on

pytestmark = pytest.mark.quick

H, W = symbol("H"), symbol("W")


def network(*layers: str, shape: str = "(28, 28, 1)", name: str = "m") -> Network:
    return api.loads(
        f"keras.Sequential([keras.Input({shape}), {', '.join(layers)}], name='{name}')"
    )


def changes(before: Network, after: Network) -> list[tuple[str, str]]:
    return [(one.change, one.name) for one in compare(before, after).layers]


def why(change: LayerChange) -> list[str]:
    return [TextSetter().say(one) for one in change.why]


def one(compared: NetworkComparison, name: str) -> LayerChange:
    return next(change for change in compared.layers if change.name == name)


CNN = (
    "layers.Conv2D(32, 3)",
    "layers.MaxPooling2D(2)",
    "layers.Conv2D(32, 3)",
    "layers.MaxPooling2D(2)",
    "layers.Flatten()",
    "layers.Dense(128)",
    "layers.Dense(10)",
)
PADDED = tuple(layer.replace(", 3)", ", 3, padding='same')") for layer in CNN)


def test_a_padding_that_changed() -> None:
    compared = compare(network(*CNN), network(*PADDED))
    assert [change.change for change in compared.layers] == [
        "changed", "follows", "changed", "follows", "follows", "follows", "same",
    ]  # fmt: skip
    assert why(one(compared, "conv2d")) == ["padding valid → same"]
    assert why(one(compared, "max_pooling2d")) == ["follows"]
    assert why(one(compared, "max_pooling2d_1")) == ["follows", "drops nothing now"]
    assert why(one(compared, "dense")) == ["the same shape"]
    params, macs = compared.counts["params"], compared.counts["macs"]
    assert (params.before, params.after, params.difference) == (113_386, 211_690, 98_304)
    assert (params.layer, params.all_in) == ("dense", True)
    assert (macs.before, macs.after, macs.difference) == (1_413_504, 2_234_112, 820_608)
    assert (macs.layer, macs.all_in) == ("conv2d_1", False)
    assert compared.sees.after is not None
    assert [field.size for field in compared.sees.after] == [34, 34]
    assert compared.sees.why is not None
    assert TextSetter().say(compared.sees.why) == "all of the 28×28 input now, and 3 around it"


def test_differences_in_letters_are_exact() -> None:
    compared = compare(
        network(*CNN, shape="('H', 'W', 1)".replace("'", "")),
        network(*PADDED, shape="(H, W, 1)"),
    )
    for change in compared.counts.values():
        for height, width in ((10, 10), (11, 17), (28, 28), (100, 64)):
            sizes = {H: height, W: width}
            numbers = [value(S(one), sizes) for one in (change.before, change.after)]
            assert value(S(change.difference), sizes) == numbers[1] - numbers[0]


def test_automatic_names_say_nothing() -> None:
    source = "x = [layers.Conv2D(1, 1) for _ in range(5)]\n"
    model = "keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten()])"
    compared = compare(api.loads(model), api.loads(source + model))
    assert compared.layers[0].after is not None
    assert compared.layers[0].after.name == "conv2d_5"
    assert compared.same


def test_a_layer_put_in_is_found_by_the_arguments_of_its_neighbours() -> None:
    before = network("layers.Dense(8)", "layers.Dense(16)", "layers.Dense(32)", shape="(4,)")
    after = network(
        "layers.Dense(8)", "layers.Dense(24)", "layers.Dense(16)", "layers.Dense(32)",
        shape="(4,)",
    )  # fmt: skip
    assert changes(before, after) == [
        ("same", "dense"), ("added", "dense_1"), ("follows", "dense_1"), ("same", "dense_2"),
    ]  # fmt: skip


def test_names_that_a_person_gave_decide() -> None:
    before = network("layers.Dense(8, name='a')", "layers.Dense(8, name='b')", shape="(8,)")
    after = network("layers.Dense(8, name='b')", shape="(8,)")
    assert changes(before, after) == [("removed", "a"), ("same", "b")]


def test_a_named_layer_that_moved_is_the_same_layer() -> None:
    before = network("layers.Dropout(0.1, name='d')", "layers.Dense(8, name='a')", shape="(8,)")
    after = network("layers.Dense(8, name='a')", "layers.Dropout(0.1, name='d')", shape="(8,)")
    compared = compare(before, after)
    assert {change.name for change in compared.layers} == {"a", "d"}
    assert not any(change.change in ("added", "removed") for change in compared.layers)


def test_a_layer_of_another_type_takes_its_place() -> None:
    before = network("layers.Conv2D(8, 3)", "layers.MaxPooling2D(2)", "layers.Flatten()")
    after = network(
        "layers.SeparableConv2D(8, 3)", "layers.AveragePooling2D(2)", "layers.Flatten()"
    )
    compared = compare(before, after)
    assert why(compared.layers[0])[0] == "Conv2D → SeparableConv2D"
    assert why(compared.layers[1]) == ["MaxPooling2D → AveragePooling2D"]
    assert compared.counts["params"].difference == 9 + 8 + 8 - 80


def test_a_frozen_layer() -> None:
    source = "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
    compared = compare(api.loads(source), api.loads(source + "m.layers[0].trainable = False"))
    assert why(compared.layers[0]) == ["frozen now"]
    assert compared.counts["trainable_params"].difference == -15


SKIP = """
i = keras.Input((8, 8, 4))
a = layers.Conv2D(4, 3, padding="same", name="a")(i)
b = layers.Conv2D(4, 3, padding="same", name="b")(a)
c = layers.Conv2D(4, 3, padding="same", name="c")(b)
s = layers.Add(name="s")([{first}, c])
m = keras.Model(i, s)
"""


def test_a_connection_that_goes_elsewhere() -> None:
    compared = compare(
        api.loads(SKIP.replace("{first}", "a")), api.loads(SKIP.replace("{first}", "b"))
    )
    assert why(one(compared, "s")) == ["reads b in place of a"]
    assert [change.change for change in compared.layers].count("same") == 3


NESTED = """
inner = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, {kernel}), layers.Flatten()],
                         name="inner")
m = keras.Sequential([keras.Input((8, 8, 3)), inner, layers.Dense(2)])
"""


def test_a_change_inside_a_nested_model() -> None:
    compared = compare(
        api.loads(NESTED.replace("{kernel}", "3")), api.loads(NESTED.replace("{kernel}", "5"))
    )
    inner = one(compared, "inner")
    assert inner.change == "changed"
    assert why(inner) == ["1 layer inside changed"]
    assert [change.change for change in inner.inside] == ["changed", "follows"]


def test_an_input_of_another_shape() -> None:
    compared = compare(network(*CNN), network(*CNN, shape="(32, 32, 1)"))
    assert not compared.inputs.same
    assert not compared.same
    assert compared.layers[0].change == "follows"


@pytest.mark.parametrize("models", [(CNN, CNN), (PADDED, PADDED)])
def test_equal_models_do_not_differ(models: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    compared = compare(*(network(*layers) for layers in models))
    assert compared.same
    assert all(change.difference == 0 for change in compared.counts.values())


KINDS = (
    "layers.Conv2D(4, 1)",
    "layers.Conv2D(8, 1)",
    "layers.MaxPooling2D(1)",
    "layers.ReLU()",
    "layers.Dropout(0.1)",
    "layers.BatchNormalization()",
    "layers.Conv2D(8, 1, name='{n}')",
)


def test_the_names_that_keras_gives_are_nobodys_own() -> None:
    automatic = ("conv2d", "conv2d_5", "max_pooling2d_1", "lstm", "p_re_lu", "own")
    types = ("Conv2D", "Conv2D", "MaxPooling2D", "LSTM", "PReLU", "Conv2D")
    arguments = ((4, 1), (4, 1), (), (3,), (), (4, 1))
    found = [
        Candidate(name, catalogue()[kind].bind(given, {})).has_own_name
        for name, kind, given in zip(automatic, types, arguments, strict=True)
    ]
    assert found == [False] * 5 + [True]


def candidates(layers: list[str]) -> list[Candidate]:
    named = [layer.replace("{n}", f"own{place}") for place, layer in enumerate(layers)]
    found = network(*named)
    return [Candidate(name, found.entries[name].layer) for name in found.listed]


@tried_on(90)
@given(*[st.lists(st.sampled_from(KINDS), min_size=1, max_size=6)] * 2)
def test_every_layer_is_paired_once(left: list[str], right: list[str]) -> None:
    before, after = candidates(left), candidates(right)
    pairs = aligned(before, after)
    assert sorted(one for one, _other in pairs if one is not None) == [*range(len(before))]
    assert [other for _one, other in pairs if other is not None] == [*range(len(after))]
    assert all(pair != (None, None) for pair in pairs)
    same = [(one, other) for one, other in pairs if one is not None and other is not None]
    backwards = {(other, one) for one, other in aligned(after, before)}
    assert len(same) == len([pair for pair in backwards if None not in pair])


@tried_on(90)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.data())
def test_a_layer_taken_out_is_the_one_that_is_missing(
    layers: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(layers) - 1))
    before = candidates(layers)
    after = before[:place] + before[place + 1 :]
    pairs = aligned(before, after)
    gone = [one for one, other in pairs if other is None and one is not None]
    assert len(gone) == 1
    assert before[gone[0]].type_name == before[place].type_name
