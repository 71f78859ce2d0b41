"""The document: title and tables, the layers on one grid, the network as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sympy import Expr, Symbol

from layermath import pictures
from layermath.algebra.written import in_order
from layermath.derivation.records import Derivation, Detail, LayerDerivation
from layermath.formats.tables.architecture import architecture, without
from layermath.formats.tables.table import Cell, Column, Table, cell_text
from layermath.formats.text.legend import MEANINGS, letters_of
from layermath.formats.typst.options import TypstOptions
from layermath.formats.typst.pictures import typst
from layermath.formats.typst.preamble import PREAMBLE
from layermath.formats.typst.style import string
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.notations import in_its_notation
from layermath.notations.spelling import spoken
from layermath.page.outline import Derived, Line, Outline, Section
from layermath.page.steps import is_count, is_number
from layermath.rules.equations import FLOPS, MACS, PARAMS
from layermath.setting.notation import LAYERMATH
from layermath.setting.sentences import TextSetter
from layermath.setting.styles import UNICODE

_CALLS = TextSetter(replace(UNICODE, indices=False))
_DEFAULT = TypstOptions()
_MAY_BREAK = "\u200b"


def render(derivation: Derivation, options: TypstOptions = _DEFAULT) -> str:
    """The whole document."""
    derivation, options = in_its_notation(derivation, options)
    return "\n".join([*_Document(derivation, options).parts(), ""])


class _Document:
    def __init__(self, derivation: Derivation, options: TypstOptions) -> None:
        self.derivation = derivation
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
            yield from self._open_totals()
            if derivation.sizes:
                yield _part(self.sentence(_("Named sizes")))
                yield self._sizes_table()
        if options.detail > Detail.BRIEF:
            yield from self._key()
            for section in Outline(derivation, options.detail, options.layers).sections:
                yield from self._section(section)
        if options.layers is None:
            yield from self._whole()

    def _title(self) -> str:
        derivation = self.derivation
        totals = derivation.totals
        facts = [
            ngettext("{number} layer", "{number} layers", len(derivation.layers)),
            self._inputs(),
        ]
        if is_number(totals.params_in_sizes):
            facts.append(_("{count} parameters", count=Count(totals.params_in_sizes)))
        if is_number(totals.macs_in_sizes):
            facts.append(_("{count} MACs", count=Count(totals.macs_in_sizes)))
        if derivation.conditions:
            facts.append(_("{conditions}", conditions=tuple(derivation.conditions)))
        name = self.say(_("{name}", name=Name(derivation.name)))
        return f"#lm-title([{name}], {_array(map(self.say, facts))})"

    def _inputs(self) -> Message:
        inputs = self.derivation.inputs
        if len(inputs) == 1:
            return _("input {shape}", shape=ShapePiece(inputs[0].shape))
        named: tuple[Piece, ...] = tuple(
            _("{name} {shape}", name=Name(one.name), shape=ShapePiece(one.shape)) for one in inputs
        )
        return _("inputs {inputs}", inputs=named)

    # Tables ------------------------------------------------------------------------------------

    def _layers_table(self) -> str:
        folded = self.options.detail < Detail.FULL
        table = architecture(self.derivation, folded=folded)
        if not (folded and self.derivation.rows):
            table = without(table, "rule")  # each has its section, whose heading says it
        if self._totals_are_open:
            table = replace(table, totals=())
        return self._table(table)

    @property
    def _totals_are_open(self) -> bool:
        """Whether they are formulas, which have no room in a table."""
        totals = self.derivation.totals
        return not (is_number(totals.params_in_sizes) and is_number(totals.macs_in_sizes))

    def _open_totals(self) -> Iterator[str]:
        totals = self.derivation.totals
        counts: list[tuple[Message, Symbol, Expr]] = [
            (_("parameters of all layers"), PARAMS, totals.params_in_sizes),
            (_("MACs of all layers"), MACS, totals.macs_in_sizes),
        ]
        if totals.flops_in_sizes is not None:
            counts.append((_("FLOPs of all layers"), FLOPS, totals.flops_in_sizes))
        for label, symbol, count in counts if self._totals_are_open else ():
            line = Line((in_order(count),), (label,), result=True)
            yield from self._lines("", symbol, [line], thousands=True)

    def _sizes_table(self) -> str:
        rows: list[tuple[Cell, ...]] = [
            (size.name, Name(size.layer), size.definition, size.closed_form)
            for size in self.derivation.sizes
        ]
        columns = (
            Column("size", _("size")),
            Column("layer", _("after")),
            Column("definition", _("from the layer before")),
            Column("closed_form", _("from the input")),
        )
        return self._table(Table(columns, tuple(rows)))

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
        derivation = self.derivation
        entries: list[str] = []
        for letters, meaning in self._meanings():
            said = _("{letters} {meaning}", letters=letters, meaning=meaning)
            entries.append(self.say(said))
        for note in self.options.notation.notes:
            yield f"#lm-note[{self.sentence(note)}]"
        if any(layer.macs != 0 for layer in derivation.layers):
            entries.append(
                self.say(
                    _(
                        "MAC: one multiplication with its addition; bias, pooling, normalisation "
                        "and activations are not counted"
                    )
                )
            )
        if entries:
            yield f"#block(above: 8pt, text(8.5pt, fill: quiet)[{' · '.join(entries)}])"

    def _meanings(self) -> Iterator[tuple[tuple[Piece, ...], Message]]:
        notation = self.options.notation
        if notation.name != LAYERMATH.name:
            for spelled, meaning in spoken(self.derivation, notation, dict(MEANINGS)):
                yield tuple(spelled), meaning
            return
        heads = letters_of(self.derivation)
        for letter, meaning in MEANINGS:
            if letter in heads:
                yield tuple(Symbol(name) for name in heads[letter]), meaning

    # One layer ---------------------------------------------------------------------------------

    def _section(self, section: Section) -> Iterator[str]:
        layer = section.layer
        head = (
            f"[{section.number}], [{self.say(_('{name}', name=Name(layer.name)))}], "
            f"[{self._call(layer)}], [{self._shapes(layer)}]"
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
        call = _("{type}", type=Name(layer.type))
        if layer.title:
            call = _("{type}({title})", type=Name(layer.type), title=layer.title)
        return f"#{string(_CALLS.say(call))};"

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

    def _shapes(self, layer: LayerDerivation) -> str:
        """``(28, 28, 1) → (26, 26, 32)``"""
        inputs = tuple(ShapePiece(shape) for shape in layer.shown_inputs)
        outputs = tuple(ShapePiece(shape) for shape in layer.shown_outputs)
        if not inputs:
            return self.say(_("{shapes}", shapes=outputs))
        before: Piece = inputs
        if len(inputs) > 2 and len(set(inputs)) == 1:
            before = _("{number} × {shape}", number=len(inputs), shape=inputs[0])
        return self.say(_("{before} {arrow} {after}", before=before, arrow="→", after=outputs))

    def _derived(self, derived: Derived) -> Iterator[str]:
        label = self.say(derived.quantity.label)
        thousands = is_count(derived.quantity)
        return self._lines(label, derived.symbol, derived.lines, thousands=thousands)

    def _lines(
        self, label: str, symbol: Symbol, lines: Sequence[Line], *, thousands: bool
    ) -> Iterator[str]:
        yield f"#lm-quantity([{label}], ${self.options.display.write(symbol)}$,"
        for line in lines:
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
        statements = [one for one in self.derivation.whole if one.lines]
        if statements:
            yield _part(self.say(_("The network as a whole")))
        for statement in statements:
            lines = ", ".join(f"[{self.sentence(line)}]" for line in statement.lines)
            yield f"#lm-statement([{self.say(statement.label)}], {lines})"
        yield from self._picture(pictures.receptive_field(self.derivation))
        # what there is to be seen in it stands in it
        yield from self._picture(pictures.graph(self.derivation), said=False)
        for note in self.derivation.notes:
            yield self._note(note)


def _part(title: str) -> str:
    return f"\n#lm-part[{title}]"


def _array(contents: Iterable[str]) -> str:
    """Contents as an array, also where there is one, or none."""
    return f"({''.join(f'[{content}], ' for content in contents)})"
