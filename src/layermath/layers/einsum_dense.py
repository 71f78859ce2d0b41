"""EinsumDense: a dense layer whose sums an equation in letters writes out.

Sources: Keras, *EinsumDense*; Einstein's summation convention: a letter that the result does not
have is summed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sympy import Expr, Mul, S, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, as_size, letter
from layermath.algebra.written import written
from layermath.layers import lora
from layermath.messages import Code, Message, Piece, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules import activations
from layermath.rules.axes import axes_of
from layermath.rules.biases import additions
from layermath.rules.equations import MACS, PARAMS, Applied, Equation, Filled, Requirement
from layermath.vocabulary.arguments import (
    Unfollowed,
    activation,
    anything,
    argument,
    is_size,
    wrong,
)
from layermath.vocabulary.layer import Layer, Shape, require


@written
def all_of(sizes: tuple[Expr, ...]) -> Expr:
    """A weight for each combination of the kernel's letters."""
    return Mul(*sizes)


@written
def with_bias(sizes: tuple[Expr, ...], biases: tuple[Expr, ...]) -> Expr:
    """The kernel and the bias."""
    return Mul(*sizes) + Mul(*biases)


_FORMS = (
    re.compile("([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)"),
    re.compile("0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)"),
    re.compile("([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0"),
)


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


def subscripts(value: object, name: str, rank: int = 0) -> Subscripts:
    """An equation as ``"abc,cd->abd"``, at times with ``...`` on the left or on the right."""
    if isinstance(value, Subscripts):
        return value
    if not isinstance(value, str):
        raise wrong(name, value, _("it must be a text such as {form}", form=Code("'ab,bc->ac'")))
    for form, dots in zip(_FORMS, ("", "left", "right"), strict=True):
        found = form.match(value.replace("...", "0"))
        if found:
            read, kernel, made = found.groups()
            return _known_letters(Subscripts(read, kernel, made, dots), name, value)
    raise wrong(
        name,
        value,
        _(
            "it must have one of the forms {plain}, {left} and {right}, without spaces",
            plain=Code("'ab,bc->ac'"),
            left=Code("'...a,ab->...b'"),
            right=Code("'ab...,bc->ac...'"),
        ),
    )


def _known_letters(found: Subscripts, name: str, value: str) -> Subscripts:
    for one in found.outputs:
        if one not in found.inputs + found.kernel:
            raise wrong(
                name,
                value,
                _(
                    "the output has {letter}, which neither the input nor the kernel has",
                    letter=Code(one),
                ),
            )
    for one in found.kernel:
        if one not in found.inputs + found.outputs:
            raise wrong(
                name,
                value,
                _(
                    "the kernel has {letter}, which neither the input nor the output has: its size "
                    "stands nowhere",
                    letter=Code(one),
                ),
            )
    return found


def partial_shape(value: object, name: str, rank: int = 0) -> tuple[Size | None, ...]:
    """The sizes of the output behind the batch, None for one that the input gives."""
    items = (value,) if is_size(value) else value
    if not isinstance(items, (tuple, list)) or not all(
        item is None or is_size(item) for item in items
    ):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them and None"))
    found = tuple(None if item is None else as_size(item) for item in items)
    if any(isinstance(size, int) and size < 0 for size in found):
        raise wrong(name, value, _("no size may be negative"))
    return found


def bias_letters(value: object, name: str, rank: int = 0) -> str | None:
    """The letters of the output along which there is a bias."""
    if value is None:
        return None
    if isinstance(value, (Unfollowed, Symbol)):
        raise wrong(name, value, _("it must be letters of the output"))
    items = list(value) if isinstance(value, (str, tuple, list)) else []
    if not items or not all(isinstance(item, str) for item in items):
        raise wrong(name, value, _("it must be letters of the output"))
    return "".join(dict.fromkeys("".join(items)))


def of(one: str) -> Symbol:
    """The size of a letter of the equation: ``n_c``."""
    return letter(f"n_{one}")


