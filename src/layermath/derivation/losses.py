"""What a stride leaves out: the positions at the end of an axis that no window reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Expr, Mod, S

from layermath.algebra.floors import Size, minus, numbers
from layermath.derivation.fields import View
from layermath.derivation.readings import padding_before
from layermath.derivation.records import Tape
from layermath.messages import Count, Extent, Message, Name, Piece, Setting, _, ngettext
from layermath.network.graph import Entry, Network
from layermath.network.walk import Step, Walk, attempted, resized
from layermath.rules.axes import SPATIAL, Axis
from layermath.rules.equations import Applied, Reach
from layermath.rules.windows import NO_PADDING, SAME, SamePadding
from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class Losses:
    """The pictures and the sentences for what one layer leaves out."""

    tapes: tuple[Tape, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Cut:
    """One axis whose last real positions are read by no window."""

    axis: Axis
    size: int
    reach: Reach
    places: int
    lost: tuple[int, ...]

    @property
    def missing(self) -> int:
        """How many more positions would make one more window."""
        reach = self.reach
        room = self.size + int(reach.before) + int(reach.after) - int(reach.extent)
        return int(reach.stride) - room % int(reach.stride)

    @property
    def tape(self) -> Tape:
        stride, extent, before = (
            int(part) for part in (self.reach.stride, self.reach.extent, self.reach.before)
        )
        windows = tuple(
            (stride * place - before + 1, stride * place - before + extent)
            for place in range(self.places)
        )
        return Tape(self.axis.letter, self.axis.positions, self.size, windows, self.lost)


def losses(walked: Walk, index: int, view: View | None, shown: Applied | Walk) -> Losses:
    """What the layer of call ``index`` leaves out. ``shown`` is the layer in the named sizes, for
    what is said where they are no numbers."""
    step = walked.steps[index]
    cuts = list(_cuts(walked, step))
    if not cuts:
        return Losses(notes=tuple(_left_over(shown)))
    same = all(
        (cut.size, cut.reach.stride, cut.reach.extent)
        == (cuts[0].size, cuts[0].reach.stride, cuts[0].reach.extent)
        for cut in cuts
    )
    notes = [_never_read(cuts), *_remedies(walked, step, view, cuts)]
    return Losses(tuple(cut.tape for cut in (cuts[:1] if same else cuts)), tuple(notes))


def _left_over(shown: Applied | Walk) -> Iterator[Message]:
    """``At its end H_3 mod 2 rows are left over``: the remainder of a stride (T8)."""
    if not isinstance(shown, Applied) or not shown.windowed:
        return
    parts = [
        _(
            "{remainder} {positions}",
            remainder=_remainder(size, reach),
            positions=axis.positions,
        )
        for axis, size, reach, _places in _axes(shown)
        if _leaves_over(size, reach)
    ]
    if len(parts) == 2:
        yield _(
            "At its end {one} and {other} are left over, which no window reads.",
            one=parts[0],
            other=parts[1],
        )
    elif parts:
        yield _(
            "At its end {positions} are left over, which no window reads.", positions=tuple(parts)
        )


def _leaves_over(size: Size, reach: Reach) -> bool:
    """Whether windows of a known stride, without padding, slide over a size in letters."""
    return (
        not isinstance(size, int)
        and not reach.writes
        and reach.before == reach.after == 0
        and isinstance(reach.stride, int)
        and isinstance(reach.extent, int)
        and 1 < reach.stride <= reach.extent
    )


def _remainder(size: Size, reach: Reach) -> Expr:
    constant, rest = S(minus(size, reach.extent)).as_coeff_Add()
    return Mod(rest + constant % reach.stride, reach.stride, evaluate=False)


def _cuts(walked: Walk, step: Step) -> Iterator[_Cut]:
    if not isinstance(step.done, Applied) or not step.done.windowed:
        return
    padded = padding_before(walked, step) or {}
    for index, (axis, size, reach, places) in enumerate(_axes(step.done)):
        parts = (size, places, reach.extent, reach.stride, reach.before)
        if not all(isinstance(part, int) for part in parts):
            continue
        last = (int(places) - 1) * int(reach.stride) + int(reach.extent) - int(reach.before)
        # the zeros of a padding layer are no pixels: nothing is lost with them
        real = int(size) - (int(padded[index].after) if index in padded else 0)
        lost = tuple(range(last + 1, real + 1))
        # a kernel shorter than its stride passes over pixels by design: that is no loss at the end
        if lost and int(reach.extent) >= int(reach.stride) and not reach.writes:
            yield _Cut(axis, int(size), reach, int(places), lost)


def _axes(done: Applied) -> Iterator[tuple[Axis, Size, Reach, Size]]:
    by_quantity = {filled.equation.quantity: filled for filled in done.quantities}
    for index, axis in enumerate(SPATIAL[len(done.reach)]):
        filled = by_quantity[axis.quantity]
        yield axis, filled.where[axis.size_in], done.reach[index], filled.value


def _never_read(cuts: list[_Cut]) -> Message:
    """``11 is odd: row 11 and column 11 are never read.``"""
    read = _lost(cuts)
    sizes = {cut.size for cut in cuts}
    if len(sizes) == 1 and all(
        cut.size % 2 and cut.reach.stride == cut.reach.extent == 2 for cut in cuts
    ):
        return _("{size} is odd: {read}", size=cuts[0].size, read=read)
    return read


def _lost(cuts: list[_Cut]) -> Message:
    parts = [
        _one(cut.axis.letter, cut.lost[0])
        if len(cut.lost) == 1
        else _(
            "{positions} {first} to {last}",
            positions=cut.axis.positions,
            first=cut.lost[0],
            last=cut.lost[-1],
        )
        for cut in cuts
    ]
    if len(parts) == 1 and len(cuts[0].lost) == 1:
        return _("{position} is never read.", position=parts[0])
    if len(parts) == 2:
        return _("{one} and {other} are never read.", one=parts[0], other=parts[1])
    return _("{positions} are never read.", positions=tuple(parts))


def _one(letter: str, position: int) -> Message:
    """One position in words, as the axis has it."""
    sentences = {
        "H": _("row {number}", number=position),
        "W": _("column {number}", number=position),
        "L": _("step {number}", number=position),
        "Z": _("plane {number}", number=position),
    }
    return sentences[letter]


def _remedies(walked: Walk, step: Step, view: View | None, cuts: list[_Cut]) -> Iterator[Message]:
    """What would keep them: the padding ``same`` in this layer, or the next sizes of the image."""
    layer = step.entry.layer
    padded = None
    if isinstance(layer, Layer) and getattr(layer.rule, "padding", None) in (NO_PADDING, "valid"):
        padded = layer.otherwise(padding=SamePadding())
    if isinstance(layer, Layer) and padded is not None:
        other = _rewalked(walked.network, step.entry, padded)
        if other is not None:
            yield _(
                "If they matter: {argument} in this layer keeps them ({shape}{follows}).",
                argument=layer.spelling.piece(Setting(SAME)),
                shape=Extent(_spatial(other.first[step.entry.name])),
                follows=_follows(walked, other),
            )
    more = {cut.missing for cut in cuts}
    if len(more) == 1:
        yield ngettext(
            "One more position of padding at the end would do too.",
            "{number} more positions of padding at the end would do too.",
            more.pop(),
        )
    sizes = _sizes_without_loss(walked, view)
    if sizes:
        yield _("An input of {sizes} has none to lose.", sizes=_or(sizes))


def _or(sizes: tuple[Extent, ...]) -> Piece:
    return sizes[0] if len(sizes) == 1 else _("{one} or {other}", one=sizes[0], other=sizes[1])


def _spatial(step: Step) -> tuple[Size, ...]:
    assert isinstance(step.done, Applied)
    return tuple(size for _axis, _size, _reach, size in _axes(step.done))


def _follows(walked: Walk, other: Walk) -> Piece:
    """The first layer whose parameters the change alters."""
    for name, step in other.first.items():
        if step.params != walked.first[name].params:
            return _(
                "; {layer} then has {params} parameters",
                layer=Name(name),
                params=Count(step.params),
            )
    return ""


def _rewalked(network: Network, entry: Entry, layer: Layer) -> Walk | None:
    entries = {**network.entries, entry.name: replace(entry, layer=layer)}
    return attempted(replace(network, entries=entries))


def _sizes_without_loss(walked: Walk, view: View | None) -> tuple[Extent, ...]:
    """The nearest image sizes, below and above, from which no layer down to this one drops a
    position: those with ``(n + P − R) mod J = 0`` (T8)."""
    windows = None if view is None or view.flat or view.whole else view.plain
    if view is None or windows is None or len(walked.network.inputs) != 1:
        return ()
    shape = walked.shapes[view.source]
    below: list[Size] = []
    above: list[Size] = []
    for size, window in zip(view.inputs, windows, strict=True):
        parts = numbers((size, window.size, window.jump, window.before, window.after))
        if parts is None:
            return ()
        number, extent, jump, before, after = parts
        rest = (number + before + after - extent) % jump
        below.append(number - rest)
        above.append(number - rest + jump if rest else number)
    found = []
    for sizes in (tuple(below), tuple(above)):
        if sizes != view.inputs and _loses_nothing(walked, resized(walked.network, shape, sizes)):
            found.append(Extent(sizes))
    return tuple(found)


def _loses_nothing(walked: Walk, shape: tuple[Size, ...]) -> bool:
    other = attempted(walked.network, [shape])
    return other is not None and not any(list(_cuts(other, step)) for step in other.steps)
