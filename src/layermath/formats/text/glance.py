"""The table of layers, and what is summed up under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from layermath.derivation.records import NetworkDerivation
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import Line, Role, line
from layermath.formats.text.table import Column, table
from layermath.messages import Code, _, ngettext
from layermath.page.glance import divided, folds, glance
from layermath.page.sizes import halved
from layermath.page.table import Cell, Table, cell_text, without
from layermath.setting.measure import left, width, wrap, wrap_formula
from layermath.setting.sentences import HARD_SPACE

_WIDEST_TOTAL = 16
_WIDE = 100
"""In so many columns there is room for the formulas of the parameters, or for the MACs of rows."""
_MOST_FORMULAS = 100
"""Each formula asks for its derivation: a longer table does without."""
_ROOM_FOR_NAMES = 72
_LEAST = 12
_RULE = 25
"""How narrow a rule may become: a name may be cut in its middle sooner than ``5 × 10 layers``."""
_COLUMNS = {
    "layer": Column("", least=10),
    "rule": Column("", least=_LEAST, optional=1),
    "output_shape": Column("", formula=True, least=12),
    "params_formula": Column("", rightward=True, formula=True, optional=3),
    "params": Column("", rightward=True, formula=True, least=10),
    "macs": Column("", rightward=True, formula=True, least=9, optional=1),
    "receptive_field": Column("", rightward=True, formula=True, least=4, optional=2),
}


def layers(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """The table of layers with the totals under it."""
    if folds(derivation, options.detail):
        return _folded(derivation, options)
    keys = ["layer", "output_shape", "params", "macs", "receptive_field"]
    if options.columns >= _WIDE and len(derivation.layers) <= _MOST_FORMULAS:
        keys.insert(2, "params_formula")
    page = glance(derivation, *keys)
    columns, rows, totals = _set(page, options)
    for place, column in enumerate(page.columns):
        if column.key == "params_formula":
            longest = max(width(row[place]) for row in rows)
            columns[place] = replace(columns[place], least=longest)
            if not longest:
                columns, rows, totals = _set(without(page, "params_formula"), options)
    if not any(width(text) > _WIDEST_TOTAL for row in totals for text in row[1:]):
        return table(columns, rows, options.columns, signs=options.signs, totals=totals)
    keys = [column.key for column in page.columns]
    say = options.setter.to_wrap
    (whole, *kinds) = page.totals
    below = [
        (say(_("parameters")), _text(whole[keys.index("params")], options)),
        (say(_("MACs")), _text(whole[keys.index("macs")], options)),
        *((_text(row[0], options), _text(row[keys.index("params")], options)) for row in kinds),
    ]
    entries = [(label, partial(wrap_formula, text)) for label, text in below]
    return [
        *table(columns, rows, options.columns, signs=options.signs),
        *_entries(entries, options),
    ]


def _text(cell: Cell, options: TextOptions) -> str:
    return cell_text(cell, options.setter)


def _set(
    page: Table, options: TextOptions
) -> tuple[list[Column], list[list[str]], list[list[str]]]:
    """Columns, rows and totals as text."""
    say = options.setter.to_wrap
    columns = [replace(_COLUMNS[one.key], head=say(one.head)) for one in page.columns]
    rows, totals = (
        [[_text(cell, options) for cell in row] for row in part]
        for part in (page.rows, page.totals)
    )
    return columns, rows, totals


# What repeats --------------------------------------------------------------------------------


def _folded(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """The rows of a large network, and under them what is summed up."""
    keys = ["layer", "rule", "output_shape", "params", "receptive_field"]
    if options.columns >= _WIDE:
        keys.insert(4, "macs")
    columns, rows, _totals = _set(glance(derivation, *keys, folded=True), options)
    wide = options.columns >= _ROOM_FOR_NAMES
    taken = [max(map(width, cells)) for cells in zip(*rows, strict=True)]
    least = min(_RULE if wide else _LEAST, taken[1])
    columns[0] = replace(columns[0], least=_LEAST if wide else 8)
    columns[1] = replace(columns[1], least=least)
    if len(columns) > 5:
        columns[4] = replace(columns[4], optional=3)
    heads = [columns[2].head, columns[3].head]
    both = max(width(one) + 2 + width(other) for one, other in [heads, *(row[2:4] for row in rows)])
    if INDENT + _LEAST + least + both + max(4, taken[-1]) + 6 <= options.columns:
        # a long shape may stand above the place of a long count, in another row
        columns[2:4] = [Column(_apart(heads[0], heads[1], both), formula=True, least=both)]
        rows = [[*row[:2], _apart(row[2], row[3], both), *row[4:]] for row in rows]
    page = table(columns, rows, options.columns, signs=options.signs)
    return [
        *page,
        *_counted(derivation, options),
        *_entries([*_sums(derivation, options)], options),
    ]


def _apart(one: str, other: str, room: int) -> str:
    return one + HARD_SPACE * (room - width(one) - width(other)) + other


def _counted(derivation: NetworkDerivation, options: TextOptions) -> Iterator[Line]:
    """``177 layers in 16 rows (--detail full shows each)``"""
    said = _(
        "{layers} in {rows} ({option} shows each)",
        layers=ngettext("{number} layer", "{number} layers", len(derivation.layers)),
        rows=ngettext("{number} row", "{number} rows", len(derivation.rows)),
        option=Code("--detail full"),
    )
    for text in wrap(options.setter.to_wrap(said), options.columns - INDENT):
        yield line(" " * INDENT + text)


Entry = tuple[str, Callable[[int], list[str]]]
"""A label, and what breaks its text into lines of so many columns: prose between its words, a
formula before its operators."""


def _sums(derivation: NetworkDerivation, options: TextOptions) -> Iterator[Entry]:
    totals, style, say = derivation.totals, options.style, options.setter.to_wrap
    params = style.write(totals.params_in_sizes, thousands=True)
    wrapped = partial(wrap_formula, params)
    if totals.non_trainable_params != 0:
        trainable = style.size(totals.trainable_params, thousands=True)
        said = _("{params}, of them {trainable} trainable", params=params, trainable=trainable)
        wrapped = partial(wrap, say(said))
    yield say(_("parameters")), wrapped
    if totals.macs != 0:
        macs = style.write(totals.macs_in_sizes, thousands=True)
        yield say(_("MACs")), partial(wrap_formula, macs)
        for said in divided(derivation):
            yield say(_("MACs")), partial(wrap, say(said))
    pattern = halved(derivation.sizes)
    if pattern:
        rules = [f"{style.write(name)} = {style.write(size)}" for name, size in pattern]
        yield say(_("sizes")), partial(wrap, ", ".join(rules))


def _entries(entries: Sequence[Entry], options: TextOptions) -> Iterator[Line]:
    """Labels, each with its lines, which go on under their first character."""
    column = max(width(label) for label, _wrapped in entries) + 2
    before = ""
    for label, wrapped in entries:
        head = " " * INDENT + left("" if label == before else label, column)
        before = label
        for part in wrapped(options.columns - INDENT - column):
            yield ((head, Role.PLAIN), (part, Role.FORMULA))
            head = " " * (INDENT + column)
