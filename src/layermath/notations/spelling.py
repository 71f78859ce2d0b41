"""No letter stands for two things: where a book's letter is one that the model uses, the model's
stays, and the book's takes a subscript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from sympy import Basic, Symbol

from layermath.algebra.floors import Letter, Size
from layermath.derivation.records import LayerDerivation, NetworkDerivation
from layermath.messages import Message, _
from layermath.setting.notation import Notation

_WORDS = {
    "K": "kernel",
    "S": "stride",
    "D": "dilation",
    "G": "groups",
    "F": "filters",
    "U": "units",
    "P": "padding",
    "E": "extent",
    "O": "output",
    "C": "channels",
    "H": "height",
    "W": "width",
    "L": "length",
    "Z": "depth",
    "N": "params",
    "M": "macs",
}
_ENDS = ("_in", "_out")


def occurring(layers: Sequence[LayerDerivation]) -> Iterator[tuple[Letter, Size | None]]:
    """The letters of rules in the lines of layers, each with the value that it has there."""
    for layer in layers:
        for quantity in layer.quantities:
            if isinstance(quantity.symbol, Letter):
                yield quantity.symbol, None
            for step in quantity.steps:
                for one in _letters(step.expression):
                    yield one, quantity.where.get(one)
        yield from occurring(layer.layers)
        yield from occurring(layer.operations)


def spoken(
    derivation: NetworkDerivation, notation: Notation, meanings: Mapping[str, Message]
) -> Iterator[tuple[tuple[Letter, ...], Message]]:
    """The letters of the notation that occur, those together that mean the same, in the order of
    ``meanings``, which are layermath's own; each spelling once."""
    known = {**meanings, **_SIDES, **notation.meanings}
    layers = (*derivation.layers, *derivation.operations)
    groups: dict[str, dict[str, Letter]] = {}
    for one, _value in occurring(layers):
        base = one.name.partition("@")[0]
        head = base if base in known else base.partition("_")[0]
        if head in known:
            groups.setdefault(head, {}).setdefault(notation.letter(one.name), one)
    said: set[str] = set()
    for head in known:
        found = sorted(groups.get(head, {}).items(), key=lambda pair: pair[1].name)
        letters = {text: one for text, one in found if text not in said}
        said.update(letters)
        if letters:
            yield tuple(letters.values()), known[head]


_SIDES = {
    "P_side": _("padding, on each side"),
    "P_start": _("padding before the first position"),
    "P_end": _("padding after the last position"),
}


def _letters(expression: Basic) -> list[Letter]:
    found = (one for one in expression.free_symbols if isinstance(one, Letter))
    return sorted(found, key=lambda one: one.name)


def spelled_apart(notation: Notation, derivation: NetworkDerivation) -> Notation:
    """The notation with other spellings where one clashes with a symbol of the model, with the name
    of a size, or with a letter that the book does not have."""
    taken = {plain(one.name) for one in derivation.symbols}
    named = {plain(size.name.name) for size in derivation.sizes}
    values: dict[str, set[Size | None]] = {}
    for layers in (derivation.layers, derivation.operations):
        for one, size in occurring(layers):
            values.setdefault(one.name, set()).add(size)
    return notation.with_letters(_apart(notation, values, taken, named))


def spelled_apart_of(notation: Notation, expressions: Sequence[Basic]) -> Notation:
    """The same for rules that belong to no model."""
    values: dict[str, set[Size | None]] = {
        one.name: set() for expression in expressions for one in _letters(expression)
    }
    return notation.with_letters(_apart(notation, values, frozenset(), frozenset()))


def _apart(
    notation: Notation,
    values: Mapping[str, Set[Size | None]],
    taken: Set[str],
    named: Set[str],
) -> dict[str, str]:
    own = [name for name in values if _has(notation, name)]
    others = [name for name in values if not _has(notation, name)]
    sizes_clash = any(
        plain(notation.letter(name)) in taken | named for name in own if _is_size(name)
    )
    changed: dict[str, str] = {}
    used: dict[str, str] = {}
    for name in (*own, *others):
        text = notation.letter(name)
        clash = plain(text) in taken | named and not _is_itself(text, values[name])
        if sizes_clash and _is_size(name):
            clash = True
        meant = "its own" if name in others else "the book's"
        if used.get(plain(text), meant) != meant or clash:
            text = _other(name, text, {*taken, *named, *used})
            changed[name] = text
        used[plain(text)] = meant
    return changed


def _is_size(name: str) -> bool:
    """Whether it is a size along an axis: those go together, ``H_in`` and ``H_out``."""
    base = name.partition("@")[0]
    return base.endswith(_ENDS) and not base.startswith("C")


def _has(notation: Notation, name: str) -> bool:
    return notation.letter(name) != name.partition("@")[0] or name in notation.letters


def _is_itself(text: str, values: Set[Size | None]) -> bool:
    """Whether the letter stands for the model's own symbol of that name, wherever it stands."""
    return values != set() and all(
        isinstance(one, Symbol) and plain(one.name) == plain(text) for one in values
    )


def _other(name: str, text: str, used: Set[str]) -> str:
    """Another name: a size is ``H_in`` again, another letter takes a word."""
    base, _at, place = name.partition("@")
    if base.endswith(_ENDS) and base not in used:
        return base
    head, _underscore, rest = base.partition("_")
    word = _WORDS.get(head, "rule")
    stem = text.partition("^")[0].partition("_")[0]
    tail = f"_{place.replace('/', '_')}" if "/" in place else f"_{rest}" if rest else ""
    candidate = f"{stem}_{word}{tail}"
    while plain(candidate) in used:
        candidate += "_rule"
    return candidate


_INDICES = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def plain(text: str) -> str:
    """``W_1`` and ``W₁`` and ``W1`` look the same on the page."""
    plain = text.translate(_INDICES)
    head, underscore, rest = plain.partition("_")
    return head + rest if underscore and rest.isdecimal() else plain
