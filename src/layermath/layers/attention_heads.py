"""What the attentions in several heads have in common: projections, two products, their counts.

Sources: Keras, *MultiHeadAttention* and *GroupQueryAttention*; Vaswani et al., *Attention is all
you need* (2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sympy import Add, Expr, Mul, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers.attention import C_K, C_Q, C_V, L_Q, L_V
from layermath.messages import Code, Message, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import LENGTH, axes_of
from layermath.rules.biases import additions_equation
from layermath.rules.equations import MACS, PARAMS, Equation, Filled, Requirement
from layermath.vocabulary.layer import Layer, Shape, require

HEADS = letter("h")
PAIRS = letter("g")
"""Heads of keys and values that `GroupQueryAttention` has: fewer than heads of queries."""
D_K, D_V = letter("d_k"), letter("d_v")
"""How many numbers each head has of a query and a key, and of a value."""


SEEN = letter("L_seen")
"""How many values a query sees, where attention runs along some of the axes only."""


@written
def projection(width: Expr, heads: Expr, each: Expr, bias: bool) -> Expr:
    """Every head has so many neurons, each with a weight for each number that comes in."""
    return (width + 1) * heads * each if bias else width * heads * each


@written
def projection_back(heads: Expr, each: Expr, width: tuple[Expr, ...], bias: bool) -> Expr:
    """The heads side by side are brought to one row of numbers."""
    return (heads * each + 1) * Mul(*width) if bias else heads * each * Mul(*width)


@written
def projected(positions: Expr, width: Expr, heads: Expr, each: Expr) -> Expr:
    """One product for each weight, at every position."""
    return positions * width * heads * each


@written
def projected_back(positions: Expr, heads: Expr, each: Expr, width: tuple[Expr, ...]) -> Expr:
    """One product for each weight, at every position."""
    return positions * heads * each * Mul(*width)


@written
def compared(heads: Expr, queries: Expr, values: Expr, each: Expr) -> Expr:
    """In each head, each pair of positions takes a product for each number."""
    return heads * queries * values * each


@written
def biases_added(parts: tuple[tuple[Expr, ...], ...]) -> Expr:
    """Every projection adds one bias to each value that it gives."""
    return Add(*(Mul(*part) for part in parts))


@written
def summed(parts: tuple[Expr, ...]) -> Expr:
    """All parts together."""
    return Add(*parts)


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


@dataclass(frozen=True)
class Heads(Layer, abstract=True):
    """Attention in several heads: ``layer(query, value)`` or ``layer(query, value, key)``.

    ``return_attention_scores`` hands out the weights of each head too. Raises `ModelProblem` where
    keys and values do not go together, or where an argument is wrong.
    """

    def built_inside(self) -> tuple[str, ...]:
        """The softmax and the dropout of the weights; the projections have names."""
        return ("Softmax", "Dropout")


def counted(
    parts: Sequence[Part],
    each: Symbol,
    width: tuple[Symbol, ...],
    seen: Symbol,
    *,
    bias: bool,
) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
    """The parameters and the MACs, part by part, and their sums at the end.

    ``each`` is how many numbers of each head are brought together, ``width`` how many come out,
    ``seen`` how many values a query sees.
    """
    weights = [*(weights_equation(part, bias) for part in parts)]
    weights.append(back_weights_equation(each, width, bias))
    products = [
        *(products_equation(part) for part in parts),
        *between(each, seen),
        back_products_equation(each, width),
    ]
    return (
        (*weights, _sum_of(tuple(weights), "params", PARAMS, _("parameters"), _ALL_PROJECTIONS)),
        (*products, _sum_of(tuple(products), "macs", MACS, _("MACs"), _ALL_PRODUCTS)),
    )


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
        summed(tuple(part.symbol for part in parts)),
        reason,
    )


@cache
def weights_equation(part: Part, bias: bool) -> Equation:
    """Keras: the kernel of a projection has the shape ``(C, h, d)``, its bias ``(h, d)``."""
    return Equation(
        f"{part.name}_params",
        letter(f"N_{part.name}"),
        "attention-projection-parameters",
        part.label,
        projection(part.width, part.heads, part.each, bias),
        part.why,
        when(part.gate, bias),
    )


@cache
def back_weights_equation(each: Symbol, width: tuple[Symbol, ...], bias: bool) -> Equation:
    """Keras: the kernel of the output projection has the shape ``(h, d_v, C_out)``."""
    return Equation(
        "projection_back_params",
        letter("N_output"),
        "attention-output-parameters",
        _OUTPUT,
        projection_back(HEADS, each, width, bias),
        _(
            "the heads stand side by side; each number that comes out has a weight for each of "
            "their {together} numbers",
            together=Mul(HEADS, each, evaluate=False),
        ),
        when(False, bias),
    )


def when(gate: bool, bias: bool) -> Message | None:
    """Where a projection is as the equation says."""
    gated, unbiased = Code("use_gate=True"), Code("use_bias=False")
    if gate and not bias:
        return _("with {argument} and {other}", argument=gated, other=unbiased)
    if not gate and bias:
        return None
    return _("with {argument}", argument=gated if gate else unbiased)


@cache
def products_equation(part: Part) -> Equation:
    """The products of a projection."""
    return Equation(
        f"{part.name}_macs",
        letter(f"M_{part.name}"),
        "attention-projection-macs",
        part.label,
        projected(part.positions, part.width, part.heads, part.each),
        _EVERY_WEIGHT,
        when(part.gate, True),
    )


@cache
def back_products_equation(each: Symbol, width: tuple[Symbol, ...]) -> Equation:
    """The products of the output projection."""
    return Equation(
        "projection_back_macs",
        letter("M_output"),
        "attention-output-macs",
        _OUTPUT,
        projected_back(L_Q, HEADS, each, width),
        _EVERY_WEIGHT,
    )


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
            compared(HEADS, L_Q, seen, D_K),
            _("in each head a score for each query and each key: a dot product"),
        ),
        Equation(
            "mean_macs",
            letter("M_mean"),
            "attention-mean-macs",
            _("mean, AV"),
            compared(HEADS, L_Q, seen, each),
            _("softmax makes the scores shares A; in each head they weigh the values"),
        ),
    )


@cache
def _biases_equation(parts: tuple[Part, ...], width: tuple[Symbol, ...]) -> Equation:
    """The additions of the biases of the projections and of the output projection."""
    given = [(part.positions, part.heads, part.each) for part in parts]
    return additions_equation(
        biases_added((*given, (L_Q, *width))),
        _("a bias is added once to each value that a projection gives"),
    )


def additions_of(
    parts: Sequence[Part], width: tuple[Symbol, ...], where: Mapping[Symbol, Size], use_bias: bool
) -> Filled | None:
    """The additions of the biases of all projections; ``width`` is as in `counted`. None without
    biases."""
    return Filled(_biases_equation(tuple(parts), width), where) if use_bias else None


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
    """The sizes of an output of ``rank`` axes, of which ``given`` stand in ``output_shape``."""
    axes = axes_of(rank)
    if given:
        asked = _("with {argument}", argument=Code("output_shape"))
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


_SHAPE = Code("output_shape")


def given_letters(number: int) -> tuple[Symbol, ...]:
    """The letters of the sizes in ``output_shape``."""
    if number == 1:
        return (letter("O"),)
    return tuple(letter(f"O_{place}") for place in range(1, number + 1))


def no_flash_with_dropout(flash: bool, dropout: object) -> None:
    """Keras's fused attention has no dropout. Raises `ModelProblem` where both are asked for."""
    if flash and isinstance(dropout, (int, float)) and dropout > 0:
        raise ModelProblem(
            _(
                "{flash} goes without dropout, and here is {dropout}",
                flash=Code("flash_attention=True"),
                dropout=Code(f"dropout={dropout}"),
            )
        )


def in_heads(heads: Size, each: Size, all_heads: Size) -> Message:
    return _(
        "{argument} is per head: {heads} heads of {each} numbers are {all} in all, whatever a "
        "query has.",
        argument=Code("key_dim"),
        heads=heads,
        each=each,
        all=all_heads,
    )


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
