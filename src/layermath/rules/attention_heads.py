"""What the attentions in several heads have in common: projections, two products, their counts.

Sources: Keras, *MultiHeadAttention* and *GroupQueryAttention*; Vaswani et al., *Attention is all
you need* (2017).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from sympy import Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import add, mul
from layermath.messages import Message, Setting, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.attention import C_K, C_Q, C_V, L_Q, L_V
from layermath.rules.axes import LENGTH, axes_of
from layermath.rules.biases import additions_equation
from layermath.rules.equations import MACS, PARAMS, Equation, Filled, Requirement, Weight
from layermath.rules.rule import Shape, require
from layermath.rules.weights import Contraction, macs

HEADS = letter("h")
PAIRS = letter("g")
"""Heads of keys and values that `GroupQueryAttention` has: fewer than heads of queries."""
D_K, D_V = letter("d_k"), letter("d_v")
"""How many numbers each head has of a query and a key, and of a value."""


SEEN = letter("L_seen")
"""How many values a query sees, where attention runs along some of the axes only."""


@dataclass(frozen=True)
class Part:
    """One projection: its name, what comes in, how many heads of how many numbers come out."""

    name: str
    label: Message
    positions: Symbol
    width: Symbol
    heads: Symbol
    each: Symbol
    why: Message
    gate: bool = False

    def contraction(self, bias: bool) -> Contraction:
        """The kernel ``(C, h, d)``, and the bias ``(h, d)``."""
        out = (self.heads, self.each)
        return Contraction(
            "attention-projection", (Weight("kernel", (self.width, *out)),), out, bias
        )

    def weights(self, bias: bool) -> Equation:
        """The parameters of the projection."""
        return replace(
            self.contraction(bias).parameters(self.why),
            quantity=f"{self.name}_params",
            symbol=letter(f"N_{self.name}"),
            label=self.label,
            when=when(self.gate, bias),
        )

    def products(self) -> Equation:
        """The products of the projection."""
        return replace(
            self.contraction(True).macs((self.positions,), _EVERY_WEIGHT),
            quantity=f"{self.name}_macs",
            symbol=letter(f"M_{self.name}"),
            label=self.label,
            when=when(self.gate, True),
        )


@dataclass(frozen=True)
class Projections:
    """All projections of an attention: its ``parts``, and the one that brings ``each`` number of
    the heads back together to the ``width``. A query sees so many values as ``seen`` says."""

    parts: tuple[Part, ...]
    each: Symbol
    width: tuple[Symbol, ...]
    seen: Symbol
    bias: bool

    @property
    def back(self) -> Contraction:
        """The kernel ``(h, d_v, C_out)``, and the bias ``(C_out,)``."""
        kernel = Weight("kernel", (HEADS, self.each, *self.width))
        return Contraction("attention-output", (kernel,), self.width, self.bias)

    def parameters(self) -> tuple[Equation, ...]:
        """The parameters, part by part, and their sum at the end."""
        back = replace(
            self.back.parameters(
                _(
                    "the heads stand side by side; each number that comes out has a weight for "
                    "each of their {together} numbers",
                    together=mul(HEADS, self.each),
                )
            ),
            quantity="projection_back_params",
            symbol=letter("N_output"),
            label=_OUTPUT,
            when=when(False, self.bias),
        )
        found = (*(part.weights(self.bias) for part in self.parts), back)
        return (*found, _sum_of(found, "params", PARAMS, _("parameters"), _ALL_PROJECTIONS))

    def products(self) -> tuple[Equation, ...]:
        """The MACs, part by part, and their sum at the end."""
        back = replace(
            macs("attention-output", (L_Q,), self.back.kernels, _EVERY_WEIGHT, self._all()),
            quantity="projection_back_macs",
            symbol=letter("M_output"),
            label=_OUTPUT,
        )
        parts = (part.products() for part in self.parts)
        found = (*parts, *between(self.each, self.seen), back)
        return (*found, _sum_of(found, "macs", MACS, _("MACs"), _ALL_PRODUCTS))

    def _all(self) -> tuple[Symbol, ...]:
        return (HEADS, self.each, *self.width)

    def weights(self, where: Mapping[Symbol, Size]) -> Iterator[Weight]:
        """All weights; the gate's stand before the values'."""
        parts = sorted(self.parts, key=lambda part: part.name == "value")
        named = [(part.name, part.contraction(self.bias)) for part in parts]
        for name, contraction in (*named, ("attention_output", self.back)):
            for weight in contraction.weights:
                yield replace(weight.filled(where), name=f"{name}/{weight.name}")

    def additions(self, where: Mapping[Symbol, Size]) -> Filled | None:
        """The additions of the biases of all projections; None without biases."""
        return Filled(_biases_equation(self.parts, self.width), where) if self.bias else None


_ALL_PROJECTIONS = _("all projections together")
_ALL_PRODUCTS = _("the projections, and the two products between them")


def filled_in(equations: tuple[Equation, ...], where: dict[Symbol, Size]) -> tuple[Filled, ...]:
    """The equations with their values, the last of them the sum of the others."""
    parts = [Filled(equation, where) for equation in equations[:-1]]
    return (*parts, Filled(equations[-1], {part.equation.symbol: part.value for part in parts}))


def _sum_of(
    parts: tuple[Equation, ...], quantity: str, symbol: Symbol, label: Message, reason: Message
) -> Equation:
    return Equation(
        quantity,
        symbol,
        f"multi-head-attention-{'parameters' if quantity == 'params' else quantity}",
        label,
        add(*(part.symbol for part in parts)),
        reason,
    )


def when(gate: bool, bias: bool) -> Message | None:
    """Where a projection is as the equation says."""
    gated, unbiased = Setting("gated"), Setting("no bias")
    if gate and not bias:
        return _("with {argument} and {other}", argument=gated, other=unbiased)
    if not gate and bias:
        return None
    return _("with {argument}", argument=gated if gate else unbiased)


@cache
def between(each: Symbol, seen: Symbol) -> tuple[Equation, ...]:
    """The two products in each head that have no weights: of queries and keys, and of shares and
    values."""
    return (
        Equation(
            "scores_macs",
            letter("M_scores"),
            "attention-scores-macs",
            _("scores, QKᵀ"),
            mul(HEADS, L_Q, seen, D_K),
            _("in each head a score for each query and each key: a dot product"),
        ),
        Equation(
            "mean_macs",
            letter("M_mean"),
            "attention-mean-macs",
            _("mean, AV"),
            mul(HEADS, L_Q, seen, each),
            _("softmax makes the scores shares A; in each head they weigh the values"),
        ),
    )


@cache
def _biases_equation(parts: tuple[Part, ...], width: tuple[Symbol, ...]) -> Equation:
    """The additions of the biases of the projections and of the output projection."""
    given = [mul(part.positions, part.heads, part.each) for part in parts]
    return additions_equation(
        add(*given, mul(L_Q, *width)),
        _("a bias is added once to each value that a projection gives"),
    )


_OUTPUT = _("output projection")
_EVERY_WEIGHT = _("one product for each weight, at every position")


def parts_of(keys: Symbol, each_value: Symbol, *, gate: bool, bias: bool) -> tuple[Part, ...]:
    """The projections; ``keys`` is how many heads of keys and values there are."""
    first = (
        _(
            "a head makes {each} numbers of a query, each with a weight for each of its {width} "
            "numbers, and one bias",
            each=D_K,
            width=C_Q,
        )
        if bias
        else _(
            "a head makes {each} numbers of a query, each with a weight for each of its {width} "
            "numbers, and no bias",
            each=D_K,
            width=C_Q,
        )
    )
    parts = (
        Part("query", _("query projection"), L_Q, C_Q, HEADS, D_K, first),
        Part("key", _("key projection"), L_V, C_K, keys, D_K, _("the same for the keys")),
        Part(
            "value", _("value projection"), L_V, C_V, keys, each_value, _("the same for the values")
        ),
    )
    if not gate:
        return parts
    why = _("a gate between 0 and 1 for each number of each head, made from the query")
    return (*parts, Part("gate", _("gate"), L_Q, C_Q, HEADS, each_value, why, gate=True))


def together(value: Shape, key: Shape) -> tuple[Requirement, ...]:
    """Keys and values stand in pairs: their sizes agree but for the last."""
    rule = _(
        "keys and values must agree in all sizes but the last: {key} and {value}",
        key=ShapePiece(key),
        value=ShapePiece(value),
    )
    if len(key) != len(value):
        raise ModelProblem(rule)
    return tuple(require(equal(*pair), rule) for pair in zip(value[:-1], key[:-1], strict=True))


def head_scores(place: int, heads: Size) -> Filled:
    """The axis of the weights along which the heads stand."""
    return Filled(head_scores_equation(place), {HEADS: heads})


@cache
def head_scores_equation(place: int) -> Equation:
    return Equation(
        f"output2.axis{place}",
        letter("h_out"),
        "attention-score-heads",
        _("weights"),
        HEADS,
        _("each head has weights of its own"),
        _("as a second output"),
    )


def output_equations(rank: int, given: int) -> tuple[Equation, ...]:
    """The sizes of an output of ``rank`` axes, of which ``given`` stand in the given shape."""
    axes = axes_of(rank)
    if given:
        asked = _("with {argument}", argument=Setting("shape of an output"))
        width = tuple(
            Equation(
                axis.quantity,
                axis.size_out,
                "attention-output-shape",
                axis.label,
                place,
                _("the output projection gives what {argument} asks for", argument=_SHAPE),
                asked,
            )
            for axis, place in zip(axes[-given:], given_letters(given), strict=True)
        )
    else:
        width = (
            Equation(
                axes[-1].quantity,
                axes[-1].size_out,
                "attention-output-width",
                axes[-1].label,
                C_Q,
                _("the output projection brings the heads back to as many numbers as a query has"),
            ),
        )
    if rank != 2 or given > 1:
        return width
    return (
        Equation(
            LENGTH.quantity,
            LENGTH.size_out,
            "attention-positions",
            LENGTH.label,
            L_Q,
            _("one result for each query, however many values there are"),
        ),
        *width,
    )


_SHAPE = Setting("shape of an output")


def given_letters(number: int) -> tuple[Symbol, ...]:
    """The letters of the sizes in the given shape."""
    if number == 1:
        return (letter("O"),)
    return tuple(letter(f"O_{place}") for place in range(1, number + 1))


def checked(query: Shape, value: Shape, key: Shape, rank: int | None = None) -> None:
    """Raise `ModelProblem` where the inputs are no tensors of positions with as many axes."""
    for shape in (query, value, key):
        if not isinstance(shape, tuple):
            raise ModelProblem(_("query, value and key are a tensor each, not a list of them"))
        if not shape:
            raise ModelProblem(_("each input needs at least one axis, and one is a scalar"))
        if rank is not None and len(shape) != rank:
            raise ModelProblem(
                _(
                    "it takes inputs of {rank} axes (the batch left out), and is given {shape}",
                    rank=rank,
                    shape=ShapePiece(shape),
                )
            )
    if len(query) != len(value):
        raise ModelProblem(
            _(
                "queries and values must have as many axes as each other: {query} and {value}",
                query=ShapePiece(query),
                value=ShapePiece(value),
            )
        )
