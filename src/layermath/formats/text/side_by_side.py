"""A rule in two notations, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sympy import S

from layermath.algebra.written import in_order
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, lines, painted
from layermath.formats.text.table import Column, table
from layermath.messages import Message, Name, _
from layermath.notations.side_by_side import RuleInNotation, RuleInTwoNotations
from layermath.page.legend import MEANINGS
from layermath.setting.measure import left, plain, width, wrap, wrap_formula

_MEANINGS = {
    **dict(MEANINGS),
    "S": _("stride"),
    "D": _("dilation"),
    "G": _("groups"),
    "E": _("kernel as the dilation spreads it"),
    "O": _("padding of the output"),
}
_GAP = 3
_STACKED_BELOW = 64


def render_notations(title: str, pairs: Sequence[RuleInTwoNotations], options: TextOptions) -> str:
    """Each pair of a network or a layer type: the two forms, why they are equal, the letters."""
    say = options.setter.to_wrap
    page: list[Line] = [line(options.setter.name(title))]
    if not pairs:
        page += [BLANK, line(" " * INDENT + say(_("the two write every rule here alike")))]
    for pair in pairs:
        page += [BLANK, *_heading(pair, options), *_both(pair, options), *_why(pair, options)]
    if pairs:
        page += _letters(pairs, options)
    return painted(page, options.colour)


def _heading(pair: RuleInTwoNotations, options: TextOptions) -> list[Line]:
    parts: list[Message] = [pair.label]
    if pair.layer:
        parts.insert(0, _("{layer}", layer=Name(pair.layer)))
    if pair.when is not None:
        parts.append(pair.when)
    text = f" {options.signs.dot} ".join(options.setter.to_wrap(part) for part in parts)
    return lines(wrap(text, options.columns))


def _both(pair: RuleInTwoNotations, options: TextOptions) -> Iterator[Line]:
    """In two columns; one below the other in a narrow window."""
    if options.columns < _STACKED_BELOW:
        for side in (pair.left, pair.right):
            for text in _column(side, pair, options.columns - INDENT, options):
                yield line(" " * INDENT + text, Role.FORMULA)
        return
    room = (options.columns - INDENT - _GAP) // 2
    columns = [_column(side, pair, room, options) for side in (pair.left, pair.right)]
    height = max(map(len, columns))
    for one, other in zip(
        *(texts + [""] * (height - len(texts)) for texts in columns), strict=True
    ):
        yield line(" " * INDENT + left(one, room + _GAP) + other, Role.FORMULA)


def _column(
    side: RuleInNotation, pair: RuleInTwoNotations, room: int, options: TextOptions
) -> list[str]:
    style = replace(options.style, notation=side.notation)
    title = options.setter.name(side.notation.title)
    symbol = style.write(side.symbol)
    indent = width(symbol)
    texts = [title, options.signs.rule * room]
    for index, expression in enumerate(side.lines):
        head = symbol if index == 0 else " " * indent
        parts = wrap_formula(style.write(expression, thousands=pair.is_count), room - indent - 3)
        for part_index, part in enumerate(parts):
            texts.append(f"{head} {'=' if part_index == 0 else ' '} {part}")
            head = " " * indent
    return texts


def _why(pair: RuleInTwoNotations, options: TextOptions) -> Iterator[Line]:
    label = options.setter.sentence(_("equal"))
    column = width(label) + 2
    yield BLANK
    for message in pair.why or (_("only the letters differ"),):
        for text in wrap(options.setter.to_wrap(message), options.columns - INDENT - column):
            yield line(" " * INDENT + left(label, column) + text)
            label = ""


def _letters(pairs: Sequence[RuleInTwoNotations], options: TextOptions) -> list[Line]:
    """What each letter means, how the two write it, and what it is here where that is one
    number."""
    first = pairs[0]
    styles = [replace(options.style, notation=side.notation) for side in (first.left, first.right)]
    found: dict[tuple[str, str, str], set[str]] = {}
    for pair in pairs:
        for name, one, other, size in pair.letters:
            left_text, right_text = (
                options.signs.none if name[:1] in side.notation.absent else style.write(letter)
                for side, style, letter in zip(
                    (pair.left, pair.right), styles, (one, other), strict=True
                )
            )
            key = (name.partition("@")[0], left_text, right_text)
            values = found.setdefault(key, set())
            if size is not None:
                values.add(options.style.write(in_order(S(size))))
    numbered = len({pair.layer for pair in pairs}) == 1 and any(found.values())
    titles = [options.setter.name(side.notation.title) for side in (first.left, first.right)]
    columns = [
        Column(options.setter.to_wrap(_("letter"))),
        *(Column(title, formula=True) for title in titles),
    ]
    if numbered:
        columns.append(Column(options.setter.to_wrap(_("here")), formula=True))
    order = list(_MEANINGS)
    rows = []
    for (name, one, other), values in sorted(
        found.items(),
        key=lambda item: (
            order.index(item[0][0][:1]) if item[0][0][:1] in order else len(order),
            item[0],
        ),
    ):
        meaning = _meant(name)
        row = [plain(options.setter.to_wrap(meaning)) if meaning else "", one, other]
        if numbered:
            row.append(next(iter(values)) if len(values) == 1 else "")
        rows.append(tuple(row))
    return [BLANK, *table(columns, rows, options.columns, signs=options.signs)]


def _meant(name: str) -> Message | None:
    meaning = _MEANINGS.get(name.partition("_")[0])
    if meaning is None:
        return None
    if name.endswith("_in"):
        return _("{meaning} of the input", meaning=meaning)
    if name.endswith("_out"):
        return _("{meaning} of the output", meaning=meaning)
    return meaning
