"""What stands on a page and in which order, before any format sets it: which layers have a section,
which quantities are derived there, in which lines, and what is said instead of the rest.

What an earlier section said is not said again, and of blocks that repeat the first one stands for
all. At full detail nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Expr, S, Symbol

from layermath.algebra.written import in_order
from layermath.derivation.records import (
    Derivation,
    Detail,
    LayerDerivation,
    NamedSize,
    Quantity,
    Row,
    Step,
    Tape,
)
from layermath.formats.steps import (
    as_before,
    from_the_numbers,
    is_number,
    is_short,
    said_before,
    shown_symbol,
    shows_a_cut,
    visible,
)
from layermath.messages import Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece


@dataclass(frozen=True)
class Line:
    """``= a = b``, with the reasons beside it. ``result``: the last of ``expressions`` is what was
    to be found."""

    expressions: tuple[Expr, ...]
    reasons: tuple[Message, ...] = ()
    result: bool = False


@dataclass(frozen=True)
class Derived:
    """A quantity, the symbol that it has on the page, and its lines."""

    quantity: Quantity
    symbol: Symbol
    lines: tuple[Line, ...]
    tapes: tuple[Tape, ...] = ()


@dataclass(frozen=True)
class Section:
    """What the page says of one layer. ``before``: it is derived as that layer is, and nothing else
    is said; ``behind`` are sentences of the block that ends with it."""

    number: str
    layer: LayerDerivation
    derived: tuple[Derived, ...] = ()
    notes: tuple[Message, ...] = ()
    before: str | None = None
    behind: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Outline:
    """The sections of a derivation at one detail; ``layers`` limits them to layers of these
    names."""

    derivation: Derivation
    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All of them, a nested model's layers behind it as ``2.1``, ``2.2``."""
        every = self._sections(self.derivation.layers, self.derivation.rows, "")
        return tuple(
            section for section in every if self.layers is None or section.layer.name in self.layers
        )

    @cached_property
    def _folds(self) -> bool:
        return self.layers is None and self.detail < Detail.FULL

    @cached_property
    def _names(self) -> Mapping[Symbol, NamedSize]:
        return {size.name: size for size in self.derivation.sizes}

    @cached_property
    def _every(self) -> Mapping[str, LayerDerivation]:
        return {layer.name: layer for layer in _with_nested(self.derivation.layers)}

    @cached_property
    def _shown(self) -> Mapping[str, bool]:
        """The layers with a section; with each, whether it stands among layers that are folded."""
        return dict(self._places(self.derivation.layers, self.derivation.rows))

    @cached_property
    def _on_page(self) -> frozenset[str]:
        return frozenset(self._shown) if self.layers is None else self.layers

    def _places(
        self, layers: Sequence[LayerDerivation], rows: Sequence[Row]
    ) -> Iterator[tuple[str, bool]]:
        folded = self._folds and bool(rows)
        for layer in [one for row in rows for one in row.blocks[0]] if folded else layers:
            yield layer.name, folded
            yield from self._places(layer.layers, layer.rows)

    def _sections(
        self, layers: Sequence[LayerDerivation], rows: Sequence[Row], prefix: str
    ) -> Iterator[Section]:
        if not self._folds or not rows:
            for number, layer in enumerate(layers, start=1):
                yield from self._with_its_own(layer, f"{prefix}{number}")
            return
        number = 1
        for row in rows:
            block = [
                section
                for index, layer in enumerate(row.blocks[0], start=number)
                for section in self._with_its_own(layer, f"{prefix}{index}")
            ]
            said = _repeated(row)
            if said is not None:
                block[-1] = replace(block[-1], behind=(*block[-1].behind, said))
            yield from block
            number += len(row.layers)

    def _with_its_own(self, layer: LayerDerivation, number: str) -> Iterator[Section]:
        """The section of a layer, and those of what is inside it."""
        yield self._section(layer, number)
        before = self._every.get(layer.same_as or "")
        if before is not None and self._is_said(layer, before):
            return
        yield from self._sections(layer.layers, layer.rows, f"{number}.")
        if layer.operations:
            inside = replace(self.derivation, layers=layer.operations, operations=(), rows=())
            outline = Outline(inside, self.detail)
            for index, one in enumerate(layer.operations, start=len(layer.layers) + 1):
                yield outline._section(one, f"{number}.{index}")

    def _section(self, layer: LayerDerivation, number: str) -> Section:
        before = self._every.get(layer.same_as or "")
        if before is not None and self._is_said(layer, before):
            return Section(number, layer, before=before.name)
        derived, same = [], []
        by_name = {quantity.quantity: quantity for quantity in layer.quantities}
        for quantity in layer.quantities:
            if not self._is_nothing_new(quantity, by_name):
                derived.append(self._derived(layer, quantity))
            elif quantity.like is None:
                same.append(quantity)
        notes = (*_unchanged(same), *_calls(layer), *layer.notes)
        return Section(number, layer, tuple(derived), notes)

    def _derived(self, layer: LayerDerivation, quantity: Quantity) -> Derived:
        symbol = shown_symbol(layer, quantity, self._names)
        tapes = tuple(tape for tape in layer.tapes if quantity.quantity == f"output.{tape.letter}")
        if quantity.like is not None and self.detail < Detail.FULL:
            result = in_order(S(quantity.result))
            line = Line((result,), (_("in the same way"),), result=True)
            return Derived(quantity, symbol, (line,), tapes)
        return Derived(quantity, symbol, tuple(self._lines(layer, quantity)), tapes)

    def _lines(self, layer: LayerDerivation, quantity: Quantity) -> list[Line]:
        explained = self._is_explained(quantity)
        steps = from_the_numbers(quantity.steps) if explained else quantity.steps
        steps = visible(steps, self.detail)
        said: set[Message] = set()
        first: tuple[Message, ...] = ()
        if explained:
            said |= said_before(self._every[quantity.after or ""], quantity)
            first = (as_before(quantity, frozenset(one.symbol for one in layer.quantities)),)
        lines = []
        for step in steps:
            own = () if step.reason is None or step.reason in said else (step.reason,)
            said.update(own)
            last = step is steps[-1]
            reasons = (*first, *own)
            if not explained or reasons or last or _stays(step):
                lines.append(Line((step.expression,), reasons, result=last))
                first = ()
        return self._on_one_line(lines, explained) or lines

    def _on_one_line(self, lines: Sequence[Line], explained: bool) -> list[Line] | None:
        """``13 - 3 + 1 = 11``, where it was explained before or no reader could slip."""
        reasons = [line.reasons for line in lines]
        expressions = [line.expressions[0] for line in lines]
        if self.detail is Detail.FULL or len(lines) < 2 or any(reasons[1:-1]):
            return None
        if (reasons[0] and reasons[-1]) or any(map(shows_a_cut, expressions)):
            return None
        if explained and is_number(expressions[-1]):
            chain = (expressions[0], expressions[-1])
        elif all(map(is_short, expressions)) and len(lines) <= 3:
            chain = tuple(expressions)
        else:
            return None
        return [Line(chain, reasons[0] or reasons[-1], result=True)]

    def _is_said(self, layer: LayerDerivation, before: LayerDerivation) -> bool:
        """Whether the layer ``before``, on the same page, has the same derivation."""
        return (
            self._shown.get(layer.name, False)
            and before.name in self._on_page
            and before.title == layer.title
        )

    def _is_explained(self, quantity: Quantity) -> bool:
        return (
            self.detail < Detail.FULL
            and quantity.after is not None
            and quantity.after in self._on_page
            and quantity.after in self._every
        )

    def _is_nothing_new(self, quantity: Quantity, others: Mapping[str, Quantity]) -> bool:
        """Whether a line would say what an earlier layer has said, or the line before it."""
        if self.detail is Detail.FULL:
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


