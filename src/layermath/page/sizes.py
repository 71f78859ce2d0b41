"""The named sizes of a network, as a table: from the layer before, and from the input."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Pow, Symbol

from layermath.algebra.floors import CeilDiv, FloorDiv, ceil_div, floor_div, symbol
from layermath.algebra.written import value
from layermath.derivation.records import NamedSize
from layermath.messages import Message, Name, Piece, _, ngettext
from layermath.page.table import Column, Table
from layermath.setting.styles import renamed

_COLUMNS = (
    Column("size", _("size")),
    Column("layer", _("after")),
    Column("definition", _("from the layer before")),
    Column("closed_form", _("from the input")),
)
_J = Symbol("j", integer=True)


def sizes_table(sizes: Sequence[NamedSize], *, folded: bool = False) -> Table | None:
    """A row a size; the axes that follow from the first one by another letter are a note. None
    where there is nothing to say, or where ``folded`` has one rule for all (`halved`)."""
    if not sizes or (folded and halved(sizes)):
        return None
    axes: dict[str, list[NamedSize]] = {}
    for size in sizes:
        axes.setdefault(size.letter, []).append(size)
    (letter, first), *others = axes.items()
    alike = {other: own for other, own in others if _is_renamed(first, letter, own, other)}
    rows = tuple(
        (size.name, Name(size.layer), size.definition, size.closed_form)
        for size in sizes
        if size.letter not in alike
    )
    return Table(_COLUMNS, rows, notes=tuple(_same(own, axis) for axis, own in alike.items()))


def _same(own: Sequence[NamedSize], letter: str) -> Message:
    """``W₁ … W₄ come from W in the same way``"""
    names: tuple[Piece, ...] = tuple(size.name for size in own)
    if len(own) > 2:
        names = (_("{first} {ellipsis} {last}", first=names[0], ellipsis="…", last=names[-1]),)
    return ngettext(
        "{names} comes from {letter} in the same way",
        "{names} come from {letter} in the same way",
        len(own),
        names=names,
        letter=letter,
    )


def _is_renamed(
    first: Sequence[NamedSize], one: str, second: Sequence[NamedSize], other: str
) -> bool:
    if len(first) != len(second):
        return False
    letters = {one: other}
    letters |= {a.name.name: b.name.name for a, b in zip(first, second, strict=True)}
    return all(
        renamed(a.definition, letters) == renamed(b.definition, {})
        and renamed(a.closed_form, letters) == renamed(b.closed_form, {})
        for a, b in zip(first, second, strict=True)
    )


def halved(sizes: Sequence[NamedSize]) -> list[tuple[Symbol, Expr]]:
    """``H_j = ⌈H/2^j⌉``, for each letter, where that is what all named sizes are; else nothing."""
    letters = list(dict.fromkeys(size.letter for size in sizes))
    found = []
    for letter in letters:
        own = [size for size in sizes if size.letter == letter]
        rule = _power_rule(symbol(letter), own)
        if len(own) < 2 or rule is None:
            return []
        found.append((Symbol(f"{letter}_j"), rule))
    return found


def _power_rule(size: Symbol, own: Sequence[NamedSize]) -> Expr | None:
    """One rule in j for the j-th of the sizes: each is the size over the same power, rounded."""
    closed = [value(one.closed_form) for one in own]
    for base in (2, 3, 4):
        for cut, rounded in ((CeilDiv, ceil_div), (FloorDiv, floor_div)):
            if all(
                one == rounded(size, base**number) for number, one in enumerate(closed, start=1)
            ) and all(
                one.name.name == f"{one.letter}_{number}" for number, one in enumerate(own, start=1)
            ):
                power = Pow(base, _J, evaluate=False)
                return cut(size, power, evaluate=False)
    return None
