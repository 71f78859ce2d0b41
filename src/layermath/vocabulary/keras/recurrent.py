"""Keras's recurrent layers, their cells, and the layers that go through time.

Source: Keras, *Recurrent layers*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr

from layermath.messages import Code, Name, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import (
    Unfollowed,
    activation,
    count,
    flag,
    optional,
    wrong,
)
from layermath.vocabulary.frozen import thawed
from layermath.vocabulary.keras.convolutions import (
    BIAS,
    DILATION,
    KERNEL,
    LAYOUT,
    STRIDES,
    padding,
    stride_or_dilation,
)
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer import Layer
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters, passed_over
from layermath.vocabulary.opaque import Opaque


def dropout_rate(value: object, name: str, rank: int = 0) -> object:
    """A number, which changes no shape. Keras takes one below 0 for 0 and one above 1 for 1."""
    if not isinstance(value, (int, float, Expr, Unfollowed)):
        raise wrong(name, value, _("it must be a number from 0 to 1"))
    return value


def seed(value: object, name: str, rank: int = 0) -> None:
    """The start of the random numbers, which changes no shape: a whole number or None."""
    if not (value is None or isinstance(value, (int, Expr, Unfollowed))):
        raise wrong(name, value, _("it must be a whole number"))


def use_cudnn(value: object, name: str, rank: int = 0) -> object:
    """How the layer is computed, which changes no shape: ``"auto"``, True or False."""
    if isinstance(value, float) or value not in ("auto", True, False):
        raise wrong(name, value, _("it must be 'auto', True or False"))
    return value


# Cells, and the layers that have one ----------------------------------------------------------

_ACTIVATION = Parameter("activation", activation, "tanh")
_SEED = Parameter("seed", seed, None, to=None)
_CUDNN = Parameter("use_cudnn", use_cudnn, "auto", to=None)
_RESET_AFTER = Parameter("reset_after", flag, True)
_UNROLL = passed_over("unroll")
_IMPLEMENTATION = passed_over("implementation", keyword_only=True)
_MASKED = passed_over("zero_output_for_mask", keyword_only=True)
_DROPOUT = tuple(
    Parameter(name, dropout_rate, 0, to=None) for name in ("dropout", "recurrent_dropout")
)
_COMES_OUT = (
    Parameter("return_sequences", flag, False, to="every_step"),
    Parameter("return_state", flag, False, to="gives_states"),
    Parameter("go_backwards", flag, False, to="backwards"),
    Parameter("stateful", flag, False, to="keeps_state"),
)


def _weights(*, gates: bool, forget: bool = False, activity: bool = True) -> Any:
    """From the gates' activation to the two dropouts."""
    gated = Parameter("recurrent_activation", activation, "sigmoid", to=None)
    names = " ".join(
        (
            "kernel_initializer recurrent_initializer bias_initializer",
            *(("unit_forget_bias",) if forget else ()),
            "kernel_regularizer recurrent_regularizer bias_regularizer",
            *(("activity_regularizer",) if activity else ()),
            "kernel_constraint recurrent_constraint bias_constraint",
        )
    )
    return (*((gated,) if gates else ()), BIAS, *passed_over(names), *_DROPOUT)


_UNITS = Parameter("units", count)
_SIMPLE, _LONG_SHORT_TERM, _GATED = (
    {"gates": "simple-rnn"},
    {"gates": "lstm"},
    {"gates": "gru"},
)


def _cell(name: str, rule: str, gates: Mapping[str, str], *rest: Any) -> LayerType:
    has_gates = gates is not _SIMPLE
    weights = _weights(gates=has_gates, forget=gates is _LONG_SHORT_TERM, activity=False)
    signature = parameters(_UNITS, _ACTIVATION, weights, *rest)
    return LayerType(name, f"recurrent_cells.{rule}", signature, spelling=KERAS, fixed=gates)


def _layer(name: str, gates: Mapping[str, str], *rest: Any) -> LayerType:
    weights = _weights(gates=gates is not _SIMPLE, forget=gates is _LONG_SHORT_TERM)
    signature = parameters(_UNITS, _ACTIVATION, weights, *rest)
    return LayerType(name, "recurrent.GatedLayer", signature, spelling=KERAS, fixed=gates)


def _is_cell(value: object) -> bool:
    from layermath.rules.recurrent_cells import Cell

    return isinstance(value, Layer) and isinstance(value.rule, Cell)


def _may_be_a_cell(value: object) -> bool:
    """Whether it is a class of which no rule says what it is."""
    return isinstance(value, Unfollowed) or (isinstance(value, Layer) and type(value).abstract)


def cells(value: object, name: str, rank: int = 0) -> tuple[Layer, ...]:
    """A list of cells."""
    if not isinstance(value, (list, tuple)) or not all(map(_is_cell, value)):
        raise wrong(name, value, _("it must be a list of cells"))
    return tuple(value)


def cell_or_cells(value: object, name: str, rank: int = 0) -> Layer | tuple[Layer, ...]:
    """A cell, or a list of them, which stand one behind the other. A class that has no rule may be
    a cell; what cannot be followed is one of which nothing is known but how it is written."""
    several = isinstance(value, (list, tuple))
    # that a cell by itself is frozen is passed over
    items = [
        thawed(one) if isinstance(one, Layer) else one
        for one in (value if isinstance(value, (list, tuple)) else (value,))
    ]
    if several and not items:
        raise wrong(name, value, _("there is no cell in it"))
    if all(map(_is_cell, items)):
        return tuple(items) if several else items[0]
    # among several, one of which nothing is known leaves all of them unknown
    for cell in items:
        if _may_be_a_cell(cell):
            return Opaque(cell.text) if isinstance(cell, Unfollowed) else cell
    raise wrong(
        name,
        value,
        _("it must be a cell, or a list of cells; a layer that goes through a sequence is none"),
    )


