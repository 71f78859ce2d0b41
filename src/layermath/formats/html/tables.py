"""The tables of the page: the layers, and the named sizes."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import S

from layermath.algebra.written import in_order
from layermath.derivation.records import Counters, NetworkDerivation, Row
from layermath.formats.html.marks import element, kind_of
from layermath.formats.html.options import HtmlOptions
from layermath.formats.mathml import attribute, broken, whole
from layermath.messages import Count, _, ngettext
from layermath.page.counting import entries, uncounted
from layermath.page.counts import NOTHING
from layermath.page.glance import folds, glance, rows_of
from layermath.page.headings import row_name
from layermath.page.table import Cell, Table, cell_text
from layermath.setting.styles import UNICODE

_KEYS = (
    *("layer", "rule", "output_shape", "params", "params_formula"),
    *("macs", "macs_formula", "flops", "receptive_field"),
)
_BELOW = {"rule": "layer", "params_formula": "params", "macs_formula": "macs"}
"""What stands small, and below which cell."""

_SHORT_FORMULA = 26
"""A formula of so many characters is not broken in a table."""


class Tables:
    """Writes tables with one set of options."""

    def __init__(self, derivation: NetworkDerivation, options: HtmlOptions) -> None:
        self.derivation = derivation
        self.options = options
        self.say = options.setter.say

    # The layers --------------------------------------------------------------------------------

    def layers(self) -> str:
        """A row for each layer; of a large network, for each run of what repeats."""
        derivation = self.derivation
        folded = folds(derivation, self.options.detail)
        page = glance(derivation, *_KEYS, folded=folded)
        rows = rows_of(derivation, folded=folded)
        kinds = [*map(self._kind, rows), *["other"] * (len(page.rows) - len(rows))]
        names = [*map(self._name, rows), *[None] * (len(page.rows) - len(rows))]
        body = [
            self._row(kind, page, cells, name)
            for kind, cells, name in zip(kinds, page.rows, names, strict=True)
        ]
        count = ngettext("{number} layer", "{number} layers", len(derivation.layers))
        foot = [
            self._row("sum", page, self._with_rule(page, cells, None if place else count))
            for place, cells in enumerate(page.totals)
        ]
        columns = "".join(
            element(
                "th",
                self.say(one.head),
                scope="col",
                role="columnheader",
                class_="n" if one.rightward or one.key == "receptive_field" else None,
            )
            for one in page.columns
            if one.key not in _BELOW
        )
        return self._table(columns, body, foot)

    def _with_rule(self, page: Table, cells: Sequence[Cell], rule: Cell) -> list[Cell]:
        return [
            rule if column.key == "rule" else cell
            for column, cell in zip(page.columns, cells, strict=True)
        ]

    def _kind(self, row: Row) -> str:
        return kind_of(row.layers[0]) if len(row.blocks[0]) == 1 or row.joined else "conv"

    def _name(self, row: Row) -> str:
        """The name of a layer or a run, which leads to its first section."""
        text = self.options.unlinked.say(_("{name}", name=row_name(row)))
        address = self.options.links.get(row.layers[0].name)
        return text if address is None else f'<a href="#{address}">{text}</a>'

    def _row(self, kind: str, page: Table, cells: Sequence[Cell], name: str | None = None) -> str:
        """A row. The rule stands small below the name, a formula below its number."""
        of = dict(zip((column.key for column in page.columns), cells, strict=True))
        written = []
        for column in page.columns:
            key = column.key
            if key in _BELOW:
                continue
            text = self._cell(of[key]) if name is None or key != "layer" else name
            below = next((one for one, above in _BELOW.items() if above == key), "")
            small = self._small(of.get(below))
            text += element("small", small) if small else ""
            number = key not in ("layer", "output_shape")
            written.append(
                element(
                    "th" if key == "layer" else "td",
                    text,
                    role="rowheader" if key == "layer" else "cell",
                    scope="row" if key == "layer" else None,
                    class_="n" if number else None,
                    data_k=attribute(self.options.plain.say(column.head)) if number else None,
                )
            )
        return element("tr", "".join(written), role="row", class_=kind)

    def _cell(self, cell: Cell) -> str:
        text = cell_text(cell, self.options.setter)
        zero = cell == NOTHING or (isinstance(cell, Count) and cell.value == 0)
        return element("span", text, class_="zero") if zero else text

    def _small(self, cell: Cell) -> str:
        """The rule with the numbers put in; a short one is not broken."""
        if not isinstance(cell, Count):
            return cell_text(cell, self.options.setter)
        text = self.options.inline.write(cell.value, thousands=True)
        short = len(UNICODE.write(cell.value)) <= _SHORT_FORMULA
        return broken(whole(text) if short else text)

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

    def sizes(self, page: Table) -> str:
        """Each named size, from the layer before and from the input."""
        columns = "".join(
            element("th", self.say(one.head), scope="col", role="columnheader")
            for one in page.columns
        )
        body = []
        for first, *cells in page.rows:
            written = [element("th", self._cell(first), scope="row", role="rowheader")]
            written += [element("td", self._cell(cell), role="cell") for cell in cells]
            body.append(element("tr", "".join(written), role="row"))
        said = [
            element("p", self.options.setter.sentence(note), class_="note") for note in page.notes
        ]
        return "\n".join([element("div", self._table(columns, body), class_="scroll sizes"), *said])
