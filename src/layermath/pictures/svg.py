"""A picture in SVG: for a page of HTML, or by itself for Markdown.

It needs no file, no script and no font of its own. Its colours are CSS variables of the page around
it (``--ink``, ``--lost``, ``--convolution``, …); where those are not set it has its own, for light
and for dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from layermath.messages import Message
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
    setter_of,
)
from layermath.setting.sentences import TextSetter

_UNIT = 24
"""The pixels of a unit."""
_MARGIN = 0.25

_COLOURS = {
    Colour.INK: ("i", "ink", "#1e1c19", "#e9e5dc"),
    Colour.QUIET: ("q", "quiet", "#665f54", "#aaa499"),
    Colour.EDGE: ("e", "quiet", "#665f54", "#aaa499"),
    Colour.KERNEL: ("k", "convolution", "#2b66ad", "#7fb0ee"),
    Colour.LOST: ("l", "lost", "#b0231a", "#ff8f85"),
    Colour.OUTPUT: ("o", "dense", "#8a5310", "#e6b46a"),
    Colour.CONVOLUTION: ("c", "convolution", "#2b66ad", "#7fb0ee"),
    Colour.POOLING: ("p", "pooling", "#1f7565", "#6fcdb8"),
    Colour.DENSE: ("d", "dense", "#8a5310", "#e6b46a"),
    Colour.OTHER: ("h", "other", "#6b6459", "#b5aea2"),
}
"""The letter of its class, the variable of the page, and what it is without that: light, dark."""

_FONTS = {
    Font.PLAIN: "",
    Font.SMALL: " s",
    Font.ITALIC: " s t",
    Font.BOLD: " b",
    Font.FORMULA: " f",
}
_PLACES = {"left": "", "middle": ' text-anchor="middle"', "right": ' text-anchor="end"'}
_SHIFT = 4
"""From the middle of the letters to the baseline, in pixels."""


def _variables(dark: bool) -> str:
    return "".join(
        f"--lm-{letter}:var(--{name},{after if dark else before});"
        for letter, name, before, after in _COLOURS.values()
    )


STYLE = "".join(
    [
        f".lm-picture{{{_variables(dark=False)}fill:none;stroke-linejoin:round;stroke-linecap:round;"
        "font-family:system-ui,sans-serif;font-size:12px}",
        f"@media screen and (prefers-color-scheme:dark){{.lm-picture{{{_variables(dark=True)}}}}}",
        ".lm-picture text{fill:var(--lm-i)}.lm-picture .s{font-size:11px}"
        ".lm-picture .t{font-style:italic}.lm-picture .b{font-weight:600}"
        ".lm-picture .f{font-size:12.5px}",
        ".lm-picture .u{stroke:none;fill-opacity:.16}"
        ".lm-picture .v{stroke-dasharray:3 2;stroke-linecap:butt}"
        ".lm-picture .x{stroke-width:1.6}.lm-picture .w{stroke-width:.6}",
        *(
            f".lm-picture .{letter}{{stroke:var(--lm-{letter})}}"
            f".lm-picture .{letter}a{{fill:var(--lm-{letter});stroke:none}}"
            f".lm-picture .{letter}p{{fill:var(--lm-{letter});fill-opacity:.16}}"
            f".lm-picture text.{letter}{{fill:var(--lm-{letter});stroke:none}}"
            for letter, _name, _light, _dark in _COLOURS.values()
        ),
    ]
)
"""The style of all pictures of a page, for a page that states it once."""


def svg(picture: Picture, options: PageOptions = BY_ITSELF, *, style: bool = True) -> str:
    """The picture as one ``<svg>`` element. ``style`` off: the page has `STYLE` already."""
    setter = setter_of(options)
    left, top, right, bottom = picture.bounds(options)
    left, top = left - _MARGIN, top - _MARGIN
    width, height = ((right + _MARGIN - left) * _UNIT, (bottom + _MARGIN - top) * _UNIT)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lm-picture" role="img" '
        f'width="{_number(width)}" height="{_number(height)}" '
        f'viewBox="{_number(left * _UNIT)} {_number(top * _UNIT)} {_number(width)} '
        f'{_number(height)}">'
    )
    parts = [
        head,
        f"<title>{_words(picture.title, setter)}</title>",
        f"<desc>{' '.join(_words(one, setter) for one in picture.finding)}</desc>",
    ]
    if style:
        parts.append(f"<style>{STYLE}</style>")
    parts += (text for shape in picture.shapes for text in _shape(shape, setter))
    return "\n".join([*parts, "</svg>", ""])


def _words(message: Message, setter: TextSetter) -> str:
    return escape(setter.say(message), quote=True)


def _shape(shape: Drawn, setter: TextSetter) -> Iterator[str]:
    if isinstance(shape, Box):
        yield _box(shape)
    elif isinstance(shape, Path):
        yield _path(shape)
    else:
        yield _label(shape, setter)


def _box(box: Box) -> str:
    classes = [] if box.edge is None else [_letter(box.edge)]
    if box.fill is not None:
        classes.append(f"{_letter(box.fill)}p")
    if box.dashed:
        classes.append("v")
    corner = ' rx="2"' if box.round else ""
    x, y, width, height = (_number(n * _UNIT) for n in (box.x, box.y, box.width, box.height))
    return (
        f'<rect class="{" ".join(classes)}" x="{x}" y="{y}" width="{width}" height="{height}"'
        f"{corner}/>"
    )


def _path(path: Path) -> str:
    letter = _letter(path.colour)
    classes = [f"{letter}a" if path.fill else f"{letter}p" if path.pale else letter]
    if path.dashed:
        classes.append("v")
    if path.pale:
        classes.append("u")
    if path.thick:
        classes.append("x")
    if path.thin:
        classes.append("w")
    drawn = f"M{_at(path.start)}" + "".join(map(_part, path.parts))
    return f'<path class="{" ".join(classes)}" d="{drawn}"/>'


def _part(part: Point | Curve) -> str:
    if isinstance(part, Curve):
        return f"C{_at(part.one)} {_at(part.two)} {_at(part.end)}"
    return f"L{_at(part)}"


def _label(label: Label, setter: TextSetter) -> str:
    x, y = _number(label.x * _UNIT), _number(label.y * _UNIT + _SHIFT)
    words = _words(label.message, setter)
    font = label.font
    if font is Font.ITALIC and not has_italic(words):
        font = Font.SMALL
    classes = f"{_letter(label.colour)}{_FONTS[font]}"
    return f'<text class="{classes}" x="{x}" y="{y}"{_PLACES[label.anchor]}>{words}</text>'


def _letter(colour: Colour) -> str:
    return _COLOURS[colour][0]


def _at(point: Point) -> str:
    return f"{_number(point[0] * _UNIT)} {_number(point[1] * _UNIT)}"


def _number(number: float) -> str:
    text = f"{number:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
