"""What holds of the network as a whole: its sum, its one window, what is not seen and valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import lcm

from sympy import Ge, Integer, S, Symbol
from sympy.core.relational import Relational

from layermath.algebra.conditions import together
from layermath.algebra.floors import FloorDiv, Size, symbol, times
from layermath.algebra.residues import period
from layermath.algebra.unknown import is_known
from layermath.algebra.written import add, in_order, value
from layermath.derivation.fields import View
from layermath.derivation.naming import Named
from layermath.derivation.one_window import as_one_window, last_window
from layermath.derivation.records import DIVISIBLE, Whole
from layermath.messages import Count, Message, Name, Shape, _
from layermath.network.graph import Tensor
from layermath.network.walk import Walk, attempted, resized, spatial_sizes, symbols_of
from layermath.rules.axes import SPATIAL
from layermath.rules.equations import Applied

MANY = 12
"""Above so many layers with parameters, the sum is not written out."""


def whole(walked: Walk, names: Named, seen: Mapping[Tensor, View | None]) -> tuple[Whole, ...]:
    """The statements that close a derivation."""
    free = _Free.of(walked)
    window = last_window(walked, seen)
    return tuple(
        statement
        for statement in (
            _parameters(walked),
            Whole(_("values"), (_activations(names),)),
            *(() if window is None else as_one_window(walked, window)),
            *_divisible(walked),
            *_valid_for(walked, free),
            *_for_one_size(walked),
        )
        if statement.lines
    )


def _parameters(walked: Walk) -> Whole:
    """``320 + 9,248 + … = 113,386``, and which layer has most of them."""
    label = _("parameters")
    parts = [
        (step.entry.name, step.params)
        for step in walked.first.values()
        if step.params != 0 and is_known(step.params)
    ]
    if not all(isinstance(params, int) for _name, params in parts):
        return Whole(label, ())
    total = walked.params
    lines: list[Message] = []
    if 1 < len(parts) <= MANY:
        summed = add(*(Integer(int(params)) for _name, params in parts))
        lines.append(_("{sum} = {total}", sum=Count(summed), total=Count(total)))
    else:
        lines.append(_("{total}", total=Count(total)))
    if len(parts) > 1:
        name, most = max(parts, key=lambda part: int(part[1]))
        percent = (int(most) * 100 + int(total) // 2) // int(total)
        if percent >= 50:
            lines.append(
                _(
                    "{layer} has {percent} of them",
                    layer=Name(name),
                    percent=_("{number} %", number=percent),
                )
            )
    if walked.trainable_params != total:
        lines.append(_("of them {trainable} are trained", trainable=Count(walked.trainable_params)))
    return Whole(label, tuple(lines))


def _activations(names: Named) -> Message:
    """How many values the layers compute: what a forward pass has to keep."""
    return _(
        "{number} are computed, the outputs of all layers together",
        number=Count(in_order(S(names.walk.activations))),
    )


def _for_one_size(walked: Walk) -> Iterator[Whole]:
    """A layer whose weights depend on the size of the image is made for one size (T14)."""
    sizes = {
        size
        for tensor in walked.network.inputs
        for size in spatial_sizes(walked.network, walked.shapes[tensor])
        if isinstance(size, Symbol)
    }
    for name, step in walked.first.items():
        if not isinstance(step.done, Applied):
            continue
        open_sizes = sorted(sizes & S(step.params).free_symbols, key=str)
        if open_sizes:
            yield Whole(
                _("{layer}", layer=Name(name)),
                (
                    _(
                        "has weights for one size of its input: each {sizes} makes a network of "
                        "its own, and with None there {framework} refuses it",
                        framework=walked.network.framework,
                        sizes=tuple(open_sizes),
                    ),
                ),
            )
            return


def _divisible(walked: Walk) -> Iterator[Whole]:
    """The totals where every stride divides: ``if 32 divides H and W: 76,848·H·W + 2,048,000``."""
    moduli = _moduli(walked)
    if not moduli:
        return
    whole = {name: times((modulus, name)) for name, modulus in moduli.items()}
    part = {name: S(name) / modulus for name, modulus in moduli.items()}
    lines: list[Message] = []
    for label, total in (
        (_("parameters"), walked.params),
        (_("MACs"), walked.macs),
        (_("values"), walked.activations),
    ):
        if isinstance(total, int) or not total.has(FloorDiv):
            continue
        polynomial = S(value(total, whole)).expand()
        if polynomial.has(FloorDiv):
            return
        lines.append(
            _(
                "{label} = {total}",
                label=label,
                total=Count(in_order(polynomial.xreplace(part).expand())),
            )
        )
    if not lines:
        return
    yield Whole(DIVISIBLE, (_("where {conditions}:", conditions=_divide(moduli)), *lines))


def _divide(moduli: dict[Symbol, int]) -> Message:
    """``32 divides H and W``"""
    names = tuple(moduli)
    if len(names) == 2 and len(set(moduli.values())) == 1:
        return _(
            "{modulus} divides {one} and {other}",
            modulus=moduli[names[0]],
            one=names[0],
            other=names[1],
        )
    return _(
        "{conditions}",
        conditions=tuple(
            _("{modulus} divides {name}", modulus=modulus, name=name)
            for name, modulus in moduli.items()
        ),
    )


def _moduli(walked: Walk) -> dict[Symbol, int]:
    """For each symbol that stands in a floor, what divides by every stride it goes through."""
    moduli: dict[Symbol, int] = {}
    totals = [total for total in (walked.params, walked.macs) if not isinstance(total, int)]
    for quotient in {part for total in totals for part in total.atoms(FloorDiv)}:
        names = quotient.free_symbols
        found = period(quotient)
        if len(names) != 1 or found is None:
            return {}
        (name,) = names
        moduli[name] = lcm(moduli.get(name, 1), found.every)
    return dict(sorted(moduli.items(), key=lambda item: str(item[0])))


@dataclass(frozen=True)
class _Free:
    """What the network asks of its input when the spatial sizes are left free. ``sized`` are the
    layers whose parameters depend on the size of the image."""

    conditions: tuple[Relational, ...]
    params: Size
    sized: tuple[str, ...]

    @staticmethod
    def of(walked: Walk) -> _Free | None:
        """Walk again with letters for the sizes, where the input has numbers there."""
        network = walked.network
        if symbols_of(network) or len(network.inputs) != 1:
            return None
        shape = walked.shapes[network.inputs[0]]
        if len(shape) - 1 not in SPATIAL or len(shape) < 2:
            return None
        letters = [symbol(axis.letter) for axis in SPATIAL[len(shape) - 1]]
        free = attempted(network, [resized(network, shape, tuple(letters))])
        if free is None:
            return None
        sized = tuple(name for name, step in free.first.items() if not isinstance(step.params, int))
        return _Free(together(free.conditions), free.params, sized)


def _valid_for(walked: Walk, free: _Free | None) -> Iterator[Whole]:
    label = _("valid for")
    if free is None:
        conditions = together(walked.conditions)
        if conditions:
            yield Whole(label, (_("{conditions}", conditions=tuple(conditions)),))
        return
    bounds = [c for c in free.conditions if isinstance(c, Ge) and isinstance(c.lhs, Symbol)]
    if not bounds or len(bounds) != len(free.conditions):
        return
    if isinstance(free.params, int):
        yield Whole(
            label,
            (
                _(
                    "any {bounds}, with these same {params} parameters",
                    bounds=tuple(bounds),
                    params=Count(free.params),
                ),
            ),
        )
    else:
        yield Whole(
            label,
            (
                _(
                    "any {bounds}; these {params} parameters where {inputs}",
                    bounds=tuple(bounds),
                    params=Count(walked.params),
                    inputs=tuple(
                        _(
                            "{layer} gets {shape}",
                            layer=Name(name),
                            shape=Shape(walked.first[name].inputs[0]),
                        )
                        for name in free.sized
                    ),
                ),
            ),
        )
