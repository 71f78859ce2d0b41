"""What a picture is: shapes and labels as data, in units of one cell, before any format.

x goes to the right and y down. A unit is the side of one cell: 6 mm on a page, 24 pixels on a
screen. Everything that is drawn is a box, a path or a label: braces, hatching, crosses and arrow
heads are paths, so that a format needs nothing but lines and curves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal, TypeAlias

from layermath.messages import Message
from layermath.pictures.options import BY_ITSELF, PageOptions
from layermath.setting.measure import width as columns
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import UNICODE

Point: TypeAlias = "tuple[float, float]"


class Colour(Enum):
    """What a colour is for. Nothing is told by colour alone."""

    INK = "ink"
    QUIET = "quiet"
    EDGE = "edge"
    KERNEL = "kernel"
    LOST = "lost"
    OUTPUT = "output"
    CONVOLUTION = "convolution"
    POOLING = "pooling"
    DENSE = "dense"
    OTHER = "other"


class Font(Enum):
    """How a label is set."""

    PLAIN = "plain"
    SMALL = "small"
    ITALIC = "italic"
    BOLD = "bold"
    FORMULA = "formula"


Anchor = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class Label:
    """A message at a point: its left end, its middle or its right end, halfway up its letters."""

    x: float
    y: float
    message: Message
    anchor: Anchor = "middle"
    colour: Colour = Colour.INK
    font: Font = Font.SMALL


@dataclass(frozen=True)
class Box:
    """A rectangle with its edge in ``edge`` (None: without) and the pale tone of ``fill``."""

    x: float
    y: float
    width: float
    height: float
    edge: Colour | None = Colour.EDGE
    fill: Colour | None = None
    dashed: bool = False
    round: bool = False

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Curve:
    """A cubic curve to ``end``, pulled by two points."""

    one: Point
    two: Point
    end: Point


@dataclass(frozen=True)
class Path:
    """A line from ``start`` through points and curves. ``fill`` fills it with its own colour,
    ``pale`` with the pale tone."""

    start: Point
    parts: tuple[Point | Curve, ...]
    colour: Colour = Colour.INK
    dashed: bool = False
    thick: bool = False
    thin: bool = False
    fill: bool = False
    pale: bool = False

    def points(self) -> Iterator[Point]:
        """All points that it goes through or is pulled by: it stays inside their hull."""
        yield self.start
        for part in self.parts:
            if isinstance(part, Curve):
                yield from (part.one, part.two, part.end)
            else:
                yield part


Drawn: TypeAlias = "Label | Box | Path"


@dataclass(frozen=True)
class Picture:
    """A picture: its shapes, from the back to the front; ``title`` says what is shown, ``finding``
    what is to be seen in it, in sentences."""

    title: Message
    finding: tuple[Message, ...]
    shapes: tuple[Drawn, ...] = field(repr=False)

    @property
    def labels(self) -> tuple[Label, ...]:
        """All that is written in it."""
        return tuple(shape for shape in self.shapes if isinstance(shape, Label))

    def bounds(self, options: PageOptions = BY_ITSELF) -> tuple[float, float, float, float]:
        """Left, top, right, bottom, in units. Labels are about as wide as they are in the language
        and the notation of the page."""
        setter = setter_of(options)
        boxes = [extent_of(shape, setter) for shape in self.shapes]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    def width(self, options: PageOptions = BY_ITSELF) -> float:
        """In units."""
        left, _top, right, _bottom = self.bounds(options)
        return right - left

    def height(self, options: PageOptions = BY_ITSELF) -> float:
        """In units."""
        _left, top, _right, bottom = self.bounds(options)
        return bottom - top


# How wide words are -----------------------------------------------------------------------------

LETTER = {
    Font.PLAIN: 0.31,
    Font.SMALL: 0.28,
    Font.ITALIC: 0.28,
    Font.BOLD: 0.33,
    Font.FORMULA: 0.32,
}
"""The width of a letter, in units; a wide East Asian one is two."""

LINE = 0.5
"""The height of a line of words."""

_SETTER = TextSetter()


def setter_of(options: PageOptions) -> TextSetter:
    """What says the words of a picture in text."""
    return TextSetter(replace(UNICODE, notation=options.notation), options.language)


_LONGEST = 34
"""The letters of the longest name in a picture."""


def wide(text: str, font: Font = Font.SMALL) -> float:
    """About how wide a text is."""
    return columns(text) * LETTER[font]


def has_italic(text: str) -> bool:
    """Whether its script has an italic: Hangul, Kana and Han have none."""
    return columns(text) <= len(text)


def short(name: str) -> str:
    """A name, without its end where it is longer than a picture has room for."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def wide_message(message: Message, font: Font = Font.SMALL, setter: TextSetter = _SETTER) -> float:
    """About how wide a message is, in the language of ``setter``."""
    return wide(setter.say(message), font)


