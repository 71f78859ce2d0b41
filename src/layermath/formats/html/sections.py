"""Layer by layer: a section each, its quantities folded, their lines on one grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sympy import S

from layermath.algebra.written import in_order
from layermath.derivation.records import Detail, LayerDerivation, Row, Shape
from layermath.formats.html import figures
from layermath.formats.html.formulas import is_long, line
from layermath.formats.html.marks import element, kind_of
from layermath.formats.html.options import HtmlOptions
from layermath.formats.mathml import BREAK, broken
from layermath.messages import Message, Name, _, ngettext
from layermath.page.headings import call_of, from_to, row_name
from layermath.page.outline import Derived, Section
from layermath.page.steps import is_count, values_of


class Sections:
    """Writes the sections of layers, with one set of options. ``addresses`` has that of a section
    by its identity."""

    def __init__(
        self,
        sections: Sequence[Section],
        options: HtmlOptions,
        addresses: Mapping[int, str],
    ) -> None:
        self.sections = sections
        self.options = options
        self.addresses = addresses
        self._kinds: set[tuple[str, ...]] = set()

    def page(self) -> Iterator[str]:
        """All sections; the layers of a block of a large network in one fold."""
        for _block, group in groupby(self.sections, key=lambda one: id(one.row)):
            sections = list(group)
            row = sections[0].row
            if row is None or len(row.blocks[0]) == 1 or row.joined:
                yield from map(self.section, sections)
            else:
                yield self._block(row, sections)

    def _block(self, row: Row, sections: Sequence[Section]) -> str:
        """A block, or a run of equal ones: folded, but for the first of each kind."""
        kind = tuple(layer.type for layer in row.blocks[0])
        first = kind not in self._kinds
        self._kinds.add(kind)
        count = ngettext("{number} layer", "{number} layers", len(row.blocks[0]))
        if len(row.blocks) > 1:
            count = _("{times} × {count}", times=len(row.blocks), count=count)
        say = self.options.unlinked.say
        shapes = self._shapes(row.blocks[0][0].shown_inputs, row.blocks[0][-1].shown_outputs)
        head = (
            element("span", say(_("{name}", name=row_name(row))), class_="label name")
            + element("span", say(count), class_="as")
            + element("span", shapes, class_="value")
        )
        inside = "\n".join(map(self.section, sections))
        shut = not first and self.options.detail < Detail.FULL
        content = f"{element('summary', head)}\n{inside}\n"
        return element("details", content, class_="block", open=None if shut else "")

    # One layer ---------------------------------------------------------------------------------

    def section(self, section: Section) -> str:
        """Everything about one layer."""
        layer = section.layer
        parts = [self._heading(section)]
        if section.before is not None:
            parts.append(self._paragraph([_("As {layer}.", layer=Name(section.before))]))
        parts += [self._derived(layer, one) for one in section.derived]
        if section.notes:
            parts.append(self._paragraph(section.sentences))
        parts += [self._paragraph([message]) for message in section.behind]
        address = self.addresses.get(id(section))
        depth = " inner" if section.depth else ""
        depth += " said" if section.before is not None else ""
        return element(
            "section", "\n".join(parts), class_=f"layer {kind_of(layer)}{depth}", id=address
        )

    def _heading(self, section: Section) -> str:
        layer, say = section.layer, self.options.unlinked
        name = f'{say.name(layer.name)} <span class="call">{say.say(call_of(layer))}</span>'
        level = min(6, 3 + section.depth)
        shapes = self._shapes(layer.shown_inputs, layer.shown_outputs)
        number = element("span", section.number, class_="number")
        head = element(f"h{level}", f"{number} {name}")
        return element("header", head + element("p", shapes, class_="shapes"))

    def _shapes(self, inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> str:
        """``(28, 28, 1) → (26, 26, 32)``: the second may go on the next line."""
        before, arrow, after = self.options.unlinked.say(from_to(inputs, outputs)).partition("→ ")
        return f"{before}<span>{arrow}{after}</span>" if arrow else before

    def _paragraph(self, sentences: Sequence[Message]) -> str:
        text = " ".join(self.options.setter.sentence(one) for one in sentences)
        return element("p", text, class_="note")

    # One quantity ------------------------------------------------------------------------------

    def _derived(self, layer: LayerDerivation, derived: Derived) -> str:
        quantity, options = derived.quantity, self.options
        value = self._value(derived)
        label = element("span", options.unlinked.sentence(quantity.label), class_="label")
        pictures = self._tape(layer, derived)
        if quantity.like is not None and options.detail < Detail.FULL and not pictures:
            same = element("span", options.unlinked.say(_("in the same way")), class_="as")
            return element("p", label + same + value, class_="alike")
        before = ""
        if derived.known is not None:
            before = element("span", options.unlinked.say(derived.known), class_="as")
        lines = "\n".join(self._lines(derived))
        shown = self._is_open(derived, bool(pictures))
        summary = element("summary", label + before + value)
        content = f"{summary}\n{element('div', lines, class_='lines')}{pictures}"
        return element("details", content, open="" if shown else None)

    def _tape(self, layer: LayerDerivation, derived: Derived) -> str:
        """The picture of an axis: where a rule is used first, and where a window does not fit."""
        head, _dot, letter = derived.quantity.quantity.partition(".")
        first = derived.quantity.like is None and derived.known is None
        if head != "output" or not (first or derived.tapes):
            return ""
        return figures.tape(layer, letter, self.options)

    def _is_open(self, derived: Derived, drawn: bool) -> bool:
        """The first use of a rule stands open, and whatever loses something; a zero, or what has
        one short line and no picture, does not."""
        if self.options.detail is Detail.FULL or derived.tapes:
            return True
        if derived.known is not None or derived.quantity.result == 0:
            return False
        return drawn or len(derived.lines) > 1 or is_count(derived.quantity)

    def _value(self, derived: Derived) -> str:
        quantity, style = derived.quantity, self.options.inline
        left = style.write(derived.symbol)
        last = quantity.steps[-1].expression if quantity.steps else in_order(S(quantity.result))
        if quantity.like is not None:
            last = in_order(S(quantity.result))
        right = style.write(last, thousands=is_count(quantity))
        text = broken(f'{left}{BREAK}<mo form="infix">=</mo>{right}')
        return element("span", text, class_="value")

    def _lines(self, derived: Derived) -> Iterator[str]:
        quantity, options = derived.quantity, self.options
        left = broken(options.display.write(derived.symbol))
        for place, one in enumerate(derived.lines):
            right = line(quantity, one.expressions, options, result=one.result)
            reasons = list(one.reasons)
            if derived.known is not None and not place:
                reasons[:1] = self._rule(derived)
            why = "; ".join(options.setter.say(reason) for reason in reasons)
            long = is_long(one.expressions, is_count(quantity), options)
            yield element(
                "div",
                element("span", "" if place else left, class_="left")
                + element("span", right, class_="right")
                + (element("span", why, class_="why") if why else ""),
                class_="line long" if long else "line",
            )

    def _rule(self, derived: Derived) -> list[Message]:
        """``rule of conv2d``, as a link, and the values that are new."""
        quantity = derived.quantity
        values = values_of(quantity.changed, quantity.where)
        layer = Name(quantity.after or "")
        if not values:
            return [_("rule of {layer}", layer=layer)]
        return [_("rule of {layer}; {values}", layer=layer, values=values)]
