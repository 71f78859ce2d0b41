"""From the rule of a layer to what the picture of its window is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from layermath.algebra.floors import Size, floor_div, letter, minus, plus
from layermath.derivation.reading import Reading
from layermath.network.walk import Step, Walk
from layermath.rules.axes import SPATIAL, Axis
from layermath.rules.equations import Applied, Filled, Reach
from layermath.rules.resizing import ZeroPadding
from layermath.vocabulary.layer import Layer

_K = letter("K")


def readings(walked: Walk, index: int, named: Step) -> tuple[Reading, ...]:
    """How the layer of call ``index`` reads each axis; ``named`` is the call in the named sizes.
    There is nothing where it has no window, or where its rule and its reach do not say the
    same."""
    step, shown = walked.steps[index], named.done
    if not isinstance(shown, Applied) or not isinstance(step.entry.layer, Layer):
        return ()
    if shown.view != "windows" or len(shown.reach) not in SPATIAL:
        return ()
    found = tuple(_readings(step.entry.layer, shown))
    padded = padding_before(walked, step)
    if padded is None or len(padded) != len(found) or not shown.windowed:
        return found
    return tuple(
        replace(one, zeros=(padded[axis].before, padded[axis].after))
        for axis, one in enumerate(found)
    )


def padding_before(walked: Walk, step: Step) -> Mapping[int, Reach] | None:
    """The padding of a layer that does nothing else, where it is what comes before."""
    if len(step.call.tensors) != 1:
        return None
    before = walked.steps[step.call.tensors[0].call]
    if not isinstance(getattr(before.entry.layer, "rule", None), ZeroPadding) or not isinstance(
        before.done, Applied
    ):
        return None
    sides = [size for one in before.done.reach.values() for size in (one.before, one.after)]
    known = all(isinstance(size, int) and size >= 0 for size in sides)
    return before.done.reach if known else None


def _readings(layer: Layer, done: Applied) -> Iterator[Reading]:
    by_quantity = {filled.equation.quantity: filled for filled in done.quantities}
    for index, axis in enumerate(SPATIAL[len(done.reach)]):
        filled, reach = by_quantity.get(axis.quantity), done.reach.get(index)
        if filled is None or reach is None or axis.size_in not in filled.where:
            return
        made = _reading(layer, index, axis, filled, reach)
        if made is None:
            return
        yield replace(made, windowed=done.windowed or reach.writes or reach.extent != 1)


def _reading(layer: Layer, index: int, axis: Axis, filled: Filled, reach: Reach) -> Reading | None:
    dilation = _argument(layer, index)
    kernel = _kernel(reach.extent, dilation)
    if kernel is None:
        return None
    made = Reading(
        axis.letter,
        axis.positions,
        filled.where[axis.size_in],
        filled.value,
        kernel,
        reach.extent,
        reach.stride,
        reach.before,
        reach.after,
        dilation,
        next((name for name in filled.where if name in (_K, axis.own("K"))), _K),
        axis.quantity,
        reach.writes,
    )
    return made if _agrees(made) else None


def _argument(layer: Layer, index: int) -> Size:
    """The dilation along an axis, 1 where the layer has none."""
    given = getattr(layer.rule, "dilation", layer.given.get("dilation_rate", 1))
    if isinstance(given, tuple):
        return given[index] if index < len(given) else 1
    return given if isinstance(given, int) else 1


def _kernel(extent: Size, dilation: Size) -> Size | None:
    """How many positions of a window are read: ``(e − 1)/d + 1``. None where the dilation is not
    that of this window."""
    if dilation == 1:
        return extent
    if not isinstance(extent, int) or not isinstance(dilation, int) or (extent - 1) % dilation:
        return None
    return (extent - 1) // dilation + 1


def _agrees(made: Reading) -> bool:
    """Whether the places that the rule gives are those that the reach gives:
    ``⌊(n + P − e)/s⌋ + 1`` (T1). Of a layer that writes only that there is
    something to be seen."""
    if made.writes:
        return not made.known or (made.windows_there > 0 and made.positions_there > 0)
    room = minus(plus((made.size, made.before, made.after)), made.extent)
    if not made.known:
        return True
    return room >= 0 and made.places == plus((floor_div(room, made.stride), 1))
