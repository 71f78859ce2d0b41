"""Which input would have worked: what to say beside a shape that does not fit."""

from __future__ import annotations

from dataclasses import replace

from sympy import Ge, Integer, S, Symbol
from sympy.core.relational import Relational

from layermath.algebra.conditions import together
from layermath.algebra.floors import Size, symbol
from layermath.algebra.residues import Residues, residues_of
from layermath.messages import Extent, Message, _
from layermath.network.graph import Network
from layermath.network.walk import attempted, resized, spatial_sizes, symbols_of
from layermath.problems import Problem
from layermath.rules.axes import SPATIAL


def advised(problem: Problem, whole: Network | None = None) -> Problem:
    """The problem, with the inputs that would have worked, where they can be told.

    ``whole`` is the network with another input, where it could be read to its end.
    """
    partial = problem.partial
    if not isinstance(partial, Network):
        return problem
    advice = _advice(partial, whole or partial)
    if advice is not None:
        problem.details = (*problem.details, advice)
    return problem


def given_shapes(problem: Problem) -> tuple[tuple[Size, ...], ...]:
    """The shapes on which the layer was called that could not take them."""
    network = problem.partial
    if not isinstance(network, Network) or not network.calls:
        return ()
    *before, last = network.calls
    walked = attempted(replace(network, calls=tuple(before), outputs=()))
    return () if walked is None else tuple(walked.shapes[tensor] for tensor in last.tensors)


def _advice(partial: Network, network: Network) -> Message | None:
    if symbols_of(partial) or len(partial.inputs) != 1 or len(network.inputs) != 1:
        return None
    shape = _input_shape(partial)
    rank = len(shape) - 1
    if rank not in SPATIAL or rank < 1 or not all(isinstance(size, int) for size in shape):
        return None
    letters = [symbol(axis.letter) for axis in SPATIAL[rank]]
    free = attempted(network, [resized(network, shape, tuple(letters))])
    if free is None:
        return None
    has = tuple(int(size) for size in spatial_sizes(network, shape))
    conditions = together(free.conditions)
    wants = [_Wants.of(letter, conditions) for letter in letters]
    if any(want is None for want in wants):
        return None
    known = [want for want in wants if want is not None]
    below = tuple(want.nearest(size, -1) for want, size in zip(known, has, strict=True))
    above = tuple(want.nearest(size, +1) for want, size in zip(known, has, strict=True))
    best = [sizes for sizes in (below, above) if None not in sizes and sizes != has]
    tried = [sizes for sizes in dict.fromkeys(best) if _works(network, sizes, shape)]
    if not tried:
        return None
    found = tuple(Extent(tuple(int(size) for size in sizes if size is not None)) for sizes in tried)
    if any(want.residues is not None for want in known):
        residues = tuple(c for c in conditions if residues_of(c) is not None)
        if len(found) == 1:
            return _(
                "They meet where {conditions}; {size} is the nearest.",
                conditions=residues,
                size=found[0],
            )
        return _(
            "They meet where {conditions}; {one} and {other} are the nearest.",
            conditions=residues,
            one=found[0],
            other=found[1],
        )
    return _(
        "An input of at least {least} would do (it has {has}).",
        least=Extent(tuple(want.least for want in known)),
        has=Extent(has),
    )


def _input_shape(network: Network) -> tuple[Size, ...]:
    layer = network.entries[network.calls[network.inputs[0].call].layer].layer
    shape: tuple[Size, ...] = getattr(layer, "shape", ())
    return shape


def _works(network: Network, sizes: tuple[int | None, ...], shape: tuple[Size, ...]) -> bool:
    known = tuple(size for size in sizes if size is not None)
    return attempted(network, [resized(network, shape, known)]) is not None


class _Wants:
    """What one symbol must be: at least so much, and of some residues."""

    def __init__(self, least: int, residues: Residues | None) -> None:
        self.least = least
        self.residues = residues

    @classmethod
    def of(cls, name: Symbol, conditions: tuple[Relational, ...]) -> _Wants | None:
        least, residues = 1, None
        for condition in conditions:
            if name not in condition.free_symbols:
                continue
            read = residues_of(condition)
            if read is not None:
                residues = read[1]
            elif isinstance(condition, Ge) and condition.lhs == name:
                least = int(S(condition.rhs)) if isinstance(condition.rhs, Integer) else least
            else:
                return None
        return cls(least, residues)

    def nearest(self, size: int, step: int) -> int | None:
        """The nearest size that is right, from ``size`` on in one direction."""
        modulus = 1 if self.residues is None else self.residues.modulus
        members = frozenset({0}) if self.residues is None else self.residues.members
        start = max(size, self.least) if step > 0 else size
        for x in range(start, start + step * (modulus + 1), step):
            if x >= self.least and x % modulus in members:
                return x
        return None
