"""FLOPs beside MACs, and what other counters count."""

from __future__ import annotations

from pathlib import Path

import pytest

from layermath import api
from layermath.algebra.floors import plus, symbol, times
from layermath.algebra.written import value
from layermath.derivation.counters import counters
from layermath.errors import LayermathError
from tests.typeset.models import of_each_type

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"

LAYERS = (
    ("layers.Conv2D(8, 3, strides=2, padding='same'{bias})", "(9, 7, 3)", 5 * 4 * 8),
    ("layers.Conv1D(4, 3{bias})", "(10, 3)", 8 * 4),
    ("layers.Conv3D(2, 2{bias})", "(4, 5, 6, 3)", 3 * 4 * 5 * 2),
    ("layers.Conv2D(8, 3, data_format='channels_first'{bias})", "(3, 9, 7)", 7 * 5 * 8),
    ("layers.DepthwiseConv2D(3, depth_multiplier=2{bias})", "(9, 7, 3)", 7 * 5 * 6),
    ("layers.SeparableConv2D(4, 3{bias})", "(9, 7, 3)", 7 * 5 * 4),
    ("layers.Conv2DTranspose(4, 3, strides=2{bias})", "(5, 4, 3)", 11 * 9 * 4),
    ("layers.Dense(6{bias})", "(5, 3)", 5 * 6),
    ("layers.Dense(6{bias})", "(3,)", 6),
)


@pytest.mark.parametrize(("layer", "shape", "additions"), LAYERS)
def test_a_bias_is_one_addition_for_each_output_value(
    layer: str, shape: str, additions: int
) -> None:
    def flops(count: str, bias: str) -> object:
        source = f"keras.Sequential([keras.Input({shape}), {layer.replace('{bias}', bias)}])"
        return api.derive(api.loads(source), count=count).totals.flops

    plain = flops("flops", "")
    assert isinstance(plain, int)
    assert flops("flops+bias", "") == plain + additions
    assert flops("flops+bias", ", use_bias=False") == plain
    assert flops("macs", "") is None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
@pytest.mark.parametrize("count", ["flops", "flops+bias"])
def test_the_layers_make_the_total(path: Path, count: str) -> None:
    network = api.load(path)
    derivation = api.derive(network, count=count).data
    assert derivation.totals.flops is not None
    letters = {name: 40 + place for place, name in enumerate(derivation.symbols)}
    counted = [layer.flops for layer in derivation.layers if layer.flops is not None]
    total = sum(value(one + symbol("z") - symbol("z"), letters) for one in counted)
    assert total == value(derivation.totals.flops + symbol("z") - symbol("z"), letters)
    sizes = {size.name: value(size.closed_form, letters) for size in derivation.sizes}
    assert derivation.totals.flops_in_sizes is not None
    assert value(derivation.totals.flops_in_sizes, letters | sizes) == total
    expected = counters(network)
    twice = value(2 * (expected.macs + symbol("z") - symbol("z")), letters)
    more = value(expected.additions + symbol("z") - symbol("z"), letters)
    assert total == twice + (more if count == "flops+bias" else 0)


def test_every_step_equals_the_one_before() -> None:
    source = """
keras.Sequential([
    keras.Input((H, W, 3)),
    layers.Conv2D(F, 3),
    layers.Reshape((-1, F)),
    layers.EinsumDense("abc,cd->abd", (None, U), bias_axes="d"),
    layers.LSTM(U, return_sequences=True),
    layers.Bidirectional(layers.GRU(T, return_sequences=True)),
    layers.TimeDistributed(layers.Dense(U)),
    layers.RNN([layers.LSTMCell(U), layers.GRUCell(T)], return_sequences=True),
    layers.Flatten(),
    layers.Dense(4),
])
"""
    for layer in api.derive(api.loads(source), count="flops+bias").data.layers:
        for quantity in layer.quantities:
            if quantity.quantity != "flops":
                continue
            letters = {
                symbol(name): size for name, size in zip("HWFUT", (9, 8, 5, 3, 2), strict=True)
            }
            where = {
                name: value(size + symbol("z") - symbol("z"), letters)
                for name, size in quantity.where.items()
            }
            found = {value(step.expression, {**letters, **where}) for step in quantity.steps}
            named = [one for one in found if isinstance(one, int)]
            assert len(set(named)) <= 1


def test_keras_resnet50_and_pytorchs() -> None:
    """25,636,712 and 25,557,032 are the counts that the two publish."""
    found = counters(api.load(EXAMPLES / "resnet50.py"))
    assert found.params == 25_636_712
    assert (found.idle_biases, found.moving) == (26_560, 53_120)
    assert found.params - 26_560 - 53_120 == 25_557_032
    assert (found.idle_layers, found.moving_layers) == (53, 53)


