"""What is said about a network above its layers: the numbers, and the letters."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Symbol

from layermath.derivation.records import Derivation
from layermath.formats.text.legend import MEANINGS, letters_of
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.notations.spelling import spoken
from layermath.setting.notation import LAYERMATH, Notation


def facts(derivation: Derivation) -> Iterator[Message]:
    """``7 layers``, ``input (28, 28, 1)``, ``113,386 parameters``, ``1,413,504 MACs``."""
    yield ngettext("{number} layer", "{number} layers", len(derivation.layers))
    if len(derivation.inputs) == 1:
        yield _("input {shape}", shape=ShapePiece(derivation.inputs[0].shape))
    elif derivation.inputs:
        named: tuple[Piece, ...] = tuple(
            _("{name} {shape}", name=Name(one.name), shape=ShapePiece(one.shape))
            for one in derivation.inputs
        )
        yield _("inputs {inputs}", inputs=named)
    if derivation.symbols:
        if derivation.conditions:
            yield _("valid for {conditions}", conditions=tuple(derivation.conditions))
        return
    totals = derivation.totals
    yield _("{params} parameters", params=Count(totals.params_in_sizes))
    yield _("{macs} MACs", macs=Count(totals.macs_in_sizes))


def key(derivation: Derivation, notation: Notation) -> Iterator[Message]:
    """``K kernel``, ``S stride (step)``: the letters of the rules that occur."""
    if notation.name != LAYERMATH.name:
        for letters, meaning in spoken(derivation, notation, dict(MEANINGS)):
            yield _("{letters} {meaning}", letters=tuple(letters), meaning=meaning)
        return
    heads = letters_of(derivation)
    for letter, meaning in MEANINGS:
        if letter in heads:
            names: tuple[Piece, ...] = tuple(Symbol(name) for name in heads[letter])
            yield _("{letters} {meaning}", letters=names, meaning=meaning)


def remarks(derivation: Derivation, notation: Notation) -> Iterator[Message]:
    """What is counted, and what the notation says otherwise."""
    yield from notation.notes
    if any(layer.macs != 0 for layer in derivation.layers):
        yield _(
            "MAC: one multiplication with its addition; bias, pooling, normalisation "
            "and activations are not counted"
        )
    if any(layer.receptive_field for layer in derivation.layers):
        yield _(
            "sees: the largest patch of the input, padding included, on which one value can depend"
        )
