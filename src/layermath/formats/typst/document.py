"""The document: title and tables, the layers on one grid, the network as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from layermath import pictures
from layermath.derivation.records import Detail, LayerDerivation, NetworkDerivation
from layermath.formats.typst.options import TypstOptions
from layermath.formats.typst.pictures import typst
from layermath.formats.typst.preamble import PREAMBLE
from layermath.formats.typst.style import string
from layermath.messages import Message, Name, _
from layermath.page.glance import GLANCE, folds, glance
from layermath.page.headings import call_of, shapes_of
from layermath.page.outline import Derived, Line, Section
from layermath.page.page import Page, page_of
from layermath.page.steps import is_count
from layermath.page.table import Cell, Table, cell_text
from layermath.page.whole import TITLE
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import UNICODE

_CALLS = TextSetter(replace(UNICODE, indices=False))
_DEFAULT = TypstOptions()
_MAY_BREAK = "\u200b"


def render(derivation: NetworkDerivation, options: TypstOptions = _DEFAULT) -> str:
    """The whole document."""
    return "\n".join([*_Document(*page_of(derivation, options)).parts(), ""])


class _Document:
    def __init__(self, page: Page, options: TypstOptions) -> None:
        self.page = page
        self.derivation = page.derivation
        self.options = options
        self.say = options.setter.say
        self.sentence = options.setter.sentence

    def parts(self) -> Iterator[str]:
        """Everything, in its order on the page."""
        derivation, options = self.derivation, self.options
        yield f"#set document(title: {string(derivation.name)})"
        yield f"#let lm-language = {string(options.language.code)}"
        footer = self.say(_("{name}, derived by layermath", name=Name(derivation.name)))
        yield f"#let lm-footer = [{footer}]"
        yield PREAMBLE
        yield self._title()
        if options.layers is None:
            yield self._layers_table()
            for derived in self.page.totals:
                yield from self._derived(derived)
            sizes = self.page.sizes
            if sizes is not None:
                yield _part(self.sentence(_("Named sizes")))
                yield self._table(sizes)
                yield from map(self._note, sizes.notes)
        if options.detail > Detail.BRIEF:
            yield from self._key()
            for section in self.page.sections:
                yield from self._section(section)
        if options.layers is None:
            yield from self._whole()

    def _title(self) -> str:
        derivation = self.derivation
        told = (*self.page.facts, *self.page.figures)
        name = self.say(_("{name}", name=Name(derivation.name)))
        return f"#lm-title([{name}], {_array(map(self.say, told))})"

    # Tables ------------------------------------------------------------------------------------

    def _layers_table(self) -> str:
        folded = folds(self.derivation, self.options.detail)
        # where a layer has its section, the heading of that has its rule
        keys = GLANCE if folded else [key for key in GLANCE if key != "rule"]
        table = glance(self.derivation, *keys, folded=folded)
        return self._table(replace(table, totals=()) if self.page.totals else table)

    def _table(self, table: Table) -> str:
        right = [str(place) for place, one in enumerate(table.columns) if one.rightward]
        heads = _array(self.say(column.head) for column in table.columns)
        lines = [f"#lm-table(right: ({''.join(f'{one}, ' for one in right)}), {heads}, ("]
        lines += [f"  {self._row(row)}," for row in table.rows]
        lines += ["), totals: (", *(f"  {self._row(row)}," for row in table.totals), "))"]
        return "\n".join(lines)

    def _row(self, cells: Sequence[Cell]) -> str:
        # a long name may go on in the next line, which Typst does not do by itself
        texts = (cell_text(cell, self.options.setter) for cell in cells)
        return _array(text.replace(r"\_", rf"\_{_MAY_BREAK}") for text in texts)

    def _key(self) -> Iterator[str]:
        """The letters of the rules that occur, and what is counted."""
        entries = [
            self.say(_("{letters} {meaning}", letters=tuple(letters), meaning=meaning))
            for letters, meaning in self.page.letters
        ]
        if entries:
            yield f"#block(above: 8pt, text(8.5pt, fill: quiet)[{' · '.join(entries)}])"
        for note in self.page.remarks:
            yield f"#block(above: 4pt, text(8.5pt, fill: quiet)[{self.say(note)}])"

    # One layer ---------------------------------------------------------------------------------

    def _section(self, section: Section) -> Iterator[str]:
        layer = section.layer
        head = (
            f"[{section.number}], [{self.say(_('{name}', name=Name(layer.name)))}], "
            f"[{self._call(layer)}], [{self.say(shapes_of(layer))}]"
        )
        if section.before is not None and not section.notes:
            said = self.sentence(_("As {layer}.", layer=Name(section.before)))
            yield f"#lm-same({head}, [{said}])"
        else:
            yield f"\n#lm-layer({head})"
        for derived in section.derived:
            yield from self._derived(derived)
            yield from self._tape(layer, derived)
        for note in (*section.sentences, *section.behind):
            yield self._note(note)

    def _call(self, layer: LayerDerivation) -> str:
        """``Conv2D(32, 3×3, relu)``, in the typewriter face."""
        return f"#{string(_CALLS.say(call_of(layer)))};"

    def _tape(self, layer: LayerDerivation, derived: Derived) -> Iterator[str]:
        """The picture of an axis where a window does not fit."""
        for tape in derived.tapes:
            yield from self._picture(pictures.tape(layer, tape.letter, formula=False))

    def _picture(self, picture: pictures.Picture | None, *, said: bool = True) -> Iterator[str]:
        drawn = None if picture is None else typst(picture, self.options, said=said)
        if drawn is not None:
            yield drawn

    def _note(self, message: Message) -> str:
        return f"#lm-note[{self.sentence(message)}]"

    def _derived(self, derived: Derived) -> Iterator[str]:
        symbol, thousands = derived.symbol, is_count(derived.quantity)
        label = self.say(derived.quantity.label)
        yield f"#lm-quantity([{label}], ${self.options.display.write(symbol)}$,"
        for line in derived.lines:
            reason = "; ".join(map(self.say, line.reasons))
            said = f"[{reason}]" if reason else "none"
            yield f"  ({self._formula(line, thousands=thousands)}, {said}),"
        yield ")"

    def _formula(self, line: Line, *, thousands: bool) -> str:
        texts = [self.options.display.write(one, thousands=thousands) for one in line.expressions]
        if line.result:
            texts[-1] = f"bold({texts[-1]})"
        return f"$= {' = '.join(texts)}$"

    # The network as a whole --------------------------------------------------------------------

    def _whole(self) -> Iterator[str]:
        if self.page.statements:
            yield _part(self.say(TITLE))
        for statement in self.page.statements:
            lines = ", ".join(f"[{self.sentence(line)}]" for line in statement.lines)
            yield f"#lm-statement([{self.say(statement.label)}], {lines})"
        yield from self._picture(pictures.receptive_field(self.derivation))
        # what there is to be seen in it stands in it
        yield from self._picture(pictures.graph(self.derivation), said=False)
        for note in self.page.notes:
            yield self._note(note)


def _part(title: str) -> str:
    return f"\n#lm-part[{title}]"


def _array(contents: Iterable[str]) -> str:
    """Contents as an array, also where there is one, or none."""
    return f"({''.join(f'[{content}], ' for content in contents)})"
