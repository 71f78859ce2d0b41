"""What stands around the layers: heading, named sizes, letters, the network as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import S

from layermath.algebra.written import in_order
from layermath.derivation.records import NetworkDerivation
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, lines
from layermath.formats.text.table import Column, table
from layermath.messages import Code, Count, Message, _, ngettext
from layermath.page.glance import folds
from layermath.page.headings import facts
from layermath.page.legend import meanings, notes
from layermath.page.sizes import sizes_table
from layermath.page.table import cell_text
from layermath.setting.measure import left, plain, width, wrap
from layermath.setting.notation import Order

_LETTERS = {2: ("L",), 3: ("H", "W"), 4: ("Z", "H", "W")}


def heading(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """``mnist_cnn · 7 layers · input (28, 28, 1): height, width, channels``"""
    said = map(options.setter.to_wrap, facts(derivation, options.notation))
    parts = [options.setter.name(derivation.name), *said]
    first, *rest = wrap(f" {options.signs.dot} ".join(parts), options.columns)
    return [line(first), *_indented(" ".join(rest), options)]


def _indented(text: str, options: TextOptions) -> list[Line]:
    return lines(" " * INDENT + part for part in wrap(text, options.columns - INDENT))


def sizes(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """The named sizes: from the layer before, and from the input."""
    page = sizes_table(derivation.sizes, folded=folds(derivation, options.detail))
    if page is None:
        return []
    columns = [
        Column(options.setter.to_wrap(one.head), formula=one.key != "layer", least=least)
        for one, least in zip(page.columns, (4, 6, 8, 8), strict=True)
    ]
    rows = [[cell_text(cell, options.setter) for cell in row] for row in page.rows]
    said = [
        text for note in page.notes for text in _indented(options.setter.to_wrap(note), options)
    ]
    return [*table(columns, rows, options.columns, signs=options.signs), *said, BLANK]


def legend(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """The letters that occur in the derivation, and what is counted."""
    say, write = options.setter.to_wrap, options.style.write
    entries = [
        plain(f"{', '.join(map(write, letters))} {say(meaning)}")
        for letters, meaning in meanings(derivation, options.notation)
    ]
    said = notes(derivation, options.notation, options.detail)
    return [
        *_run(entries, options),
        *(text for note in said for text in _indented(say(note), options)),
    ]


def _run(entries: Sequence[str], options: TextOptions) -> Iterator[Line]:
    """Entries in a row with dots between; none is broken where it fits on a line."""
    room = options.columns - INDENT
    separator = f" {options.signs.dot} "
    texts: list[str] = []
    for entry in entries:
        if texts and width(texts[-1] + separator + entry) <= room:
            texts[-1] += separator + entry
        else:
            texts += wrap(entry, room)
    yield from lines(" " * INDENT + text for text in texts)


def whole(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """What is true of the network as a whole, and what else the program can show."""
    say = options.setter.to_wrap
    page: list[Line] = []
    statements = [one for one in derivation.whole if one.lines]
    if statements:
        page += [BLANK, line(say(_("The network as a whole")))]
        labels = [say(statement.label) for statement in statements]
        column = INDENT + max(10, *map(width, labels)) + 2
        if column > options.columns // 2:
            column = 2 * INDENT
        for label, statement in zip(labels, statements, strict=True):
            texts = [
                part
                for sentence in statement.lines
                for part in wrap(say(sentence), options.columns - column)
            ]
            head = " " * INDENT + label
            if width(head) + 2 > column:
                page.append(line(head))
                head = ""
            for text in texts:
                page.append(line(left(head, column) + text))
                head = ""
    for note in derivation.notes:
        page += [BLANK, *_indented(say(note), options)]
    return page


def hints(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """What to type to see more."""
    if not options.hints:
        return []
    offers: list[Message] = []
    if derivation.symbols:
        setting = f"--set {derivation.symbols[0].name}={options.signs.ellipsis}"
        offers.append(_("Put numbers in: {option}", option=Code(setting)))
    elif len(derivation.inputs) == 1 and derivation.channels_last:
        shape = derivation.inputs[0].shape
        letters = _LETTERS.get(len(shape))
        if letters:
            first = options.notation.order is Order.CHANNELS_FIRST
            free = ",".join([*letters, str(shape[0] if first else shape[-1])])
            offers.append(_("With the size left open: {option}", option=Code(f"--input {free}")))
    if options.detail < options.detail.FULL:
        offers.append(_("Every step: {option}", option=Code("--detail full")))
    if not offers:
        return []
    texts = [plain(options.setter.to_wrap(offer)) for offer in offers]
    together = (" " * 8).join(texts)
    if width(together) + INDENT > options.columns:
        return [BLANK, *(part for text in texts for part in _indented(text, options))]
    return [BLANK, line(" " * INDENT + together, Role.REASON)]


def totals_line(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """The totals in one sentence, where only some layers are shown."""
    totals = derivation.totals
    said = ngettext(
        "In its one layer: {params} parameters, {macs} MACs.",
        "In all {number} layers: {params} parameters, {macs} MACs.",
        len(derivation.layers),
        params=Count(in_order(S(totals.params_in_sizes))),
        macs=Count(in_order(S(totals.macs_in_sizes))),
    )
    return [BLANK, *_indented(options.setter.to_wrap(said), options)]
