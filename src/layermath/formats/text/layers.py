"""One layer: its heading, its quantities, the tape where a floor cuts, what is said about it."""

from __future__ import annotations

from collections.abc import Sequence

from layermath.derivation.records import LayerDerivation
from layermath.formats.text.grid import INDENT, Grid
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, line, lines
from layermath.formats.text.quantities import rows
from layermath.formats.text.tape import tape
from layermath.messages import Message, Name, _
from layermath.page.headings import call_of, shapes_of
from layermath.page.outline import Derived, Section
from layermath.setting.measure import right, shortened, width, wrap, wrap_formula


class LayerSections:
    """Writes sections, in one grid and with one set of options."""

    def __init__(self, sections: Sequence[Section], options: TextOptions) -> None:
        self.sections = sections
        self.options = options
        self.setter = options.setter
        symbols = [one.symbol for section in sections for one in section.derived]
        self.grid = Grid.fitting(options.columns, [*map(options.style.write, symbols)])

    def page(self) -> list[Line]:
        """All sections, each behind a blank line."""
        return [text for section in self.sections for text in (BLANK, *self.section(section))]

    def section(self, section: Section) -> list[Line]:
        """Everything about one layer."""
        page = self.heading(section.layer, section.number)
        if section.before is not None:
            page += self.paragraph(_("As {layer}.", layer=Name(section.before)))
        for derived in section.derived:
            page += self._derived(derived)
        if page[-1] == BLANK and not section.notes:
            page.pop()
        for sentences in section.notes:
            page += self.paragraph(*sentences)
        for sentence in section.behind:
            page += [BLANK, *self.paragraph(sentence)]
        return page

    def _derived(self, derived: Derived) -> list[Line]:
        page = self.grid.lay(rows(derived, self.options, self.grid))
        for axis in derived.tapes:
            picture = tape(axis, self.options, self.grid.equals)
            page += [BLANK, *picture, BLANK] if picture else []
        return page

    def heading(self, layer: LayerDerivation, number: str) -> list[Line]:
        """``1  conv2d · Conv2D(32, 3×3, relu)      (28, 28, 1) → (26, 26, 32)``"""
        columns = self.options.columns
        name, call = self.setter.name(layer.name), self.setter.say(call_of(layer))
        head = f"{number}  {name} {self.options.signs.dot} {call}"
        shapes = self.setter.say(shapes_of(layer))
        if width(head) + 2 + width(shapes) <= columns:
            return [line(head + right(shapes, columns - width(head)))]
        room = columns - INDENT
        broken = wrap_formula(shapes, room)
        if len(broken) > 1:
            arrow = f" {self.options.signs.arrow} "
            inputs, _arrow, outputs = shapes.partition(arrow)
            broken = [*wrap_formula(inputs, room), *wrap_formula(arrow.lstrip() + outputs, room)]
        return [
            *self._long_head(number, name, call),
            *lines(right(text, columns) for text in broken),
        ]

    def _long_head(self, number: str, name: str, call: str) -> list[Line]:
        """The heading over several lines, where one is too narrow."""
        columns, dot = self.options.columns, self.options.signs.dot
        if width(f"{number}  {name} {dot} {call}") <= columns:
            return [line(f"{number}  {name} {dot} {call}")]
        room = columns - INDENT
        cut = [shortened(word, room, self.options.signs.ellipsis) for word in wrap(call, room)]
        first = (
            f"{number}  {shortened(name, columns - len(number) - 2, self.options.signs.ellipsis)}"
        )
        return [line(first), *lines(" " * INDENT + text for text in cut)]

    def paragraph(self, *sentences: Message) -> list[Line]:
        """Sentences one after the other, under the layer."""
        text = " ".join(self.setter.sentence(sentence) for sentence in sentences)
        return lines(" " * INDENT + part for part in wrap(text, self.options.columns - INDENT))
