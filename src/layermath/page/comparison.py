"""What is said of two models side by side, before a format sets it: which rows there are, in which
words. Text, Markdown and the others show the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from sympy import Expr, S

from layermath.algebra.floors import Size
from layermath.algebra.written import in_order
from layermath.derivation.records import Detail, Field, LayerDerivation, NetworkDerivation
from layermath.messages import Count, Extent, Message, Name, Piece, _
from layermath.page.counts import (
    NOTHING,
    count_piece,
    in_model_symbols,
    largest,
    last_product,
    shape_piece,
)
from layermath.questions.records import CountChange, LayerChange, NetworkComparison

_MOST_IN_A_ROW = 4
"""So many layers that only one model has are listed one by one, unless all are asked for."""

_MOST_LISTED = 8
"""So many counts of layers are listed, unless all are asked for."""


@dataclass(frozen=True)
class ComparedRow:
    """One line: what it is about, its value in both models, and why they differ; of a count also
    its ``difference``. A layer inside a nested model has a ``depth``."""

    label: Message
    before: Piece
    after: Piece
    why: Message | None = None
    depth: int = 0
    difference: Message | None = None

    @property
    def reasons(self) -> Message | None:
        """The difference, and why it is there, in one."""
        parts = tuple(part for part in (self.difference, self.why) if part is not None)
        return _("{parts}", parts=parts) if parts else None


@dataclass(frozen=True)
class ComparisonPage:
    """What stands on a page. ``names`` are those of the two models; ``layers`` the rows of those
    that differ, ``counts`` of what that comes to; ``headline`` is said where there is nothing to
    show, ``same`` are the layers that do not differ, in one line."""

    names: tuple[Message, Message]
    layers: Sequence[ComparedRow]
    counts: Sequence[ComparedRow]
    headline: Message | None
    same: Message | None
    notes: tuple[Message, ...]


def comparison_page(
    comparison: NetworkComparison, detail: Detail = Detail.NORMAL
) -> ComparisonPage:
    """Which rows there are at this detail, and what is said beside them."""
    brief = detail is Detail.BRIEF
    names = _model_names(comparison)
    models = zip(names, (comparison.before, comparison.after), strict=True)
    return ComparisonPage(
        names,
        [] if brief else _layer_rows(comparison, detail),
        [*([] if brief else _count_rows(comparison, detail)), *_total_rows(comparison, detail)],
        _headline(comparison),
        _same_layers(comparison) if detail < Detail.FULL else None,
        tuple(
            _("{name}: {note}", name=name, note=note) for name, one in models for note in one.notes
        ),
    )


def _model_names(comparison: NetworkComparison) -> tuple[Message, Message]:
    """What the columns of the two models are called: told apart where both have one name."""
    sources = [one.source or "" for one in (comparison.before, comparison.after)]
    files = [PurePath(source).stem if source else "" for source in sources]
    models = [comparison.before.name, comparison.after.name]
    for names in (files, sources, models):
        if all(names) and names[0] != names[1]:
            return _("{name}", name=Name(names[0])), _("{name}", name=Name(names[1]))
    return _("before"), _("after")


def _layer_rows(comparison: NetworkComparison, detail: Detail) -> list[ComparedRow]:
    """The layers that differ, with their output shapes; at full detail, all layers."""
    rows = []
    inputs = comparison.inputs
    if not inputs.same:
        rows.append(ComparedRow(_("input"), _shapes(inputs.before), _shapes(inputs.after)))
    return [*rows, *_layers(comparison.layers, detail, 0)]


def _layers(layers: Sequence[LayerChange], detail: Detail, depth: int) -> Iterator[ComparedRow]:
    for change, run in groupby(layers, key=lambda one: one.change):
        several = [*run]
        if change == "same" and detail < Detail.FULL:
            continue
        alone = change in ("added", "removed")
        if alone and len(several) > _MOST_IN_A_ROW and detail < Detail.FULL:
            yield _run(several, depth)
            continue
        for one in several:
            yield from _layer(one, detail, depth)


def _layer(one: LayerChange, detail: Detail, depth: int) -> Iterator[ComparedRow]:
    why: Message | None = _("{parts}", parts=one.why) if one.why else None
    if one.change == "same":
        why = _("the same")
    yield ComparedRow(_label(one), _output(one.before), _output(one.after), why, depth)
    if one.change != "same":
        yield from _layers(one.inside, detail, depth + 1)


def _run(layers: Sequence[LayerChange], depth: int) -> ComparedRow:
    """Layers in a row that only one model has, in one line: what comes out at their end."""
    first, last = layers[0], layers[-1]
    label = _("{first} to {last}", first=Name(first.name), last=Name(last.name))
    why = (
        _("{number} layers added", number=len(layers))
        if first.change == "added"
        else _("{number} layers removed", number=len(layers))
    )
    return ComparedRow(label, _output(last.before), _output(last.after), why, depth)


def _label(change: LayerChange) -> Message:
    """The layer's name; both, where they are names that a person may look for."""
    one, other = change.before, change.after
    if one is None or other is None or one.name == other.name or _automatic(one, other):
        return _("{layer}", layer=Name(change.name))
    return _("{before} → {after}", before=Name(one.name), after=Name(other.name))