def extent_of(shape: Drawn, setter: TextSetter = _SETTER) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a shape."""
    if isinstance(shape, Box):
        return shape.x, shape.y, shape.right, shape.bottom
    if isinstance(shape, Path):
        xs, ys = zip(*shape.points(), strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    length = wide_message(shape.message, shape.font, setter)
    left = {"left": shape.x, "middle": shape.x - length / 2, "right": shape.x - length}
    return left[shape.anchor], shape.y - LINE / 2, left[shape.anchor] + length, shape.y + LINE / 2


# What is drawn from paths -----------------------------------------------------------------------


def line(
    *points: Point, colour: Colour = Colour.INK, dashed: bool = False, thin: bool = False
) -> Path:
    """A line through points."""
    return Path(points[0], points[1:], colour, dashed=dashed, thin=thin)


def brace(left: float, right: float, y: float, colour: Colour, *, below: bool = False) -> Path:
    """A brace over (or under) ``left … right``, its ends at ``y``."""
    way = 1.0 if below else -1.0
    bend = min(0.16, (right - left) / 4)
    middle, level, tip = (left + right) / 2, y + way * 0.14, y + way * 0.28

    return Path(
        (left, y),
        (
            Curve((left, level), (left, level), (left + bend, level)),
            (middle - bend, level),
            Curve((middle, level), (middle, level), (middle, tip)),
            Curve((middle, level), (middle, level), (middle + bend, level)),
            (right - bend, level),
            Curve((right, level), (right, level), (right, y)),
        ),
        colour,
    )


def hop(left: float, right: float, y: float, *, whole: bool = True) -> Iterator[Path]:
    """An arc from ``left`` to ``right`` with an arrow head; one that is not whole is dashed and has
    none."""
    rise = min(0.42, 0.2 + 0.11 * (right - left))
    end = right - (0.06 if whole else 0.0)
    pull = (end - left) * 0.22
    yield Path(
        (left, y),
        (Curve((left + pull, y - rise), (end - pull, y - rise), (end, y)),),
        Colour.INK if whole else Colour.QUIET,
        dashed=not whole,
    )
    if whole:
        yield arrow_head((end - pull, y - rise), (end, y))


def arrow_head(before: Point, tip: Point, colour: Colour = Colour.INK, size: float = 0.24) -> Path:
    """The head of an arrow that comes from ``before`` and ends in ``tip``."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length * size, dy / length * size
    base = (tip[0] - ux, tip[1] - uy)
    notch = (tip[0] - 0.75 * ux, tip[1] - 0.75 * uy)
    side = 0.38
    return Path(
        tip,
        (
            (base[0] - side * uy, base[1] + side * ux),
            notch,
            (base[0] + side * uy, base[1] - side * ux),
            tip,
        ),
        colour,
        fill=True,
    )


def cross(x: float, y: float, half: float, rise: float) -> Iterator[Path]:
    """A cross for what is lost, its middle at a point."""
    for way in (1.0, -1.0):
        yield Path(
            (x - half, y - way * rise), ((x + half, y + way * rise),), Colour.LOST, thick=True
        )


def hatch(box: Box, colour: Colour, step: float = 0.2) -> Iterator[Path]:
    """Slanting lines over a box, each as long as it is inside."""
    start = step / 2
    while start < box.width + box.height:
        low = max(0.0, start - box.height)
        high = min(start, box.width)
        if high - low > 0.02:
            yield Path(
                (box.x + low, box.y + start - low),
                ((box.x + high, box.y + start - high),),
                colour,
                thin=True,
            )
        start += step


def dot(x: float, y: float, colour: Colour = Colour.INK, radius: float = 0.07) -> Path:
    """A filled dot, where a line forks."""
    pull = radius * 0.5523
    return Path(
        (x + radius, y),
        (
            Curve((x + radius, y + pull), (x + pull, y + radius), (x, y + radius)),
            Curve((x - pull, y + radius), (x - radius, y + pull), (x - radius, y)),
            Curve((x - radius, y - pull), (x - pull, y - radius), (x, y - radius)),
            Curve((x + pull, y - radius), (x + radius, y - pull), (x + radius, y)),
        ),
        colour,
        fill=True,
    )


def joined(parts: Sequence[Iterator[Drawn] | Sequence[Drawn]]) -> tuple[Drawn, ...]:
    """All shapes, in the order of ``parts``."""
    return tuple(shape for part in parts for shape in part)
