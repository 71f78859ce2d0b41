"""Two models side by side, as text: the layers that differ, then what that comes to."""

from __future__ import annotations

from collections.abc import Sequence

from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, painted
from layermath.formats.text.ruled import Head, ruled
from layermath.messages import Message, Piece, _
from layermath.page.comparison import ComparedRow, comparison_page
from layermath.questions.records import NetworkComparison
from layermath.setting.measure import left, plain, width, wrap, wrap_formula

_DEFAULT = TextOptions()
_WIDEST = 26
"""A count wider than this stands below the table, with all the room it needs."""


def render_comparison(comparison: NetworkComparison, options: TextOptions = _DEFAULT) -> str:
    """What changed, layer by layer, then parameters, MACs and what the output sees."""
    shown = comparison_page(comparison, options.detail)
    narrow = [row for row in shown.counts if not _is_wide(row, options)]
    wide = [row for row in shown.counts if _is_wide(row, options)]
    names = [options.setter.say(name) for name in shown.names]
    heads = [
        Head("", least=10),
        *(Head(name, formula=True, least=12) for name in names),
        Head(options.setter.say(_("why"))),
    ]
    page: list[Line] = []
    groups = [[_cells(row, options) for row in rows] for rows in (shown.layers, narrow)]
    if shown.headline is not None:
        page += [line(options.setter.sentence(shown.headline)), *([BLANK] if any(groups) else [])]
    if any(groups):
        page += ruled(heads, groups, options)
    page += _below(wide, names, options)
    if shown.same is not None:
        page += ([BLANK] if wide else []) + _labelled(_("the same"), shown.same, options)
    for note in shown.notes:
        text = wrap(options.setter.to_wrap(note), options.columns - INDENT)
        page += [BLANK, *(line(" " * INDENT + part) for part in text)]
    return painted(page, options.colour)


def _cells(row: ComparedRow, options: TextOptions) -> list[str]:
    say, why = options.setter.to_wrap, row.reasons
    return [
        "  " * row.depth + say(row.label),
        plain(_piece(row.before, options)),
        plain(_piece(row.after, options)),
        "" if why is None else say(why),
    ]


def _piece(piece: Piece, options: TextOptions) -> str:
    return options.setter.piece(piece)


def _is_wide(row: ComparedRow, options: TextOptions) -> bool:
    widest = min(_WIDEST, options.columns // 3)
    return any(width(plain(_piece(piece, options))) > widest for piece in (row.before, row.after))


def _below(rows: Sequence[ComparedRow], names: Sequence[str], options: TextOptions) -> list[Line]:
    """Counts in letters that a column has no room for: each on its own line."""
    say = options.setter.to_wrap
    more = say(_("difference"))
    page: list[Line] = []
    column = min(max(map(width, (*names, more))), options.columns // 3) + 2
    for row in rows:
        texts = [_piece(piece, options) for piece in (row.before, row.after)]
        entries = list(zip(names, texts, strict=True))
        if texts[0] == texts[1]:
            entries = [(say(_("in both")), texts[0])]
        if row.difference is not None:
            entries.append((more, say(row.difference)))
        page += [BLANK, line(" " * INDENT + plain(say(row.label)))]
        for label, text in entries:
            head = " " * (2 * INDENT) + left(label, column)
            for part in wrap_formula(text, options.columns - 2 * INDENT - column):
                page.append(((head, Role.PLAIN), (part, Role.FORMULA)))
                head = " " * (2 * INDENT + column)
        if row.why is not None and texts[0] != texts[1]:
            head = " " * (2 * INDENT + column)
            for part in wrap(say(row.why), options.columns - width(head)):
                page.append(((head, Role.PLAIN), (part, Role.REASON)))
    return page


def _labelled(label: Message, text: Message, options: TextOptions) -> list[Line]:
    head = " " * INDENT + options.setter.say(label) + "  "
    parts = wrap(options.setter.to_wrap(text), options.columns - width(head))
    page: list[Line] = []
    for part in parts:
        page.append(((head, Role.PLAIN), (part, Role.PLAIN)))
        head = " " * width(head)
    return page