def _automatic(one: LayerDerivation, other: LayerDerivation) -> bool:
    """``conv2d`` and ``conv2d_5`` differ by a number that says nothing."""
    heads = [side.name.rstrip("0123456789").rstrip("_") for side in (one, other)]
    return heads[0] == heads[1]


def _output(layer: LayerDerivation | None) -> Piece:
    return NOTHING if layer is None else _shapes(layer.output_shapes)


def _shapes(shapes: Sequence[tuple[Size, ...]]) -> Piece:
    return tuple(shape_piece(shape) for shape in shapes)


def _count_rows(comparison: NetworkComparison, detail: Detail) -> list[ComparedRow]:
    """The layers whose counts differ: parameters, and at full detail MACs."""
    quantities = ("params", "macs") if detail is Detail.FULL else ("params",)
    rows = [
        row
        for quantity in quantities
        for one in comparison.layers
        for row in _count_row(comparison, one, quantity)
    ]
    return rows if detail is Detail.FULL or len(rows) <= _MOST_LISTED else []


def _count_row(
    comparison: NetworkComparison, change: LayerChange, quantity: str
) -> Iterator[ComparedRow]:
    sides = change.before, change.after
    counts = [None if side is None else getattr(side, quantity) for side in sides]
    if counts[0] == counts[1] or not any(counts):
        return
    label = (
        _("{layer}, N", layer=Name(change.name))
        if quantity == "params"
        else _("{layer}, M", layer=Name(change.name))
    )
    formulas = [
        None if side is None else _unworked(side, quantity, whole)
        for whole, side in zip((comparison.before, comparison.after), sides, strict=True)
    ]
    why: Message | None = None
    if formulas[0] is not None and formulas[1] is not None and formulas[0] != formulas[1]:
        why = _("{before} → {after}", before=Count(formulas[0]), after=Count(formulas[1]))
    elif sides[0] is None or sides[1] is None:
        one = formulas[0] if sides[1] is None else formulas[1]
        why = None if one is None else _("{formula}", formula=Count(one))
    before, after = (
        NOTHING if side is None else count_piece(count)
        for side, count in zip(sides, counts, strict=True)
    )
    yield ComparedRow(label, before, after, why)


def _unworked(layer: LayerDerivation, quantity: str, whole: NetworkDerivation) -> Expr | None:
    """``801·128``; None where letters stand: the count itself says as much."""
    found = last_product(layer, quantity)
    if found is None or in_model_symbols(found, whole.sizes).free_symbols:
        return None
    return found


