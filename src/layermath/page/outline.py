"""What stands on a page and in which order, before any format sets it: which layers have a section,
which quantities are derived there, in which lines, and what is said instead of the rest.

Layers and the operations between them stand as data passes them. What an earlier section said is
not said again, and of blocks that repeat the first one stands for all. At full detail nothing is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from sympy import Expr, S, Symbol

from layermath.algebra.written import in_order, shows_a_cut
from layermath.derivation.records import (
    Detail,
    LayerDerivation,
    NamedSize,
    NetworkDerivation,
    Quantity,
    Row,
    Step,
    Tape,
)
from layermath.messages import Message, Name, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.page.headings import row_name
from layermath.page.steps import (
    as_before,
    from_the_numbers,
    is_number,
    is_short,
    said_before,
    shown_symbol,
    visible,
)
from layermath.progress import counted


@dataclass(frozen=True)
class Line:
    """``= a = b``, with the reasons beside it. ``result``: the last of ``expressions`` is what was
    to be found. ``again`` is a reason that was given beside a line above, and holds for this one:
    it may stand here instead, where there is more room."""

    expressions: tuple[Expr, ...]
    reasons: tuple[Message, ...] = ()
    result: bool = False
    again: Message | None = None


@dataclass(frozen=True)
class Derived:
    """A quantity, the symbol that it has on the page, and its lines. ``known``: an earlier layer on
    the page has explained its rule, and the lines start at the numbers."""

    quantity: Quantity
    symbol: Symbol
    lines: tuple[Line, ...]
    tapes: tuple[Tape, ...] = ()
    known: Message | None = None


@dataclass(frozen=True)
class Section:
    """What the page says of one layer, or of an operation between layers. ``notes`` are paragraphs.
    ``before``: it is derived as that layer is, and nothing else is said; ``row`` is the row of a
    large network in which it stands, and ``behind`` what is said of that at its end."""

    number: str
    layer: LayerDerivation
    derived: tuple[Derived, ...] = ()
    notes: tuple[tuple[Message, ...], ...] = ()
    before: str | None = None
    row: Row | None = None
    behind: tuple[Message, ...] = ()

    @property
    def sentences(self) -> tuple[Message, ...]:
        """The notes, one after the other."""
        return tuple(sentence for paragraph in self.notes for sentence in paragraph)

    @property
    def depth(self) -> int:
        """In how many layers it stands."""
        return self.number.count(".")


@dataclass(frozen=True)
class Outline:
    """The sections of a derivation at one detail; ``layers`` limits them to layers of these names,
    with all that is inside them."""

    derivation: NetworkDerivation
    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All of them, those of what is inside a layer behind it as ``2.1``, ``2.2``."""
        return tuple(self._sections(self.derivation, "", chosen=self.layers is None))

    @cached_property
    def _folds(self) -> bool:
        return self.layers is None and self.detail < Detail.FULL

    @cached_property
    def _names(self) -> Mapping[Symbol, NamedSize]:
        return {size.name: size for size in self.derivation.sizes}

    @cached_property
    def _every(self) -> Mapping[str, LayerDerivation]:
        return {layer.name: layer for layer in everything(self.derivation)}

    @cached_property
    def _shown(self) -> Mapping[str, bool]:
        """The layers with a section; with each, whether it stands among layers that are folded."""
        return dict(self._places(self.derivation))

    @cached_property
    def _on_page(self) -> frozenset[str]:
        return frozenset(self._shown) if self.layers is None else self.layers

    def _places(self, whole: NetworkDerivation | LayerDerivation) -> Iterator[tuple[str, bool]]:
        for layer, row in self._flow(whole):
            yield layer.name, row is not None
            yield from self._places(layer)

    def _flow(
        self, whole: NetworkDerivation | LayerDerivation
    ) -> list[tuple[LayerDerivation, Row | None]]:
        """The layers and operations that have a section, as data passes them; of blocks that repeat
        those of the first, with their row. An operation stands where the layer before it does."""
        flow = in_order_of_flow(whole)
        if not self._folds or not whole.rows:
            return [(one, None) for one in flow]
        rows = {layer.name: row for row in whole.rows for layer in row.layers}
        first = {layer.name for row in whole.rows for layer in row.blocks[0]}
        found: list[tuple[LayerDerivation, Row | None]] = []
        row, shown = None, True
        for one in flow:
            if one.name in rows:
                row, shown = rows[one.name], one.name in first
            if shown:
                found.append((one, row))
        return found

    def _sections(
        self, whole: NetworkDerivation | LayerDerivation, prefix: str, *, chosen: bool
    ) -> Iterator[Section]:
        """``chosen``: all of them are wanted, else those of the layers that were named."""
        for _key, run in groupby(counted(self._flow(whole)), key=lambda place: id(place[1])):
            block: list[Section] = []
            row = None
            for layer, row in run:
                number = f"{prefix}{layer.order}"
                wanted = chosen or (self.layers is not None and layer.name in self.layers)
                for section in self._with_its_own(layer, number, chosen=wanted):
                    block.append(section if prefix else replace(section, row=row))
            said = None if row is None else _repeated(row)
            if block and said is not None:
                block[-1] = replace(block[-1], behind=(*block[-1].behind, said))
            yield from block

    def _with_its_own(
        self, layer: LayerDerivation, number: str, *, chosen: bool
    ) -> Iterator[Section]:
        """The section of a layer, and those of what is inside it."""
        section = self._section(layer, number) if chosen else None
        if section is not None:
            yield section
        if section is None or section.before is None:
            yield from self._sections(layer, f"{number}.", chosen=chosen)

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
        told = [(one,) for one in (*_unchanged(same), *_calls(layer))]
        notes = (*told, *((tuple(layer.notes),) if layer.notes else ()))
        return Section(number, layer, tuple(derived), notes)

    def _derived(self, layer: LayerDerivation, quantity: Quantity) -> Derived:
        symbol = shown_symbol(layer, quantity, self._names)
        tapes = tuple(tape for tape in layer.tapes if quantity.quantity == f"output.{tape.letter}")
        if quantity.like is not None and self.detail < Detail.FULL:
            return in_the_same_way(quantity, symbol, tapes)
        if not self._is_explained(quantity):
            return Derived(quantity, symbol, lines_of(quantity, self.detail), tapes)
        known = as_before(quantity, frozenset(one.symbol for one in layer.quantities))
        said = said_before(self._every[quantity.after or ""], quantity)
        lines = lines_of(quantity, self.detail, known, said)
        return Derived(quantity, symbol, lines, tapes, known)

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


