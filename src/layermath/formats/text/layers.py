"""One layer: its heading, its quantities, the tape where a floor cuts, what is said about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sympy import S, Symbol

from layermath.algebra.written import in_order
from layermath.derivation.records import (
    Derivation,
    Detail,
    LayerDerivation,
    NamedSize,
    Quantity,
    Row,
    Shape,
)
from layermath.formats.steps import is_number, said_before, shown_symbol
from layermath.formats.text.grid import INDENT, Grid
from layermath.formats.text.measure import plain, right, shortened, width, wrap, wrap_formula
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, line, lines
from layermath.formats.text.quantities import Explained, QuantityRows
from layermath.formats.text.rows import name_of
from layermath.formats.text.tape import tape
from layermath.messages import Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.progress import counted


class LayerSections:
    """Writes the sections of layers, in one grid and with one set of options."""

    def __init__(self, derivation: Derivation, options: TextOptions) -> None:
        self.derivation = derivation
        self.options = options
        self.setter = options.setter
        self.names: Mapping[Symbol, NamedSize] = {size.name: size for size in derivation.sizes}
        self.grid = Grid.fitting(options.columns, self._all_symbols(derivation.layers))
        self.quantities = QuantityRows(options, self.grid)
        self.explained = {layer.name: layer for layer in _every_layer(derivation.layers)}
        self.folds = options.layers is None and options.detail < Detail.FULL
        shown = dict(self._shown(derivation.layers, derivation.rows))
        self.on_page = frozenset(shown) if options.layers is None else options.layers
        self.large = frozenset(name for name, folded in shown.items() if folded)

    def _shown(
        self, layers: Sequence[LayerDerivation], rows: Sequence[Row]
    ) -> Iterator[tuple[str, bool]]:
        """The layers with a section: of blocks that repeat, the first. With each, whether it
        stands among layers that are folded."""
        folded = self.folds and bool(rows)
        for layer in [one for row in rows for one in row.blocks[0]] if folded else layers:
            yield layer.name, folded
            yield from self._shown(layer.layers, layer.rows)

    def sections(
        self, layers: Sequence[LayerDerivation], rows: Sequence[Row], prefix: str = ""
    ) -> Iterator[Line]:
        """The sections of the layers of one network: of blocks that repeat, those of the first."""
        if not self.folds or not rows:
            for number, layer in enumerate(counted(layers), start=1):
                yield from (BLANK, *self.section(layer, f"{prefix}{number}"))
            return
        number = 1
        for row in counted(rows):
            for index, layer in enumerate(row.blocks[0], start=number):
                yield from (BLANK, *self.section(layer, f"{prefix}{index}"))
            yield from self._repeated(row)
            number += len(row.layers)

    def _all_symbols(self, layers: Sequence[LayerDerivation]) -> list[str]:
        symbols = []
        for layer in layers:
            for quantity in layer.quantities:
                symbol = shown_symbol(layer, quantity, self.names)
                symbols.append(self.options.style.write(symbol))
            symbols += self._all_symbols(layer.layers)
        return symbols

    def section(self, layer: LayerDerivation, number: str) -> list[Line]:
        """Everything about one layer; a nested model's layers follow it as ``2.1``, ``2.2``."""
        page = self.heading(layer, number)
        before = self.explained.get(layer.same_as or "")
        if self._is_said(layer, before):
            return page + self.paragraph(_("As {layer}.", layer=Name(layer.same_as or "")))
        drawn: set[str] = set()
        same: list[Quantity] = []
        by_name = {quantity.quantity: quantity for quantity in layer.quantities}
        for quantity in layer.quantities:
            if self._is_nothing_new(quantity, by_name):
                if quantity.like is None:
                    same.append(quantity)
                continue
            page += self._quantity(layer, quantity)
            for axis in layer.tapes:
                if quantity.quantity == f"output.{axis.letter}" and axis.letter not in drawn:
                    drawn.add(axis.letter)
                    picture = tape(axis, self.options, self.grid.equals)
                    page += [BLANK, *picture, BLANK] if picture else []
        if page[-1:] == [BLANK] and not same and not layer.notes:
            page.pop()
        page += [text for note in self._unchanged(same) for text in self.paragraph(note)]
        page += self._calls(layer)
        if layer.notes:
            page += self.paragraph(*layer.notes)
        page += self.sections(layer.layers, layer.rows, f"{number}.")
        return page + self._operations(layer, number)

    def _operations(self, layer: LayerDerivation, number: str) -> list[Line]:
        """The operations on tensors inside a layer of the user's own, behind its layers."""
        if not layer.operations:
            return []
        inside = replace(self.derivation, layers=layer.operations, operations=(), rows=())
        sections = LayerSections(inside, self.options)
        return [
            text
            for index, one in enumerate(layer.operations, start=len(layer.layers) + 1)
            for text in (BLANK, *sections.section(one, f"{number}.{index}"))
        ]

    def _is_said(self, layer: LayerDerivation, before: LayerDerivation | None) -> bool:
        """Whether the layer ``before``, on the same page, has the same derivation."""
        return (
            before is not None
            and layer.name in self.large
            and before.name in self.on_page
            and before.title == layer.title
        )

    def _repeated(self, row: Row) -> list[Line]:
        """``conv4_block2–6: these 10 layers, 5 times, the same in each.``"""
        if len(row.blocks) == 1:
            return []
        name, times = Name(name_of(row, self.options)), len(row.blocks)
        if len(row.blocks[0]) == 1:
            said = _("{layers}: this layer {times} times.", layers=name, times=times)
        else:
            said = _(
                "{layers}: these {number} layers {times} times, with the same sizes.",
                layers=name,
                number=len(row.blocks[0]),
                times=times,
            )
        return [BLANK, *self.paragraph(said)]

    def _is_explained(self, quantity: Quantity) -> bool:
        return (
            self.options.detail < Detail.FULL
            and quantity.after is not None
            and quantity.after in self.on_page
        )

    def _is_nothing_new(self, quantity: Quantity, others: Mapping[str, Quantity]) -> bool:
        """Whether a line would say what an earlier layer has said, or the line before it."""
        if self.options.detail is Detail.FULL:
            return False
        if quantity.like is not None and quantity.like in others:
            like = others[quantity.like]
            return self._is_explained(like) and like.result == quantity.result
        return (
            self._is_explained(quantity)
            and not quantity.changed
            and all(
                step.kind != "substituted" or is_number(step.expression) for step in quantity.steps
            )
        )

    def _quantity(self, layer: LayerDerivation, quantity: Quantity) -> list[Line]:
        symbol = shown_symbol(layer, quantity, self.names)
        if quantity.like is not None and self.options.detail < Detail.FULL:
            return self.grid.lay(self.quantities.in_the_same_way(quantity, symbol))
        if not self._is_explained(quantity):
            return self.grid.lay(self.quantities.rows(quantity, symbol))
        context = Explained(
            said_before(self.explained[quantity.after or ""], quantity),
            frozenset(q.symbol for q in layer.quantities),
        )
        return self.grid.lay(self.quantities.rows(quantity, symbol, context))

    def _unchanged(self, same: Sequence[Quantity]) -> list[Message]:
        """``C_out = 32 and N = 0, as max_pooling2d.``"""
        by_layer: dict[str, list[Piece]] = {}
        for quantity in same:
            equation = _(
                "{letter} = {value}", letter=quantity.symbol, value=in_order(S(quantity.result))
            )
            by_layer.setdefault(quantity.after or "", []).append(equation)
        sentences = []
        for layer, equations in by_layer.items():
            if len(equations) == 1:
                sentences.append(
                    _("{equation}, as {layer}.", equation=equations[0], layer=Name(layer))
                )
            else:
                sentences.append(
                    _(
                        "{equations} and {last}, as {layer}.",
                        last=equations[-1],
                        equations=tuple(equations[:-1]),
                        layer=Name(layer),
                    )
                )
        return sentences

    def _calls(self, layer: LayerDerivation) -> list[Line]:
        return [
            text
            for inputs, outputs in layer.calls
            for text in self.paragraph(
                _(
                    "called again, with the same parameters: {inputs} {arrow} {outputs}",
                    inputs=tuple(ShapePiece(shape) for shape in inputs),
                    arrow="→",
                    outputs=tuple(ShapePiece(shape) for shape in outputs),
                )
            )
        ]

    def heading(self, layer: LayerDerivation, number: str) -> list[Line]:
        """``1  conv2d · Conv2D(32, 3×3, relu)      (28, 28, 1) → (26, 26, 32)``"""
        columns = self.options.columns
        name = self.setter.name(layer.name)
        title = plain(self.setter.piece(layer.title))
        call = f"{self.setter.name(layer.type)}({title})" if title else self.setter.name(layer.type)
        head = f"{number}  {name} {self.options.signs.dot} {call}"
        shapes = self.shapes(layer)
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

    def shapes(self, layer: LayerDerivation) -> str:
        """``(28, 28, 1) → (26, 26, 32)``, in the named sizes."""
        inputs = self._alternatives(layer.shown_inputs)
        outputs = ", ".join(self._shape(shape) for shape in layer.shown_outputs)
        return f"{inputs} {self.options.signs.arrow} {outputs}" if inputs else outputs

    def _alternatives(self, shapes: Sequence[Shape]) -> str:
        if len(shapes) > 2 and len(set(shapes)) == 1:
            times = "×" if self.options.unicode else "x"
            return f"{len(shapes)} {times} {self._shape(shapes[0])}"
        return ", ".join(self._shape(shape) for shape in shapes)

    def _shape(self, shape: Shape) -> str:
        return self.setter.shape(ShapePiece(shape))

    def paragraph(self, *sentences: Message) -> list[Line]:
        """Sentences one after the other, under the layer."""
        text = " ".join(self.setter.sentence(sentence) for sentence in sentences)
        return lines(" " * INDENT + part for part in wrap(text, self.options.columns - INDENT))


def _every_layer(layers: Sequence[LayerDerivation]) -> list[LayerDerivation]:
    return [one for layer in layers for one in (layer, *_every_layer(layer.layers))]
