r"""A derivation as a LaTeX fragment: formulas only, which need amsmath and nothing else.

One ``align*`` a layer. Whatever the model's author wrote is escaped, in formulas and in comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sympy import Basic, S, Symbol

from layermath.algebra.written import in_order
from layermath.derivation.records import Derivation, Detail, LayerDerivation, Quantity, Step
from layermath.formats.latex.options import PLAIN, LatexOptions
from layermath.formats.latex.pages import comment
from layermath.formats.latex.setting import Row, cells, cut, narrowed, phrase, spread
from layermath.messages import Message, Name, _
from layermath.messages import Shape as ShapePiece
from layermath.notations import in_its_notation
from layermath.page.steps import (
    as_before,
    from_the_numbers,
    is_count,
    is_number,
    said_before,
    shown_symbol,
    visible,
)
from layermath.rules.equations import FLOPS, MACS, PARAMS

_LINE = 34.5
"""How wide a line is, in em: that of LaTeX's own ``article``."""
_EXPRESSION = 19.0
"""An expression that is wider would leave no room for the reasons."""


def render_fragment(derivation: Derivation, options: LatexOptions = PLAIN) -> str:
    """The derivation as a fragment to paste or ``\\input`` where amsmath is loaded."""
    derivation, options = in_its_notation(derivation, options)
    language = options.language
    made = _("{name}, derived by layermath", name=Name(derivation.name))
    parts = [f"% {comment(made, language)}\n"]
    if derivation.sizes and options.layers is None:
        parts.append(_align(comment(_("the sizes"), language), [*_sizes(derivation, options)]))
    parts += _layers(derivation, derivation.layers, "", options)
    whole = comment(_("the network as a whole"), language)
    parts.append(_align(whole, [*_totals(derivation, options)]))
    return "\n".join(parts)


def _layers(
    derivation: Derivation, layers: Sequence[LayerDerivation], prefix: str, options: LatexOptions
) -> Iterator[str]:
    for index, layer in enumerate(layers, start=1):
        number = f"{prefix}{index}"
        if options.layers is None or layer.name in options.layers:
            yield _align(_heading(layer, number, options), [*_rows(derivation, layer, options)])
        yield from _layers(derivation, layer.layers, f"{number}.", options)


def _heading(layer: LayerDerivation, number: str, options: LatexOptions) -> str:
    call = _("{type}({title})", type=Name(layer.type), title=layer.title)
    return comment(
        _(
            "{number}  {name}, {call}: {inputs} -> {outputs}",
            number=number,
            name=Name(layer.name),
            call=call,
            inputs=tuple(ShapePiece(shape) for shape in layer.shown_inputs),
            outputs=tuple(ShapePiece(shape) for shape in layer.shown_outputs),
        ),
        options.language,
    )


def _rows(derivation: Derivation, layer: LayerDerivation, options: LatexOptions) -> Iterator[Row]:
    names = {size.name: size for size in derivation.sizes}
    derived = frozenset(quantity.symbol for quantity in layer.quantities)
    for quantity in layer.quantities:
        symbol = shown_symbol(layer, quantity, names)
        if quantity.like is not None and options.detail < Detail.FULL:
            yield _like(quantity, symbol, options)
            continue
        steps, before = quantity.steps, None
        explained = _explained(derivation, quantity, options)
        if explained is not None:
            said = said_before(explained, quantity)
            before = as_before(quantity, derived)
            steps = tuple(
                replace(step, reason=None) if step.reason in said else step
                for step in from_the_numbers(steps)
            )
        yield from _quantity(quantity, symbol, visible(steps, options.detail), before, options)


def _explained(
    derivation: Derivation, quantity: Quantity, options: LatexOptions
) -> LayerDerivation | None:
    """The layer on the page that explained the rule of ``quantity``."""
    if options.detail is Detail.FULL or quantity.after is None:
        return None
    if options.layers is not None and quantity.after not in options.layers:
        return None
    return next((layer for layer in derivation.layers if layer.name == quantity.after), None)


def _like(quantity: Quantity, symbol: Symbol, options: LatexOptions) -> Row:
    return Row(
        options.style.write(symbol),
        _set(quantity, in_order(S(quantity.result)), options, result=True),
        phrase(options.setter, _("in the same way")),
    )


def _quantity(
    quantity: Quantity,
    symbol: Symbol,
    steps: Sequence[Step],
    before: Message | None,
    options: LatexOptions,
) -> Iterator[Row]:
    """The rows of one quantity."""
    given: set[Message] = set()
    for index, step in enumerate(steps):
        reason_here = None if step.reason in given else step.reason
        said = [message for message in (None if index else before, reason_here) if message]
        given.update(said)
        right = _set(quantity, step.expression, options, result=step is steps[-1])
        head = "" if index else options.style.write(symbol)
        yield Row(head, right, phrase(options.setter, *said))


def _set(quantity: Quantity, expression: Basic, options: LatexOptions, *, result: bool) -> str:
    text = options.style.write(expression, thousands=is_count(quantity))
    return rf"\mathbf{{{text}}}" if result and is_number(expression) else text


def _sizes(derivation: Derivation, options: LatexOptions) -> Iterator[Row]:
    for size in derivation.sizes:
        forms = list(dict.fromkeys(map(options.style.write, (size.definition, size.closed_form))))
        reason = phrase(options.setter, _("after {layer}", layer=Name(size.layer)))
        yield Row(options.style.write(size.name), " = ".join(forms), reason)


def _totals(derivation: Derivation, options: LatexOptions) -> Iterator[Row]:
    totals = derivation.totals
    entries: tuple[tuple[Symbol, Basic, Message], ...] = (
        (PARAMS, totals.params_in_sizes, _("parameters of all layers")),
        (MACS, totals.macs_in_sizes, _("MACs of all layers")),
    )
    if totals.flops_in_sizes is not None:
        entries = (*entries, (FLOPS, totals.flops_in_sizes, _("FLOPs of all layers")))
    for symbol, total, label in entries:
        text = options.style.write(total, thousands=True)
        right = rf"\mathbf{{{text}}}" if is_number(total) else text
        yield Row(options.style.write(symbol), right, phrase(options.setter, label))


def _align(said: str, rows: Sequence[Row]) -> str:
    head = f"% {said}\n"
    if not rows:
        return head
    room = narrowed(_EXPRESSION, (row.symbol for row in rows), _LINE)
    rows = [part for row in rows for part in cut(row.right, row.reason, room, row.symbol)]
    body = " \\\\\n".join(f"  {cells(row)}" for row in spread(rows, _LINE))
    return f"{head}\\begin{{align*}}\n{body}\n\\end{{align*}}\n"
