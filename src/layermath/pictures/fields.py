"""The receptive field of one output: the units of each layer on the axis of the image.

Each unit stands at its true centre and is as wide as its jump, so that what an output sees, and how
far on its neighbour sees, can be read off the axis (T3). A field that is too large for this is
drawn as a bar, to scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Integer, S, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import add, mul
from layermath.derivation.reading import Reading
from layermath.derivation.records import Field, LayerDerivation, NetworkDerivation
from layermath.messages import Message, Name, _
from layermath.pictures.picture import (
    Box,
    Colour,
    Drawn,
    Font,
    Label,
    Path,
    Picture,
    arrow_head,
    brace,
    hatch,
    joined,
    line,
    short,
    wide,
    wide_message,
)

_ROWS = 7
"""The most layers that are drawn with their units."""
_UNITS = 22
"""The most positions of the image that are drawn."""
_SCALE = 18.0
"""The length of an image that is drawn to scale."""
_HEIGHT, _PITCH = 0.8, 2.0
_IMAGE = Field(1, 1)
_K, _E = letter("K"), letter("E")


@dataclass(frozen=True)
class _Level:
    """The output of one layer on the axis of the image, or the image itself: the units that the
    chosen output sees, and those that only the next one sees, counted from 0."""

    name: str
    field: Field
    size: Size
    seen: tuple[int, ...]
    beyond: tuple[int, ...]
    reading: Reading | None = None

    def middle(self, unit: int) -> float:
        """Where a unit has its centre, in positions of the image from the left edge of the first:
        ``jump·j + (size − 1)/2 − before``, and half a position more."""
        jump, size, before = _numbers(self.field)
        return jump * unit + size / 2 - before

    @property
    def jump(self) -> int:
        """The width of a unit."""
        return _numbers(self.field)[0]

    def is_there(self, unit: int) -> bool:
        """Whether it is a unit, and not padding."""
        return unit >= 0 and (not isinstance(self.size, int) or unit < self.size)


def _numbers(field: Field) -> tuple[int, int, int]:
    assert isinstance(field.jump, int)
    assert isinstance(field.size, int)
    assert isinstance(field.before, int)
    return field.jump, field.size, field.before


def receptive_field(
    derivation: NetworkDerivation, layer: str | None = None, axis: int = 0, *, narrow: bool = False
) -> Picture | None:
    """What one output of a layer sees of the input, along one of its axes: of the ``layer`` of this
    name, or else of the last whose outputs see through one window. None where there is no such
    window, or where it is not known in numbers. ``narrow``: the arithmetic stands under the
    units, not beside them."""
    layers = {one.name: one for one in derivation.layers}
    chosen = layers.get(layer) if layer is not None else _last(derivation.layers, axis)
    if chosen is None or _known(chosen, axis) is None:
        return None
    path = _path(layers, chosen, axis)
    if path is not None:
        levels = _levels(path, axis)
        if levels is not None:
            return _Fan(levels, path[0][1].positions, narrow).picture()
    return _to_scale(derivation, chosen, axis)


def _last(layers: Sequence[LayerDerivation], axis: int) -> LayerDerivation | None:
    found = [one for one in layers if one.readings and _known(one, axis) is not None]
    return found[-1] if found else None


def _known(layer: LayerDerivation, axis: int) -> Field | None:
    """The field of a layer along one axis, where it is one window in numbers that moves on."""
    fields = layer.receptive_field or ()
    if not 0 <= axis < len(fields):
        return None
    field = fields[axis]
    parts = (field.size, field.jump, field.before)
    return field if all(isinstance(part, int) for part in parts) and not field.phases else None


_Step = tuple[LayerDerivation, Reading]


def _path(
    layers: Mapping[str, LayerDerivation], last: LayerDerivation, axis: int
) -> list[_Step] | None:
    """The layers with windows on the only path from the input to a layer, in their order."""
    found: list[_Step] = []
    layer: LayerDerivation | None = last
    while layer is not None and layer.inputs:
        before = layers.get(layer.inputs[0])
        if len(layer.inputs) > 1 or layer.calls or layer.layers:
            return None
        if layer.readings:
            if axis >= len(layer.readings) or not layer.readings[axis].slides:
                return None
            if layer.readings[axis].writes or _known(layer, axis) is None:
                return None
            found.append((layer, layer.readings[axis]))
        elif not _passes_on(layer, before, axis):
            return None
        layer = before
    return found[::-1] or None


def _passes_on(layer: LayerDerivation, before: LayerDerivation | None, axis: int) -> bool:
    """Whether a layer without a window sees, position by position, what the one before it sees."""
    if before is None:
        return _known(layer, axis) == _IMAGE
    return before.receptive_field == layer.receptive_field


def _levels(path: Sequence[_Step], axis: int) -> list[_Level] | None:
    """From the image up to the output. None where they are too many to be drawn."""
    last, reading = path[-1]
    field = _known(last, axis)
    if field is None or len(path) >= _ROWS:
        return None
    jump, size, _before = _numbers(field)
    if size + jump > _UNITS:
        return None
    place = _place(field, reading.places, path[0][1].size)
    follows = not isinstance(reading.places, int) or place + 1 < reading.places
    seen: tuple[int, ...] = (place,)
    beyond: tuple[int, ...] = (place + 1,) if follows else ()
    levels = [_Level(last.name, field, reading.places, seen, beyond, reading)]
    for (_layer, own), under in zip(reversed(path), [*reversed(path[:-1]), None], strict=True):
        more = _read(own, beyond)
        seen = _read(own, seen)
        beyond = tuple(unit for unit in more if unit not in seen)
        if under is None:
            levels.append(_Level("", _IMAGE, own.size, seen, beyond))
            break
        below, reading_below = under
        field_below = _known(below, axis)
        if field_below is None:
            return None
        levels.append(_Level(below.name, field_below, own.size, seen, beyond, reading_below))
    return levels[::-1]


def _read(reading: Reading, units: Sequence[int]) -> tuple[int, ...]:
    """The units below that some units read, counted from 0."""
    return tuple(sorted({tap - 1 for unit in units for tap in reading.taps(unit)}))


def _place(field: Field, places: Size, image: Size) -> int:
    """The first output whose window lies inside the image; where there is none, the middle one."""
    jump, size, before = _numbers(field)
    place = -(-before // jump)
    if not isinstance(places, int) or not isinstance(image, int):
        return place
    if place < places and jump * place - before + size <= image:
        return place
    return max(0, places - 1) // 2


@dataclass(frozen=True)
class _Fan:
    """The units of each level, and the fan from each to those that it reads."""

    levels: list[_Level]
    positions: Message
    narrow: bool

    @cached_property
    def _middles(self) -> list[float]:
        """The heights of the rows: the output on top."""
        return [(len(self.levels) - 1 - index) * _PITCH for index in range(len(self.levels))]

    @cached_property
    def _edges(self) -> tuple[float, float]:
        lefts, rights = [], []
        for level in self.levels:
            for unit in (*level.seen, *level.beyond):
                lefts.append(level.middle(unit) - level.jump / 2)
                rights.append(level.middle(unit) + level.jump / 2)
        return min(lefts), max(rights)

    def picture(self) -> Picture:
        """All of it."""
        field = self.levels[-1].field
        title = _("{layer}: what one output sees of the input", layer=Name(self.levels[-1].name))
        finding = _(
            "Of the input, {seen}; its neighbour sees as many, {jump} further on.",
            seen=self._seen(),
            jump=field.jump or 0,
        )
        shapes = joined(
            [self._fans(), self._units(), self._names(), self._below(), self._arithmetic()]
        )
        return Picture(title, (finding,), shapes)

    def _fans(self) -> Iterator[Drawn]:
        for index in range(len(self.levels) - 1, 0, -1):
            level, under = self.levels[index], self.levels[index - 1]
            reading = level.reading
            assert reading is not None
            top, bottom = self._middles[index] + _HEIGHT, self._middles[index - 1]
            fans = []
            for unit in level.seen:
                if not level.is_there(unit):
                    continue
                read = _read(reading, (unit,))
                fans.append(
                    (
                        (level.middle(unit) - level.jump / 2, top),
                        (under.middle(read[0]) - under.jump / 2, bottom),
                        (under.middle(read[-1]) + under.jump / 2, bottom),
                        (level.middle(unit) + level.jump / 2, top),
                    )
                )
            yield from (Path(one[0], one[1:], Colour.KERNEL, pale=True) for one in fans)
            for left, low, high, right in fans:
                yield line(left, low, colour=Colour.KERNEL, thin=True)
                yield line(right, high, colour=Colour.KERNEL, thin=True)

    def _units(self) -> Iterator[Drawn]:
        for index, level in enumerate(self.levels):
            y = self._middles[index]
            top = index == len(self.levels) - 1
            for unit in (*level.seen, *level.beyond):
                width = level.jump
                box = Box(level.middle(unit) - width / 2 + 0.03, y, width - 0.06, _HEIGHT)
                if not level.is_there(unit):
                    yield from hatch(box, Colour.QUIET)
                    yield Box(box.x, y, box.width, _HEIGHT, Colour.QUIET, dashed=True)
                    continue
                seen = unit in level.seen
                colour = Colour.OUTPUT if top else Colour.KERNEL
                edge, fill = (colour, colour) if seen else (Colour.QUIET, None)
                yield Box(box.x, y, box.width, _HEIGHT, edge, fill)
                if wide(str(unit + 1)) <= box.width:
                    ink = Colour.INK if seen else Colour.QUIET
                    number = _("{number}", number=unit + 1)
                    yield Label(level.middle(unit), y + _HEIGHT / 2, number, colour=ink)

    def _names(self) -> Iterator[Drawn]:
        left = self._edges[0] - 0.5
        for level, y in zip(self.levels, self._middles, strict=True):
            name = _("{name}", name=Name(short(level.name))) if level.name else _("input")
            font = Font.PLAIN if level.name else Font.ITALIC
            yield Label(left, y + _HEIGHT / 2, name, "right", font=font)

    def _below(self) -> Iterator[Drawn]:
        image, field = self.levels[0], self.levels[-1].field
        y = self._middles[0] + _HEIGHT
        left, right = image.middle(image.seen[0]) - 0.5, image.middle(image.seen[-1]) + 0.5
        yield brace(left + 0.05, right - 0.05, y + 0.15, Colour.KERNEL, below=True)
        said = self._seen()
        yield Label((left + right) / 2, y + 0.8, said, colour=Colour.KERNEL)
        if image.beyond:
            jump, _size, _before = _numbers(field)
            end = right + jump
            yield line((right, y + 0.25), (end - 0.1, y + 0.25))
            yield arrow_head((right, y + 0.25), (end, y + 0.25))
            start = max(right, (left + right + wide_message(said)) / 2 + 0.5)
            further = _("the next: {jump} further on", jump=jump)
            yield Label(start, y + 0.8, further, "left", colour=Colour.QUIET)
        if not isinstance(image.size, int) or max((*image.seen, *image.beyond)) + 1 < image.size:
            x = self._edges[1] + 0.25
            yield Label(x, self._middles[0] + _HEIGHT / 2, _("…"), "left", Colour.QUIET)

    @property
    def _extent(self) -> Symbol:
        """The letter of what a window spans: K, where none has holes."""
        readings = [level.reading for level in self.levels if level.reading is not None]
        return _K if all(one.dilation == 1 for one in readings) else _E

    def _spread(self, reading: Reading) -> Message:
        """``K = 3``, or ``E = 2·(3 − 1) + 1 = 5``"""
        if reading.dilation == 1:
            return _("{letter} = {size}", letter=self._extent, size=reading.extent)
        kernel, dilation = Integer(int(reading.kernel)), Integer(int(reading.dilation))
        written = add(mul(dilation, add(kernel, S.NegativeOne)), S.One)
        return _("{letter} = {sum} = {size}", letter=self._extent, sum=written, size=reading.extent)

    def _seen(self) -> Message:
        """How many positions the output sees; a window with holes sees some of those it spans."""
        size, seen = self.levels[-1].field.size or 0, len(self.levels[0].seen)
        if seen == size:
            return _("one output sees {size} {positions}", size=size, positions=self.positions)
        return _(
            "one output sees {number} of {size} {positions}",
            number=seen,
            size=size,
            positions=self.positions,
        )

    def _arithmetic(self) -> Iterator[Drawn]:
        """The way back, row by row, and under it the way forward: at the right of the units, or
        under them."""
        r, stride = letter("r"), letter("S")
        back = add(mul(stride, add(r, S.NegativeOne)), self._extent)
        heading = _("backwards: {r} becomes {back}", r=r, back=back)
        steps = [*self._way_back()]
        total = add(Integer(1), *(term for *_said, term in reversed(steps) if term is not None))
        seen = self.levels[0].seen[-1] - self.levels[0].seen[0] + 1
        forwards = _("forwards: {sum} = {size}", sum=total, size=seen)
        if self.narrow:
            yield from self._under(heading, steps, forwards)
            return
        x, middles = self._edges[1] + 1.2, self._middles
        yield Label(x, middles[-1] - 0.7, heading, "left", Colour.QUIET)
        one = _("{number}", number=1)
        yield Label(x, middles[-1] + _HEIGHT / 2, one, "left", font=Font.FORMULA)
        for index, (values, said, _term) in zip(range(len(middles) - 1, 0, -1), steps, strict=True):
            y = middles[index] + (_HEIGHT + _PITCH) / 2
            yield Label(x, y, values, "left", Colour.QUIET)
            yield Label(x, middles[index - 1] + _HEIGHT / 2, said, "left", font=Font.FORMULA)
        yield Label(x, middles[0] + _HEIGHT + 0.8 + 0.6, forwards, "left", Colour.QUIET)

    def _way_back(self) -> Iterator[tuple[Message, Message, Expr | None]]:
        """For each layer, the last first: its window, the arithmetic, and what it adds forwards."""
        seen = 1
        for index in range(len(self.levels) - 1, 0, -1):
            level, below = self.levels[index], self.levels[index - 1]
            reading = level.reading
            assert reading is not None
            step, spread = int(reading.stride), int(reading.extent)
            values = _(
                "{extent}, {S} = {stride}",
                extent=self._spread(reading),
                S=letter("S"),
                stride=step,
            )
            written = add(mul(Integer(step), add(Integer(seen), S.NegativeOne)), Integer(spread))
            seen = below.seen[-1] - below.seen[0] + 1
            said = _("{left} = {right}", left=written, right=seen)
            term = mul(Integer(spread - 1), Integer(below.jump)) if spread > 1 else None
            yield values, said, term

    def _under(
        self, heading: Message, steps: Sequence[tuple[Message, Message, Expr | None]], end: Message
    ) -> Iterator[Drawn]:
        """The arithmetic in rows, each with the name of its layer."""
        x, y = self._edges[0], self._middles[0] + _HEIGHT + 2.4
        yield Label(x, y, heading, "left", Colour.QUIET)
        first = x + max(wide_message(values) for values, *_others in steps) + 1.0
        for level, (values, said, _term) in zip(reversed(self.levels), steps, strict=False):
            y += 1.0
            name = _("{name}", name=Name(short(level.name)))
            yield Label(x - 0.5, y, name, "right")
            yield Label(x, y, values, "left", Colour.QUIET)
            yield Label(first, y, said, "left", font=Font.FORMULA)
        yield Label(x, y + 1.1, end, "left", Colour.QUIET)


def _to_scale(derivation: NetworkDerivation, layer: LayerDerivation, axis: int) -> Picture | None:
    """The window of one output as a bar over the input, to scale, and that of its neighbour."""
    field = _known(layer, axis)
    sizes = _sizes(derivation, layer, axis)
    if field is None or sizes is None:
        return None
    image, places = sizes
    jump, size, before = _numbers(field)
    place = _place(field, places, image)
    first = jump * place - before
    low, high = min(0, first), max(image, first + size + (jump if place + 1 < places else 0))
    unit = _SCALE / (high - low)

    def at(position: int) -> float:
        return (position - low) * unit

    bar = Box(at(0), 1.6, image * unit, 0.5, fill=Colour.EDGE)
    window = Box(at(first), 0.9, size * unit, 0.5, Colour.KERNEL, Colour.KERNEL)
    middle = window.x + window.width / 2
    shapes: list[Drawn] = [
        Box(middle - 0.5, -0.7, 1.0, _HEIGHT, Colour.OUTPUT, Colour.OUTPUT),
        Label(middle, -0.7 + _HEIGHT / 2, _("{number}", number=place + 1)),
        line((middle - 0.5, 0.1), (window.x, 0.9), colour=Colour.KERNEL, thin=True),
        line((middle + 0.5, 0.1), (window.right, 0.9), colour=Colour.KERNEL, thin=True),
        window,
        bar,
        Label(-0.4, 1.85, _("input"), "right", Colour.QUIET, Font.ITALIC),
        Label(-0.4, -0.7 + _HEIGHT / 2, _("{name}", name=Name(short(layer.name))), "right"),
        brace(bar.x, bar.right, 2.25, Colour.INK, below=True),
        Label(
            bar.x + bar.width / 2,
            2.95,
            _("{size} {positions}, to scale", size=image, positions=_positions(layer, axis)),
            colour=Colour.QUIET,
        ),
        Label(
            bar.x + bar.width / 2,
            3.55,
            _("one output sees {size}, the next {jump} further on", size=size, jump=jump)
            if place + 1 < places
            else _("one output sees {size}", size=size),
            colour=Colour.KERNEL,
        ),
    ]
    if place + 1 < places:
        shapes.insert(4, Box(at(first + jump), 0.9, size * unit, 0.5, Colour.QUIET, dashed=True))
    finding = _(
        "One output of {layer} sees {size} of {image} {positions} of the input, padding included.",
        layer=Name(layer.name),
        size=size,
        image=image,
        positions=_positions(layer, axis),
    )
    title = _("{layer}: what one output sees of the input", layer=Name(layer.name))
    return Picture(title, (finding,), tuple(shapes))


def _positions(layer: LayerDerivation, axis: int) -> Message:
    return layer.readings[axis].positions if axis < len(layer.readings) else _("positions")


def _sizes(
    derivation: NetworkDerivation, layer: LayerDerivation, axis: int
) -> tuple[int, int] | None:
    """The sizes of an axis in the only input and in the output of a layer, where both are known."""
    if len(derivation.inputs) != 1 or not layer.output_shapes:
        return None
    image, output = derivation.inputs[0].shape, layer.output_shapes[0]
    if len(image) != len(output) or len(image) != len(layer.receptive_field or ()) + 1:
        return None
    place = axis if derivation.channels_last else axis + 1
    size, places = image[place], output[place]
    return (size, places) if isinstance(size, int) and isinstance(places, int) else None
