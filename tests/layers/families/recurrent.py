"""Random configurations of recurrent layers, their cells, and the layers around others."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.layers.configurations import (
    Draw,
    Made,
    Shape,
    booleans,
    channels,
    covers,
    covers_ranks,
    layouts,
    paddings,
    per_axis,
    rank_of,
    seldom,
    sizes,
    some,
    wrong,
)

units = st.integers(1, 9)
activations = st.sampled_from(["tanh", "relu", "linear", None])
rates = st.sampled_from([0, 0.0, 0.5, 1, -1, 2.5])


def weights(draw: Draw, type_name: str) -> dict[str, Any]:
    """The arguments that a layer and its cell share."""
    arguments = some(
        draw,
        use_bias=draw(booleans),
        activation=seldom(draw, activations, st.sampled_from(["foo", 3])),
        dropout=seldom(draw, rates, st.sampled_from(["a", None])),
        recurrent_dropout=seldom(draw, rates, st.sampled_from(["a", None])),
        seed=seldom(draw, st.integers(0, 9) | st.none(), st.sampled_from(["a", 1.5])),
    )
    if not type_name.startswith("Simple"):
        arguments |= some(
            draw,
            recurrent_activation=seldom(draw, activations, st.just("foo")),
            implementation=draw(st.integers(1, 2)),
        )
    if type_name.startswith("GRU"):
        arguments |= some(draw, reset_after=draw(booleans))
    return arguments


def what_comes_out(draw: Draw) -> dict[str, Any]:
    return some(
        draw,
        return_sequences=draw(booleans),
        return_state=draw(booleans),
        stateful=seldom(draw, st.just(False), st.just(True)),
    )


def sequence(draw: Draw) -> Shape:
    """Steps, at times unknown, and the values of each."""
    return (seldom(draw, sizes, st.none()), seldom(draw, channels, st.none()))


def called_with(shapes: list[Shape], states: list[int], form: str) -> tuple[list[Shape], str]:
    """A call on a sequence and on states of these sizes."""
    names = ", ".join(f"x{place}" for place in range(1, len(states) + 1))
    return [*shapes, *((size,) for size in states)], form.format(states=f"[{names}]")


@covers("SimpleRNN", "LSTM", "GRU")
def recurrent(draw: Draw, type_name: str) -> Any:
    arguments = weights(draw, type_name) | what_comes_out(draw)
    arguments |= some(
        draw,
        go_backwards=draw(booleans),
        unroll=draw(booleans),
        zero_output_for_mask=draw(booleans),
    )
    if type_name != "SimpleRNN":
        arguments |= some(
            draw, use_cudnn=seldom(draw, st.sampled_from(["auto", True, False]), st.just("no"))
        )
    size = draw(units)
    arguments["units"] = seldom(draw, st.just(size), wrong)
    if draw(st.integers(0, 9)) == 0:
        axes = st.lists(sizes, min_size=1, max_size=4).filter(lambda shape: len(shape) != 2)
        return arguments, [tuple(draw(axes))]
    shapes = [sequence(draw)]
    form = draw(st.sampled_from(["", "layer(x0, {states})", "layer(x0, initial_state={states})"]))
    if not form or arguments["units"] != size:
        return arguments, shapes
    return arguments, *called_with(shapes, [size] * (2 if type_name == "LSTM" else 1), form)


@covers("SimpleRNNCell", "LSTMCell", "GRUCell")
def cell(draw: Draw, type_name: str) -> Any:
    arguments = weights(draw, type_name)
    size = draw(units)
    arguments["units"] = seldom(draw, st.just(size), wrong)
    states = 2 if type_name == "LSTMCell" else 1
    given = [seldom(draw, st.just(size), st.just(size + 1)) for _state in range(states)]
    forms = ["layer(x0, {states})", "layer(x0, states={states})"]
    if states == 1:
        forms.append("layer(x0, x1)")
    form = seldom(draw, st.sampled_from(forms), st.just("layer(x0)"))
    vector = (seldom(draw, channels, st.none()),)
    return arguments, *called_with([vector], given, form)


def some_cell(draw: Draw) -> tuple[Made, list[int]]:
    """A cell, and the sizes of its states."""
    name = draw(st.sampled_from(["SimpleRNNCell", "LSTMCell", "GRUCell"]))
    size = draw(units)
    arguments = some(draw, use_bias=draw(booleans))
    return Made(name, {"units": size, **arguments}), [size] * (2 if name == "LSTMCell" else 1)


def states_of(cells: list[list[int]], form: str) -> tuple[list[Shape], str]:
    """The states of several cells, each in a list of its own."""
    shapes: list[Shape] = []
    lists = []
    for sizes_of_cell in cells:
        names = [f"x{len(shapes) + place}" for place in range(1, len(sizes_of_cell) + 1)]
        shapes += [(size,) for size in sizes_of_cell]
        lists.append(f"[{', '.join(names)}]")
    return shapes, form.format(states=f"[{', '.join(lists)}]")


@covers("StackedRNNCells")
def stack(draw: Draw, type_name: str) -> Any:
    drawn = [some_cell(draw) for _cell in range(draw(st.integers(1, 3)))]
    cells: Any = [one for one, _sizes in drawn]
    if draw(st.integers(0, 11)) == 0:
        cells = draw(st.sampled_from([[Made("Dense", {"units": 3})], "cells"]))
    shapes, call = states_of([own for _one, own in drawn], "layer(x0, {states})")
    return {"cells": cells}, [(draw(channels),), *shapes], call


@covers("RNN")
def around_cells(draw: Draw, type_name: str) -> Any:
    arguments = what_comes_out(draw) | some(draw, go_backwards=draw(booleans))
    drawn = [some_cell(draw) for _cell in range(draw(st.integers(1, 3)))]
    cells: Any = [one for one, _sizes in drawn]
    if len(cells) == 1 and draw(booleans):
        cells = cells[0]
    elif draw(booleans):
        cells = Made("StackedRNNCells", {"cells": cells})
    arguments["cell"] = seldom(
        draw,
        st.just(cells),
        st.sampled_from([Made("Dense", {"units": 3}), Made("LSTM", {"units": 3}), 3, []]),
    )
    return arguments, [sequence(draw)]


@covers_ranks("ConvLSTM")
def convolutional(draw: Draw, type_name: str) -> Any:
    rank = rank_of(type_name)
    arguments = what_comes_out(draw) | some(
        draw,
        strides=seldom(draw, per_axis(rank, 3), wrong),
        padding=seldom(draw, st.sampled_from(["valid", "same", "SAME"]), paddings),
        dilation_rate=seldom(draw, per_axis(rank, 2), wrong),
        data_format=seldom(draw, layouts, st.just("nope")),
        use_bias=draw(booleans),
        activation=seldom(draw, activations, st.just("foo")),
        go_backwards=draw(booleans),
        dropout=draw(rates),
    )
    arguments["filters"] = seldom(draw, st.integers(1, 4), st.sampled_from([-1, 2.0, "two", None]))
    arguments["kernel_size"] = seldom(draw, per_axis(rank, 4), wrong)
    axes = seldom(draw, st.just(rank + 2), st.integers(1, 5))
    shape = [seldom(draw, sizes, st.none()) for _axis in range(axes)]
    return arguments, [tuple(shape)]


@covers("Bidirectional")
def both_ways(draw: Draw, type_name: str) -> Any:
    arguments = some(
        draw,
        merge_mode=seldom(
            draw, st.sampled_from(["concat", "sum", "mul", "ave", None]), st.just("max")
        ),
    )
    out = what_comes_out(draw)
    name = draw(st.sampled_from(["SimpleRNN", "LSTM", "GRU", "RNN", "ConvLSTM1D"]))
    size = draw(units)
    given: dict[str, Any] = {"units": size}
    shape = sequence(draw)
    if name == "RNN":
        given = {"cell": [some_cell(draw)[0] for _cell in range(draw(st.integers(1, 2)))]}
    elif name == "ConvLSTM1D":
        given = {"filters": size, "kernel_size": draw(st.integers(1, 3))}
        shape = (draw(sizes), draw(sizes), draw(channels))
    layer = Made(
        name, given | out | some(draw, go_backwards=seldom(draw, st.just(False), booleans))
    )
    arguments["layer"] = seldom(
        draw, st.just(layer), st.sampled_from([Made("Dense", {"units": 3}), "lstm"])
    )
    if name in ("SimpleRNN", "LSTM", "GRU") and draw(booleans):
        other = draw(st.sampled_from(["SimpleRNN", "GRU"])) if name != "LSTM" else "LSTM"
        backwards = {"units": size, "go_backwards": True}
        seldom_other = seldom(draw, st.just(out), st.just({"return_sequences": True}))
        arguments["backward_layer"] = Made(other, backwards | seldom_other)
    return arguments, [shape]


@covers("TimeDistributed")
def at_every_step(draw: Draw, type_name: str) -> Any:
    inner: list[tuple[Made, int]] = [
        (Made("Dense", {"units": draw(units)}), draw(st.integers(1, 3))),
        (Made("Conv2D", {"filters": draw(units), "kernel_size": draw(st.integers(1, 3))}), 3),
        (Made("Conv1D", {"filters": draw(units), "kernel_size": 2, "padding": "same"}), 2),
        (Made("LSTM", {"units": draw(units), "return_sequences": draw(booleans)}), 2),
        (Made("BatchNormalization", {}), draw(st.integers(1, 3))),
        (Made("Flatten", {}), draw(st.integers(1, 3))),
        (Made("MaxPooling2D", {"pool_size": 2}), 3),
        (Made("Bidirectional", {"layer": Made("GRU", {"units": draw(units)})}), 2),
        (Made("TimeDistributed", {"layer": Made("Dense", {"units": draw(units)})}), 2),
    ]
    layer, axes = draw(st.sampled_from(inner))
    refused = st.sampled_from(["dense", 3, Made("Add", {}), Made("LSTMCell", {"units": 3})])
    shape = [seldom(draw, sizes, st.none())]
    # of a step with too many axes Keras states a shape that its own run refuses
    recurrent = layer.type_name in ("LSTM", "Bidirectional")
    others = st.integers(0, axes) if recurrent else st.integers(0, 3)
    shape += [draw(sizes) for _axis in range(seldom(draw, st.just(axes), others))]
    return {"layer": seldom(draw, st.just(layer), refused)}, [tuple(shape)]
