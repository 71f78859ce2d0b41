"""Two models side by side: what changed, and what that does to parameters, MACs and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sympy import S

from layermath.algebra.floors import Size, minus
from layermath.algebra.unknown import is_known
from layermath.algebra.written import in_order
from layermath.derivation.compose import compose
from layermath.derivation.records import Field, LayerDerivation, NetworkDerivation, Shape
from layermath.messages import Code, Extent, Message, Name, Piece, _, ngettext
from layermath.messages import Shape as ShapePiece
from layermath.network.graph import Entry, Network
from layermath.network.walk import spatial_sizes
from layermath.questions.alignment import Candidate, aligned
from layermath.questions.records import (
    ArgumentChange,
    Change,
    CountChange,
    FieldChange,
    LayerChange,
    NetworkComparison,
    ShapeChange,
)
from layermath.vocabulary.input_layer import InputLayer
from layermath.vocabulary.layer import Layer


def compare(before: Network, after: Network, *, count: str = "macs") -> NetworkComparison:
    """Derive both models and lay them side by side. ``count`` is ``"macs"``, or ``"flops"`` or
    ``"flops+bias"``, which count FLOPs too.

    Raises `Problem` where a layer of either cannot take what reaches it.
    """
    derived = compose(before, count=count), compose(after, count=count)
    counts = _COUNTS if count == "macs" else (*_COUNTS, "flops")
    layers = tuple(_Level(before, after, *(one.layers for one in derived)).changes())
    return NetworkComparison(
        *derived,
        layers,
        ShapeChange(*(tuple(one.shape for one in each.inputs) for each in derived)),
        ShapeChange(*(each.outputs for each in derived)),
        MappingProxyType({name: _count(name, derived, layers) for name in counts}),
        _sees(before, after, *derived),
    )


_COUNTS = ("params", "trainable_params", "macs", "activations")


# The layers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """Two networks that are laid side by side: the models, or two nested ones."""

    before: Network
    after: Network
    layers_before: tuple[LayerDerivation, ...]
    layers_after: tuple[LayerDerivation, ...]

    def changes(self) -> Iterator[LayerChange]:
        """The layers in pairs, and what differs in each."""
        ones = _without_inputs(self.before, self.layers_before)
        others = _without_inputs(self.after, self.layers_after)
        pairs = aligned(
            [_candidate(self.before, one) for one in ones],
            [_candidate(self.after, one) for one in others],
        )
        names = {
            ones[one].name: others[other].name
            for one, other in pairs
            if one is not None and other is not None
        }
        for one, other in pairs:
            if one is None and other is not None:
                yield LayerChange("added", None, others[other], why=(_("added"),))
            elif other is None and one is not None:
                yield LayerChange("removed", ones[one], None, why=(_("removed"),))
            elif one is not None and other is not None:
                yield self._pair(ones[one], others[other], names)

    def _pair(
        self, one: LayerDerivation, other: LayerDerivation, names: Mapping[str, str]
    ) -> LayerChange:
        entries = self.before.entries[one.name], self.after.entries[other.name]
        arguments = tuple(_arguments(*entries))
        inside: tuple[LayerChange, ...] = ()
        first, second = entries[0].layer, entries[1].layer
        if isinstance(first, Network) and isinstance(second, Network):
            inside = tuple(_Level(first, second, one.layers, other.layers).changes())
        why = [
            *_another_type(one, other),
            *(_argument_message(each) for each in arguments),
            *_trained(*entries),
            *self._rewired(one.name, other.name, names),
        ]
        differs = [each for each in inside if each.change not in ("same", "follows")]
        if differs:
            why.append(
                ngettext(
                    "{number} layer inside changed", "{number} layers inside changed", len(differs)
                )
            )
        change: Change = "changed" if why else "same"
        if not _same_shapes(one.output_shapes, other.output_shapes):
            if not why:
                change = "follows"
                why = [_("follows"), *_loss(one, other)]
        elif not why and (
            not _same_shapes(one.input_shapes, other.input_shapes)
            or not _same(one.params, other.params)
        ):
            known = all(is_known(size) for shape in other.output_shapes for size in shape)
            change, why = "follows", [_("the same shape") if known else _("follows")]
        return LayerChange(change, one, other, arguments, tuple(why), inside)

    def _rewired(self, one: str, other: str, names: Mapping[str, str]) -> Iterator[Message]:
        """A layer that reads other layers than its counterpart. Behind a layer that only one model
        has there is nothing to say: that is said of that layer."""
        read_before = _read(self.before, one, frozenset(names))
        read_after = _read(self.after, other, frozenset(names.values()))
        if read_before is None or read_after is None:
            return
        renamed = frozenset(names.get(name, name) for name in read_before)
        come = tuple(map(Name, sorted(read_after - renamed)))
        gone = tuple(
            Name(name) for name in sorted(read_before) if names.get(name, name) not in read_after
        )
        if gone and come:
            yield _("reads {new} in place of {old}", new=come, old=gone)
        elif come:
            yield _("reads {new} too", new=come)
        elif gone:
            yield _("does not read {old} any more", old=gone)


def _without_inputs(
    network: Network, layers: Sequence[LayerDerivation]
) -> tuple[LayerDerivation, ...]:
    return tuple(
        one for one in layers if not isinstance(network.entries[one.name].layer, InputLayer)
    )


def _candidate(network: Network, layer: LayerDerivation) -> Candidate:
    return Candidate(layer.name, network.entries[layer.name].layer, layer.output_shapes)


def _read(network: Network, name: str, kept: frozenset[str]) -> frozenset[str] | None:
    """The layers whose outputs a layer takes, those behind operators on tensors too; None where one
    of them is not in ``kept``. Inputs are not told apart: their names are."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [call for call in network.calls if call.layer == name]
    while waiting:
        for tensor in waiting.pop().tensors:
            source = network.calls[tensor.call]
            if tensor.call in seen or isinstance(network.entries[source.layer].layer, InputLayer):
                continue
            seen.add(tensor.call)
            if source.layer in kept:
                found.add(source.layer)
            elif source.layer in network.listed:
                return None
            else:
                waiting.append(source)
    return frozenset(found)


