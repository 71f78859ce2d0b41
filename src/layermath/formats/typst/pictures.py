"""A picture in Typst: boxes, curves and labels at their places, no package."""

from __future__ import annotations

from collections.abc import Iterator

from layermath.formats.typst.options import TypstOptions
from layermath.formats.typst.style import TypstSetter
from layermath.pictures.picture import (
    Box,
    Colour,
    Curve,
    Font,
    Label,
    Path,
    Picture,
    Point,
)

_WIDTH, _HEIGHT = 28.0, 38.0
"""The room on a page, in units of 6 mm; what is larger is drawn with a smaller unit."""

_PALE = {
    Colour.EDGE: 7,
    Colour.KERNEL: 22,
    Colour.LOST: 14,
    Colour.OUTPUT: 16,
    Colour.CONVOLUTION: 15,
    Colour.POOLING: 9,
    Colour.DENSE: 18,
    Colour.OTHER: 0,
}
"""The per cent of a colour in its pale tone, as on every page."""

_FONTS = {
    Font.PLAIN: "plain",
    Font.SMALL: "small",
    Font.ITALIC: "italic",
    Font.BOLD: "bold",
    Font.FORMULA: "formula",
}


def typst(picture: Picture, options: TypstOptions, *, said: bool = True) -> str | None:
    """The picture as a call of the preamble's ``lm-picture``; None where a page has no room.
    ``said`` puts under it, in sentences, what is to be seen in it."""
    left, top, right, bottom = picture.bounds(options)
    width, height = right - left, bottom - top
    scale = min(1.0, _WIDTH / width, _HEIGHT / height)
    if scale < 0.7:
        return None
    setter = options.setter
    drawing = _Drawing(left, top, setter)
    shapes = "\n".join(f"  {text}" for shape in picture.shapes for text in drawing.shape(shape))
    finding = " ".join(setter.sentence(one) for one in picture.finding if said)
    unit = f"{_number(scale * 6)}mm"
    size = f"{_number(width)}, {_number(height)}, unit: {unit}"
    return f"#lm-picture({size}, [{finding}], unit => {{\n{shapes}\n}})"


class _Drawing:
    def __init__(self, left: float, top: float, setter: TypstSetter) -> None:
        self.left = left
        self.top = top
        self.setter = setter

    def shape(self, shape: Box | Path | Label) -> Iterator[str]:
        """The calls that draw a shape."""
        if isinstance(shape, Box):
            yield self._box(shape)
        elif isinstance(shape, Path):
            yield self._path(shape)
        else:
            yield self._label(shape)

    def _box(self, box: Box) -> str:
        edge = "none" if box.edge is None else _colour(box.edge)
        style = [f"edge: {edge}"]
        if box.fill is not None and _PALE[box.fill]:
            style.append(f"fill: {_pale(box.fill, _PALE[box.fill])}")
        style += [f"{name}: true" for name in ("dashed", "round") if getattr(box, name)]
        size = f"{_number(box.width)}, {_number(box.height)}"
        return f"lm-box(unit, {self._at((box.x, box.y))}, {size}, {', '.join(style)})"

    def _path(self, path: Path) -> str:
        style = []
        if path.pale:
            style.append(f"fill: {_pale(path.colour, _PALE.get(path.colour, 10) // 2 + 1)}")
        elif path.fill:
            style.append(f"fill: {_colour(path.colour)}")
        else:
            weight = "0.8pt" if path.thick else "0.25pt" if path.thin else "0.4pt"
            style.append(f"edge: {_colour(path.colour)}, weight: {weight}")
        if path.dashed:
            style.append("dashed: true")
        parts = ", ".join(map(self._part, path.parts))
        return f"lm-path(unit, {self._at(path.start)}, {', '.join(style)}, {parts})"

    def _part(self, part: Point | Curve) -> str:
        points = (part.one, part.two, part.end) if isinstance(part, Curve) else (part,)
        return f"({', '.join(map(self._at, points))},)"

    def _label(self, label: Label) -> str:
        words = self.setter.say(label.message)
        place = {"left": 0, "middle": 0.5, "right": 1}[label.anchor]
        style = f"{place}, {_FONTS[label.font]!r}, {_colour(label.colour)}".replace("'", '"')
        return f"lm-label(unit, {self._at((label.x, label.y))}, {style})[{words}]"

    def _at(self, point: Point) -> str:
        return f"({_number(point[0] - self.left)}, {_number(point[1] - self.top)})"


def _colour(colour: Colour) -> str:
    return f"lm-colours.{colour.value}"


def _pale(colour: Colour, per_cent: int) -> str:
    return f"{_colour(colour)}.lighten({100 - per_cent}%)"


def _number(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
