"""Recurrent layers: four, three or one time the same sum, at every step with the same weights."""

from __future__ import annotations

from typing import Any

import pytest

from layermath.algebra.floors import symbol
from layermath.algebra.unknown import UNKNOWN_SHAPE, is_known
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.frozen import Frozen
from layermath.vocabulary.keras.layers import AnyType, catalogue, find
from layermath.vocabulary.layer import Layer

T, D, U = symbol("T"), symbol("D"), symbol("U")

Bidirectional, ConvLSTM1D, ConvLSTM2D, GRU, LSTM, RNN = (
    catalogue()[name]
    for name in ("Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "GRU", "LSTM", "RNN")
)
GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells, TimeDistributed = (
    catalogue()[name]
    for name in ("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells", "TimeDistributed")
)


def made(name: str, *arguments: object, **keywords: object) -> Layer:
    layer_type = find(name)
    assert layer_type is not None
    return layer_type.bind(arguments, keywords)


@pytest.mark.parametrize(
    ("name", "keywords", "params"),
    [
        ("SimpleRNN", {}, 4672),
        ("LSTM", {}, 18688),
        ("LSTM", {"use_bias": False}, 18432),
        ("GRU", {}, 14208),
        ("GRU", {"reset_after": False}, 14016),
        ("GRU", {"use_bias": False}, 13824),
    ],
)
def test_the_parameters_are_those_of_one_step(
    name: str, keywords: dict[str, Any], params: int
) -> None:
    layer = made(name, 64, **keywords)
    assert layer((10, 8)).params == params
    assert layer((500, 8)).params == params


def test_the_macs_are_those_of_all_steps() -> None:
    assert made("LSTM", 64)((10, 8)).macs == 10 * 4 * 64 * (8 + 64)
    assert made("GRU", 64)((10, 8)).macs == 10 * 3 * 64 * (8 + 64)
    assert made("SimpleRNN", 64)((10, 8)).macs == 10 * 64 * (8 + 64)


def sums(steps: int, units: int, name: str, arguments: dict[str, Any]) -> int:
    """How often a bias is added, sum by sum: each sum of a gate takes one, and with ``reset_after``
    the products of the input are a sum of their own, and so are those of the state."""
    gates = {
        "SimpleRNN": ("state",),
        "LSTM": ("input", "forget", "cell", "output"),
        "GRU": ("update", "reset", "candidate"),
    }[name]
    apart = name == "GRU" and arguments.get("reset_after", True)
    return sum(
        1
        for _step in range(steps)
        for _gate in gates
        for _unit in range(units)
        for _sum in (("input", "state") if apart else ("both",))
    )


GATED: list[tuple[str, dict[str, Any]]] = [
    ("SimpleRNN", {}),
    ("LSTM", {}),
    ("GRU", {}),
    ("GRU", {"reset_after": False}),
]


@pytest.mark.parametrize(("name", "arguments"), GATED)
def test_biases_are_added_at_every_step(name: str, arguments: dict[str, Any]) -> None:
    states: list[Any] = [(6,)] * (2 if name == "LSTM" else 1)
    one, all_steps = sums(1, 6, name, arguments), sums(5, 6, name, arguments)
    assert made(name, 6, **arguments)((5, 3)).bias_additions == all_steps
    assert made(f"{name}Cell", 6, **arguments)((3,), states).bias_additions == one
    layer = made(name, 6, **arguments)
    cell = made(f"{name}Cell", 6, **arguments)
    assert made("RNN", cell)((5, 3)).bias_additions == all_steps
    assert made("Bidirectional", layer)((5, 3)).bias_additions == 2 * all_steps
    assert made("TimeDistributed", layer)((7, 5, 3)).bias_additions == 7 * all_steps
    assert made(name, 6, use_bias=False)((5, 3)).additions is None
    letters = made(name, U, **arguments)((T, D)).bias_additions
    assert (letters - T * one * U / 6).expand() == 0


def test_the_biases_of_several_cells_are_added_together() -> None:
    cells = (LSTMCell.bind((5,), {}), GRUCell.bind((4,), {}), SimpleRNNCell.bind((4,), {}))
    done = RNN.bind((list(cells),), {})((6, 3))
    assert done.bias_additions == 6 * (4 * 5 + 6 * 4 + 4)
    assert str(done.additions and done.additions.equation.expression) == (
        "T*4*U_1 + T*3*2*U_2 + T*U_3"
    )
    states: Any = [[(5,), (5,)], [(4,)], [(4,)]]
    stack = StackedRNNCells.bind((list(cells),), {})((3,), states)
    assert stack.bias_additions == 4 * 5 + 6 * 4 + 4
    without = SimpleRNNCell.bind((4,), {"use_bias": False})
    assert RNN.bind(([without, without],), {})((6, 3)).additions is None
    assert RNN.bind(([without, cells[0]],), {})((6, 3)).bias_additions == 6 * 4 * 5


def test_the_biases_of_both_directions_are_added() -> None:
    back = GRU.bind((4,), {"go_backwards": True})
    done = Bidirectional.bind((LSTM.bind((5,), {}),), {"backward_layer": back})((6, 3))
    assert done.bias_additions == 6 * 4 * 5 + 6 * 6 * 4
    without = LSTM.bind((5,), {"use_bias": False})
    alone = Bidirectional.bind((without,), {"backward_layer": back})((6, 3))
    assert alone.bias_additions == 6 * 6 * 4
    assert Bidirectional.bind((without,), {})((6, 3)).additions is None


def test_a_convolutional_state_takes_a_bias_at_each_position_of_each_gate() -> None:
    def positions(size: int, kernel: int, stride: int) -> int:
        return sum(1 for start in range(0, size, stride) if start + kernel <= size)

    layer = made("ConvLSTM2D", 4, (3, 2), strides=2)
    added = sum(
        1
        for _step in range(5)
        for _row in range(positions(9, 3, 2))
        for _column in range(positions(8, 2, 2))
        for _filter in range(4)
        for _gate in ("input", "forget", "cell", "output")
    )
    assert layer((5, 9, 8, 2)).bias_additions == added
    assert made("ConvLSTM1D", 4, 3, use_bias=False)((5, 9, 2)).additions is None


def test_a_layer_at_every_time_step_adds_its_biases_at_each() -> None:
    dense = catalogue()["Dense"].bind((3,), {})
    inner = made("TimeDistributed", dense)
    assert inner((5, 2, 4)).bias_additions == 5 * 2 * 3
    assert made("TimeDistributed", inner)((7, 5, 4)).bias_additions == 7 * 5 * 3
    plain = catalogue()["Dense"].bind((3,), {"use_bias": False})
    assert made("TimeDistributed", plain)((5, 4)).additions is None


def test_letters_stay_letters() -> None:
    done = LSTM.bind((U,), {})((T, D))
    assert done.outputs == ((U,),)
    assert (done.params - 4 * (U * (U + D) + U)).expand() == 0
    assert (done.macs - T * 4 * U * (U + D)).expand() == 0


def test_what_comes_out() -> None:
    assert LSTM.bind((8,), {})((5, 4)).outputs == ((8,),)
    every = LSTM.bind((8,), {"return_sequences": True, "return_state": True})((5, 4))
    assert every.outputs == ((5, 8), (8,), (8,))
    assert every.nest == (0, 1, 2)
    assert GRU.bind((8,), {"return_state": True})((5, 4)).outputs == ((8,), (8,))


def test_only_the_last_state_depends_on_all_steps() -> None:
    assert LSTM.bind((8,), {})((5, 4)).view == "everything"
    assert LSTM.bind((8,), {"return_sequences": True})((5, 4)).view == "unknown"


@pytest.mark.parametrize("states", [[(8,)], [(8,), (7,)], [(8,), (8,), (8,)], (8,)])
def test_a_state_has_one_value_for_each_unit(states: Any) -> None:
    layer = LSTM.bind((8,), {})
    assert layer((5, 4), [(8,), (8,)]).outputs == ((8,),)
    assert layer((5, 4), initial_state=[(8,), (8,)]).outputs == ((8,),)
    with pytest.raises(ModelProblem):
        layer((5, 4), states)


@pytest.mark.parametrize("shape", [(5,), (5, 4, 3), ()])
def test_a_sequence_has_two_axes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelProblem):
        LSTM.bind((8,), {})(shape)


