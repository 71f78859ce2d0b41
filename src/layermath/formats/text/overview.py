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
from layermath.page.page import Page
from layermath.page.sizes import halved
from layermath.page.table import cell_text
from layermath.page.whole import TITLE
from layermath.setting.measure import left, plain, width, wrap
from layermath.setting.notation import Order

_LETTERS = {2: ("L",), 3: ("H", "W"), 4: ("Z", "H", "W")}


def heading(page: Page, options: TextOptions) -> list[Line]:
    """``mnist_cnn · 7 layers · input (28, 28, 1): height, width, channels``"""
    said = map(options.setter.to_wrap, page.facts)
    parts = [options.setter.name(page.derivation.name), *said]
    first, *rest = wrap(f" {options.signs.dot} ".join(parts), options.columns)
    return [line(first), *_indented(" ".join(rest), options)]


def _indented(text: str, options: TextOptions) -> list[Line]:
    return lines(" " * INDENT + part for part in wrap(text, options.columns - INDENT))


def sizes(page: Page, options: TextOptions) -> list[Line]:
    """The named sizes: from the layer before, and from the input."""
    one_rule = folds(page.derivation, options.detail) and halved(page.derivation.sizes)
    if page.sizes is None or one_rule:
        return []
    columns = [
        Column(options.setter.to_wrap(one.head), formula=one.key != "layer", least=least)
        for one, least in zip(page.sizes.columns, (4, 6, 8, 8), strict=True)
    ]
    rows = [[cell_text(cell, options.setter) for cell in row] for row in page.sizes.rows]
    said = [
        text
        for note in page.sizes.notes
        for text in _indented(options.setter.to_wrap(note), options)
    ]
    return [*table(columns, rows, options.columns, signs=options.signs), *said, BLANK]


def legend(page: Page, options: TextOptions) -> list[Line]:
    """The letters that occur in the derivation, and what is counted."""
    say, write = options.setter.to_wrap, options.style.write
    entries = [
        plain(f"{', '.join(map(write, letters))} {say(meaning)}")
        for letters, meaning in page.letters
    ]
    return [
        *_run(entries, options),
        *(text for note in page.remarks for text in _indented(say(note), options)),
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


def whole(page: Page, options: TextOptions) -> list[Line]:
    """What is true of the network as a whole, and what else the program can show."""
    say = options.setter.to_wrap
    written: list[Line] = []
    if page.statements:
        written += [BLANK, line(say(TITLE))]
        labels = [say(statement.label) for statement in page.statements]
        column = INDENT + max(10, *map(width, labels)) + 2
        if column > options.columns // 2:
            column = 2 * INDENT
        for label, statement in zip(labels, page.statements, strict=True):
            texts = [
                part
                for sentence in statement.lines
                for part in wrap(say(sentence), options.columns - column)
            ]
            head = " " * INDENT + label
            if width(head) + 2 > column:
                written.append(line(head))
                head = ""
            for text in texts:
                written.append(line(left(head, column) + text))
                head = ""
    for note in page.notes:
        written += [BLANK, *_indented(say(note), options)]
    return written


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
