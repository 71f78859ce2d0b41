"""The answer first: a few sentences, and where parameters and MACs are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import S

from layermath.algebra.floors import total
from layermath.algebra.written import in_order
from layermath.derivation.records import Derivation, LayerDerivation, Row
from layermath.formats.html.marks import element, kind_of
from layermath.formats.html.options import HtmlOptions
from layermath.formats.mathml import attribute
from layermath.messages import Count, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.page.outline import row_name

_SHARE = "{layer} has {percent} of them"
_LOST = "{size} − {extent} = {jump}·{steps} + {rest}: {lost}."
"""How what is said of the whole begins, where it can be said at a glance."""


def title(derivation: Derivation) -> Message:
    """``mnist_cnn: (28, 28, 1) → (10)``"""
    return _(
        "{name}: {inputs} {arrow} {outputs}",
        name=Name(derivation.name),
        inputs=tuple(ShapePiece(one.shape) for one in derivation.inputs),
        arrow="→",
        outputs=tuple(map(ShapePiece, derivation.outputs)),
    )


def sentences(derivation: Derivation) -> Iterator[Message]:
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


def lost(derivation: Derivation) -> Message | None:
    """The one sentence on data that reaches no output."""
    cut = [layer for layer in _every(derivation.layers) if layer.tapes]
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


def _every(layers: Sequence[LayerDerivation]) -> Iterator[LayerDerivation]:
    for layer in layers:
        yield layer
        yield from _every(layer.layers)


def glance(derivation: Derivation, options: HtmlOptions) -> str:
    """The sentences as one paragraph; what is lost in red."""
    setter = options.setter
    text = [setter.sentence(one) for one in sentences(derivation)]
    red = lost(derivation)
    if red is not None:
        text.append(element("em", setter.sentence(red), class_="lost"))
    return element("p", " ".join(text), class_="glance")


def bars(derivation: Derivation, options: HtmlOptions) -> str:
    """Two bars: whose the parameters are, and whose the MACs. Nothing where they are letters."""
    totals = derivation.totals
    figures = [
        _bar(derivation, options, "params", _("Where the parameters are"), totals.params),
        _bar(derivation, options, "macs", _("Where the MACs are"), totals.macs),
    ]
    return element("div", "".join(figures), class_="bars") if all(figures) else ""


def _counted(derivation: Derivation, count: str) -> Iterator[tuple[Piece, str, int]]:
    """Name, kind and count of all that has some: of each layer, or of each row of a large
    network."""
    rows = derivation.rows or [Row("", ((layer,),)) for layer in derivation.layers]
    for row in rows:
        counts = [getattr(layer, count) for layer in row.layers]
        number = total(one for one in counts if one is not None)
        single = len(row.layers) == 1
        name = Name(row.layers[0].name) if single else row_name(row)
        if isinstance(number, int) and number > 0:
            yield name, kind_of(row.layers[0]) if single or row.joined else "conv", number


def _bar(
    derivation: Derivation, options: HtmlOptions, count: str, label: Message, whole: object
) -> str:
    counted = list(_counted(derivation, count))
    if not isinstance(whole, int) or len(counted) < 2:
        return ""
    say = options.unlinked.say
    parts = "".join(
        element(
            "span",
            say(_("{layer}", layer=name)) if number * 5 > whole else "",
            class_=kind,
            style=f"flex-grow:{number}",
        )
        for name, kind, number in counted
    )
    largest = sorted(counted, key=lambda one: -one[2])[:3]
    listed = [
        _("{layer} {number}", layer=name, number=Count(number)) for name, _kind, number in largest
    ]
    described = options.plain.say(_("{parts}", parts=tuple(listed)))
    head = element("b", say(label)) + element("span", say(_("{total}", total=Count(whole))))
    return element(
        "figure",
        element("figcaption", head)
        + element("div", parts, class_="bar", role="img", aria_label=attribute(described))
        + element("p", say(_("{parts}", parts=tuple(listed))), class_="small"),
    )