# Layers around a layer ------------------------------------------------------------------------


def without_a_rule(value: object) -> object:
    """The value; what an imported class makes is a layer of which nothing is known but its name."""
    if isinstance(value, Unfollowed) and value.imported:
        return Opaque(value.text.partition("(")[0])
    return value


def inner_layer(value: object, name: str, rank: int = 0) -> Layer:
    """Any layer, or a model; not an input."""
    value = without_a_rule(value)
    if not isinstance(value, Layer) or value.type_name() == "InputLayer":
        raise wrong(name, value, _("it must be a layer, made before it is put in"))
    return value


def step_by_step(value: object, name: str, rank: int = 0) -> Layer:
    """A recurrent layer, frozen or not; a class that has no rule may be one."""
    from layermath.rules.recurrent import StepByStep

    value = without_a_rule(value)
    if not isinstance(value, Layer) or not isinstance(value.rule, (StepByStep, Opaque)):
        raise wrong(
            name, value, _("it must be a recurrent layer, which goes through a sequence in order")
        )
    return value


def merge_mode(value: object, name: str, rank: int = 0) -> str | None:
    """How the two directions are put together."""
    modes = ("sum", "mul", "ave", "concat", None)
    if value not in modes:
        words = tuple(Code(repr(word)) for word in modes)
        raise wrong(name, value, _("it must be one of {words}", words=words))
    return None if value is None else str(value)


def opposite_ways(given: Mapping[str, Any]) -> None:
    """Raise `ModelProblem` where two layers go the same way, or do not give out the same."""
    ways = [given[name] for name in ("layer", "backward_layer") if given[name] is not None]
    if len(ways) < 2 or any(isinstance(way.rule, Opaque) for way in ways):
        return
    forward, backward = (way.rule for way in ways)
    if forward.backwards == backward.backwards:
        raise ModelProblem(
            _(
                "one layer must go forwards and the other backwards; here both have {flag}",
                flag=Code(f"go_backwards={forward.backwards}"),
            )
        )
    for one in (_COMES_OUT[3], *_COMES_OUT[:2]):
        if getattr(forward, str(one.field)) != getattr(backward, str(one.field)):
            raise ModelProblem(_("both layers must have the same {flag}", flag=Name(one.name)))


_CONV_LSTM = parameters(
    Parameter("filters", count),
    KERNEL,
    STRIDES,
    padding("valid", "same", any_case=True),
    LAYOUT,
    DILATION,
    Parameter("activation", activation, "tanh", to=None),
    _weights(gates=True, forget=True),
    _SEED,
    _COMES_OUT,
    passed_over("unroll zero_output_for_mask", keyword_only=True),
)

TYPES = (
    _cell("SimpleRNNCell", "SimpleCell", _SIMPLE, _SEED),
    _cell("LSTMCell", "GatedCell", _LONG_SHORT_TERM, _SEED, _IMPLEMENTATION),
    _cell("GRUCell", "GatedCell", _GATED, _RESET_AFTER, _SEED, _IMPLEMENTATION),
    LayerType(
        "StackedRNNCells",
        "recurrent_cells.StackedCells",
        (Parameter("cells", cells),),
        spelling=KERAS,
    ),
    _layer("SimpleRNN", _SIMPLE, _COMES_OUT, _UNROLL, _SEED, _MASKED),
    _layer("LSTM", _LONG_SHORT_TERM, _SEED, _COMES_OUT, _UNROLL, _CUDNN, _IMPLEMENTATION, _MASKED),
    _layer(
        "GRU", _GATED, _SEED, _COMES_OUT, _UNROLL, _RESET_AFTER, _CUDNN, _IMPLEMENTATION, _MASKED
    ),
    LayerType(
        "RNN",
        "recurrent.CellInSteps",
        parameters(
            Parameter("cell", cell_or_cells), _COMES_OUT, passed_over("unroll zero_output_for_mask")
        ),
        spelling=KERAS,
        inside=lambda given: ("StackedRNNCells",) if isinstance(given["cell"], tuple) else (),
    ),
    *(
        LayerType(
            f"ConvLSTM{rank}D",
            "conv_lstm.ConvolutionalMemory",
            _CONV_LSTM,
            spelling=KERAS,
            fixed={"rank": rank},
            asks=stride_or_dilation,
        )
        for rank in (1, 2, 3)
    ),
    LayerType(
        "TimeDistributed",
        "time_distributed.TimeDistributed",
        (Parameter("layer", inner_layer),),
        spelling=KERAS,
        built=lambda given: given["layer"].built_inside(),
    ),
    LayerType(
        "Bidirectional",
        "bidirectional.Bidirectional",
        parameters(
            Parameter("layer", step_by_step),
            Parameter("merge_mode", merge_mode, "concat", to="merge"),
            passed_over("weights"),
            Parameter("backward_layer", optional(step_by_step), None, to="other"),
        ),
        spelling=KERAS,
        checks=opposite_ways,
    ),
)
