r"""A derivation as a LaTeX fragment: formulas only, which need amsmath and nothing else.

One ``align*`` a layer. Whatever the model's author wrote is escaped, in formulas and in comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Basic, S, Symbol

from layermath.algebra.written import in_order
from layermath.derivation import Derivation, Detail, LayerDerivation, Quantity, Step
from layermath.layers.rules import FLOPS, MACS, PARAMS
from layermath.messages import Message, Name, _
from layermath.messages import Shape as ShapePiece
from layermath.renderers.escapes import ascii_signs, harmless
from layermath.renderers.language import ENGLISH, Language
from layermath.renderers.notation import LAYERMATH, Notation
from layermath.renderers.sentences import HARD_SPACE, LatexSetter, TextSetter
from layermath.renderers.steps import (
    as_before,
    from_the_numbers,
    is_count,
    is_number,
    said_before,
    shown_symbol,
    visible,
)
from layermath.renderers.styles import ASCII, LATEX, Latex

_REASON = 46
"""The characters of a reason that stand beside one line; what is left goes beside the next."""


_COMMANDS = re.compile(r"\\(?:frac|left|right|text\w+|mathrm|begin|end)\b|[{}$\\]")


@dataclass(frozen=True)
class LatexOptions:
    """How a derivation is written in LaTeX; ``layers`` limits it to layers of these names."""

    detail: Detail = Detail.NORMAL
    layers: frozenset[str] | None = None
    language: Language = ENGLISH
    notation: Notation = LAYERMATH

    @cached_property
    def style(self) -> Latex:
        """The style of mathematics."""
        return replace(LATEX, notation=self.notation)

    @cached_property
    def setter(self) -> LatexSetter:
        """What sets messages."""
        return LatexSetter(self.style, self.language)


@dataclass(frozen=True)
class _Row:
    """One line of an ``align*``: before the ``&=``, after it, and the reason."""

    left: str
    right: str
    reason: str = ""


def render_fragment(derivation: Derivation, options: LatexOptions = LatexOptions()) -> str:
    """The derivation as a fragment to paste or ``\\input`` where amsmath is loaded."""
    parts = [f"% {_comment(_('{name}, derived by layermath', name=Name(derivation.name)))}\n"]
    if derivation.sizes and options.layers is None:
        parts.append(_align([_comment(_("the sizes"))], [*_sizes(derivation, options)]))
    parts += _layers(derivation, derivation.layers, "", options)
    parts.append(_align([_comment(_("the network as a whole"))], [*_totals(derivation, options)]))
    return "\n".join(parts)


def _layers(
    derivation: Derivation, layers: Sequence[LayerDerivation], prefix: str, options: LatexOptions
) -> Iterator[str]:
    for index, layer in enumerate(layers, start=1):
        number = f"{prefix}{index}"
        if options.layers is None or layer.name in options.layers:
            yield _align([_heading(layer, number)], [*_rows(derivation, layer, options)])
        yield from _layers(derivation, layer.layers, f"{number}.", options)


def _heading(layer: LayerDerivation, number: str) -> str:
    call = _("{type}({title})", type=Name(layer.type), title=layer.title)
    return _comment(
        _(
            "{number}  {name}, {call}: {inputs} -> {outputs}",
            number=number,
            name=Name(layer.name),
            call=call,
            inputs=tuple(ShapePiece(shape) for shape in layer.shown_inputs),
            outputs=tuple(ShapePiece(shape) for shape in layer.shown_outputs),
        )
    )


def _comment(message: Message) -> str:
    """A sentence on one line of ASCII signs: nothing in it can end the comment."""
    text = TextSetter(ASCII, unicode=False).say(message)
    return ascii_signs(harmless(text))


def _rows(derivation: Derivation, layer: LayerDerivation, options: LatexOptions) -> Iterator[_Row]:
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


def _like(quantity: Quantity, symbol: Symbol, options: LatexOptions) -> _Row:
    return _Row(
        options.style.write(symbol),
        _set(quantity, in_order(S(quantity.result)), options, result=True),
        options.setter.to_wrap(_("in the same way")),
    )


def _quantity(
    quantity: Quantity,
    symbol: Symbol,
    steps: Sequence[Step],
    before: Message | None,
    options: LatexOptions,
) -> Iterator[_Row]:
    """The rows of one quantity. A long reason goes on beside the lines that have none."""
    waiting: list[str] = []
    given: set[Message] = set()
    for index, step in enumerate(steps):
        reason_here = None if step.reason in given else step.reason
        said = [message for message in (None if index else before, reason_here) if message]
        given.update(said)
        if said:
            yield from (_Row("", "", part) for part in waiting)
            waiting = _parts("; ".join(options.setter.to_wrap(message) for message in said))
        right = _set(quantity, step.expression, options, result=step is steps[-1])
        reason = waiting.pop(0) if waiting else ""
        yield _Row("" if index else options.style.write(symbol), right, reason)
    yield from (_Row("", "", part) for part in waiting)


def _set(quantity: Quantity, expression: Basic, options: LatexOptions, *, result: bool) -> str:
    text = options.style.write(expression, thousands=is_count(quantity))
    return rf"\mathbf{{{text}}}" if result and is_number(expression) else text


def _parts(reason: str) -> list[str]:
    """A reason cut into lines, at spaces between words."""
    lines: list[str] = []
    for word in reason.split(" "):
        if lines and _length(lines[-1]) + 1 + _length(word) <= _REASON:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _length(text: str) -> int:
    """About as many characters as are seen."""
    return len(_COMMANDS.sub("", text))


def _sizes(derivation: Derivation, options: LatexOptions) -> Iterator[_Row]:
    for size in derivation.sizes:
        forms = list(dict.fromkeys(map(options.style.write, (size.definition, size.closed_form))))
        reason = options.setter.to_wrap(_("after {layer}", layer=Name(size.layer)))
        yield _Row(options.style.write(size.name), " = ".join(forms), reason)


def _totals(derivation: Derivation, options: LatexOptions) -> Iterator[_Row]:
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
        yield _Row(options.style.write(symbol), right, options.setter.to_wrap(label))


def _align(comments: Sequence[str], rows: Sequence[_Row]) -> str:
    head = "".join(f"% {comment}\n" for comment in comments)
    if not rows:
        return head
    lines = []
    for row in rows:
        cells = f"{row.left} &= {row.right}".strip() if row.right else "&"
        reason = row.reason.replace(HARD_SPACE, " ")
        lines.append(f"  {cells} && \\text{{{reason}}}" if reason else f"  {cells}")
    body = " \\\\\n".join(lines)
    return f"{head}\\begin{{align*}}\n{body}\n\\end{{align*}}\n"
