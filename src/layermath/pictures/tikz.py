r"""A picture in TikZ: basic paths and nodes, no libraries, no arrows, no patterns.

What it needs is ``\usepackage{tikz}`` and nothing else. Colours are defined inside the picture,
where their names end with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from layermath.pictures.options import BY_ITSELF, PageOptions
from layermath.pictures.picture import (
    Box,
    Colour,
    Curve,
    Drawn,
    Font,
    Label,
    Path,
    Picture,
    Point,
    has_italic,
)
from layermath.setting.sentences import HARD_SPACE, LatexSetter
from layermath.setting.styles import LATEX

_COLOURS = {
    Colour.INK: (0, 0, 0),
    Colour.QUIET: (92, 92, 92),
    Colour.EDGE: (92, 92, 92),
    Colour.KERNEL: (31, 95, 168),
    Colour.LOST: (192, 24, 43),
    Colour.OUTPUT: (140, 90, 10),
    Colour.CONVOLUTION: (31, 95, 168),
    Colour.POOLING: (92, 92, 92),
    Colour.DENSE: (170, 120, 10),
    Colour.OTHER: (92, 92, 92),
}
"""On white: everything readable has a contrast of 4.5 or more."""

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
"""The per cent of a colour in its pale tone."""

_FONTS = {
    Font.PLAIN: r"\footnotesize",
    Font.SMALL: r"\scriptsize",
    Font.ITALIC: r"\scriptsize\itshape",
    Font.BOLD: r"\footnotesize\bfseries",
    Font.FORMULA: r"\footnotesize",
}
_PLACES = {"left": "base west", "middle": "base", "right": "base east"}
_BASE = 0.13
"""How far the baseline is below the middle of the letters."""


def tikz(picture: Picture, options: PageOptions = BY_ITSELF, unit: str = "6mm") -> str:
    """The picture as a ``tikzpicture``. ``unit`` is the side of a cell: 6 mm suit a page, 9 mm a
    slide. Words are in ``\\footnotesize`` of the text around them and below."""
    setter = LatexSetter(replace(LATEX, notation=options.notation), options.language)
    used = dict.fromkeys(_used(picture.shapes))
    style = "line width=0.4pt, line cap=round, line join=round"
    head = rf"\begin{{tikzpicture}}[x={unit}, y=-{unit}, {style}]"
    colours = (
        rf"  \definecolor{{{_name(one)}}}{{RGB}}{{{','.join(map(str, _COLOURS[one]))}}}"
        for one in used
    )
    body = (f"  {text}" for shape in picture.shapes for text in _shape(shape, setter))
    return "\n".join([head, *colours, *body, r"\end{tikzpicture}", ""])


def _used(shapes: tuple[Drawn, ...]) -> Iterator[Colour]:
    for shape in shapes:
        if isinstance(shape, Box):
            yield from (one for one in (shape.edge, shape.fill) if one is not None)
        else:
            yield shape.colour


def _name(colour: Colour) -> str:
    return f"layermath{colour.value}"


def _shape(shape: Drawn, setter: LatexSetter) -> Iterator[str]:
    if isinstance(shape, Box):
        yield _box(shape)
    elif isinstance(shape, Path):
        yield _path(shape)
    else:
        yield _label(shape, setter)


def _box(box: Box) -> str:
    style = []
    if box.edge is not None:
        style.append(f"draw={_name(box.edge)}")
    if box.fill is not None and _PALE[box.fill]:
        style.append(f"fill={_name(box.fill)}!{_PALE[box.fill]}!white")
    if box.dashed:
        style.append("dash pattern=on 2pt off 1.4pt")
    if box.round:
        style.append("rounded corners=1pt")
    return rf"\path[{', '.join(style)}] {_at(box.x, box.y)} rectangle {_at(box.right, box.bottom)};"


def _path(path: Path) -> str:
    name = _name(path.colour)
    if path.pale:
        style = [f"fill={name}!{_PALE[path.colour] // 2 + 1}!white"]
    elif path.fill:
        style = [f"fill={name}"]
    else:
        style = [f"draw={name}"]
    if path.dashed:
        style.append("dash pattern=on 2pt off 1.4pt")
    if path.thick:
        style.append("line width=0.8pt")
    if path.thin:
        style.append("line width=0.25pt")
    drawn = _at(*path.start) + "".join(map(_part, path.parts))
    return rf"\path[{', '.join(style)}] {drawn};"


def _part(part: Point | Curve) -> str:
    if isinstance(part, Curve):
        return f" .. controls {_at(*part.one)} and {_at(*part.two)} .. {_at(*part.end)}"
    return f" -- {_at(*part)}"


def _label(label: Label, setter: LatexSetter) -> str:
    words = setter.to_wrap(label.message).replace(HARD_SPACE, " ")
    chosen = label.font
    if chosen is Font.ITALIC and not has_italic(words):
        chosen = Font.SMALL
    if chosen is Font.FORMULA:
        words = words.replace("$", r"$\displaystyle ", 1) if words.startswith("$") else words
    place = f"anchor={_PLACES[label.anchor]}, inner sep=0pt, text={_name(label.colour)}"
    font = f"font={_FONTS[chosen]}"
    return rf"\node[{place}, {font}] at {_at(label.x, label.y + _BASE)} {{{words}}};"


def _at(x: float, y: float) -> str:
    return f"({_number(x)},{_number(y)})"


def _number(number: float) -> str:
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
