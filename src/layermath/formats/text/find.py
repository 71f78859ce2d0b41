"""Where a number of ``model.summary()`` comes from: the student's own question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sympy import Basic, Expr, Integer, S, Symbol

from layermath.algebra.floors import Size
from layermath.algebra.written import add, negated
from layermath.derivation.records import LayerDerivation, NetworkDerivation, Quantity
from layermath.formats.text.grid import Row
from layermath.formats.text.layers import LayerSections
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, line, painted
from layermath.formats.text.quantities import rows
from layermath.messages import Message, _
from layermath.notations import in_its_notation
from layermath.page.outline import Derived, in_order_of_flow, lines_of
from layermath.rules.equations import MACS, PARAMS, TRAINABLE


def find(derivation: NetworkDerivation, number: int, options: TextOptions) -> str | None:
    """The lines where ``number`` comes from, each under its layer; None where it does not occur.

    A number that is a result or a total is looked for first; else one that stands in the
    arithmetic. The general rule is always said, as the reader comes from elsewhere.
    """
    derivation, options = in_its_notation(derivation, options)
    sections = LayerSections((), options)
    for matches in (_is_result, _is_in_arithmetic):
        page = [*_layers(derivation, "", number, matches, sections, options)]
        if matches is _is_result:
            page += _totals(derivation, number, sections, options)
        if page:
            return painted(page[1:] if page[0] == BLANK else page, options.colour)
    return None


def _layers(
    whole: NetworkDerivation | LayerDerivation,
    prefix: str,
    number: int,
    matches: Callable[[Quantity, int], bool],
    sections: LayerSections,
    options: TextOptions,
) -> Iterator[Line]:
    for layer in in_order_of_flow(whole):
        place = f"{prefix}{layer.order}"
        if options.layers is None or layer.name in options.layers:
            found = [q for q in layer.quantities if matches(q, number)]
            if found:
                yield BLANK
                yield from sections.heading(layer, place)
            for one in found:
                derived = Derived(one, one.symbol, lines_of(one, options.detail))
                yield from sections.grid.lay(rows(derived, options, sections.grid))
        yield from _layers(layer, f"{place}.", number, matches, sections, options)


def _is_result(quantity: Quantity, number: int) -> bool:
    return bool(quantity.result == number)


def _is_in_arithmetic(quantity: Quantity, number: int) -> bool:
    return any(_holds(step.expression, number) for step in quantity.steps)


def _holds(expression: Basic, number: int) -> bool:
    if isinstance(expression, Integer):
        return int(expression) == number
    return any(_holds(argument, number) for argument in expression.args)


def _totals(
    derivation: NetworkDerivation, number: int, sections: LayerSections, options: TextOptions
) -> Iterator[Line]:
    """The totals that are ``number``: the sum over the layers."""
    say, write = options.setter.to_wrap, options.style.write
    totals = derivation.totals
    sums: tuple[tuple[Message, Symbol, Size, Sequence[Size | None]], ...] = (
        (_("parameters"), PARAMS, totals.params, [layer.params for layer in derivation.layers]),
        (
            _("trainable"),
            TRAINABLE,
            totals.trainable_params,
            [layer.trainable_params for layer in derivation.layers],
        ),
        (_("MACs"), MACS, totals.macs, [layer.macs for layer in derivation.layers]),
    )
    seen: set[tuple[Expr, ...]] = set()
    lines: list[Row] = []
    for label, symbol, total, parts in sums:
        addends = tuple(S(part) for part in parts if part)
        if total == number and len(addends) > 1 and addends not in seen:
            seen.add(addends)
            reason = say(_("all layers together"))
            lines.append(
                Row(write(add(*addends), thousands=True), reason, say(label), write(symbol))
            )
            lines.append(_result(write(S(total), thousands=True)))
    if totals.non_trainable_params == number != 0:
        rest = add(S(totals.params), negated(S(totals.trainable_params)))
        reason = say(_("all that are not trained"))
        lines.append(Row(write(rest, thousands=True), reason, say(_("not trainable"))))
        lines.append(_result(write(S(number), thousands=True)))
    if lines:
        yield from (BLANK, line(say(_("The network as a whole"))), *sections.grid.lay(lines))


def _result(text: str) -> Row:
    return Row(text, result=text)