def test_a_cell_is_one_step() -> None:
    done = LSTMCell.bind((16,), {})((5,), [(16,), (16,)])
    assert (done.params, done.macs) == (1408, 4 * 16 * (5 + 16))
    assert (done.outputs, done.nest) == (((16,),) * 3, (0, [1, 2]))
    assert GRUCell.bind((3,), {})((5,), (3,)).nest == (0, 1)
    with pytest.raises(ModelProblem):
        LSTMCell.bind((16,), {})((5,), [(16,)])
    with pytest.raises(ModelProblem):
        SimpleRNNCell.bind((16,), {})((5,))


def test_each_cell_of_a_stack_reads_the_cell_before_it() -> None:
    cells = [LSTMCell.bind((8,), {}), GRUCell.bind((4,), {})]
    alone = cells[0]((5,), [(8,), (8,)]).params + cells[1]((8,), [(4,)]).params
    done = RNN.bind((cells,), {"return_state": True})((6, 5))
    assert done.params == alone == 616
    assert (done.outputs, done.nest) == (((4,), (8,), (8,), (4,)), (0, [1, 2], 3))
    one = StackedRNNCells.bind((cells,), {})((5,), [[(8,), (8,)], (4,)])
    assert (one.params, one.nest) == (616, (0, [[1, 2], 3]))


def test_a_list_of_cells_uses_up_the_name_of_a_stack() -> None:
    cells = [LSTMCell.bind((8,), {})]
    assert RNN.bind((cells,), {}).made_inside() == ("StackedRNNCells",)
    assert RNN.bind((StackedRNNCells.bind((cells,), {}),), {}).made_inside() == ()


