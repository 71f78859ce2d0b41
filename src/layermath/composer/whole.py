"""What holds of the network as a whole: its sum, its one window, what is not seen and valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import lcm

from sympy import Expr, Ge, Integer, S, Symbol, floor
from sympy.core.relational import Relational

from layermath.algebra.conditions import together
from layermath.algebra.floors import FloorDiv, Size, minus, plus, symbol, times
from layermath.algebra.residues import period
from layermath.algebra.windows import Window
from layermath.algebra.written import add, in_order, value, worked_off
from layermath.composer.fields import View
from layermath.composer.naming import Named
from layermath.composer.walk import Step, Walk, symbols_of, walk
from layermath.derivation import Whole
from layermath.layers.axes import SPATIAL
from layermath.layers.rules import Applied
from layermath.messages import Count, Extent, Message, Name, Piece, _, ngettext
from layermath.network import Tensor
from layermath.problems import Problem

MANY = 12
"""Above so many layers with parameters, the sum is not written out."""


def whole(walked: Walk, names: Named, seen: Mapping[Tensor, View | None]) -> tuple[Whole, ...]:
    """The statements that close a derivation."""
    free = _Free.of(walked)
    window = _last_window(walked, seen)
    return tuple(
        statement
        for statement in (
            _parameters(walked, names),
            *(() if window is None else _one_window(walked, window)),
            *_divisible(walked),
            *_valid_for(walked, free),
        )
        if statement.lines
    )


def _parameters(walked: Walk, names: Named) -> Whole:
    """``320 + 9,248 + … = 113,386``, and which layer has most of them."""
    label = _("parameters")
    parts = [(step.entry.name, step.params) for step in walked.first.values() if step.params != 0]
    if not all(isinstance(params, int) for _name, params in parts):
        return Whole(label, ())
    total = walked.params
    lines: list[Message] = []
    if 1 < len(parts) <= MANY:
        summed = add(*(Integer(int(params)) for _name, params in parts))
        lines.append(_("{sum} = {total}", sum=Count(summed), total=Count(total)))
    else:
        lines.append(_("{total}", total=Count(total)))
    if len(parts) > 1:
        name, most = max(parts, key=lambda part: int(part[1]))
        percent = (int(most) * 100 + int(total) // 2) // int(total)
        if percent >= 50:
            lines.append(_("{layer} has {percent} % of them", layer=Name(name), percent=percent))
    if walked.trainable_params != total:
        lines.append(_("of them {trainable} are trained", trainable=Count(walked.trainable_params)))
    return Whole(label, tuple(lines))


@dataclass(frozen=True)
class _LastWindow:
    """The last layer with windows that sees the only input through one window."""

    step: Step
    windows: tuple[Window, ...]
    sizes: tuple[Size, ...]
    inputs: tuple[Size, ...]


def _last_window(walked: Walk, seen: Mapping[Tensor, View | None]) -> _LastWindow | None:
    if len(walked.network.inputs) != 1:
        return None
    found = None
    for index, step in enumerate(walked.steps):
        view = seen[Tensor(index)]
        if isinstance(step.done, Applied) and step.done.windowed:
            windows = None if view is None or view.flat or view.whole else view.plain
            if view is None or windows is None:
                return None
            shape = walked.shapes[view.source]
            found = _LastWindow(step, windows, view.places, shape[: len(windows)])
    return found


def _one_window(walked: Walk, last: _LastWindow) -> Iterator[Whole]:
    """All layers down to the last window are one window, where the padding allows it to be said."""
    window, size, places = last.windows[0], last.inputs[0], last.sizes[0]
    if minus(window.places(size), places) != 0 or sum(_is_window(s) for s in walked.steps) < 2:
        return
    extents = tuple(one.size for one in last.windows)
    chain = _chain(_places_worked_off(size, window, places))
    about = {"layer": Name(last.step.entry.name), "jump": _jump(last.windows), "chain": chain}
    if len(extents) == 1:
        said = _(
            "In size and reach (not in values) the layers down to {layer} are one window of "
            "{extent} with stride {jump}: {chain}.",
            extent=in_order(S(extents[0])),
            **about,
        )
    else:
        said = _(
            "In size and reach (not in values) the layers down to {layer} are one {extent} window "
            "with stride {jump}: {chain}.",
            extent=Extent(extents),
            **about,
        )
    yield Whole(_("one window"), (said,))
    yield Whole(_("not seen"), tuple(_not_seen(walked, last)))
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


def _not_seen(walked: Walk, last: _LastWindow) -> Iterator[Message]:
    """The real pixels at the end that reach no output of the last window (T8)."""
    if any(
        isinstance(step.done, Applied)
        and any(_passes_over(reach.extent, reach.stride) for reach in step.done.reach.values())
        for step in walked.steps
    ):
        return
    sizes, windows = last.inputs, last.windows
    axes = SPATIAL[len(windows)]
    uniform = len(set(zip(sizes, windows, strict=True))) == 1
    for axis, size, window in list(zip(axes, sizes, windows, strict=True))[
        : 1 if uniform else None
    ]:
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
                "{size} − {extent} = {jump}·{steps} + {rest}: {lost} of the input reach no output "
                "of {layer}. None are lost at {below} and at {above}.",
                size=plus((size, window.before, window.after)),
                extent=window.size,
                jump=window.jump,
                steps=reach // window.jump,
                rest=rest,
                lost=_last_positions(lost, axis.positions, len(axes), uniform),
                layer=Name(last.step.entry.name),
                below=minus(size, rest),
                above=plus((size, window.jump - rest)),
            )
        else:
            yield _("nothing: every position of the input is read")


def _last_positions(number: int, word: Message, axes: int, uniform: bool) -> Message:
    """``the last 2 rows and columns``"""
    if uniform and axes == 2:
        return ngettext("the last row and column", "the last {number} rows and columns", number)
    return ngettext(
        "the last of the {positions}", "the last {number} {positions}", number, positions=word
    )


def _divisible(walked: Walk) -> Iterator[Whole]:
    """The totals where every stride divides: ``if 32 divides H and W: 76,848·H·W + 2,048,000``."""
    moduli = _moduli(walked)
    if not moduli:
        return
    whole = {name: times((modulus, name)) for name, modulus in moduli.items()}
    part = {name: S(name) / modulus for name, modulus in moduli.items()}
    lines: list[Message] = []
    for label, total in ((_("parameters"), walked.params), (_("MACs"), walked.macs)):
        if isinstance(total, int) or not total.has(FloorDiv):
            continue
        polynomial = S(value(total, whole)).expand()
        if polynomial.has(FloorDiv):
            return
        lines.append(
            _(
                "{label} = {total}",
                label=label,
                total=Count(in_order(polynomial.xreplace(part).expand())),
            )
        )
    if not lines:
        return
    conditions = tuple(
        _("{modulus} divides {name}", modulus=modulus, name=name)
        for name, modulus in moduli.items()
    )
    yield Whole(_("divisible"), (_("where {conditions}:", conditions=conditions), *lines))


def _moduli(walked: Walk) -> dict[Symbol, int]:
    """For each symbol that stands in a floor, what divides by every stride it goes through."""
    moduli: dict[Symbol, int] = {}
    totals = [total for total in (walked.params, walked.macs) if not isinstance(total, int)]
    for quotient in {part for total in totals for part in total.atoms(FloorDiv)}:
        names = quotient.free_symbols
        found = period(quotient)
        if len(names) != 1 or found is None:
            return {}
        (name,) = names
        moduli[name] = lcm(moduli.get(name, 1), found.every)
    return dict(sorted(moduli.items(), key=lambda item: str(item[0])))


def _passes_over(extent: Size, stride: Size) -> bool:
    gap = minus(stride, extent)
    return not isinstance(gap, int) or gap > 0


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


@dataclass(frozen=True)
class _Free:
    """What the network asks of its input when the spatial sizes are left free."""

    conditions: tuple[Relational, ...]
    params: Size

    @staticmethod
    def of(walked: Walk) -> _Free | None:
        """Walk again with letters for the sizes, where the input has numbers there."""
        network = walked.network
        if symbols_of(network) or len(network.inputs) != 1:
            return None
        shape = walked.shapes[network.inputs[0]]
        if len(shape) - 1 not in SPATIAL or len(shape) < 2:
            return None
        letters = [symbol(axis.letter) for axis in SPATIAL[len(shape) - 1]]
        try:
            free = walk(network, [(*letters, shape[-1])])
        except Problem:
            return None
        return _Free(together(free.conditions), free.params)


def _valid_for(walked: Walk, free: _Free | None) -> Iterator[Whole]:
    label = _("valid for")
    if free is None:
        conditions = together(walked.conditions)
        if conditions:
            yield Whole(label, (_("{conditions}", conditions=tuple(conditions)),))
        return
    bounds = [c for c in free.conditions if isinstance(c, Ge) and isinstance(c.lhs, Symbol)]
    if not bounds or len(bounds) != len(free.conditions):
        return
    if isinstance(free.params, int):
        yield Whole(
            label,
            (
                _(
                    "any {bounds}, with these same {params} parameters",
                    bounds=tuple(bounds),
                    params=Count(free.params),
                ),
            ),
        )
    else:
        yield Whole(
            label,
            (
                _(
                    "any {bounds}; these {params} parameters only at this size",
                    bounds=tuple(bounds),
                    params=Count(walked.params),
                ),
            ),
        )
