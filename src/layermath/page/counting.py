"""What was counted, and why another counter prints another number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from layermath.algebra.floors import Size, minus, plus, times
from layermath.algebra.written import value
from layermath.derivation.records import Counters, NetworkDerivation
from layermath.messages import Code, Message, Name, _, ngettext


@dataclass(frozen=True)
class Entry:
    """A count, and why it is counted; ``inner``: it is a part of the one above."""

    label: Message
    count: Size
    reason: Message
    inner: bool = False


def _operations(derivation: NetworkDerivation, counters: Counters) -> Iterator[Entry]:
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


def title(derivation: NetworkDerivation) -> Message:
    """What stands over it."""
    asked = derivation.totals.flops is not None
    return _("FLOPs, and what other counters count") if asked else _("What other counters count")


def entries(derivation: NetworkDerivation, counters: Counters) -> Iterator[Entry]:
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