@dataclass(frozen=True)
class EinsumDense(Layer):
    """A product of the input with a kernel, along the axes that ``equation`` names.

    ``"abc,cd->abd"`` takes ``(b, c)`` to ``(b, d)``: the batch is ``a``, and ``c``, which the
    result does not have, is summed over. Raises `ModelProblem` where the sizes do not fit it.
    """

    equation: Subscripts = argument(subscripts)
    output_shape: tuple[Size | None, ...] = argument(partial_shape)
    activation: str | None = argument(activation, None)
    bias_axes: str | None = argument(bias_letters, None)
    kernel_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    kernel_constraint: bool = argument(lora.constraint, None)
    bias_constraint: object = argument(anything, None)
    lora_rank: Size | None = argument(lora.lora_rank, None)
    lora_alpha: object = argument(anything, None)
    gptq_unpacked_column_size: object = argument(anything, None)
    quantization_config: object = argument(anything, None)

    def __post_init__(self) -> None:
        lora.no_lora_with_constraint(self.lora_rank, self.kernel_constraint)
        for one in self.bias_axes or "":
            if one not in self.equation.outputs:
                raise ModelProblem(
                    _(
                        "{argument} has {letter}, which is no letter of the output, {output}",
                        argument=Code("bias_axes"),
                        letter=Code(one),
                        output=Code(self.equation.outputs),
                    )
                )

    def apply(self, shape: Shape) -> Applied:
        """Apply to one tensor with as many axes as the equation has letters for."""
        elided = self._elided(shape)
        batch = self._batch(elided)
        read = self._input_sizes(shape, elided)
        given = self._given(shape, elided)
        requirements = self._agree(read, given)
        sizes = {one: size for one, size in given.items() if size is not None} | read
        self._known(given, sizes, batch)
        free = [one for one in self.equation.outputs if one != batch]
        beside = shape[: elided - 1] if self.equation.dots == "left" and elided else ()
        behind = shape[len(shape) - elided :] if self.equation.dots == "right" and elided else ()
        output = (*beside, *(sizes[one] for one in free), *behind)
        where = {of(one): size for one, size in sizes.items()}
        elided_sizes = {
            letter(f"n_{place}"): size for place, size in enumerate((*beside, *behind), start=1)
        }
        return Applied(
            (output,),
            (
                *self._output_sizes(output, len(beside), free, where),
                *self._parameters(where),
                self._products(elided_sizes, batch, where),
            ),
            view="everything" if self._mixes_positions(batch) else "windows",
            requirements=requirements,
            sentences=self._sentences(batch, output),
            additions=additions(
                [*elided_sizes, *map(of, free)],
                {**where, **elided_sizes},
                self.bias_axes is not None,
            ),
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
        if len(letters) != len(self.output_shape):
            raise ModelProblem(
                _(
                    "the output has the letters {letters} behind the batch, and {argument} gives "
                    "{number} sizes",
                    letters=Code(letters),
                    argument=Code("output_shape"),
                    number=len(self.output_shape),
                )
            )
        return dict(zip(letters, self.output_shape, strict=True))

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
                    argument=Code("output_shape"),
                ),
            )
            for one, size in given.items()
            if size is not None and one in read
        )

    def _known(
        self, given: Mapping[str, Size | None], sizes: Mapping[str, Size], batch: str | None
    ) -> None:
        """Weights and biases need their sizes written: Keras does not fill them from the input."""
        for one in (*self.equation.kernel, *(self.bias_axes or "")):
            if one == batch or (one in given and given[one] is None) or one not in sizes:
                raise ModelProblem(
                    _(
                        "the weights have the axis {letter}: its size must stand in {argument}",
                        letter=Code(one),
                        argument=Code("output_shape"),
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

    def _parameters(self, where: Mapping[Symbol, Size]) -> tuple[Filled, ...]:
        kernel = tuple(of(one) for one in self.equation.kernel)
        biases = tuple(of(one) for one in self.bias_axes or "")
        if self.lora_rank is not None:
            ranked = {**where, lora.RANK: self.lora_rank}
            return tuple(Filled(one, ranked) for one in lora_equations(kernel, biases))
        return (Filled(parameters_equation(kernel, biases), where),)

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
        if None in self.output_shape:
            said.append(
                _(
                    "{none} in {argument} is what the input has there.",
                    none=Code("None"),
                    argument=Code("output_shape"),
                )
            )
        said.append(activations.sentence(self.activation, output[-1]) if output else None)
        return tuple(sentence for sentence in said if sentence is not None)

    def title(self) -> tuple[Piece, ...]:
        """``abc,cd->abd, relu``"""
        return (Code(str(self.equation)), *activations.title(self.activation))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for ``abc,cd->abd``."""
        kernel, bias = (of("c"), of("d")), (of("d"),)
        axis = axes_of(2)[-1]
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
            parameters_equation(kernel, bias),
            parameters_equation(kernel, ()),
            *lora_equations(kernel, bias),
            macs_equation((of("b"), of("c"), of("d"))),
        )


_EXAMPLE = _("for {equation}", equation=Code("'abc,cd->abd'"))


def _code(letters: Sequence[str]) -> tuple[Piece, ...]:
    return tuple(Code(one) for one in letters)


@cache
def parameters_equation(kernel: tuple[Symbol, ...], bias: tuple[Symbol, ...]) -> Equation:
    """Keras: the kernel has the axes that stand behind the comma, the bias those of
    ``bias_axes``."""
    return Equation(
        "params",
        PARAMS,
        "einsum-parameters",
        _("parameters"),
        with_bias(kernel, bias) if bias else all_of(kernel),
        _("the kernel has one weight for each place along its letters, and so has the bias")
        if bias
        else _("the kernel has one weight for each place along its letters"),
        _("with {argument}", argument=Code("bias_axes")) if bias else None,
    )


@cache
def lora_equations(kernel: tuple[Symbol, ...], bias: tuple[Symbol, ...]) -> tuple[Equation, ...]:
    """Keras: the thin matrices have the shapes ``(…, r)`` and ``(r, last)``."""
    rows = all_of(kernel[:-1]) if len(kernel) > 1 else S.One
    return lora.equations(
        with_bias(kernel, bias) if bias else all_of(kernel),
        all_of(bias) if bias else None,
        rows,
        kernel[-1],
    )


@cache
def macs_equation(sizes: tuple[Symbol, ...]) -> Equation:
    """Every letter is a loop; in the innermost stands one product."""
    return Equation(
        "macs",
        MACS,
        "einsum-macs",
        _("MACs"),
        all_of(sizes),
        _("each letter is a loop, one inside the other, with one product in the innermost"),
    )
