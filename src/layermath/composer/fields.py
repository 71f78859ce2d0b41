"""The receptive field of every tensor: which inputs one value can depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sympy import Rational

from layermath.algebra.floors import Size, as_size
from layermath.algebra.windows import MOST_PHASES, Phases, Window, phases_of
from layermath.composer.walk import Step, Walk
from layermath.derivation import Field
from layermath.layers.core import InputLayer
from layermath.layers.rules import Applied, Reach
from layermath.network import Tensor


@dataclass(frozen=True)
class View:
    """How a tensor sees one input of the model: a window for each spatial axis of that input.

    ``places`` are the positions that the tensor has on each axis; ``flat`` where they stand in a
    row with the channels; ``whole`` where every value sees what all of them see.
    """

    source: Tensor
    windows: tuple[Window | Phases, ...]
    places: tuple[Size, ...]
    flat: bool = False
    whole: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(_field(window, not (self.flat or self.whole)) for window in self.windows)

    @property
    def plain(self) -> tuple[Window, ...] | None:
        """The windows, where each is one for every output."""
        plain = tuple(window for window in self.windows if isinstance(window, Window))
        return plain if len(plain) == len(self.windows) else None


def _field(window: Window | Phases, even: bool) -> Field:
    if isinstance(window, Window):
        return Field(window.size, window.jump if even else None, window.before, window.after)
    sizes = set(window.sizes)
    jump = Rational(window.gain, window.every)
    return Field(
        sizes.pop() if len(sizes) == 1 else None,
        as_size(jump) if even else None,
        -window.ends[0][0],
        None,
        window.ends if window.every > 1 else (),
    )


def views(walk: Walk) -> Mapping[Tensor, View | None]:
    """The view of every tensor; None where it is not one window for each axis."""
    found: dict[Tensor, View | None] = {}
    for index, step in enumerate(walk.steps):
        view = _of_step(Tensor(index), step, walk, found)
        for output in range(len(step.outputs)):
            found[Tensor(index, output)] = view
    return MappingProxyType(found)


def _of_step(
    tensor: Tensor, step: Step, walk: Walk, found: Mapping[Tensor, View | None]
) -> View | None:
    if isinstance(step.entry.layer, InputLayer):
        spatial = step.outputs[0][:-1]
        return View(tensor, (Window(),) * len(spatial), spatial) if spatial else None
    if isinstance(step.done, Walk):
        return None
    tensors = [t for structure in step.call.arguments for t in walk.network.tensors(structure)]
    before = [found[t] for t in tensors]
    joined = before[0] if before else None
    for other in before[1:]:
        joined = _joined(joined, other)
    return None if joined is None else _behind(joined, step, step.done)


def _joined(one: View | None, other: View | None) -> View | None:
    """The view of values that are put together from two."""
    if one is None or other is None or (one.source, one.flat) != (other.source, other.flat):
        return None
    if one.whole != other.whole:
        return _all_over(*((one, other) if one.whole else (other, one)))
    if not one.whole and any(map(_repeated, one.places, other.places)):
        return None
    windows = [_hull(a, b) for a, b in zip(one.windows, other.windows, strict=True)]
    known = tuple(window for window in windows if window is not None)
    if len(known) != len(windows):
        return None
    return View(one.source, known, one.places, one.flat, one.whole)


def _repeated(one: Size, other: Size) -> bool:
    """Whether one of two axes has a single position, which meets every position of the other."""
    return (one == 1) != (other == 1)


def _all_over(whole: View, part: View) -> View | None:
    """What has seen everything, beside what has not: everything, if that goes as far."""
    together = _everything(part)
    return whole if together is not None and _joined(whole, together) == whole else None


def _hull(one: Window | Phases, other: Window | Phases) -> Window | Phases | None:
    if isinstance(one, Window) and isinstance(other, Window):
        return one.joined(other)
    first = one if isinstance(one, Phases) else phases_of(one)
    second = other if isinstance(other, Phases) else phases_of(other)
    return None if first is None or second is None else first.joined(second)


def _behind(view: View, step: Step, done: Applied) -> View | None:
    """The view of a layer's output, from the view of its input."""
    if view.whole:
        return view
    if done.view == "everything":
        return _everything(view)
    if done.view == "positions-in-a-row":
        return View(view.source, view.windows, view.places, flat=True)
    if view.flat:
        return view if not done.reach else None
    spatial = _spatial(step.outputs[0], len(view.windows), step)
    if spatial is None:
        return None
    windows: list[Window | Phases] = []
    for index in range(len(view.windows)):
        reach = done.reach.get(index, Reach(index))
        if reach.axis >= len(view.windows):
            return None
        behind = _through(view.windows[reach.axis], reach)
        if behind is None:
            return None
        windows.append(behind)
    return View(view.source, tuple(windows), spatial)


def _through(window: Window | Phases, reach: Reach) -> Window | Phases | None:
    """A window behind one more layer."""
    if isinstance(window, Window) and not reach.writes:
        return window.then(reach.extent, reach.stride, reach.before, reach.after)
    phases = window if isinstance(window, Phases) else phases_of(window)
    parts = (reach.extent, reach.stride, reach.before)
    if phases is None or not all(isinstance(part, int) for part in parts):
        return None
    extent, stride, before = (int(part) for part in parts)
    if reach.writes:
        if phases.every * stride > MOST_PHASES:
            return None
        return phases.up(extent, stride, before).shortest()
    return phases.then(extent, stride, before).shortest()


def _everything(view: View) -> View | None:
    """All places together: ``(n − 1)·J + R``."""
    windows = []
    for window, places in zip(view.windows, view.places, strict=True):
        if isinstance(window, Window):
            size = window.all_places(places)
            windows.append(Window(size, window.jump, window.before, window.after))
        elif isinstance(places, int):
            first, last = window.all_places(places)
            windows.append(Window(last - first + 1, 1, -first, 0))
        else:
            return None
    return View(view.source, tuple(windows), view.places, whole=True)


def _spatial(shape: tuple[Size, ...], axes: int, step: Step) -> tuple[Size, ...] | None:
    """The spatial sizes of an output with as many axes as the input had."""
    if len(shape) != axes + 1:
        return None
    first = getattr(step.entry.layer, "data_format", None) == "channels_first"
    return shape[1:] if first else shape[:-1]
