"""The answer first: what goes in and comes out, how much there is to learn and to compute, where it
is, and what reaches no output."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import S

from layermath.algebra.written import in_order
from layermath.derivation.records import NetworkDerivation
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.page.outline import everything

_SHARE = "{layer} has {percent} of them"
_LOST = "{size} − {extent} = {jump}·{steps} + {rest}: {lost}."
"""How what is said of the whole begins, where it can be said at a glance."""


def title(derivation: NetworkDerivation) -> Message:
    """``mnist_cnn: (28, 28, 1) → (10)``"""
    return _(
        "{name}: {inputs} {arrow} {outputs}",
        name=Name(derivation.name),
        inputs=tuple(ShapePiece(one.shape) for one in derivation.inputs),
        arrow="→",
        outputs=tuple(map(ShapePiece, derivation.outputs)),
    )


def sentences(derivation: NetworkDerivation) -> Iterator[Message]:
    """What goes in and comes out, how much there is to learn and to compute, and where."""
    yield _(
        "{goes_in}; {comes_out}.",
        goes_in=ngettext(
            "{shapes} goes in",
            "{shapes} go in",
            len(derivation.inputs),
            shapes=tuple(ShapePiece(one.shape) for one in derivation.inputs),
        ),
        comes_out=ngettext(
            "{shapes} comes out",
            "{shapes} come out",
            len(derivation.outputs),
            shapes=tuple(map(ShapePiece, derivation.outputs)),
        ),
    )
    totals = derivation.totals
    yield ngettext(
        "One layer lies between, with {params} parameters and {macs} MACs.",
        "{number} layers lie between, with {params} parameters and {macs} MACs.",
        len(derivation.layers),
        params=Count(in_order(S(totals.params_in_sizes))),
        macs=Count(in_order(S(totals.macs_in_sizes))),
    )
    if totals.non_trainable_params != 0:
        yield _(
            "Training changes {trainable} of the parameters.",
            trainable=Count(in_order(S(totals.trainable_params))),
        )
    for statement in derivation.whole:
        for said in statement.lines:
            if said.id == _SHARE:
                pieces = said.pieces
                yield _(
                    "{layer} has {percent} of the parameters.",
                    layer=pieces["layer"],
                    percent=pieces["percent"],
                )


def lost(derivation: NetworkDerivation) -> Message | None:
    """The one sentence on data that reaches no output."""
    cut = [layer for layer in everything(derivation) if layer.tapes]
    if not cut:
        return None
    for statement in derivation.whole:
        for said in statement.lines:
            if said.id.startswith(_LOST):
                return _("{lost}.", lost=said.pieces["lost"])
    first, *others = cut
    unread: tuple[Piece, ...] = tuple(
        _(
            "{number} of {size} {positions}",
            number=len(axis.lost),
            size=axis.size,
            positions=axis.positions,
        )
        for axis in first.tapes
    )
    name = Name(first.name)
    if not others:
        return _("{layer} never reads {positions}.", layer=name, positions=unread)
    return ngettext(
        "{layer} never reads {positions}, and {number} further layer leaves something out.",
        "{layer} never reads {positions}, and {number} further layers leave something out.",
        len(others),
        layer=name,
        positions=unread,
    )
