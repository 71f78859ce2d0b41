"""The letters of the rules, said once: those that occur, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from sympy import Symbol

from layermath.algebra.floors import FloorDiv
from layermath.algebra.written import add, mul
from layermath.derivation.records import Detail, LayerDerivation, NetworkDerivation
from layermath.messages import Message, _
from layermath.notations.spelling import spoken
from layermath.page.outline import everything, in_order_of_flow
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


def meanings(
    derivation: NetworkDerivation, notation: Notation
) -> Iterator[tuple[Sequence[Symbol], Message]]:
    """The letters that occur, with their meaning: one entry for all that mean the same."""
    if notation.name != LAYERMATH.name:
        yield from spoken(derivation, notation, dict(MEANINGS))
        return
    heads = letters_of(derivation)
    for letter, meaning in MEANINGS:
        if letter in heads:
            yield [Symbol(name) for name in heads[letter]], meaning


def notes(derivation: NetworkDerivation, notation: Notation, detail: Detail) -> Iterator[Message]:
    """What is to be known before one reads: of the notation, and of what is counted."""
    yield from notation.notes
    if any(layer.macs != 0 for layer in in_order_of_flow(derivation)):
        yield _(
            "MAC: one multiplication with its addition; bias, pooling, normalisation "
            "and activations are not counted"
        )
    if any(layer.receptive_field for layer in derivation.layers):
        yield _(
            "sees: the largest patch of the input, padding included, on which one value can depend"
        )
    if detail is Detail.FULL and _merges(derivation):
        yield _(
            "nested floors merge: {nested} = {merged} for integers x and n, and m and k of at "
            "least 1",
            nested=_NESTED,
            merged=_MERGED,
        )


def _merges(derivation: NetworkDerivation) -> bool:
    return any(
        step.rule == "nested-floors-merge"
        for layer in everything(derivation)
        for quantity in layer.quantities
        for step in quantity.steps
    )


def letters_of(derivation: NetworkDerivation) -> dict[str, tuple[str, ...]]:
    """The letters of the rules that occur: ``H`` for ``H_in`` and ``H_out``.

    Where the model itself uses a letter, the rule's own name for it is given in full.
    """
    own = {symbol.name for symbol in derivation.symbols}
    named = {size.name.name for size in derivation.sizes}
    found: dict[str, dict[str, None]] = {}
    for name in _rule_letters(everything(derivation), own):
        if name in named:
            continue
        head = name.partition("_")[0]
        indexed = head in own and name != head and not name.endswith(_ENDS)
        found.setdefault(head, {})[name if indexed else head] = None
    return {head: tuple(names) for head, names in found.items()}


def _rule_letters(layers: Iterable[LayerDerivation], own: Set[str]) -> Iterator[str]:
    for layer in layers:
        for quantity in layer.quantities:
            yield quantity.symbol.name
            yield from (letter.name for letter in quantity.where)
            for step in quantity.steps:
                names = (s.name for s in step.expression.free_symbols if isinstance(s, Symbol))
                yield from sorted(name for name in names if name not in own)