@pytest.mark.parametrize(
    ("mode", "outputs"),
    [("concat", ((5, 16),)), ("sum", ((5, 8),)), ("ave", ((5, 8),)), (None, ((5, 8), (5, 8)))],
)
def test_both_directions_are_put_together(mode: str | None, outputs: Any) -> None:
    inner = LSTM.bind((8,), {"return_sequences": True})
    done = Bidirectional.bind((inner, mode), {})((5, 4))
    assert done.outputs == outputs
    assert (done.params, done.macs) == (2 * inner((5, 4)).params, 2 * inner((5, 4)).macs)


def test_the_way_back_may_have_another_width() -> None:
    back = LSTM.bind((12,), {"go_backwards": True})
    done = Bidirectional.bind((LSTM.bind((8,), {}),), {"backward_layer": back})((6, 3))
    assert done.outputs == ((20,),)
    assert done.params == 4 * 8 * (3 + 8 + 1) + 4 * 12 * (3 + 12 + 1)


@pytest.mark.parametrize(
    "keywords",
    [
        {"backward_layer": LSTM.bind((8,), {})},
        {"backward_layer": LSTM.bind((8,), {"go_backwards": True, "return_state": True})},
        {"merge_mode": "max"},
        {"backward_layer": "lstm"},
    ],
)
def test_the_two_directions_fit_each_other(keywords: dict[str, object]) -> None:
    with pytest.raises(ModelProblem):
        Bidirectional.bind((LSTM.bind((8,), {}),), keywords)


def test_the_states_of_both_directions_are_halves_of_one_list() -> None:
    layer = Bidirectional.bind((LSTM.bind((8,), {"return_state": True}),), {})
    done = layer((5, 4), [(8,)] * 4)
    assert (done.outputs, done.nest) == (((16,), *((8,),) * 4), (0, 1, 2, 3, 4))
    with pytest.raises(ModelProblem):
        layer((5, 4), [(8,)] * 2)


def test_every_time_step_has_the_same_weights() -> None:
    done = TimeDistributed.bind((catalogue()["Dense"].bind((3,), {}),), {})((10, 8))
    assert (done.outputs, done.params, done.macs) == (((10, 3),), 27, 240)
    quantities = {filled.equation.quantity: filled.value for filled in done.quantities}
    assert quantities["step.macs"] == 24
    frames = TimeDistributed.bind((made("Conv2D", 4, 3),), {})((T, 12, 12, 3))
    assert (frames.outputs, frames.params) == (((T, 10, 10, 4),), 112)
    assert frames.macs == T * 10 * 10 * 27 * 4


def test_each_time_step_has_something() -> None:
    with pytest.raises(ModelProblem):
        TimeDistributed.bind((catalogue()["Dense"].bind((3,), {}),), {})((10,))


def test_a_convolutional_state_keeps_its_shape() -> None:
    done = ConvLSTM2D.bind((40, 3), {"padding": "same"})((T, 40, 40, 40))
    assert (done.outputs, done.params) == (((40, 40, 40),), 4 * 40 * (9 * (40 + 40) + 1))
    assert done.macs == T * 40 * 40 * 4 * 40 * 9 * (40 + 40)
    assert ConvLSTM1D.bind((2, 3), {"strides": 2})((2, 15, 1)).outputs == ((7, 2),)
    first = ConvLSTM2D.bind((4, 3), {"data_format": "channels_first"})
    assert first((3, 2, 6, 6)).outputs == ((4, 4, 4),)


def test_a_frozen_layer_inside_is_not_trained() -> None:
    dense = Frozen(catalogue()["Dense"].bind((3,), {}))
    done = TimeDistributed.bind((dense,), {})((10, 8))
    assert (done.params, done.trainable_params) == (27, 0)
    lstm = LSTM.bind((8,), {})
    both = Bidirectional.bind((Frozen(lstm),), {})((5, 4))
    assert (both.params, both.trainable_params) == (832, 0)
    back = Frozen(LSTM.bind((8,), {"go_backwards": True}))
    one = Bidirectional.bind((lstm,), {"backward_layer": back})((5, 4))
    assert (one.params, one.trainable_params) == (832, 416)


@pytest.mark.parametrize("layer_type", [RNN, TimeDistributed, Bidirectional])
def test_a_layer_without_a_rule_inside_is_unknown_and_never_zero(layer_type: AnyType) -> None:
    done = layer_type.bind((Unfollowed("Mine(3)", imported=True),), {})((10, 8))
    assert done.outputs == (UNKNOWN_SHAPE,)
    assert not is_known(done.params)
    assert not is_known(done.macs)


def test_a_state_needs_the_size_of_the_batch() -> None:
    assert LSTM.bind((8,), {"stateful": True})((5, 4)).needs_batch
    assert not LSTM.bind((8,), {})((5, 4)).needs_batch
    assert ConvLSTM1D.bind((2, 3), {})((T, D, 1)).needs_known == (D,)