def _stays(step: Step) -> bool:
    return step.kind != "arithmetic" or shows_a_cut(step.expression)


def _with_nested(layers: Sequence[LayerDerivation]) -> Iterator[LayerDerivation]:
    for layer in layers:
        yield layer
        yield from _with_nested(layer.layers)


def _repeated(row: Row) -> Message | None:
    """``conv4_block2–6: these 10 layers 5 times, with the same sizes.``"""
    if len(row.blocks) == 1:
        return None
    name, times = row_name(row), len(row.blocks)
    if len(row.blocks[0]) == 1:
        return _("{layers}: this layer {times} times.", layers=name, times=times)
    return _(
        "{layers}: these {number} layers {times} times, with the same sizes.",
        layers=name,
        number=len(row.blocks[0]),
        times=times,
    )


def row_name(row: Row) -> Piece:
    """``conv4_block2–6``; ``conv2d_5 …`` where the names have nothing in common."""
    if row.name:
        return Name(row.name)
    return _("{name} …", name=Name(row.layers[0].name))


def _unchanged(same: Sequence[Quantity]) -> Iterator[Message]:
    """``C_out = 32 and N = 0, as max_pooling2d.``"""
    by_layer: dict[str, list[Piece]] = {}
    for quantity in same:
        equation = _(
            "{letter} = {value}", letter=quantity.symbol, value=in_order(S(quantity.result))
        )
        by_layer.setdefault(quantity.after or "", []).append(equation)
    for layer, equations in by_layer.items():
        if len(equations) == 1:
            yield _("{equation}, as {layer}.", equation=equations[0], layer=Name(layer))
        else:
            yield _(
                "{equations} and {last}, as {layer}.",
                last=equations[-1],
                equations=tuple(equations[:-1]),
                layer=Name(layer),
            )


def _calls(layer: LayerDerivation) -> Iterator[Message]:
    for inputs, outputs in layer.calls:
        yield _(
            "called again, with the same parameters: {inputs} {arrow} {outputs}",
            inputs=tuple(ShapePiece(shape) for shape in inputs),
            arrow="→",
            outputs=tuple(ShapePiece(shape) for shape in outputs),
        )
