"""The letters of the rules, said once under the table: those that occur, and what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from sympy import Symbol

from layermath.algebra.floors import FloorDiv
from layermath.algebra.written import add, mul
from layermath.derivation.records import Derivation, Detail, LayerDerivation
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import Line, lines
from layermath.messages import Message, _
from layermath.notations.spelling import spoken
from layermath.setting.measure import plain, width, wrap
from layermath.setting.notation import LAYERMATH, Notation

MEANINGS: tuple[tuple[str, Message], ...] = (
    ("N", _("parameters")),
    ("M", _("MACs")),
    ("H", _("height")),
    ("W", _("width")),
    ("Z", _("depth")),
    ("L", _("length")),
    ("T", _("time steps")),
    ("C", _("channels")),
    ("F", _("filters")),
    ("U", _("neurons")),
    ("h", _("heads")),
    ("g", _("heads of keys and values")),
    ("d", _("numbers of one head")),
    ("O", _("output size that is asked for")),
    ("V", _("words")),
    ("E", _("numbers of a word")),
    ("n", _("size of an axis of the equation")),
    ("r", _("rank of the thin matrices")),
    ("K", _("kernel")),
    ("S", _("stride (step)")),
    ("D", _("dilation (1: none)")),
    ("P", _("padding, both sides together")),
    ("A", _("slices that a depthwise layer makes of each map")),
    ("G", _("groups (1: a filter reads all channels)")),
)
"""The letters that most rules share, in the order in which a reader meets them."""


_ENDS = ("_in", "_out")

_X, _N, _M, _K = (Symbol(name, integer=True) for name in "xnmk")
_NESTED = FloorDiv(add(FloorDiv(_X, _M), _N), _K, evaluate=False)
_MERGED = FloorDiv(add(_X, mul(_M, _N)), mul(_M, _K), evaluate=False)
"""T1, as it is said at full detail."""


def legend(derivation: Derivation, options: TextOptions) -> list[Line]:
    """The letters that occur in the derivation, and what is counted."""
    say, write = options.setter.to_wrap, options.style.write
    entries = [
        plain(f"{', '.join(map(write, letters))} {say(meaning)}")
        for letters, meaning in meanings(derivation, options.notation)
    ]
    page = [*_run(entries, options)]
    for note in notes(derivation, options.notation, options.detail):
        page += _note(note, options)
    return page


def meanings(
    derivation: Derivation, notation: Notation
) -> Iterator[tuple[Sequence[Symbol], Message]]:
    """The letters that occur, with their meaning: one entry for all that mean the same."""
    if notation.name != LAYERMATH.name:
        yield from spoken(derivation, notation, dict(MEANINGS))
        return
    heads = letters_of(derivation)
    for letter, meaning in MEANINGS:
        if letter in heads:
            yield [Symbol(name) for name in heads[letter]], meaning


def notes(derivation: Derivation, notation: Notation, detail: Detail) -> Iterator[Message]:
    """What is to be known before one reads: of the notation, and of what is counted."""
    yield from notation.notes
    if any(layer.macs != 0 for layer in derivation.layers):
        yield _(
            "MAC: one multiplication with its addition; bias, pooling, normalisation "
            "and activations are not counted"
        )
    if any(layer.receptive_field for layer in derivation.layers):
        yield _(
            "sees: the largest patch of the input, padding included, on which one value can depend"
        )
    if detail is Detail.FULL and _merges(derivation.layers):
        yield _(
            "nested floors merge: {nested} = {merged} for integers x and n, and m and k of at "
            "least 1",
            nested=_NESTED,
            merged=_MERGED,
        )


def _merges(layers: Sequence[LayerDerivation]) -> bool:
    return any(
        step.rule == "nested-floors-merge"
        for layer in layers
        for quantity in layer.quantities
        for step in quantity.steps
    ) or any(_merges(layer.layers) for layer in layers)


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


def _note(message: Message, options: TextOptions) -> list[Line]:
    text = wrap(options.setter.to_wrap(message), options.columns - INDENT)
    return lines(" " * INDENT + part for part in text)


def letters_of(derivation: Derivation) -> dict[str, tuple[str, ...]]:
    """The letters of the rules that occur: ``H`` for ``H_in`` and ``H_out``.

    Where the model itself uses a letter, the rule's own name for it is given in full.
    """
    own = {symbol.name for symbol in derivation.symbols}
    named = {size.name.name for size in derivation.sizes}
    found: dict[str, dict[str, None]] = {}
    for name in _rule_letters(derivation.layers, own):
        if name in named:
            continue
        head = name.partition("_")[0]
        indexed = head in own and name != head and not name.endswith(_ENDS)
        found.setdefault(head, {})[name if indexed else head] = None
    return {head: tuple(names) for head, names in found.items()}


def _rule_letters(layers: Sequence[LayerDerivation], own: Set[str]) -> Iterator[str]:
    for layer in layers:
        for quantity in layer.quantities:
            yield quantity.symbol.name
            yield from (letter.name for letter in quantity.where)
            for step in quantity.steps:
                names = (s.name for s in step.expression.free_symbols if isinstance(s, Symbol))
                yield from sorted(name for name in names if name not in own)
        yield from _rule_letters(layer.layers, own)
