"""What was counted, and why another counter prints another number: the block under the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import S

from layermath.algebra.floors import Size, minus, plus, times
from layermath.algebra.written import in_order, value
from layermath.derivation.records import Counters, Derivation
from layermath.formats.counted import formula_of
from layermath.formats.text.grid import INDENT
from layermath.formats.text.options import TextOptions
from layermath.formats.text.paint import BLANK, Line, Role, line, painted
from layermath.formats.text.ruled import Head, ruled
from layermath.messages import Code, Message, Name, _, ngettext
from layermath.setting.measure import left, plain, right, width, wrap, wrap_formula

_MOST_LAYERS = 40
"""So many layers are listed, unless all are asked for."""
_WIDEST = 20
"""A count wider than this takes a line of its own."""


@dataclass(frozen=True)
class Entry:
    """A count, and why it is counted; ``inner``: it is a part of the one above."""

    label: Message
    count: Size
    reason: Message
    inner: bool = False


def render_counting(
    derivation: Derivation, counters: Counters, options: TextOptions, *, layers: bool = False
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


def _layers(derivation: Derivation, options: TextOptions) -> list[Line]:
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


def _operations(derivation: Derivation, counters: Counters) -> Iterator[Entry]:
    asked = derivation.totals.flops
    if counters.macs == 0:
        return
    macs = derivation.totals.macs_in_sizes
    yield Entry(_("MACs"), macs, _("some call each of them a FLOP"))
    twice = plus((times((2, value(macs))),))
    if asked is not None and asked != plus((times((2, counters.macs)),)):
        yield Entry(
            _("FLOPs"),
            derivation.totals.flops_in_sizes or asked,
            _("2 for each MAC, and 1 for each bias that is added"),
        )
        yield Entry(_("biases"), counters.additions, _("additions of biases in it"), inner=True)
        return
    yield Entry(_("FLOPs"), twice, _("2 for each MAC: a multiplication and an addition"))
    if counters.additions != 0:
        yield Entry(
            _("biases"),
            counters.additions,
            _("additions, one each time that a bias is added, would come on top"),
            inner=True,
        )


def _parameters(counters: Counters) -> Iterator[Entry]:
    if not counters.idle_layers and not counters.moving_layers:
        return
    yield Entry(_("parameters"), counters.params, _("as Keras counts them; of these"))
    if counters.idle_layers:
        yield Entry(
            _("idle biases"),
            counters.idle_biases,
            ngettext(
                "of {number} convolution before a {type}, which takes them away again: many leave "
                "them out ({option})",
                "of {number} convolutions before a {type}, which takes them away again: many leave "
                "them out ({option})",
                counters.idle_layers,
                type=Code("BatchNormalization"),
                option=Code("use_bias=False"),
            ),
            inner=True,
        )
    if counters.moving_layers:
        yield Entry(
            _("moving"),
            counters.moving,
            ngettext(
                "means and variances of {number} normalisation: PyTorch keeps them as buffers, "
                "which are no parameters",
                "means and variances of {number} normalisations: PyTorch keeps them as buffers, "
                "which are no parameters",
                counters.moving_layers,
            ),
            inner=True,
        )
    rest = minus(counters.params, plus((counters.idle_biases, counters.moving)))
    several = counters.idle_layers and counters.moving_layers
    yield Entry(_("the rest"), rest, _("without both") if several else _("without them"))


def title(derivation: Derivation) -> Message:
    """What stands over it."""
    asked = derivation.totals.flops is not None
    return _("FLOPs, and what other counters count") if asked else _("What other counters count")


def entries(derivation: Derivation, counters: Counters) -> Iterator[Entry]:
    """What each convention counts: of operations, and of parameters."""
    yield from _operations(derivation, counters)
    yield from _parameters(counters)


def uncounted(counters: Counters) -> Iterator[Message]:
    """What is in none of these counts."""
    yield _("Pooling, activations and normalisation are in none of these.")
    if counters.silent:
        yield _(
            "The additions of biases inside {types} are not in it.",
            types=tuple(Name(name) for name in counters.silent),
        )


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