@pytest.mark.parametrize(
    ("between", "idle"),
    [("", 8), ("layers.ReLU(), ", 0), ("layers.Dropout(0.1), ", 0)],
)
def test_a_bias_is_idle_where_the_normalisation_follows_at_once(between: str, idle: int) -> None:
    source = (
        "keras.Sequential([keras.Input((9, 9, 3)), layers.Conv2D(8, 3), "
        f"{between}layers.BatchNormalization()])"
    )
    assert counters(api.loads(source)).idle_biases == idle


def test_a_bias_that_another_layer_reads_is_not_idle() -> None:
    source = """
i = keras.Input((9, 9, 3))
c = layers.Conv2D(8, 3)(i)
m = keras.Model(i, [layers.BatchNormalization()(c), c])
"""
    assert counters(api.loads(source)).idle_biases == 0


def test_inside_nested_models_too() -> None:
    source = """
inner = keras.Sequential([keras.Input((9, 9, 3)), layers.Conv2D(8, 3), layers.BatchNormalization()])
m = keras.Sequential([keras.Input((9, 9, 3)), inner, layers.Flatten(), layers.Dense(2)])
"""
    found = counters(api.loads(source))
    assert (found.idle_biases, found.moving, found.additions) == (8, 16, 7 * 7 * 8 + 2)
    derivation = api.derive(api.loads(source), count="flops+bias").data
    assert derivation.totals.flops == 2 * found.macs + found.additions


def test_a_shared_layer_is_counted_at_each_call() -> None:
    source = """
i, j = keras.Input((4,)), keras.Input((4,))
d = layers.Dense(3)
m = keras.Model([i, j], layers.Add()([d(i), d(j)]))
"""
    derivation = api.derive(api.loads(source), count="flops+bias")
    assert derivation.layers["dense"].data.flops == 2 * (2 * 12 + 3)
    assert derivation.totals.flops == 2 * (2 * 12 + 3)


def test_a_wrong_word_is_a_wrong_call() -> None:
    network = api.loads("Dense(3, input_shape=(4,))")
    with pytest.raises(LayermathError, match="count='flop'"):
        api.derive(network, count="flop")


def test_types_that_do_not_say_how_often_a_bias_is_added_are_named() -> None:
    source = """
from elsewhere import Reversed
keras.Sequential([
    keras.Input((5, 4)),
    layers.Dense(2),
    layers.Bidirectional(layers.LSTM(3), backward_layer=Reversed()),
])
"""
    found = counters(api.loads(source))
    assert (found.additions, found.silent) == (5 * 2, ("Bidirectional",))


SOURCES = dict(of_each_type())


@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_every_type_with_a_rule_says_how_often_its_biases_are_added(kind: str) -> None:
    network = api.loads(SOURCES[kind])
    found = counters(network)
    assert found.silent == ()
    totals = api.derive(network, count="flops+bias").data.totals
    assert totals.flops == plus((times((2, found.macs)), found.additions))


def test_a_model_at_every_time_step_adds_the_biases_of_all_its_layers() -> None:
    source = """
inner = keras.Sequential([keras.Input((9, 9, 3)), layers.Conv2D(8, 3), layers.Flatten(),
                          layers.Dense(2)])
m = keras.Sequential([keras.Input((5, 9, 9, 3)), layers.TimeDistributed(inner)])
"""
    assert counters(api.loads(source)).additions == 5 * (7 * 7 * 8 + 2)


def test_layers_in_a_row_add_the_biases_of_all() -> None:
    source = """
m = keras.Sequential([
    keras.Input((9, 9, 3)),
    keras.layers.Pipeline([layers.Conv2D(8, 3), layers.Conv2D(4, 3), layers.Dense(2)]),
])
"""
    network = api.loads(source)
    assert counters(network).additions == 7 * 7 * 8 + 5 * 5 * 4 + 5 * 5 * 2
    (layer,) = api.derive(network, count="flops+bias").data.layers
    assert layer.flops == 2 * counters(network).macs + 7 * 7 * 8 + 5 * 5 * 4 + 5 * 5 * 2


def test_what_follows_an_unknown_layer_is_in_no_total() -> None:
    source = """
from elsewhere import Strange
m = keras.Sequential([
    keras.Input((9, 9, 3)), layers.Conv2D(8, 3), Strange(), layers.Conv2D(4, 3),
])
"""
    derivation = api.derive(api.loads(source), count="flops+bias").data
    assert derivation.totals.flops == 2 * (7 * 7 * 27 * 8) + 7 * 7 * 8
