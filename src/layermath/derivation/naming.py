"""The named sizes of a network: ``H_1``, ``H_2``, ..., one name for each distinct size.

A layer with windows names the sizes that it makes; all others are written in those names. The named
walk applies every layer a second time, to the named shapes, so that each rule is shown with the
names where the numbers would stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sympy import Expr, S, Symbol

from layermath.algebra.floors import Size, symbol, times, total
from layermath.algebra.unknown import UnknownSize, is_known, known_total
from layermath.algebra.written import in_order
from layermath.derivation.records import NamedSize
from layermath.layers.core import InputLayer
from layermath.messages import Message, Shape
from layermath.network.graph import Tensor
from layermath.network.walk import Step, Walk, apply_step
from layermath.operations import Operation
from layermath.rules.equations import Applied

Sizes = tuple[Size, ...]


@dataclass(frozen=True)
class Named:
    """A walk in the named sizes: the same calls, with names where sizes are not numbers."""

    applied: tuple[Applied | Walk, ...]
    inputs: tuple[tuple[Sizes, ...], ...]
    shapes: Mapping[Tensor, Sizes]
    sizes: tuple[NamedSize, ...]

    def activations(self, walk: Walk) -> Size:
        """How many values the layers compute, in the named sizes."""
        return known_total(
            step.activations
            if isinstance(step.done, Walk) or isinstance(step.entry.layer, (InputLayer, Operation))
            else total(times(self.shapes[Tensor(index, out)]) for out in range(len(step.outputs)))
            for index, step in enumerate(walk.steps)
        )

    @property
    def definitions(self) -> Mapping[Symbol, Size]:
        """Each name, in the model's own symbols."""
        return MappingProxyType({size.name: size.closed_form for size in self.sizes})


@dataclass
class _Names:
    """The names given so far. A name that the model itself uses is passed over."""

    taken: frozenset[str]
    by_size: dict[Size, Symbol] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    sizes: list[NamedSize] = field(default_factory=list)

    def give(self, letter: str, closed: Size, shown: Size, layer: str) -> Size:
        """The name of a size; a number, and a letter of the model, keep their own."""
        if isinstance(closed, (int, Symbol)) or not is_known(closed):
            return closed
        if closed not in self.by_size:
            name = self._next(letter)
            self.by_size[closed] = name
            self.sizes.append(NamedSize(name, layer, _ordered(shown), _ordered(closed), letter))
        return self.by_size[closed]

    def known(self, closed: Size, shown: Size) -> Size:
        """The name that a size has, if it has one."""
        if isinstance(closed, (int, Symbol)):
            return closed
        return self.by_size.get(closed, shown)

    def _next(self, letter: str) -> Symbol:
        while True:
            self.numbers[letter] = self.numbers.get(letter, 0) + 1
            name = f"{letter}_{self.numbers[letter]}"
            if name not in self.taken and name.replace("_", "") not in self.taken:
                return symbol(name)


def _ordered(size: Size) -> Expr:
    return in_order(S(size))


def named(walk: Walk) -> Named:
    """Name the sizes of a walk."""
    names = _Names(
        frozenset(
            s.name
            for shape in walk.shapes.values()
            for size in shape
            for s in S(size).free_symbols
            if isinstance(s, Symbol) and not isinstance(s, UnknownSize)
        )
    )
    shapes: dict[Tensor, Sizes] = {}
    applied: list[Applied | Walk] = []
    inputs: list[tuple[Sizes, ...]] = []
    for index, step in enumerate(walk.steps):
        tensors = step.call.tensors
        inputs.append(tuple(shapes[tensor] for tensor in tensors))
        done = step.done if inputs[-1] == step.inputs else apply_step(walk.network, step, shapes)
        given: dict[Size, Size] = {}
        for output, shape in enumerate(done.outputs):
            closed = step.outputs[output]
            shapes[Tensor(index, output)] = _named_shape(names, step, done, closed, shape)
            given |= dict(zip(shape, shapes[Tensor(index, output)], strict=True))
        applied.append(_with_own_sizes(done, given))
    return Named(tuple(applied), tuple(inputs), MappingProxyType(shapes), tuple(names.sizes))


def unnamed(walk: Walk) -> Named:
    """A walk in its own sizes, none of them named: that of a model inside a model."""
    return Named(
        tuple(step.done for step in walk.steps),
        tuple(step.inputs for step in walk.steps),
        walk.shapes,
        (),
    )


def _named_shape(
    names: _Names, step: Step, done: Applied | Walk, closed: Sizes, shown: Sizes
) -> Sizes:
    """The output in names. A layer with windows names the sizes that it makes; elsewhere a size
    that has a name already is called by it, whichever branch it comes from."""
    letters = _window_letters(done)
    return tuple(
        names.give(letters[new], old, new, step.entry.name)
        if new in letters
        else names.known(old, new)
        for old, new in zip(closed, shown, strict=True)
    )


def _window_letters(done: Applied | Walk) -> dict[Size, str]:
    """The axis letter of each size that the windows of a layer make."""
    if not isinstance(done, Applied) or not done.windowed:
        return {}
    return {
        filled.value: filled.equation.symbol.name.removesuffix("_out")
        for filled in done.quantities
        if filled.equation.quantity.startswith("output.") and filled.equation.quantity != "output.C"
    }


def _with_own_sizes(done: Applied | Walk, given: Mapping[Size, Size]) -> Applied | Walk:
    """What a layer says of its own output (``H_out``, its sentences), with the output's names."""
    if isinstance(done, Walk) or all(size == name for size, name in given.items()):
        return done
    return replace(
        done,
        quantities=tuple(
            replace(
                filled,
                where={
                    letter: given.get(size, size) if letter.name.endswith("_out") else size
                    for letter, size in filled.where.items()
                },
            )
            for filled in done.quantities
        ),
        sentences=tuple(_renamed(sentence, given) for sentence in done.sentences),
    )


def _renamed(message: Message, given: Mapping[Size, Size]) -> Message:
    """A sentence with the names of sizes in the shapes that it shows."""
    pieces = {
        name: Shape(tuple(given.get(size, size) for size in piece.sizes))
        if isinstance(piece, Shape)
        else piece
        for name, piece in message.pieces.items()
    }
    return replace(message, pieces=MappingProxyType(pieces))
