"""All layers down to the last window, as one window: what it is, and what it does not see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr, Integer, S, Symbol, floor

from layermath.algebra.floors import FloorDiv, Size, minus, plus, symbol, times
from layermath.algebra.windows import Window
from layermath.algebra.written import add, in_order, mul, worked_off
from layermath.derivation.fields import View
from layermath.derivation.records import Whole
from layermath.messages import Extent, Message, Name, Piece, _, ngettext
from layermath.network.graph import Tensor
from layermath.network.walk import Step, Walk
from layermath.rules.axes import SPATIAL
from layermath.rules.equations import Applied, Reach


@dataclass(frozen=True)
class LastWindow:
    """The last layer with windows that sees the only input through one window."""

    step: Step
    windows: tuple[Window, ...]
    sizes: tuple[Size, ...]
    inputs: tuple[Size, ...]


def last_window(walked: Walk, seen: Mapping[Tensor, View | None]) -> LastWindow | None:
    if len(walked.network.inputs) != 1:
        return None
    found = None
    for index, step in enumerate(walked.steps):
        view = seen[Tensor(index)]
        if isinstance(step.done, Applied) and step.done.windowed:
            windows = None if view is None or view.flat or view.whole else view.plain
            if view is None or windows is None:
                return None
            found = LastWindow(step, windows, view.places, view.inputs)
    return found


def as_one_window(walked: Walk, last: LastWindow) -> Iterator[Whole]:
    """All layers down to the last window are one window, where the padding allows it to be said."""
    window, size, places = last.windows[0], last.inputs[0], last.sizes[0]
    if minus(window.places(size), places) != 0 or sum(_is_window(s) for s in walked.steps) < 2:
        return
    extents = tuple(one.size for one in last.windows)
    layer, jump = Name(last.step.entry.name), _jump(last.windows)
    if len(extents) == 1:
        said = _(
            "In size and reach (not in values) the layers down to {layer} are one window of "
            "{extent} with stride {jump}:",
            layer=layer,
            extent=in_order(S(extents[0])),
            jump=jump,
        )
    else:
        said = _(
            "In size and reach (not in values) the layers down to {layer} are one {extent} window "
            "with stride {jump}:",
            layer=layer,
            extent=Extent(extents),
            jump=jump,
        )
    chain = _("{chain}", chain=_chain(_places_worked_off(size, window, places)))
    yield Whole(_("one window"), (said, chain))
    unseen = tuple(_not_seen(walked, last))
    # an axis that loses nothing is worth a line only where no other loses anything
    lost = tuple(line for line in unseen if not line.id.startswith("nothing"))
    yield Whole(_("not seen"), lost or unseen[:1])
    if isinstance(places, FloorDiv) and isinstance(size, Symbol):
        yield Whole(_("backwards"), tuple(_backwards(size, window)))


def _places_worked_off(size: Size, window: Window, places: Size) -> list[Expr]:
    """``⌊(28 − 10)/4⌋ + 1``, ``⌊4.5⌋ + 1``, ``5``: the places of one window (T2)."""
    reach = add(*_terms(size, window))
    if window.jump == 1:
        rule = add(*reach.args, Integer(1))
    else:
        rule = add(FloorDiv(reach, S(window.jump), evaluate=False), Integer(1))
    lines, following = [rule], worked_off(rule)
    while following is not None and isinstance(places, int):
        lines.append(following)
        following = worked_off(following)
    cut = [line for line in lines[1:-1] if line.has(floor)]
    return [rule, *cut[:1], in_order(S(places))]


def _chain(expressions: list[Expr]) -> Piece:
    """``a = b = c``"""
    first, *rest = expressions
    return first if not rest else _("{left} = {right}", left=first, right=_chain(rest))


def _is_window(step: Step) -> bool:
    return isinstance(step.done, Applied) and step.done.windowed


def _jump(windows: tuple[Window, ...]) -> Piece:
    jumps = tuple(window.jump for window in windows)
    return in_order(S(jumps[0])) if len(set(jumps)) == 1 else Extent(jumps)


def _terms(size: Size, window: Window) -> list[S]:
    padding = plus((window.before, window.after))
    terms = [in_order(S(size))]
    if padding != 0:
        terms.append(in_order(S(padding)))
    extent = window.size
    terms.append(Integer(-extent) if isinstance(extent, int) else -S(extent))
    return terms


def _not_seen(walked: Walk, last: LastWindow) -> Iterator[Message]:
    """The real pixels at the end that reach no output of the last window (T8)."""
    passing = _first_that_passes_over(walked)
    if passing is not None:
        # said only where it is sure; where letters leave it open, nothing is known to be unseen
        if isinstance(passing.done, Applied) and any(
            map(_surely_passes_over, passing.done.reach.values())
        ):
            yield _(
                "a kernel shorter than its stride passes over positions by design, as in {layer}",
                layer=Name(passing.entry.name),
            )
        return
    sizes, windows = last.inputs, last.windows
    axes = SPATIAL[len(windows)]
    uniform = len(set(zip(sizes, windows, strict=True))) == 1
    for index, (axis, size, window) in enumerate(zip(axes, sizes, windows, strict=True)):
        if index and uniform:
            break
        reach = plus((size, window.before, window.after, times((-1, window.size))))
        if (
            not isinstance(reach, int)
            or not isinstance(window.jump, int)
            or not isinstance(window.after, int)
        ):
            if (
                isinstance(window.size, int)
                and isinstance(size, Symbol)
                and window.before == window.after == 0
                and isinstance(window.jump, int)
                and window.jump > 1
            ):
                yield _(
                    "the last ({reach}) mod {jump} {positions}; none for {size} = {exact}, …",
                    reach=in_order(S(reach)),
                    jump=window.jump,
                    positions=axis.positions,
                    size=in_order(S(size)),
                    exact=tuple(int(window.size) + int(window.jump) * step for step in range(4)),
                )
            continue
        rest = reach % window.jump
        lost = rest - window.after
        if lost > 0:
            yield _(
                "{size} − {extent} = {jump}·{steps} + {rest}: {lost}. None are lost at {below} and "
                "at {above}.",
                size=plus((size, window.before, window.after)),
                extent=window.size,
                jump=window.jump,
                steps=reach // window.jump,
                rest=rest,
                lost=_last_positions(
                    lost, axis.positions, len(axes), uniform, Name(last.step.entry.name)
                ),
                below=minus(size, rest),
                above=plus((size, window.jump - rest)),
            )
        else:
            yield _nothing_lost(rest)
        yield from _digits(walked, last, index, rest)


def _nothing_lost(rest: int) -> Message:
    """Where windows leave only padding over, no pixel is lost (T8b)."""
    if rest == 0:
        return _("nothing: every position of the input is read")
    return ngettext(
        "nothing: the position that is left over is padding",
        "nothing: the {number} positions that are left over are padding",
        rest,
    )


def _digits(walked: Walk, last: LastWindow, index: int, rest: int) -> Iterator[Message]:
    """Which layer leaves how many positions over: the digits of the one remainder (T8)."""
    parts: list[tuple[str, int, int]] = []
    jump = 1
    for step in walked.steps:
        done = step.done
        if not isinstance(done, Applied):
            return
        reach = done.reach.get(index)
        if reach is None or reach.stride == 1:
            continue
        if reach.writes:
            return
        axis = SPATIAL[len(last.windows)][index]
        filled = next(f for f in done.quantities if f.equation.quantity == axis.quantity)
        size = filled.where[axis.size_in]
        numbers = (size, reach.stride, reach.extent, reach.before, reach.after)
        if not all(isinstance(number, int) for number in numbers):
            return
        digit = (size + reach.before + reach.after - reach.extent) % reach.stride
        parts.append((step.entry.name, int(digit), jump))
        jump *= int(reach.stride)
        if step is last.step:
            break
    if rest and len(parts) > 1 and sum(digit * weight for _n, digit, weight in parts) == rest:
        yield _(
            "layer by layer {digits}: {sum} = {rest}",
            digits=tuple(
                _("{layer} leaves {digit}", layer=Name(name), digit=digit)
                for name, digit, _weight in parts
            ),
            sum=add(*(mul(Integer(digit), Integer(weight)) for _n, digit, weight in parts)),
            rest=rest,
        )


def _last_positions(number: int, word: Message, axes: int, uniform: bool, layer: Name) -> Message:
    """``the last 2 rows and columns of the input reach no output of pool``"""
    if uniform and axes == 2:
        return ngettext(
            "the last row and column of the input reach no output of {layer}",
            "the last {number} rows and columns of the input reach no output of {layer}",
            number,
            layer=layer,
        )
    return ngettext(
        "one of the {positions} of the input, the last, reaches no output of {layer}",
        "the last {number} {positions} of the input reach no output of {layer}",
        number,
        positions=word,
        layer=layer,
    )


def _first_that_passes_over(walked: Walk) -> Step | None:
    return next(
        (
            step
            for step in walked.steps
            if isinstance(step.done, Applied)
            and any(_passes_over(reach) for reach in step.done.reach.values())
        ),
        None,
    )


def _passes_over(reach: Reach) -> bool:
    """Whether a layer may pass over positions by design: its kernel is shorter than its stride."""
    if reach.writes:
        return True
    return (
        reach.stride != 1
        and (gap := minus(reach.stride, reach.extent)) != 0
        and (not isinstance(gap, int) or gap > 0)
    )


def _surely_passes_over(reach: Reach) -> bool:
    gap = minus(reach.stride, reach.extent)
    return not reach.writes and isinstance(gap, int) and gap > 0


def _backwards(size: Symbol, window: Window) -> Iterator[Message]:
    """Which inputs give n: ``J·(n − 1) + R − P ≤ H ≤ J·n + R − P − 1`` (T9)."""
    if not all(
        isinstance(part, int) for part in (window.jump, window.size, window.before, window.after)
    ):
        return
    n = symbol("n")
    shift = int(window.size) - int(window.before) - int(window.after)
    low = in_order(S(plus((times((window.jump, n)), shift - int(window.jump)))))
    high = in_order(S(plus((times((window.jump, n)), shift - 1))))
    yield _("a size of {n} comes from {low} ≤ {size} ≤ {high}", n=n, low=low, size=size, high=high)