def _total_rows(comparison: NetworkComparison, detail: Detail) -> list[ComparedRow]:
    """The totals of both models, and what is true of them as a whole."""
    rows = [_total(_("parameters"), comparison.counts["params"])]
    trainable = comparison.counts["trainable_params"]
    both = (comparison.counts["params"].before, comparison.counts["params"].after)
    if (trainable.before, trainable.after) != both:
        rows.append(_total(_("trainable"), trainable))
    rows.append(_total(_("MACs"), comparison.counts["macs"]))
    if "flops" in comparison.counts:
        rows.append(_total(_("FLOPs"), comparison.counts["flops"]))
    if detail is Detail.FULL:
        rows.append(_total(_("values computed"), comparison.counts["activations"]))
    if not comparison.outputs.same:
        outputs = comparison.outputs
        rows.append(ComparedRow(_("output"), _shapes(outputs.before), _shapes(outputs.after)))
    sees = comparison.sees
    if sees.before or sees.after:
        row = ComparedRow(_("sees at the end"), _field(sees.before), _field(sees.after), sees.why)
        rows.append(row)
    conditions = comparison.before.conditions, comparison.after.conditions
    if conditions[0] != conditions[1]:
        needs: list[Piece] = [tuple(each) if each else NOTHING for each in conditions]
        rows.append(ComparedRow(_("needs"), needs[0], needs[1]))
    return rows


def _total(label: Message, change: CountChange) -> ComparedRow:
    before, after = count_piece(change.before), count_piece(change.after)
    more = change.difference
    if more is None:
        return ComparedRow(label, before, after)
    if more == 0:
        return ComparedRow(label, before, after, _("the same"))
    why = None
    if change.layer is not None:
        layer = Name(change.layer)
        why = (
            _("all in {layer}", layer=layer) if change.all_in else _("most in {layer}", layer=layer)
        )
    return ComparedRow(label, before, after, why, difference=_difference(change, more))


def _difference(change: CountChange, more: Size) -> Message:
    """``+ 98,304 (× 1.87)``; of letters the expression alone."""
    if not isinstance(more, int):
        return _("{difference}", difference=Count(in_order(S(more))))
    count = Count(abs(more))
    signed = _("+ {count}", count=count) if more > 0 else _("− {count}", count=count)
    before, after = change.before, change.after
    if isinstance(before, int) and isinstance(after, int) and before and after:
        return _("{difference} (×\u00a0{ratio})", difference=signed, ratio=ratio(before, after))
    return signed


def ratio(before: int, after: int) -> str:
    """``1.87``, rounded: at least two digits that count."""
    digits = 2
    while 100 * after * 10**digits < 1000 * before and digits < 9:
        digits += 1
    scale = 10**digits
    whole, rest = divmod((2 * after * scale + before) // (2 * before), scale)
    return f"{whole:,}.{rest:0{digits}}".rstrip("0").rstrip(".")


def _field(fields: Sequence[Field] | None) -> Piece:
    """``26×26``; a dash where there is no one value."""
    if not fields:
        return NOTHING
    sizes = [largest(field) for field in fields]
    known = tuple(size for size in sizes if size is not None)
    return Extent(known) if len(known) == len(sizes) else NOTHING


def _same_layers(comparison: NetworkComparison) -> Message | None:
    """The layers that do not differ, in one line."""
    names = [one.name for one in comparison.layers if one.change == "same"]
    if not names or len(names) == len(comparison.layers):
        return None
    if len(names) > _MOST_LISTED:
        return _(
            "{number} layers, {first} to {last}",
            number=len(names),
            first=Name(names[0]),
            last=Name(names[-1]),
        )
    return _("{layers}", layers=tuple(Name(name) for name in names))


def _headline(comparison: NetworkComparison) -> Message | None:
    """What is said where there is nothing to show."""
    if not comparison.same:
        return None
    renamed = [
        one
        for one in comparison.layers
        if one.before and one.after and one.before.name != one.after.name
    ]
    if comparison.counts["params"].difference or comparison.counts["macs"].difference:
        return None
    if renamed:
        return _("the two models are the same, layer for layer, but for names")
    return _("the two models are the same, layer for layer")