def _another_type(one: LayerDerivation, other: LayerDerivation) -> Iterator[Message]:
    if one.type != other.type:
        yield _("{before} → {after}", before=Code(one.type), after=Code(other.type))


def _trained(one: Entry, other: Entry) -> Iterator[Message]:
    if one.trainable != other.trainable:
        yield _("trained now") if other.trainable else _("frozen now")


def _arguments(one: Entry, other: Entry) -> Iterator[ArgumentChange]:
    if isinstance(one.layer, Network) or isinstance(other.layer, Network):
        return
    before = Candidate(one.name, one.layer).arguments
    after = Candidate(other.name, other.layer).arguments
    for name, item in before.items():
        if name in after and after[name] != item:
            yield ArgumentChange(name, item, after[name])


def _argument_message(change: ArgumentChange) -> Message:
    return _(
        "{argument} {before} → {after}",
        argument=Name(change.name),
        before=_piece(change.before),
        after=_piece(change.after),
    )


def _piece(item: object) -> Piece:
    """The value of an argument, for a sentence."""
    if isinstance(item, tuple):
        if item and all(part == item[0] for part in item):
            return _piece(item[0])
        if all(isinstance(part, int) or hasattr(part, "free_symbols") for part in item):
            return ShapePiece(item)
    if isinstance(item, bool) or item is None:
        return Code(str(item))
    if isinstance(item, int):
        return item
    if isinstance(item, Layer):
        title = item.title()
        name = Code(item.shown_type)
        return _("{type}({title})", type=name, title=title) if title else name
    if hasattr(item, "free_symbols"):
        return item
    return Code(str(item))


def _loss(one: LayerDerivation, other: LayerDerivation) -> Iterator[Message]:
    """Whether windows miss an end of the input that they read before, or the other way round."""
    before, after = (sum(len(tape.lost) for tape in each.tapes) for each in (one, other))
    if before and not after:
        yield _("drops nothing now")
    elif after and not before:
        yield _("drops the end of its input now")


