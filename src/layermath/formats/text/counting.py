"""What was counted, and why another counter prints another number: the block under the tables."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import S

from layermath.algebra.written import in_order
from layermath.derivation.records import Counters, NetworkDerivation
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, painted
from layermath.formats.text.ruled import Head, ruled
from layermath.messages import _
from layermath.page.counting import Entry, entries, title, uncounted
from layermath.page.counts import formula_of
from layermath.setting.measure import left, plain, right, width, wrap, wrap_formula

_MOST_LAYERS = 40
"""So many layers are listed, unless all are asked for."""
_WIDEST = 20
"""A count wider than this takes a line of its own."""


def render_counting(
    derivation: NetworkDerivation, counters: Counters, options: TextOptions, *, layers: bool = False
) -> str:
    """The FLOPs, where they were asked for, and what other conventions add or leave out; with
    ``layers`` also the FLOPs of each, where a page does not derive them."""
    say = options.setter.to_wrap
    asked = derivation.totals.flops is not None
    page: list[Line] = [BLANK, line(say(title(derivation)))]
    if layers and asked:
        page += _layers(derivation, options)
    page += _block([*entries(derivation, counters)], options)
    for sentence in uncounted(counters):
        page += [
            line(" " * INDENT + part) for part in wrap(say(sentence), options.columns - INDENT)
        ]
    return painted(page, options.colour)


def _layers(derivation: NetworkDerivation, options: TextOptions) -> list[Line]:
    """The FLOPs of each layer that has some, with the numbers put in."""
    say = options.setter.say
    rows = []
    for layer in derivation.layers:
        if layer.flops == 0:
            continue
        shown = [one.steps[-1].expression for one in layer.quantities if one.quantity == "flops"]
        count = in_order(S(layer.flops)) if layer.flops is not None else None
        count = shown[0] if shown else count
        formula = formula_of(layer, "flops")
        rows.append(
            [
                options.setter.name(layer.name),
                "?" if count is None else options.style.write(count, thousands=True),
                "" if formula is None else options.style.write(formula, thousands=True),
            ]
        )
    if not rows or (len(rows) > _MOST_LAYERS and options.detail < options.detail.FULL):
        return []
    heads = [
        Head(say(_("layer")), least=10),
        Head(say(_("FLOPs")), rightward=True, formula=True, least=9),
        Head(""),
    ]
    return [*ruled(heads, [rows], options), BLANK]


def _block(entries: list[Entry], options: TextOptions) -> Iterator[Line]:
    """Label, count and reason in columns; a count in letters takes the line."""
    say = options.setter.to_wrap
    texts = [plain(options.style.write(in_order(S(one.count)), thousands=True)) for one in entries]
    labels = [("  " if one.inner else "") + plain(say(one.label)) for one in entries]
    first = INDENT + max(map(width, labels), default=0) + 2
    narrow = max((width(text) for text in texts if width(text) <= _WIDEST), default=0)
    for one, label, text in zip(entries, labels, texts, strict=True):
        head = left(" " * INDENT + label, first)
        if width(text) > _WIDEST:
            for part in wrap_formula(text, options.columns - first):
                yield ((head, Role.PLAIN), (part, Role.FORMULA))
                head = " " * first
            for part in wrap(say(one.reason), options.columns - first):
                yield ((head, Role.PLAIN), (part, Role.REASON))
            continue
        reasons = wrap(say(one.reason), options.columns - first - narrow - 2)
        yield (
            (head, Role.PLAIN),
            (right(text, narrow), Role.FORMULA),
            ("  ", Role.PLAIN),
            (reasons[0], Role.REASON),
        )
        for part in reasons[1:]:
            yield ((" " * (first + narrow + 2), Role.PLAIN), (part, Role.REASON))
