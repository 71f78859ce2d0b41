"""A product with a kernel whose sums an equation in letters writes out.

Sources: Keras, ``EinsumDense``; PyTorch, ``einsum``; Einstein's summation convention: a letter that
the result does not have is summed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import S, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.messages import Code, Message, Piece, Setting, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import axes_of
from layermath.rules.biases import additions
from layermath.rules.equations import MACS, Applied, Equation, Filled, Requirement, Weight
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import RANK, Contraction, number, parameters


@dataclass(frozen=True)
class Subscripts:
    """An equation taken apart. ``dots`` says where ``...`` stands: "left", "right", or nowhere."""

    inputs: str
    kernel: str
    outputs: str
    dots: str = ""

    def __str__(self) -> str:
        left, right = ("..." if self.dots == side else "" for side in ("left", "right"))
        return f"{left}{self.inputs}{right},{self.kernel}->{left}{self.outputs}{right}"


def of(one: str) -> Symbol:
    """The size of a letter of the equation: ``n_c``."""
    return letter(f"n_{one}")


_GIVEN = Setting("given sizes")


@dataclass(frozen=True)
class Einsum(Rule):
    """A product of the input with a kernel, along the axes that ``equation`` names.

    ``"abc,cd->abd"`` takes ``(b, c)`` to ``(b, d)``: the batch is ``a``, and ``c``, which the
    result does not have, is summed over. ``sizes`` are those of the output behind the batch, None
    for one that the input gives; ``bias`` the letters of the output along which there is a bias;
    ``low_rank`` the rank of a low-rank adaptation. Raises `ModelProblem` where the sizes do not fit
    it.
    """

    equation: Subscripts
    sizes: tuple[Size | None, ...]
    activation: str | None = None
    bias: str | None = None
    low_rank: Size | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor with as many axes as the equation has letters for."""
        equation, elided = self.equation, self._elided(shape)
        batch = self._batch(elided)
        read = self._input_sizes(shape, elided)
        given = self._given(shape, elided)
        requirements = self._agree(read, given)
        sizes = {one: size for one, size in given.items() if size is not None} | read
        self._known(given, sizes, batch)
        free = [one for one in equation.outputs if one != batch]
        beside = shape[: elided - 1] if equation.dots == "left" and elided else ()
        behind = shape[len(shape) - elided :] if equation.dots == "right" and elided else ()
        output = (*beside, *(sizes[one] for one in free), *behind)
        where = {of(one): size for one, size in sizes.items()}
        weights = contraction(equation, elided if equation.dots == "right" else 0, self.bias)
        elided_sizes = {
            letter(f"n_{place}"): size for place, size in enumerate((*beside, *behind), start=1)
        }
        return Applied(
            (output,),
            (
                *self._output_sizes(output, len(beside), free, where),
                *self._parameters(weights, where),
                self._products(elided_sizes, batch, where),
            ),
            view="everything" if self._mixes_positions(batch) else "windows",
            requirements=requirements,
            sentences=self._sentences(batch, output),
            additions=additions(
                [*elided_sizes, *map(of, free)],
                {**where, **elided_sizes},
                self.bias is not None,
            ),
            weights=weights.filled(where, self.low_rank),
            needs_known=tuple(read[one] for one in given if one in read and given[one] is not None),
        )

    def _elided(self, shape: Shape) -> int:
        """How many axes stand for the dots; the batch is one of them where they are on the left."""
        letters = len(self.equation.inputs)
        elided = len(shape) + 1 - letters
        if elided < 0 or (elided and not self.equation.dots):
            raise ModelProblem(
                _(
                    "{equation} has {letters} letters for the input, the batch among them, and the "
                    "input {shape} has {axes} axes with it",
                    equation=Code(str(self.equation)),
                    letters=letters,
                    shape=ShapePiece(shape),
                    axes=len(shape) + 1,
                )
            )
        return elided

    def _batch(self, elided: int) -> str | None:
        """The letter of the batch, None where the dots stand for it."""
        if self.equation.dots == "left" and elided:
            return None
        batch = self.equation.inputs[0]
        if self.equation.outputs[0] != batch or batch in self.equation.kernel:
            raise ModelProblem(
                _(
                    "{letter} is the batch: it must stand first in the output too, and not in the "
                    "kernel",
                    letter=Code(batch),
                )
            )
        return batch

    def _input_sizes(self, shape: Shape, elided: int) -> dict[str, Size]:
        whole: tuple[Size | None, ...] = (None, *shape)
        if self.equation.dots == "left":
            whole = whole[elided:]
        return {
            one: size
            for one, size in zip(self.equation.inputs, whole, strict=False)
            if size is not None
        }

    def _given(self, shape: Shape, elided: int) -> dict[str, Size | None]:
        """The sizes that ``output_shape`` gives to the letters of the output."""
        letters = self.equation.outputs
        if not (self.equation.dots == "left" and elided):
            letters = letters[1:]
        if len(letters) != len(self.sizes):
            raise ModelProblem(
                _(
                    "the output has the letters {letters} behind the batch, and {argument} gives "
                    "{number} sizes",
                    letters=Code(letters),
                    argument=_GIVEN,
                    number=len(self.sizes),
                )
            )
        return dict(zip(letters, self.sizes, strict=True))

    def _agree(
        self, read: Mapping[str, Size], given: Mapping[str, Size | None]
    ) -> tuple[Requirement, ...]:
        return tuple(
            require(
                equal(read[one], size),
                _(
                    "{letter} is {read} in the input and {given} in {argument}",
                    letter=Code(one),
                    read=read[one],
                    given=size,
                    argument=_GIVEN,
                ),
            )
            for one, size in given.items()
            if size is not None and one in read
        )

    def _known(
        self, given: Mapping[str, Size | None], sizes: Mapping[str, Size], batch: str | None
    ) -> None:
        """Weights and biases need their sizes written: the input does not give them."""
        for one in (*self.equation.kernel, *(self.bias or "")):
            if one == batch or (one in given and given[one] is None) or one not in sizes:
                raise ModelProblem(
                    _(
                        "the weights have the axis {letter}: its size must stand in {argument}",
                        letter=Code(one),
                        argument=_GIVEN,
                    )
                )

    def _output_sizes(
        self, output: Shape, first: int, free: Sequence[str], where: Mapping[Symbol, Size]
    ) -> Iterable[Filled]:
        axes = axes_of(len(output))
        for axis, one in zip(axes[first:], free, strict=False):
            why = (
                _("{letter} is an axis of the input, and stays", letter=Code(one))
                if one in self.equation.inputs
                else _("{letter} comes from the kernel", letter=Code(one))
            )
            yield Filled(
                Equation(axis.quantity, axis.size_out, "einsum-axis", axis.label, of(one), why),
                where,
            )

    def _parameters(self, weights: Contraction, where: Mapping[Symbol, Size]) -> tuple[Filled, ...]:
        if self.low_rank is None:
            return (Filled(parameters_equation(weights), where),)
        ranked = {**where, RANK: self.low_rank}
        return tuple(Filled(one, ranked) for one in weights.low_rank())

    def _products(
        self, elided: Mapping[Symbol, Size], batch: str | None, where: Mapping[Symbol, Size]
    ) -> Filled:
        letters = dict.fromkeys(self.equation.inputs + self.equation.outputs + self.equation.kernel)
        named = [of(one) for one in letters if one != batch]
        return Filled(macs_equation((*elided, *named)), {**where, **elided})

    def _mixes_positions(self, batch: str | None) -> bool:
        """Whether an axis other than the last of the input is summed over, or becomes another."""
        positions = [one for one in self.equation.inputs[:-1] if one != batch]
        return (
            self.equation.dots == "right"
            or any(one not in self.equation.outputs for one in positions)
            or len(self.equation.inputs) == 1 + (batch is not None)
        )

    def _sentences(self, batch: str | None, output: Shape) -> tuple[Message, ...]:
        equation = self.equation
        summed = [one for one in dict.fromkeys(equation.inputs) if one not in equation.outputs]
        kept = [one for one in dict.fromkeys(equation.inputs) if one in equation.outputs]
        new = [one for one in dict.fromkeys(equation.outputs) if one not in equation.inputs]
        own = [one for one in kept if one in equation.kernel]
        said: list[Message | None] = []
        if batch is not None:
            said.append(_("{letter} is the batch.", letter=Code(batch)))
        if summed:
            said.append(
                _(
                    "Summed over, for the output has no such letter: {letters}.",
                    letters=_code(summed),
                )
            )
        if new:
            said.append(_("Made by the kernel: {letters}.", letters=_code(new)))
        shared = [one for one in kept if one not in own and one != batch]
        if shared:
            said.append(
                _("All positions along {letters} share the same weights.", letters=_code(shared))
            )
        if own:
            said.append(_("Each position along {letters} has its own.", letters=_code(own)))
        if None in self.sizes:
            said.append(
                _(
                    "{none} in {argument} is what the input has there.",
                    none=Setting("left open"),
                    argument=_GIVEN,
                )
            )
        said.append(activations.sentence(self.activation, output[-1]) if output else None)
        return tuple(sentence for sentence in said if sentence is not None)

    def title(self) -> tuple[Piece, ...]:
        """``abc,cd->abd, relu``"""
        return (Code(str(self.equation)), *activations.title(self.activation))

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for ``abc,cd->abd``."""
        axis = axes_of(2)[-1]
        example = Subscripts("abc", "cd", "abd")
        biased, plain = (contraction(example, 0, bias) for bias in ("d", None))
        return (
            Equation(
                axis.quantity,
                axis.size_out,
                "einsum-axis",
                axis.label,
                of("d"),
                _("{letter} comes from the kernel", letter=Code("d")),
                _EXAMPLE,
            ),
            parameters_equation(biased),
            parameters_equation(plain),
            *biased.low_rank(),
            macs_equation((of("b"), of("c"), of("d"))),
        )


_EXAMPLE = _("for {equation}", equation=Code("'abc,cd->abd'"))


def _code(letters: Sequence[str]) -> tuple[Piece, ...]:
    return tuple(Code(one) for one in letters)


@cache
def contraction(equation: Subscripts, behind: int, bias: str | None) -> Contraction:
    """The kernel has the axes that stand behind the comma, the bias those of the output from its
    first letter on, with one position where it has none; ``behind`` is how many axes stand for the
    dots on the right."""
    outputs = equation.outputs
    first = min((outputs.index(one) for one in bias or ""), default=len(outputs))
    along = tuple(of(one) if one in (bias or "") else S.One for one in outputs[first:])
    kernel = Weight("kernel", tuple(map(of, equation.kernel)))
    return Contraction("einsum", (kernel,), (*along, *((S.One,) * behind)), bias is not None)


@cache
def parameters_equation(weights: Contraction) -> Equation:
    """One weight for each place along the letters."""
    if not weights.bias:
        reason = _("the kernel has one weight for each place along its letters")
        return parameters("einsum", weights.weights, reason)
    return weights.parameters(
        _("the kernel has one weight for each place along its letters, and so has the bias"),
        _("with {argument}", argument=Setting("letters of the bias")),
    )


@cache
def macs_equation(sizes: tuple[Symbol, ...]) -> Equation:
    """Every letter is a loop; in the innermost stands one product."""
    return Equation(
        "macs",
        MACS,
        "einsum-macs",
        _("MACs"),
        number((sizes,)),
        _("each letter is a loop, one inside the other, with one product in the innermost"),
    )
