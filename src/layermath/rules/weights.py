"""The weights of a layer, and what follows from them: parameters, MACs, low-rank adaptation.

A layer declares each weight once, with its name and its shape in letters. The number of parameters
is the sum of their sizes, written as a teacher writes it; where weights are multiplied with inputs
(a `Contraction`), so are the MACs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import mul

from sympy import Add, Expr, Integer, Mul, S, Symbol

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.messages import Message, Setting, _
from layermath.rules.equations import MACS, PARAMS, TRAINABLE, Equation, Weight

RANK = letter("r")
"""The rank of a low-rank adaptation."""

NO_BIAS = _("with {argument}", argument=Setting("no bias"))
LOW_RANK = _("with {argument}", argument=Setting("low rank"))


def factors(shape: Iterable[Size]) -> tuple[Expr, ...]:
    """The sizes of a shape as factors: ``(K, K, C/G, F)`` is K·K·(C/G)·F. A 1 is none."""
    found = (part for size in shape for part in Mul.make_args(S(size)))
    return tuple(part for part in found if part is not S.One)


@written
def number(shapes: tuple[tuple[Expr, ...], ...]) -> Expr:
    """How many numbers weights of these shapes have, as one writes it: factors that all of them end
    with stand behind the sum of what is before them, ``(K·K·C + 1)·F``; equal shapes are counted,
    whatever the order of their axes, ``2·C + 1``."""
    if not shapes:
        return Integer(0)
    alike: dict[frozenset[tuple[Expr, int]], list[tuple[Expr, ...]]] = {}
    for part in map(factors, shapes):
        alike.setdefault(frozenset(Counter(part).items()), []).append(part)
    parts = [
        (*(() if len(same) == 1 else (Integer(len(same)),)), *same[0]) for same in alike.values()
    ]
    if len(parts) == 1:
        return _product(parts[0])
    shared = _ending(parts)
    before = [_product(part[: len(part) - len(shared)]) for part in parts]
    return _product((Add(*before), *shared))


@written
def multiplications(
    positions: tuple[Expr, ...], shapes: tuple[tuple[Expr, ...], ...], outputs: tuple[Expr, ...]
) -> Expr:
    """One product for each weight at every position; the ``outputs`` stand last where every shape
    ends with them: ``H·W·(K·K·C)·F``."""
    parts = [factors(shape) for shape in shapes]
    last = factors(outputs)
    if any(part[len(part) - len(last) :] != last for part in parts):
        last = ()
    each = Add(*(_product(part[: len(part) - len(last)]) for part in parts))
    return _product((*positions, *(() if each is S.One else (each,)), *last))


def _product(parts: Sequence[Expr]) -> Expr:
    return reduce(mul, parts) if parts else S.One


def _ending(parts: Sequence[tuple[Expr, ...]]) -> tuple[Expr, ...]:
    """The factors that all of them end with."""
    shared: tuple[Expr, ...] = ()
    for last in zip(*(reversed(part) for part in parts), strict=False):
        if len(set(last)) > 1:
            break
        shared = (last[0], *shared)
    return shared


@written
def with_thin_matrices(weights: Expr, kernel: tuple[Expr, ...]) -> Expr:
    """The weights, and beside them the matrices (rows, r) and (r, columns) of the kernel."""
    *rows, columns = kernel
    return weights + RANK * (_product(factors(rows)) + columns)


@written
def thin_matrices(kernel: tuple[Expr, ...], bias: tuple[Expr, ...]) -> Expr:
    """The two thin matrices are trained, and the biases."""
    *rows, columns = kernel
    trained = RANK * (_product(factors(rows)) + columns)
    return trained + _product(bias) if bias else trained


def parameters(
    name: str,
    weights: Sequence[Weight],
    reason: Message | None = None,
    when: Message | None = None,
) -> Equation:
    """The number of parameters of a layer with these weights; ``name`` is that of the rule in the
    JSON, ``convolution-parameters``."""
    shapes = tuple(tuple(map(S, weight.shape)) for weight in weights)
    return Equation(
        "params", PARAMS, f"{name}-parameters", _("parameters"), number(shapes), reason, when
    )


def trainable(
    name: str,
    weights: Sequence[Weight],
    reason: Message | None = None,
    when: Message | None = None,
) -> Equation:
    """The number of those parameters that training changes."""
    shapes = tuple(tuple(map(S, weight.shape)) for weight in weights if weight.trainable)
    rule, label = f"{name}-trainable-parameters", _("trainable")
    return Equation("trainable_params", TRAINABLE, rule, label, number(shapes), reason, when)


def macs(
    name: str,
    positions: Sequence[Expr],
    weights: Sequence[Weight],
    reason: Message,
    outputs: tuple[Expr, ...] = (),
) -> Equation:
    """One multiply-accumulate for each weight at each of the ``positions``; ``outputs`` as in
    `multiplications`."""
    shapes = tuple(tuple(map(S, weight.shape)) for weight in weights)
    products = multiplications(tuple(positions), shapes, outputs)
    return Equation("macs", MACS, f"{name}-macs", _("MACs"), products, reason)


def nothing_to_learn(reason: Message | None = None) -> Equation:
    """``N = 0``: the layer has no parameters, and why."""
    return parameters("no", (), reason)


@dataclass(frozen=True)
class Contraction:
    """Weights that are multiplied with inputs and summed, with a bias where there is one.

    ``name`` is that of the rules in the JSON; every kernel ends with the axes ``outputs``, which
    are those of the bias.
    """

    name: str
    kernels: tuple[Weight, ...]
    outputs: tuple[Expr, ...]
    bias: bool = True

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The kernels, and the bias."""
        return (*self.kernels, *((Weight("bias", self.outputs),) if self.bias else ()))

    def parameters(self, reason: Message | None = None, biased: Message | None = None) -> Equation:
        """The parameters; ``biased`` says when the rule holds where there is a bias."""
        return parameters(self.name, self.weights, reason, biased if self.bias else NO_BIAS)

    def macs(self, positions: Sequence[Expr], reason: Message) -> Equation:
        """One multiply-accumulate for each weight at each of the ``positions``: the bias is not
        counted."""
        return macs(self.name, positions, self.kernels, reason, self.outputs)

    def thin(self) -> tuple[Weight, ...]:
        """The weights under low-rank adaptation: the kernel stays as it is, and two thin matrices
        beside it are trained. Hu et al., *LoRA: Low-rank adaptation of large language models*."""
        (kernel,) = self.kernels
        *rows, columns = kernel.shape
        return (
            replace(kernel, trainable=False),
            *self.weights[1:],
            Weight(f"lora_{kernel.name}_a", (*rows, RANK)),
            Weight(f"lora_{kernel.name}_b", (RANK, columns)),
        )

    def low_rank(
        self, name: str = "lora", beside: Message | None = None, trained: Message | None = None
    ) -> tuple[Equation, ...]:
        """The parameters under low-rank adaptation, and those that are trained; ``name`` is that of
        the rules, ``beside`` and ``trained`` are their reasons, where they are not the usual."""
        kernel = tuple(map(S, self.kernels[0].shape))
        bias = factors(self.outputs) if self.bias else ()
        return (
            replace(
                parameters(name, (), beside or _BESIDE, LOW_RANK),
                expression=with_thin_matrices(self.parameters().expression, kernel),
            ),
            replace(
                trainable(name, (), trained or (_TRAINED_TOO if bias else _TRAINED), LOW_RANK),
                expression=thin_matrices(kernel, bias),
            ),
        )

    def filled(self, where: Mapping[Symbol, Size], low_rank: Size | None) -> tuple[Weight, ...]:
        """The weights with values in place of letters."""
        if low_rank is None:
            return tuple(one.filled(where) for one in self.weights)
        return tuple(one.filled({**where, RANK: low_rank}) for one in self.thin())


_BESIDE = _("beside the weights stand two thin matrices of rank {rank}", rank=RANK)
_TRAINED = _("the weights are frozen; the two thin matrices are trained")
_TRAINED_TOO = _("the weights are frozen; the two thin matrices are trained, and the biases")
