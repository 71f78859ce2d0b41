"""The receptive field of every tensor: which inputs one value can depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sympy import Rational

from layermath.algebra.floors import Size, as_size, numbers
from layermath.algebra.windows import MOST_PHASES, Phases, Window, phases_of
from layermath.derivation.records import Field
from layermath.messages import Count, Message, _
from layermath.network.graph import Network, Tensor
from layermath.network.walk import Step, Walk, spatial_sizes
from layermath.rules.equations import Applied, Reach
from layermath.vocabulary.input_layer import InputLayer


@dataclass(frozen=True)
class View:
    """How a tensor sees one input of the model: a window for each spatial axis of that input.

    ``inputs`` are the sizes of those axes, ``places`` the positions that the tensor has on each;
    ``flat`` where they stand in a row with the channels; ``whole`` where every value sees what all
    of them see.
    """

    source: Tensor
    inputs: tuple[Size, ...]
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


def views(walk: Walk, reached: Sequence[View | None] | None = None) -> Mapping[Tensor, View | None]:
    """The view of every tensor; None where it is not one window for each axis.

    ``reached`` are the views of what a nested model is called on: then all are views of the input
    of the model around it.
    """
    found: dict[Tensor, View | None] = {}
    if reached is not None:
        found.update(zip(walk.network.inputs, reached, strict=True))
    for index, step in enumerate(walk.steps):
        if isinstance(step.done, Walk):
            inside = views(step.done, [found[tensor] for tensor in step.call.tensors])
            for output, tensor in enumerate(step.done.network.outputs):
                found[Tensor(index, output)] = inside[tensor]
            continue
        if Tensor(index) in found:
            continue
        view = _of_step(Tensor(index), step, step.done, walk, found)
        for output in range(len(step.outputs)):
            found[Tensor(index, output)] = view
    return MappingProxyType(found)


def _of_step(
    tensor: Tensor, step: Step, done: Applied, walk: Walk, found: Mapping[Tensor, View | None]
) -> View | None:
    if isinstance(step.entry.layer, InputLayer):
        spatial = spatial_sizes(walk.network, step.outputs[0])
        return View(tensor, spatial, (Window(),) * len(spatial), spatial) if spatial else None
    before = [found[t] for t in step.call.tensors]
    joined = before[0] if before else None
    for other in before[1:]:
        joined = _joined(joined, other)
    return None if joined is None else _behind(joined, walk.network, step, done)


def misaligned(walk: Walk, index: int, seen: Mapping[Tensor, View | None]) -> Message | None:
    """Paths that meet in a layer and whose windows have different centres: Araujo, Norris and Sim,
    *Computing Receptive Fields of Convolutional Neural Networks* (2019), on alignment."""
    tensors = walk.steps[index].call.tensors
    met = [view for t in tensors if (view := seen[t]) is not None and not view.whole]
    centres = {
        tuple(Rational(int(one.size) - 1, 2) - int(one.before) for one in view.plain)
        for view in met
        if view.plain is not None
        and all(isinstance(part, int) for one in view.plain for part in (one.size, one.before))
    }
    if len(met) < 2 or len(centres) < 2:
        return None
    return _(
        "The paths that meet here are not aligned: the window of the first place has its centre at "
        "{centres}, in pixels from the first.",
        centres=tuple(
            _("({centre})", centre=tuple(Count(part) for part in centre))
            for centre in sorted(centres)
        ),
    )


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
    return replace(one, windows=known)


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


def _behind(view: View, network: Network, step: Step, done: Applied) -> View | None:
    """The view of a layer's output, from the view of its input."""
    if view.whole:
        return view
    if done.view == "unknown":
        return None
    if done.view == "everything":
        return _everything(view)
    if done.view == "positions-in-a-row":
        return replace(view, flat=True)
    if view.flat:
        return view if not done.reach else None
    spatial = spatial_sizes(network, step.outputs[0])
    if len(spatial) != len(view.windows):
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
    return replace(view, windows=tuple(windows), places=spatial)


def _through(window: Window | Phases, reach: Reach) -> Window | Phases | None:
    """A window behind one more layer."""
    if isinstance(window, Window) and not reach.writes:
        return window.then(reach.extent, reach.stride, reach.before, reach.after)
    phases = window if isinstance(window, Phases) else phases_of(window)
    parts = numbers((reach.extent, reach.stride, reach.before))
    if phases is None or parts is None:
        return None
    extent, stride, before = parts
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
    return replace(view, windows=tuple(windows), flat=False, whole=True)
