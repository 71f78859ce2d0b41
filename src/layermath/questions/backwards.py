"""Inverse questions: which size, stride or number of filters leads to what is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import S, Symbol

from layermath.algebra.floors import Size, minus, symbol
from layermath.algebra.solutions import Comparator, solve
from layermath.algebra.written import value
from layermath.derivation.compose import compose
from layermath.derivation.records import NetworkDerivation
from layermath.messages import Count, _
from layermath.network.walk import Walk, walk
from layermath.questions.drawing import (
    Draws,
    convolution,
    given_layer,
    network_lines,
    network_of,
    pooling,
)
from layermath.questions.misreading import read
from layermath.questions.mistakes import MISTAKES, Mistake
from layermath.questions.records import Deduction, Difficulty, Question, Solved, Value, WrongValue
from layermath.questions.solve import ask

H, W = symbol("H"), symbol("W")
S_, F = symbol("S"), symbol("F")
_MOST = 10_000
_OF_SIZES = (
    "no-plus-one",
    "not-rounded",
    "stride-forgotten",
    "padding-once",
    "zeros-forgotten",
)
"""Rounding up gives the largest size that not rounding gives: it has no number of its own here."""
_OF_COUNTS = ("bias-forgotten", "depth-forgotten", "kernel-not-squared")


def draw_inverse(draws: Draws, difficulty: Difficulty) -> Question | None:
    """An inverse question; None where its numbers do not tell mistakes apart."""
    kinds = {
        "easy": (_largest_of_one, _largest_of_one, _stride),
        "medium": (_largest_of_two, _largest_of_padded, _stride, _filters),
        "hard": (_largest_of_three, _largest_of_three, _filters),
    }
    return draws.one_of(kinds[difficulty])(draws)


def _mistakes(names: Sequence[str]) -> Iterator[Mistake]:
    return (mistake for mistake in MISTAKES if mistake.name in names)


# The largest input ---------------------------------------------------------------------------


def _largest_of_one(draws: Draws) -> Question | None:
    layer = draws.one_of((convolution(draws, (3, 5, 7), (2, 3, 4)), pooling(draws)))
    return _largest(draws, (layer,))


def _largest_of_two(draws: Draws) -> Question | None:
    return _largest(draws, (convolution(draws, (3, 5), (1, 2)), pooling(draws)))


def _largest_of_padded(draws: Draws) -> Question | None:
    zeros = f"ZeroPadding2D({draws.one_of((1, 2, 3))})"
    return _largest(draws, (zeros, convolution(draws, (3, 5, 7), (2, 3))))


def _largest_of_three(draws: Draws) -> Question | None:
    first = convolution(draws, (3, 5, 7), (1, 2))
    last = convolution(draws, (3,), (1, 2))
    return _largest(draws, (first, pooling(draws), last))


def _largest(draws: Draws, layers: tuple[str, ...]) -> Question | None:
    channels = draws.one_of((1, 3))
    code = network_lines(("H", "W", channels), layers)
    network = network_of(code)
    walked = walk(network)
    wanted = draws.one_of((4, 5, 6, 7, 8, 9, 10, 12, 14, 15))
    right = _last(H, walked.outputs[0][0], "==", wanted)
    if right is None:
        return None
    found = list(_wrong_sizes(walked, H, wanted))
    if not _told_apart(found, right):
        return None
    derivation = compose(network)
    answer = ask(derivation, ["H"], [f"output.H == {wanted}"])
    text = _("What is the largest H for which the output has {wanted} rows?", wanted=wanted)
    last = Deduction(_("{all}", all=answer.headline), _("the largest of them counts"))
    return Question(
        0,
        "inverse",
        text,
        code if len(layers) > 1 else (),
        2 + len(layers),
        Value((right,)),
        tuple(_sizes(derivation, "output.H")),
        (*answer.lines, last),
        tuple(found),
        H,
        given=given_layer(layers[0], (H, W, channels)) if len(layers) == 1 else None,
        network=((H, W, channels), layers) if len(layers) > 1 else None,
    )


def _wrong_sizes(walked: Walk, name: Symbol, wanted: int) -> Iterator[WrongValue]:
    for mistake in _mistakes(_OF_SIZES):
        reading = read(walked, mistake)
        if not reading.made or reading.outputs is None:
            continue
        found = _last(name, reading.outputs[0][0], "==", wanted)
        if found is not None:
            yield WrongValue(mistake.name, mistake.message, Value((found,)))


def _last(name: Symbol, size: Size, comparison: Comparator, wanted: int) -> int | None:
    """The largest value of the letter for which it holds. A fraction is brought to one line."""
    numerator, _denominator = S(minus(size, wanted)).as_numer_denom()
    found = solve(name, [(value(numerator), comparison)])
    if found is None or not found.finite or not any(found.classes):
        return None
    return max(last for _first, last in found.runs(_MOST))


def _told_apart(found: Sequence[WrongValue], right: int, least: int = 2) -> bool:
    values = [one.value.sizes[0] for one in found]
    return (
        len(values) >= least
        and len({*values, right}) == len(values) + 1
        and all(S(one) > 0 for one in values)
    )


def _sizes(derivation: NetworkDerivation, quantity: str) -> Iterator[Solved]:
    for layer in derivation.layers:
        found = tuple(one for one in layer.quantities if one.quantity == quantity)
        if found:
            yield Solved(layer, found, derivation.sizes)


# The stride ----------------------------------------------------------------------------------


def _stride(draws: Draws) -> Question | None:
    side = draws.one_of((28, 30, 32, 33, 40, 45, 48, 50, 64, 65, 75, 96, 100))
    filters, kernel = draws.one_of((8, 16, 32)), draws.one_of((3, 4, 5, 7))
    layer = f"Conv2D({filters}, {kernel}, strides=S)"
    shape = (side, side, draws.one_of((1, 3)))
    network = network_of(network_lines(shape, (layer,)))
    walked = walk(network)
    rows = walked.outputs[0][0]
    chosen = draws.one_of((2, 3, 4, 5))
    wanted = value(S(rows), {S_: chosen})
    assert isinstance(wanted, int)
    if _strides(rows, wanted, side) != [chosen]:
        return None
    wrong = []
    for mistake in _mistakes(("no-plus-one", "ceiling-for-floor", "size-kept")):
        reading = read(walked, mistake)
        if reading.made and reading.outputs is not None:
            strides = _strides(reading.outputs[0][0], wanted, side)
            if len(strides) == 1:
                found = Value((strides[0],))
                wrong.append(WrongValue(mistake.name, mistake.message, found))
    if not _told_apart(wrong, chosen, 1):
        return None
    text = _("Which stride S gives an output of {wanted} rows?", wanted=wanted)
    derivation = compose(network)
    lines = tuple(
        Deduction(
            _("at {name} = {x}: {value}", name=S_, x=stride, value=value(S(rows), {S_: stride})),
            _("as asked") if stride == chosen else None,
        )
        for stride in (chosen - 1, chosen, chosen + 1)
    )
    solved = tuple(_sizes(derivation, "output.H"))
    return Question(
        0,
        "inverse",
        text,
        (),
        3,
        Value((chosen,)),
        solved,
        lines,
        tuple(wrong),
        S_,
        given_layer(layer, shape),
    )


def _strides(rows: Size, wanted: int, most: int) -> list[int]:
    return [one for one in range(1, most) if value(S(rows), {S_: one}) == wanted]


# The filters ---------------------------------------------------------------------------------


def _filters(draws: Draws) -> Question | None:
    kernel, channels = draws.one_of((3, 5)), draws.one_of((2, 3, 4, 6, 8))
    side = draws.one_of((28, 32, 64))
    layer = f"Conv2D(F, {kernel})"
    network = network_of(network_lines((side, side, channels), (layer,)))
    walked = walk(network)
    most = draws.one_of((500, 800, 1000, 1500, 2000, 2500, 3000, 4000, 5000))
    right = _last(F, walked.params, "<=", most)
    if right is None or not 5 <= right <= 100:
        return None
    wrong = []
    for mistake in _mistakes(_OF_COUNTS):
        reading = read(walked, mistake)
        found = None if reading.params is None else _last(F, reading.params, "<=", most)
        if reading.made and found is not None:
            wrong.append(WrongValue(mistake.name, mistake.message, Value((found,))))
    if not _told_apart(wrong, right):
        return None
    text = _(
        "How many filters F can the layer have at most, if it is to have no more than {most} "
        "parameters?",
        most=Count(most),
    )
    derivation = compose(network)
    answer = ask(derivation, ["F"], [f"params <= {most}"])
    solved = tuple(_sizes(derivation, "params"))
    return Question(
        0,
        "inverse",
        text,
        (),
        3,
        Value((right,)),
        solved,
        answer.lines,
        tuple(wrong),
        F,
        given_layer(layer, (side, side, channels)),
    )
