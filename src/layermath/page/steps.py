"""Which steps of a quantity are shown, and what is said where an earlier layer explained its rule.

Every renderer that shows a derivation to a person chooses its lines here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from sympy import Basic, Expr, Rational, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.written import in_order
from layermath.derivation.records import Detail, LayerDerivation, NamedSize, Quantity, Step
from layermath.messages import Message, Name, Piece, _
from layermath.setting.styles import renamed

_COUNTED = ("params", "macs", "activations", "flops")


def is_count(quantity: Quantity) -> bool:
    """Whether the quantity counts things: its thousands are separated, those of a size are not."""
    return quantity.quantity.endswith(_COUNTED)


def is_number(expression: Basic) -> bool:
    """Whether there is nothing left to do."""
    return isinstance(expression, Rational) and expression.q == 1


def is_short(expression: Expr) -> bool:
    """Whether it is a number, a letter, or one operation on two of them."""
    return all(not argument.args for argument in expression.args) and len(expression.args) <= 2


def visible(steps: Sequence[Step], detail: Detail) -> list[Step]:
    """The steps of this detail, without those that would print the line before once more. The
    last one, the result, is always among them."""
    shown: list[Step] = []
    for step in steps:
        if step.detail > detail and step is not steps[-1]:
            continue
        if shown and renamed(step.expression, {}) == renamed(shown[-1].expression, {}):
            if step.reason is None and step is not steps[-1]:
                continue
            if shown[-1].reason is None or step.reason is None:
                shown.pop()
        shown.append(step)
    return shown


def from_the_numbers(steps: Sequence[Step]) -> Sequence[Step]:
    """Without the general rule and what drops out, unless there is nothing else."""
    rest = [step for step in steps if step.kind not in ("rule", "reduced")]
    return rest or steps[-1:]


def said_before(before: LayerDerivation, quantity: Quantity) -> frozenset[Message]:
    """The reasons that the layer ``before`` gave for the same quantity. What was done to letters
    is said each time: it is another rewriting of another size."""
    return frozenset(
        step.reason
        for one in before.quantities
        if one.quantity == quantity.quantity
        for step in one.steps
        if step.reason is not None and step.kind != "rewriting"
    )


def shown_symbol(
    layer: LayerDerivation, quantity: Quantity, sizes: Mapping[Symbol, NamedSize]
) -> Symbol:
    """``H_4`` where the size that this layer makes has a name, else the rule's ``H_out``."""
    letter = quantity.quantity.removeprefix("output.")
    for shape in layer.shown_outputs:
        for size in shape:
            named = sizes.get(size) if isinstance(size, Symbol) else None
            if named is not None and named.letter == letter:
                return named.name
    return quantity.symbol


def as_before(quantity: Quantity, derived: Set[Symbol]) -> Message:
    """``as conv2d; now H_in = 13``. Letters that this layer has ``derived`` are not news."""
    layer = Name(quantity.after or "")
    values = values_of([one for one in quantity.changed if one not in derived], quantity.where)
    if not values:
        return _("as {layer}", layer=layer)
    return _("as {layer}; now {values}", layer=layer, values=values)


def values_of(letters: Sequence[Symbol], where: Mapping[Symbol, Size]) -> tuple[Piece, ...]:
    """``H_in = 13, C_in = 32``"""
    return tuple(
        _("{letter} = {value}", letter=letter, value=in_order(S(where[letter])))
        for letter in letters
        if letter in where
    )
