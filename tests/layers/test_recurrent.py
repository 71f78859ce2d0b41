"""Recurrent layers: four, three or one time the same sum, at every step with the same weights."""

from __future__ import annotations

from typing import Any

import pytest

from layermath.algebra.floors import symbol
from layermath.algebra.unknown import UNKNOWN_SHAPE, is_known
from layermath.layers import find
from layermath.layers.arguments import Unfollowed
from layermath.layers.bidirectional import Bidirectional
from layermath.layers.conv_lstm import ConvLSTM1D, ConvLSTM2D
from layermath.layers.core import Dense
from layermath.layers.frozen import Frozen
from layermath.layers.layer import Layer
from layermath.layers.recurrent import GRU, LSTM, RNN
from layermath.layers.recurrent_cells import GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells
from layermath.layers.time_distributed import TimeDistributed
from layermath.problems import ModelProblem

T, D, U = symbol("T"), symbol("D"), symbol("U")


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
    done = TimeDistributed.bind((Dense.bind((3,), {}),), {})((10, 8))
    assert (done.outputs, done.params, done.macs) == (((10, 3),), 27, 240)
    quantities = {filled.equation.quantity: filled.value for filled in done.quantities}
    assert quantities["step.macs"] == 24
    frames = TimeDistributed.bind((made("Conv2D", 4, 3),), {})((T, 12, 12, 3))
    assert (frames.outputs, frames.params) == (((T, 10, 10, 4),), 112)
    assert frames.macs == T * 10 * 10 * 27 * 4


def test_each_time_step_has_something() -> None:
    with pytest.raises(ModelProblem):
        TimeDistributed.bind((Dense.bind((3,), {}),), {})((10,))


def test_a_convolutional_state_keeps_its_shape() -> None:
    done = ConvLSTM2D.bind((40, 3), {"padding": "same"})((T, 40, 40, 40))
    assert (done.outputs, done.params) == (((40, 40, 40),), 4 * 40 * (9 * (40 + 40) + 1))
    assert done.macs == T * 40 * 40 * 4 * 40 * 9 * (40 + 40)
    assert ConvLSTM1D.bind((2, 3), {"strides": 2})((2, 15, 1)).outputs == ((7, 2),)
    first = ConvLSTM2D.bind((4, 3), {"data_format": "channels_first"})
    assert first((3, 2, 6, 6)).outputs == ((4, 4, 4),)


def test_a_frozen_layer_inside_is_not_trained() -> None:
    dense = Frozen(Dense.bind((3,), {}))
    done = TimeDistributed.bind((dense,), {})((10, 8))
    assert (done.params, done.trainable_params) == (27, 0)
    lstm = LSTM.bind((8,), {})
    both = Bidirectional.bind((Frozen(lstm),), {})((5, 4))
    assert (both.params, both.trainable_params) == (832, 0)
    back = Frozen(LSTM.bind((8,), {"go_backwards": True}))
    one = Bidirectional.bind((lstm,), {"backward_layer": back})((5, 4))
    assert (one.params, one.trainable_params) == (832, 416)


@pytest.mark.parametrize("layer_type", [RNN, TimeDistributed, Bidirectional])
def test_a_layer_without_a_rule_inside_is_unknown_and_never_zero(layer_type: type[Layer]) -> None:
    done = layer_type.bind((Unfollowed("Mine(3)", imported=True),), {})((10, 8))
    assert done.outputs == (UNKNOWN_SHAPE,)
    assert not is_known(done.params)
    assert not is_known(done.macs)


def test_a_state_needs_the_size_of_the_batch() -> None:
    assert LSTM.bind((8,), {"stateful": True})((5, 4)).needs_batch
    assert not LSTM.bind((8,), {})((5, 4)).needs_batch
    assert ConvLSTM1D.bind((2, 3), {})((T, D, 1)).needs_known == (D,)
