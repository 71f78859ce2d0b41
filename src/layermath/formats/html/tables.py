"""The tables of the page: the layers, and the named sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Add, Expr, Pow, S

from layermath.algebra.floors import total
from layermath.algebra.written import in_order
from layermath.derivation.records import Counters, Derivation, Detail, Field, LayerDerivation, Row
from layermath.formats.counted import formula_of
from layermath.formats.html.formulas import count_of
from layermath.formats.html.marks import element, kind_of
from layermath.formats.html.options import HtmlOptions
from layermath.formats.html.sections import call_of
from layermath.formats.mathml import attribute, broken, whole
from layermath.formats.text.counting import entries, uncounted
from layermath.messages import Extent, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.page.outline import row_name
from layermath.setting.styles import UNICODE

_WIDEST_FIELD = 16
_SHORT_FORMULA = 26
"""A formula of so many characters is not broken in a table."""


@dataclass(frozen=True)
class _Cell:
    """A cell: what it holds, and what stands small below it."""

    text: str
    below: str = ""


class Tables:
    """Writes tables with one set of options."""

    def __init__(self, derivation: Derivation, options: HtmlOptions) -> None:
        self.derivation = derivation
        self.options = options
        self.say = options.setter.say

    # The layers --------------------------------------------------------------------------------

    def layers(self) -> str:
        """A row for each layer; of a large network, for each run of what repeats."""
        derivation, say = self.derivation, self.say
        folded = bool(derivation.rows) and self.options.detail < Detail.FULL
        heads = [_("layer"), _("output"), _("parameters"), _("MACs")]
        if derivation.totals.flops is not None:
            heads.append(_("FLOPs"))
        heads.append(_("sees"))
        rows = (
            [self._run(row) for row in derivation.rows]
            if folded
            else [(kind_of(layer), self._layer(layer)) for layer in derivation.layers]
        )
        if not any(cells[-1].text for _kind, cells in rows):
            heads.pop()
            rows = [(kind, cells[:-1]) for kind, cells in rows]
        body = [self._row(kind, heads, cells) for kind, cells in rows]
        foot = [self._row("sum", heads, cells) for cells in self._totals(len(heads))]
        columns = "".join(
            element(
                "th",
                say(head),
                scope="col",
                role="columnheader",
                class_="n" if place > 1 else None,
            )
            for place, head in enumerate(heads)
        )
        return self._table(columns, body, foot)

    def _table(self, heads: str, body: Sequence[str], foot: Sequence[str] = ()) -> str:
        below = element("tfoot", "\n".join(foot), role="rowgroup") if foot else ""
        return element(
            "table",
            element("thead", element("tr", heads, role="row"), role="rowgroup")
            + "\n"
            + element("tbody", "\n".join(body), role="rowgroup")
            + below,
            role="table",
            class_="layers",
        )

    def _row(self, kind: str, heads: Sequence[Message], cells: Sequence[_Cell]) -> str:
        written = []
        for place, (head, cell) in enumerate(zip(heads, cells, strict=True)):
            small = element("small", cell.below) if cell.below else ""
            written.append(
                element(
                    "td" if place else "th",
                    cell.text + small,
                    role="cell" if place else "rowheader",
                    scope=None if place else "row",
                    class_="n" if place > 1 else None,
                    data_k=attribute(self.options.plain.say(head)) if place > 1 else None,
                )
            )
        return element("tr", "".join(written), role="row", class_=kind)

    def _layer(self, layer: LayerDerivation) -> list[_Cell]:
        say = self.say
        cells = [
            _Cell(say(_("{name}", name=Name(layer.name))), say(call_of(layer))),
            _Cell(say(_("{shapes}", shapes=tuple(map(ShapePiece, layer.shown_outputs))))),
            self._count(layer, "params", layer.shown_params),
            self._count(layer, "macs", layer.shown_macs),
        ]
        if self.derivation.totals.flops is not None:
            known = layer.flops is not None
            cells.append(self._number(in_order(S(layer.flops))) if known else _Cell("?"))
        return [*cells, _Cell(self._sees(layer.receptive_field))]

    def _count(self, layer: LayerDerivation, quantity: str, shown: Expr | None) -> _Cell:
        """The number, and its rule with the numbers put in below it."""
        if shown is None:
            return _Cell("?")
        count = count_of(layer, quantity, shown)
        formula = formula_of(layer, quantity)
        small = ""
        if isinstance(getattr(layer, quantity), int) and formula is not None:
            small = self.options.inline.write(formula)
            if len(UNICODE.write(formula)) <= _SHORT_FORMULA:
                small = whole(small)
            small = broken(small)
        return _Cell(self._number(count).text, small)

    def _number(self, count: Expr) -> _Cell:
        text = broken(self.options.inline.write(count, thousands=True))
        return _Cell(element("span", text, class_="zero") if count == 0 else text)

    def _run(self, row: Row) -> tuple[str, list[_Cell]]:
        say, last = self.say, row.layers[-1]
        first = row.layers[0]
        params = total(layer.shown_params for layer in row.layers)
        known = [layer.shown_macs for layer in row.layers if layer.shown_macs is not None]
        macs = total(known)
        cells = [
            _Cell(self._run_name(row), say(self._what(row))),
            _Cell(say(_("{shapes}", shapes=tuple(map(ShapePiece, last.shown_outputs))))),
            self._number(in_order(S(params))),
            self._number(in_order(S(macs))) if len(known) == len(row.layers) else _Cell("?"),
        ]
        if self.derivation.totals.flops is not None:
            flops = [layer.flops for layer in row.layers if layer.flops is not None]
            cells.append(self._number(in_order(S(total(flops)))))
        kind = kind_of(first) if len(row.blocks[0]) == 1 or row.joined else "conv"
        return kind, [*cells, _Cell(self._sees(last.receptive_field))]

    def _run_name(self, row: Row) -> str:
        """The name of a run, which leads to its first layer."""
        text = self.options.unlinked.say(_("{name}", name=row_name(row)))
        address = self.options.links.get(row.layers[0].name)
        return text if address is None else f'<a href="#{address}">{text}</a>'

    def _what(self, row: Row) -> Message:
        block = row.blocks[0]
        if row.joined:
            return _("{first}, {then}", first=call_of(block[0]), then=call_of(block[1]))
        if len(block) == 1:
            return call_of(block[0])
        count = ngettext("{number} layer", "{number} layers", len(block))
        if len(row.blocks) == 1:
            return count
        return _("{times} × {count}", times=len(row.blocks), count=count)

    def _totals(self, columns: int) -> Iterator[list[_Cell]]:
        totals, say = self.derivation.totals, self.say
        number = ngettext("{number} layer", "{number} layers", len(self.derivation.layers))

        def row(label: Message, what: str, *counts: object) -> list[_Cell]:
            numbers = [
                _Cell("") if one is None else self._number(in_order(S(one))) for one in counts
            ]
            cells = [_Cell(say(label)), _Cell(what), *numbers]
            return [*cells, *[_Cell("")] * (columns - len(cells))]

        flops = () if totals.flops_in_sizes is None else (totals.flops_in_sizes,)
        yield row(_("total"), say(number), totals.params_in_sizes, totals.macs_in_sizes, *flops)
        if totals.non_trainable_params != 0:
            yield row(_("trainable"), "", totals.trainable_params)
            yield row(_("not trainable"), "", totals.non_trainable_params)

    def _sees(self, fields: Sequence[Field] | None) -> str:
        """``3×3``, ``≤ 7×7`` where outputs take turns; ``all`` behind what sees everything."""
        if not fields:
            return ""
        extents = [
            max(last - first + 1 for first, last in field.phases)
            if field.size is None and field.phases
            else field.size
            for field in fields
        ]
        if any(size is None for size in extents):
            return ""
        together = all(field.jump is None for field in fields)
        if self.derivation.rows and together:
            return self.say(_("all"))
        largest = extents[0]
        if len(extents) > 1 and len(set(extents)) == 1 and isinstance(largest, Add):
            # (3·K + 1)² stands for 3·K + 1 rows and columns
            square = Pow(in_order(largest), len(extents), evaluate=False)
            if len(UNICODE.write(square)) <= _WIDEST_FIELD:
                return broken(self.options.inline.write(square))
        sizes: tuple[Piece, ...] = tuple(one for one in extents if one is not None)
        extent = Extent(sizes)
        if len(self.options.plain.say(_("{extent}", extent=extent))) > _WIDEST_FIELD:
            return self.say(_("all")) if together else "…"
        if any(field.size is None for field in fields):
            most = self.options.setter.extent(extent)
            return broken(f'<mo lspace="0" rspace=".2em">≤</mo>{most}')
        return self.say(_("{extent}", extent=extent))

    # What is counted ---------------------------------------------------------------------------

    def counting(self, counters: Counters) -> list[str]:
        """What other conventions count, with the reasons, and what none of them counts."""
        heads = [_("count"), _("number"), _("why")]
        columns = "".join(
            element("th", self.say(head), scope="col", role="columnheader") for head in heads
        )
        body = []
        for one in entries(self.derivation, counters):
            count = broken(self.options.inline.write(in_order(S(one.count)), thousands=True))
            label = element(
                "th",
                self.options.setter.sentence(one.label),
                scope="row",
                role="rowheader",
                class_="part" if one.inner else None,
            )
            number = element("td", count, role="cell", class_="n")
            reason = element("td", self.say(one.reason), role="cell")
            body.append(element("tr", label + number + reason, role="row"))
        table = element("div", self._table(columns, body), class_="scroll sizes")
        said = [element("p", self.say(one), class_="note") for one in uncounted(counters)]
        return [table, *said]

    # The named sizes ---------------------------------------------------------------------------

    def sizes(self) -> str:
        """Each named size, from the layer before and from the input."""
        heads = [_("size"), _("after"), _("from the layer before"), _("from the input")]
        columns = "".join(
            element("th", self.say(head), scope="col", role="columnheader") for head in heads
        )
        body = []
        for size in self.derivation.sizes:
            cells: list[Piece] = [size.name, Name(size.layer), size.definition, size.closed_form]
            texts = [self.say(_("{cell}", cell=cell)) for cell in cells]
            written = [element("th", texts[0], scope="row", role="rowheader")]
            written += [element("td", text, role="cell") for text in texts[1:]]
            body.append(element("tr", "".join(written), role="row"))
        return element("div", self._table(columns, body), class_="scroll sizes")
