"""The kernel tape: one axis of a layer, every place of its window, and what none of them reads.

It is the picture that explains a floor: the floor counts the hops of the window over the room that
it has, and the + 1 is the place where it starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Basic, Expr, Integer, S

from layermath.algebra.written import add, in_order, mul
from layermath.derivation.reading import Reading
from layermath.derivation.records import Detail, LayerDerivation, Quantity
from layermath.messages import Count, Message, Name, _, ngettext
from layermath.page.steps import from_the_numbers, visible
from layermath.pictures.picture import (
    Box,
    Colour,
    Drawn,
    Font,
    Label,
    Picture,
    brace,
    cross,
    hatch,
    hop,
    joined,
    line,
    wide,
    wide_message,
)
from layermath.pictures.strip import MOST, Strip, open_strip, strip
from layermath.rules.windows import D

_BAR, _PITCH = 0.26, 0.42
"""The height of a bar, and from one bar to the next below it."""
_SQUARE = 0.8
_WIDEST_FORMULA = 24.0
_ELLIPSIS = _("…")


def tape(
    layer: LayerDerivation, axis: str | None = None, *, most: int = MOST, formula: bool = True
) -> Picture | None:
    """The tape of one axis of a layer: of the axis with this letter (``"W"``), or else of the first
    that loses something, or of the first. None where the layer has no window, and where nothing can
    be drawn that holds for every size.

    More than ``most`` positions are drawn as the first and the last; ``formula`` puts the formula
    of the size under it.
    """
    reading = _chosen(layer.readings, axis)
    if reading is None or not reading.windowed:
        return None
    reading = reading.with_zeros
    if reading.writes:
        return _Written(layer, reading, most, formula).picture()
    return _Read(layer, reading, most, formula).picture()


def _chosen(readings: Sequence[Reading], axis: str | None) -> Reading | None:
    if axis is not None:
        return next((one for one in readings if one.letter == axis), None)
    loses = (one for one in readings if one.known and not one.writes and one.with_zeros.lost_at_end)
    return next(loses, readings[0] if readings else None)


@dataclass(frozen=True)
class _Tape:
    """What both ways of a tape share."""

    layer: LayerDerivation
    reading: Reading
    most: int
    formula: bool

    def _strip(self) -> Strip | None:
        raise NotImplementedError

    @cached_property
    def strip(self) -> Strip | None:
        """The strip of cells; None where it cannot be drawn."""
        return self._strip()

    def _title(self) -> Message:
        return _(
            "{layer}: {size} {positions}",
            layer=Name(self.layer.name),
            size=in_order(S(self.reading.size)),
            positions=self.reading.positions,
        )

    def _row(self, message: Message, y: float) -> Label:
        return Label(-0.35, y, message, "right", Colour.QUIET, Font.ITALIC)

    def _rows(self, cells: Strip) -> dict[int, int]:
        """The row of each bar: one row where the places do not overlap, else a staircase."""
        overlap = int(self.reading.stride) < int(self.reading.extent)
        return {place: row if overlap else 0 for row, place in enumerate(cells.places)}

    def _bars(self, cells: Strip, top: float) -> Iterator[Drawn]:
        for place, row in self._rows(cells).items():
            yield from self._bar(cells, place, top + row * _PITCH)

    def _bar(self, cells: Strip, place: int, y: float) -> Iterator[Drawn]:
        left, right = cells.ends(place)
        if int(self.reading.dilation) == 1:
            yield Box(left + 0.05, y, right - left - 0.1, _BAR, Colour.KERNEL, Colour.KERNEL)
            return
        middle = y + _BAR / 2
        yield line((left + 0.05, middle), (right - 0.05, middle), colour=Colour.KERNEL)
        for tap in self.reading.taps(place):
            if tap in cells.at:
                x = cells.at[tap] + 0.05
                yield Box(x, y, cells.cell - 0.1, _BAR, Colour.KERNEL, Colour.KERNEL)

    def _squares(self, cells: Strip, y: float) -> Iterator[Drawn]:
        """The outputs (or inputs) at the middles of the places of the window."""
        for place in cells.places:
            left, right = cells.ends(place)
            middle = (left + right) / 2
            side = max(_SQUARE, wide(str(place + 1)) + 0.2)
            yield Box(middle - side / 2, y, side, _SQUARE, Colour.OUTPUT, Colour.OUTPUT)
            yield Label(middle, y + _SQUARE / 2, _("{number}", number=place + 1))

    def _ellipses(self, cells: Strip, strip: float, squares: float) -> Iterator[Drawn]:
        """For positions and for places that are not drawn, at these heights."""
        for xs, y in ((cells.gaps, strip), (cells.hidden, squares)):
            for x in xs:
                yield Label(x, y, _ELLIPSIS, font=Font.PLAIN, colour=Colour.QUIET)

    @property
    def _crops(self) -> bool:
        """Whether what is written outside the output was there and was cut off."""
        return self.layer.type.endswith("Transpose")

    def _kernel_label(self) -> Message:
        reading = self.reading
        if reading.writes and not self._crops:
            return _("{number} {positions}", number=reading.extent, positions=reading.positions)
        if reading.dilation == 1:
            return _("{letter} = {size}", letter=reading.kernel_letter, size=reading.kernel)
        extent = add(mul(D, add(reading.kernel_letter, S.NegativeOne)), S.One)
        return _("{letter} = {size}", letter=extent, size=reading.extent)

    def _formula(self, y: float) -> Iterator[Drawn]:
        """The lines of the derivation from the numbers on, as one chain."""
        quantity = next(
            (one for one in self.layer.quantities if one.quantity == self.reading.quantity), None
        )
        if not self.formula or quantity is None:
            return
        yield Label(0.0, y, _chain(quantity), "left", font=Font.FORMULA)
        said = self._said()
        if said is not None:
            yield Label(0.0, y + 1.05, said, "left", Colour.QUIET)

    def _said(self) -> Message | None:
        return None


def _chain(quantity: Quantity) -> Message:
    """``H_out = ⌊(11 − 2)/2⌋ + 1 = ⌊4.5⌋ + 1 = 4 + 1 = 5``, in the middle shorter if need be."""
    steps = visible(from_the_numbers(quantity.steps), Detail.NORMAL)
    forms: list[Basic] = list(dict.fromkeys(step.expression for step in steps))
    while len(forms) > 2 and wide_message(_equal(quantity.symbol, forms)) > _WIDEST_FORMULA:
        del forms[1]
    return _equal(quantity.symbol, forms)


def _equal(left: Basic, forms: Sequence[Basic]) -> Message:
    said = _("{form}", form=forms[-1])
    for form in reversed([left, *forms[:-1]]):
        said = _("{left} = {right}", left=form, right=said)
    return said


class _Read(_Tape):
    """A window that reads: convolution, pooling."""

    def _strip(self) -> Strip | None:
        reading = self.reading
        if reading.known:
            low, high = 1 - int(reading.before), int(reading.size) + int(reading.after)
            return strip(reading, low, high, self.most)
        return open_strip(reading)

    def picture(self) -> Picture | None:
        """All of it; None where it cannot be drawn."""
        cells = self.strip
        if cells is None or not cells.places:
            return None
        bars = 1.2
        rows = 1 + max(self._rows(cells).values())
        squares = bars + rows * _PITCH + 0.3
        shapes = joined(
            [
                self._cells(cells),
                self._above(cells),
                self._stems(cells, bars, squares),
                self._bars(cells, bars),
                self._crosses(cells, bars),
                self._squares(cells, squares),
                self._ellipses(cells, 0.5, squares + _SQUARE / 2),
                self._words(cells, bars),
                [
                    self._row(_("input"), 0.5),
                    self._row(_("window"), bars + (rows - 1) * _PITCH / 2 + _BAR / 2),
                    self._row(_("output"), squares + _SQUARE / 2),
                ],
                self._formula(squares + _SQUARE + 1.0),
            ]
        )
        return Picture(self._title(), tuple(self._finding(cells)), shapes)

    def _cells(self, cells: Strip) -> Iterator[Drawn]:
        zero = "Conv" in self.layer.type
        for position, x in cells.at.items():
            box = Box(x, 0.0, cells.cell, 1.0, fill=Colour.EDGE)
            middle = x + cells.cell / 2
            if 1 <= position <= cells.reading.positions_there:
                is_lost = position in cells.lost
                colour = Colour.LOST if is_lost else Colour.EDGE
                yield Box(x, 0.0, cells.cell, 1.0, colour, colour)
                ink = Colour.LOST if is_lost else Colour.INK
                yield Label(middle, 0.5, _("{number}", number=position), colour=ink)
                continue
            if cells.reading.is_read(position):
                yield from hatch(box, Colour.QUIET)
                yield Box(x, 0.0, cells.cell, 1.0)
            else:
                yield Box(x, 0.0, cells.cell, 1.0, Colour.QUIET, dashed=True)
            if zero:
                yield Label(middle, 0.5, _("{number}", number=0), colour=Colour.QUIET)
        if cells.end is not None:
            x = cells.length - cells.cell
            yield Box(x, 0.0, cells.cell, 1.0, fill=Colour.EDGE)
            yield Label(x + cells.cell / 2, 0.5, _("{size}", size=cells.end))

    def _above(self, cells: Strip) -> Iterator[Drawn]:
        """The braces for the window and for the room, and the hops over the room."""
        if 0 not in cells.places:
            return
        left, right = cells.ends(0)
        yield brace(left + 0.05, right - 0.05, -0.72, Colour.KERNEL)
        label = self._kernel_label()
        yield Label((left + right) / 2, -1.35, label, colour=Colour.KERNEL)
        end_of_label = (left + right) / 2 + wide_message(label) / 2
        if right < cells.length - 0.01:
            yield brace(right + 0.05, cells.length - 0.05, -0.72, Colour.INK)
            said = self._room()
            half = wide_message(said) / 2
            middle = max((right + cells.length) / 2, end_of_label + 0.5 + half)
            yield Label(middle, -1.35, said, colour=Colour.QUIET)
        for start, end in cells.hops():
            yield from hop(start, end, -0.06)
        last = cells.reading.windows_there - 1
        if cells.end is None and last in cells.places and self.reading.left_over:
            yield from hop(cells.ends(last)[1], cells.length, -0.06, whole=False)

    def _room(self) -> Message:
        """``room to slide: 14 + 2·3 − 7 = 13``"""
        reading = self.reading
        before, after = int(reading.before), int(reading.after)
        terms: list[Expr] = [in_order(S(reading.size))]
        if before == after and before:
            terms.append(mul(Integer(2), Integer(before)))
        else:
            terms += [Integer(part) for part in (before, after) if part]
        total = add(*terms, mul(S.NegativeOne, Integer(int(reading.extent))))
        if not reading.known:
            return _("room to slide: {sum}", sum=total)
        return _("room to slide: {sum} = {room}", sum=total, room=reading.room)

    def _stems(self, cells: Strip, bars: float, squares: float) -> Iterator[Drawn]:
        for place, row in self._rows(cells).items():
            left, right = cells.ends(place)
            middle = (left + right) / 2
            top = bars + row * _PITCH + _BAR
            yield line((middle, top), (middle, squares), colour=Colour.KERNEL, thin=True)

    def _crosses(self, cells: Strip, bars: float) -> Iterator[Drawn]:
        for position in cells.lost:
            middle = cells.at[position] + cells.cell / 2
            yield from cross(middle, bars + _BAR / 2, 0.36, 0.15)

    def _words(self, cells: Strip, bars: float) -> Iterator[Drawn]:
        """What red and dashed cells mean."""
        x = cells.length + 0.3
        if cells.lost:
            at_end = cells.reading.positions_there in cells.lost and cells.end is None
            y = 0.5 if at_end else bars + _BAR / 2
            yield Label(x, y, _("never read"), "left", Colour.LOST)
        elif any(not cells.reading.is_read(p) for p in cells.at):
            yield Label(x, 0.5, _("never read, but only padding"), "left", Colour.QUIET)

    def _said(self) -> Message | None:
        reading = self.reading
        if not reading.known:
            return None
        if reading.places == 1:
            return _("no room for a step: the window has one place")
        return ngettext(
            "{number} step of {stride}, and the place where it starts",
            "{number} steps of {stride}, and the place where it starts",
            int(reading.places) - 1,
            stride=reading.stride,
        )

    def _finding(self, cells: Strip) -> Iterator[Message]:
        reading = self.reading
        told: Mapping[str, Basic | int | Message | Count] = {
            "extent": reading.extent,
            "size": in_order(S(reading.size)),
            "positions": reading.positions,
            "stride": reading.stride,
        }
        if not reading.known:
            yield _(
                "A window of {extent} slides over {size} {positions}, {stride} at a time. The end "
                "depends on {size}, and is not drawn.",
                **told,
            )
        else:
            yield _(
                "A window of {extent} slides over {size} {positions}, {stride} at a time, and has "
                "{places} places.",
                **told,
                places=reading.places,
            )
        if reading.before or reading.after:
            yield _(
                "Padding: {before} before, {after} after.",
                before=reading.before,
                after=reading.after,
            )
        if reading.dilation != 1:
            yield _(
                "It reads {kernel} of them, {dilation} apart.",
                kernel=reading.kernel,
                dilation=reading.dilation,
            )
        yield from self._losses(cells)

    def _losses(self, cells: Strip) -> Iterator[Message]:
        reading = cells.reading
        if reading.passes_over and reading.windows_there > 1:
            yield _(
                "Between its places {number} of every {stride} {positions} are never read.",
                number=int(reading.stride) - int(reading.extent),
                stride=reading.stride,
                positions=reading.positions,
            )
        if cells.end is None and reading.lost_at_end:
            yield _(
                "At the end {number} of {size} {positions} are never read.",
                number=reading.lost_at_end,
                size=reading.size,
                positions=reading.positions,
            )


class _Written(_Tape):
    """A window that writes: transposed convolution, upsampling."""

    def _strip(self) -> Strip | None:
        reading = self.reading
        if not reading.known:
            return None
        low, high = 1, reading.positions_there
        first, last = reading.window(0)[0], reading.window(reading.windows_there - 1)[1]
        # a window that reaches over an edge is drawn with what is cut off it
        return strip(reading, min(low, first), max(high, last), self.most)

    def picture(self) -> Picture | None:
        """All of it; None where it cannot be drawn."""
        cells = self.strip
        if cells is None or not cells.places:
            return None
        bars = _SQUARE + 0.3
        rows = 1 + max(self._rows(cells).values())
        top = bars + rows * _PITCH + 0.1
        shapes = joined(
            [
                self._stems(cells, bars),
                self._bars(cells, bars),
                self._squares(cells, 0.0),
                self._cells(cells, top),
                self._below(cells, top + 1.0),
                self._ellipses(cells, top + 0.5, _SQUARE / 2),
                [
                    self._row(_("input"), _SQUARE / 2),
                    self._row(_("window"), bars + (rows - 1) * _PITCH / 2 + _BAR / 2),
                    self._row(_("output"), top + 0.5),
                ],
                self._formula(top + 3.0),
            ]
        )
        return Picture(self._title(), tuple(self._finding(cells)), shapes)

    def _stems(self, cells: Strip, bars: float) -> Iterator[Drawn]:
        for place, row in self._rows(cells).items():
            left, right = cells.ends(place)
            middle = (left + right) / 2
            end = bars + row * _PITCH
            yield line((middle, _SQUARE), (middle, end), colour=Colour.KERNEL, thin=True)

    def _cells(self, cells: Strip, y: float) -> Iterator[Drawn]:
        for position, x in cells.at.items():
            middle = x + cells.cell / 2
            if not 1 <= position <= self.reading.positions_there:
                yield Box(x, y, cells.cell, 1.0, Colour.QUIET, dashed=True)
                continue
            reached = cells.reading.is_read(position)
            box = Box(x, y, cells.cell, 1.0, fill=Colour.EDGE)
            yield box
            if not reached:
                yield from hatch(box, Colour.QUIET)
            yield Label(middle, y + 0.5, _("{number}", number=position))

    def _below(self, cells: Strip, y: float) -> Iterator[Drawn]:
        """The brace for the window, and what dashed and hatched cells mean."""
        left, right = cells.ends(cells.places[0])
        yield brace(left + 0.05, right - 0.05, y + 0.12, Colour.KERNEL, below=True)
        label = self._kernel_label()
        yield Label((left + right) / 2, y + 0.75, label, colour=Colour.KERNEL)
        words = []
        if any(not 1 <= p <= self.reading.positions_there for p in cells.at):
            words.append(_("cut off") if self._crops else _("outside, not computed"))
        if cells.lost:
            words.append(_("hatched: no input reaches it"))
        for row, said in enumerate(words):
            place = y - 0.5 + row * 0.6
            yield Label(cells.length + 0.3, place, said, "left", Colour.QUIET)

    def _finding(self, cells: Strip) -> Iterator[Message]:
        reading = self.reading
        yield _(
            "Each of {size} {positions} is written to {extent}, and the next {stride} further on: "
            "{places} come out.",
            size=reading.size,
            positions=reading.positions,
            extent=reading.extent,
            stride=reading.stride,
            places=reading.places,
        )
        if int(reading.stride) < int(reading.extent):
            yield (
                _("Where they overlap, values are added.")
                if self._crops
                else _("Where they overlap, values are mixed.")
            )
        if cells.lost:
            yield _("Some positions of the output are reached by no input.")