def in_the_same_way(quantity: Quantity, symbol: Symbol, tapes: tuple[Tape, ...] = ()) -> Derived:
    """``W_out = 26   in the same way``, behind what has the same derivation."""
    line = Line((in_order(S(quantity.result)),), (_("in the same way"),), result=True)
    return Derived(quantity, symbol, (line,), tapes)


def lines_of(
    quantity: Quantity,
    detail: Detail,
    known: Message | None = None,
    reasons: frozenset[Message] = frozenset(),
) -> tuple[Line, ...]:
    """The lines of a quantity. Where its rule is ``known`` from an earlier layer, they start at the
    numbers, and the ``reasons`` given there are not given again."""
    steps = quantity.steps if known is None else from_the_numbers(quantity.steps)
    steps = visible(steps, detail)
    said: set[Message] = set()
    first = () if known is None else (known,)
    lines = []
    for step in steps:
        reason = None if step.reason in reasons else step.reason
        own = () if reason is None or reason in said else (reason,)
        said.update(own)
        last = step is steps[-1]
        if known is None or first or own or last or _stays(step):
            again = None if own else reason
            lines.append(Line((step.expression,), (*first, *own), result=last, again=again))
            first = ()
    return _on_one_line(lines, detail, explained=known is not None) or tuple(lines)


def _on_one_line(
    lines: Sequence[Line], detail: Detail, *, explained: bool
) -> tuple[Line, ...] | None:
    """``13 - 3 + 1 = 11``, where it was explained before or no reader could slip."""
    reasons = [line.reasons for line in lines]
    expressions = [line.expressions[0] for line in lines]
    if detail is Detail.FULL or len(lines) < 2 or any(reasons[1:-1]):
        return None
    if (reasons[0] and reasons[-1]) or any(map(shows_a_cut, expressions)):
        return None
    if explained and is_number(expressions[-1]):
        chain = (expressions[0], expressions[-1])
    elif all(map(is_short, expressions)) and len(lines) <= 3:
        chain = tuple(expressions)
    else:
        return None
    return (Line(chain, reasons[0] or reasons[-1], result=True),)


def in_order_of_flow(whole: NetworkDerivation | LayerDerivation) -> list[LayerDerivation]:
    """The layers of a network and the operations between them, as data passes them."""
    return sorted((*whole.layers, *whole.operations), key=lambda one: one.order)


def everything(whole: NetworkDerivation | LayerDerivation) -> Iterator[LayerDerivation]:
    """All layers and operations of a network, each before what is inside it."""
    for one in in_order_of_flow(whole):
        yield one
        yield from everything(one)


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