def _same(one: Size | None, other: Size | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or not (is_known(one) or is_known(other))


def _same_shapes(ones: Sequence[Shape], others: Sequence[Shape]) -> bool:
    return len(ones) == len(others) and all(
        len(one) == len(other) and all(map(_same, one, other))
        for one, other in zip(ones, others, strict=True)
    )


# The counts ----------------------------------------------------------------------------------


def difference(before: Size | None, after: Size | None) -> Size | None:
    """What is more in the second; None where one of them is unknown."""
    if before is None or after is None or not is_known(before) or not is_known(after):
        return None
    return minus(after, before)


def _count(
    name: str, derived: Sequence[NetworkDerivation], layers: Sequence[LayerChange]
) -> CountChange:
    before, after = (_known(getattr(one.totals, name)) for one in derived)
    more = difference(before, after)
    if more is None or more == 0:
        return CountChange(before, after, more)
    return CountChange(before, after, more, *_where(name, more, layers))


def _known(count: Size | None) -> Size | None:
    return count if count is not None and is_known(count) else None


def _where(name: str, more: Size, layers: Sequence[LayerChange]) -> tuple[str | None, bool]:
    """The layer in which the whole difference is (True), or most of it."""
    found = []
    for one in layers:
        sides = [0 if side is None else getattr(side, name) for side in (one.before, one.after)]
        part = difference(*sides)
        if part is None:
            return None, False
        if part != 0:
            found.append((part, one.name))
    if len(found) == 1:
        return found[0][1], True
    if isinstance(more, int) and found and all(isinstance(part, int) for part, _name in found):
        part, layer = max(found, key=lambda each: abs(each[0]))
        # what one layer gains and another loses has no share of the difference
        if 2 * abs(part) > sum(abs(other) for other, _name in found) and (part > 0) == (more > 0):
            return layer, False
    return None, False


# The receptive field -------------------------------------------------------------------------


def _sees(
    before: Network, after: Network, derived: NetworkDerivation, derived_after: NetworkDerivation
) -> FieldChange:
    fields = _at_the_end(before, derived), _at_the_end(after, derived_after)
    inputs = _seen_input(before, derived), _seen_input(after, derived_after)
    return FieldChange(*fields, _why_sees(*fields, *inputs))


def _at_the_end(network: Network, derived: NetworkDerivation) -> tuple[Field, ...] | None:
    """The receptive field of the first output."""
    made_by = network.calls[network.outputs[0].call].layer if network.outputs else ""
    for layer in derived.layers:
        if layer.name == made_by:
            return layer.receptive_field
    return derived.layers[-1].receptive_field if derived.layers else None


def _seen_input(network: Network, derived: NetworkDerivation) -> Shape | None:
    """The spatial sizes of the only input."""
    return spatial_sizes(network, derived.inputs[0].shape) if len(derived.inputs) == 1 else None


def _why_sees(
    before: tuple[Field, ...] | None,
    after: tuple[Field, ...] | None,
    input_before: Shape | None,
    input_after: Shape | None,
) -> Message | None:
    if not before or not after or len(before) != len(after):
        return None
    if [one.size for one in before] == [one.size for one in after]:
        return _("the same")
    whole = _covers(before, input_before), _covers(after, input_after)
    if input_after is not None and input_before == input_after:
        extent = Extent(input_after)
        if whole == (False, True):
            around = _around(after, input_after)
            if around:
                return _(
                    "all of the {input} input now, and {around} around it",
                    input=extent,
                    around=around,
                )
            return _("all of the {input} input now", input=extent)
        if whole == (True, False):
            return _("not all of the {input} input any more", input=extent)
        if whole == (True, True):
            return _("all of the {input} input in both", input=extent)
    more = [difference(one.size, other.size) for one, other in zip(before, after, strict=True)]
    if more[0] is not None and all(each == more[0] for each in more):
        one = more[0]
        if isinstance(one, int):
            sign = "+" if one > 0 else "−"
            if len(more) == 1:
                return _("{sign} {number}", sign=sign, number=abs(one))
            return _("{sign} {number} on each axis", sign=sign, number=abs(one))
        return _("difference {size}", size=in_order(S(one)))
    return None


def _covers(fields: Sequence[Field], sizes: Shape | None) -> bool | None:
    """Whether an output value sees every position; None where that cannot be told."""
    if sizes is None or len(sizes) != len(fields):
        return None
    known = [
        field.size >= size
        for field, size in zip(fields, sizes, strict=True)
        if isinstance(field.size, int) and isinstance(size, int)
    ]
    return all(known) if len(known) == len(sizes) else None


def _around(fields: Sequence[Field], sizes: Shape) -> int | None:
    """The rows of padding that are seen on every side, where it is as many on each."""
    found = {
        side
        for field, size in zip(fields, sizes, strict=True)
        if isinstance(field.size, int) and isinstance(size, int) and isinstance(field.before, int)
        for side in (field.before, field.size - size - field.before)
    }
    one = found.pop() if len(found) == 1 else None
    return one if isinstance(one, int) and one > 0 else None
