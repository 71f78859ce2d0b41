"""The named sizes of a network: ``H_1``, ``H_2``, ..., one name for each distinct size.

A layer with windows names the sizes that it makes; all others are written in those names. The named
walk applies every layer a second time, to the named shapes, so that each rule is shown with the
names where the numbers would stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, S, Symbol

from layermath.algebra.floors import Size, symbol
from layermath.algebra.unknown import UnknownSize, is_known
from layermath.algebra.written import in_order
from layermath.derivation.records import NamedSize
from layermath.messages import Piece, Shape
from layermath.network.graph import Tensor
from layermath.network.walk import Step, Walk, apply_step
from layermath.rules.equations import Applied

Sizes = tuple[Size, ...]


@dataclass(frozen=True)
class Named:
    """A walk in the named sizes: the same calls, with names where sizes are not numbers."""

    walk: Walk
    sizes: tuple[NamedSize, ...] = ()

    @property
    def definitions(self) -> Mapping[Symbol, Size]:
        """Each name, in the model's own symbols."""
        return {size.name: size.closed_form for size in self.sizes}


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
    steps: list[Step] = []
    for index, step in enumerate(walk.steps):
        inputs = tuple(shapes[tensor] for tensor in step.call.tensors)
        done = step.done if inputs == step.inputs else apply_step(step, shapes)
        outputs = tuple(
            _named_shape(names, step, done, closed, shown)
            for closed, shown in zip(step.outputs, done.outputs, strict=True)
        )
        shapes |= {Tensor(index, output): shape for output, shape in enumerate(outputs)}
        steps.append(replace(step, inputs=inputs, done=_with_own_sizes(done, outputs)))
    return Named(replace(walk, steps=tuple(steps), shapes=shapes), tuple(names.sizes))


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


def _with_own_sizes(done: Applied | Walk, outputs: tuple[Sizes, ...]) -> Applied | Walk:
    """What a layer says of its own output (``H_out``, its sentences), with the output's names."""
    if isinstance(done, Walk) or done.outputs == outputs:
        return done
    given = {
        size: name
        for shape, names in zip(done.outputs, outputs, strict=True)
        for size, name in zip(shape, names, strict=True)
    }

    def named(piece: Piece) -> Piece:
        return (
            Shape(tuple(given.get(s, s) for s in piece.sizes))
            if isinstance(piece, Shape)
            else piece
        )

    return replace(
        done,
        outputs=outputs,
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
        sentences=tuple(sentence.changed(named) for sentence in done.sentences),
    )
