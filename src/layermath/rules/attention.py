"""Attention: each query takes a weighted mean of the values; the weights come from scores.

Sources: Keras, *Attention layers*; Luong, Pham and Manning, *Effective approaches to
attention-based neural machine translation* (2015), for the dot products; Bahdanau, Cho and Bengio,
*Neural machine translation by jointly learning to align and translate* (2015), for the sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Symbol

from layermath.algebra.floors import Size, letter, times
from layermath.algebra.unknown import unknown
from layermath.algebra.written import add, mul
from layermath.messages import FRAMEWORK, Code, Message, Piece, Setting, _
from layermath.messages import Shape as ShapePiece
from layermath.problems import ModelProblem
from layermath.rules.axes import LENGTH, axes_of
from layermath.rules.equations import MACS, Applied, Equation, Filled, Weight
from layermath.rules.rule import Rule, Shape
from layermath.rules.weights import nothing_to_learn, parameters

L_Q, L_V = letter("L_q"), letter("L_v")
"""How many queries there are, and how many values."""
C_Q, C_K, C_V = letter("C_q"), letter("C_k"), letter("C_v")
"""How many numbers a query has, a key, a value."""
BATCH = unknown("batch")
"""The size of the batch, which no model says."""


@dataclass(frozen=True)
class AttentionOverValues(Rule):
    """Attention of queries over values: ``[query, value]`` or ``[query, value, key]``.

    ``(…, L_q, C_q)`` and ``(…, L_v, C_v)`` give ``(…, L_q, C_v)``, with
    ``return_attention_scores`` also the weights, ``(…, L_q, L_v)``. Where there is no key, the
    values are the keys too. Raises `ModelProblem` for another number of inputs.
    """

    takes_one = False

    def apply(
        self,
        inputs: Any,
        *,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Applied:
        """Apply to a list of two or three tensors."""
        query, value, key = _query_value_key(inputs)
        positions = key[-2] if len(key) > 1 else BATCH
        where: dict[Symbol, Size] = {
            L_Q: times(query[:-1]),
            L_V: positions,
            C_Q: query[-1],
            C_K: key[-1],
            C_V: value[-1],
        }
        outputs: tuple[Shape, ...] = ((*query[:-1], value[-1]),)
        quantities = [*_output_sizes(outputs[0], where)]
        if return_attention_scores:
            outputs = (*outputs, (*query[:-1], positions))
            quantities += [Filled(equation, where) for equation in score_sizes()]
        return Applied(
            outputs,
            (*quantities, Filled(self._learned(), where), Filled(self._products(), where)),
            view="everything",
            sentences=(
                *self._sentences(),
                *masked(use_causal_mask),
                *_rows_of(query),
                *self._misfits(query, key, value),
            ),
            nest=(0, 1) if return_attention_scores else 0,
            weights=tuple(weight.filled(where) for weight in self._scales()),
        )

    def _scales(self) -> tuple[Weight, ...]:
        """The weights."""
        raise NotImplementedError

    def _learned(self) -> Equation:
        """The parameters."""
        raise NotImplementedError

    def _products(self) -> Equation:
        """The MACs."""
        raise NotImplementedError

    def _sentences(self) -> tuple[Message, ...]:
        """How the scores come about."""
        raise NotImplementedError

    def _misfits(self, query: Shape, key: Shape, value: Shape) -> tuple[Message, ...]:
        """What the framework does not find before data runs."""
        found = []
        if _differ(query[-1], key[-1]):
            found.append(
                _(
                    "{framework} names this shape, but with data it fails: a query has {query} "
                    "numbers and a key {key}.",
                    framework=FRAMEWORK,
                    query=query[-1],
                    key=key[-1],
                )
            )
        if len(key) > 1 and len(value) > 1 and _differ(key[-2], value[-2]):
            found.append(
                _(
                    "{framework} names this shape, but with data it fails: there are {keys} keys "
                    "for {values} values.",
                    framework=FRAMEWORK,
                    keys=key[-2],
                    values=value[-2],
                )
            )
        return tuple(found)


def _differ(one: Size, other: Size) -> bool:
    """Whether two sizes are known to be others."""
    return isinstance(one, int) and isinstance(other, int) and one != other


def _query_value_key(inputs: Any) -> tuple[Shape, Shape, Shape]:
    """The three inputs; without a key, the values are the keys."""
    if not isinstance(inputs, list) or not all(isinstance(shape, tuple) for shape in inputs):
        raise ModelProblem(
            _("it takes its inputs in a list: {form}", form=Code("[query, value]")),
            _("A key may follow: {form}.", form=Code("[query, value, key]")),
        )
    if len(inputs) not in (2, 3):
        raise ModelProblem(
            _(
                "it takes 2 inputs, the query and the value, or 3, with the key, and is given "
                "{number}",
                number=len(inputs),
            )
        )
    for shape in inputs:
        if not shape:
            raise ModelProblem(_("each input needs at least one axis, and one is a scalar"))
    query, value = inputs[:2]
    return query, value, inputs[2] if len(inputs) == 3 else value


def _output_sizes(output: Shape, where: dict[Symbol, Size]) -> tuple[Filled, ...]:
    """The axes of the output that come from elsewhere than the query."""
    width = axes_of(len(output))[-1]
    return (
        *([Filled(_positions_equation(), where)] if len(output) == 2 else []),
        Filled(
            Equation(
                width.quantity,
                width.size_out,
                "attention-width",
                width.label,
                C_V,
                _("what comes out is a mean of values: it has as many numbers as a value"),
            ),
            where,
        ),
    )


@cache
def _positions_equation() -> Equation:
    return Equation(
        LENGTH.quantity,
        LENGTH.size_out,
        "attention-positions",
        LENGTH.label,
        L_Q,
        _("one result for each query, however many values there are"),
    )


@cache
def score_sizes() -> tuple[Equation, ...]:
    """The two last axes of the weights that ``return_attention_scores`` hands out."""
    when = _("as a second output")
    return (
        Equation(
            "output2.rows",
            letter("L_rows"),
            "attention-score-rows",
            _("weights"),
            L_Q,
            _("a row of weights for each query"),
            when,
        ),
        Equation(
            "output2.columns",
            letter("L_columns"),
            "attention-score-columns",
            _("weights"),
            L_V,
            _("a weight for each value"),
            when,
        ),
    )


def masked(causal: bool) -> tuple[Message, ...]:
    """What a causal mask does."""
    if not causal:
        return ()
    return (
        _(
            "The causal mask sets the weights of later positions to 0: no shape and no count "
            "changes, for the products are taken all the same."
        ),
    )


def _rows_of(query: Shape) -> tuple[Message, ...]:
    """What the number of queries counts where they have more than one axis, or none."""
    if len(query) > 2:
        return (
            _(
                "{L} counts the queries of all axes before the last: {sizes}.",
                L=L_Q,
                sizes=ShapePiece(query[:-1]),
            ),
        )
    if len(query) == 1:
        return (
            _(
                "Without an axis of positions, the examples of the batch attend to each other: how "
                "many products that takes depends on the size of the batch."
            ),
        )
    return ()


@cache
def _both_products() -> Equation:
    return Equation(
        "macs",
        MACS,
        "attention-macs",
        _("MACs"),
        add(mul(L_Q, L_V, C_Q), mul(L_Q, L_V, C_V)),
        _(
            "a score for each query and each key takes {query} products; then each number that "
            "comes out is a sum of {values} weighted values",
            query=C_Q,
            values=L_V,
        ),
    )


@cache
def _second_product(when: Message) -> Equation:
    return Equation(
        "macs",
        MACS,
        "attention-weighted-macs",
        _("MACs"),
        mul(L_Q, L_V, C_V),
        _("each number that comes out is a sum of {values} weighted values", values=L_V),
        when,
    )


_SUMS = _("where scores are sums, not dot products")
_SHARED_OUT = _(
    "softmax makes the scores of a query shares with sum 1; with them the values are averaged."
)


@dataclass(frozen=True)
class Attention(AttentionOverValues):
    """Scores are dot products of queries and keys; their softmax weighs the values."""

    scales: bool = False
    sums: bool = False

    def _scales(self) -> tuple[Weight, ...]:
        return _single_numbers(self.scales, self.sums)

    def _learned(self) -> Equation:
        return _numbers_learned(self.scales, self.sums)

    def _products(self) -> Equation:
        return _second_product(_SUMS) if self.sums else _both_products()

    def _sentences(self) -> tuple[Message, ...]:
        if self.sums:
            return (
                _(
                    "A score is the sum of {function} over all numbers: nothing is multiplied with "
                    "a query there, so that no MAC is counted for the scores.",
                    function=Code("tanh(query + key)"),
                ),
                _SHARED_OUT,
            )
        return (
            _(
                "Each query is compared with each key by their dot product: scores of the shape "
                "({queries}, {values}).",
                queries=L_Q,
                values=L_V,
            ),
            _SHARED_OUT,
        )

    def _misfits(self, query: Shape, key: Shape, value: Shape) -> tuple[Message, ...]:
        widths = (query[-1], key[-1])
        if self.sums and 1 in widths:
            return super()._misfits(key, key, value)
        return super()._misfits(query, key, value)

    def title(self) -> tuple[Piece, ...]:
        """Whether there is a scale, and what the scores are."""
        return (
            *((Setting("a scale"),) if self.scales else ()),
            *((Setting("sums"),) if self.sums else ()),
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for a sequence."""
        return (
            *_general(),
            *(_numbers_learned(scale, sums) for sums in (False, True) for scale in (False, True)),
            _both_products(),
            _second_product(_("with {argument}", argument=_CONCAT)),
        )


def _general() -> tuple[Equation, ...]:
    """The sizes, for a sequence of queries and one of values."""
    return (*(one.equation for one in _output_sizes((L_Q, C_V), {})), *score_sizes())


_SCALED = Setting("with a scale")
_CONCAT = Setting("sums as scores")


@cache
def _single_numbers(scale: bool, concat: bool) -> tuple[Weight, ...]:
    """A number for all scores, and one inside or on the sums."""
    names = {"scale": scale, "concat_score_weight": concat}
    return tuple(Weight(name, ()) for name, there in names.items() if there)


@cache
def _numbers_learned(scale: bool, concat: bool) -> Equation:
    weights = _single_numbers(scale, concat)
    if scale and concat:
        said = _("two numbers: one inside the {tanh}, one on the sums", tanh=Code("tanh"))
        when = _("with {argument} and {other}", argument=_SCALED, other=_CONCAT)
        return parameters("attention", weights, said, when)
    if not weights:
        return nothing_to_learn(_("queries, keys and values are used as they come"))
    said = (
        _("one number: all scores are multiplied by it")
        if scale
        else _("one number: the sums are multiplied by it")
    )
    when = _("with {argument}", argument=_SCALED if scale else _CONCAT)
    return parameters("attention", weights, said, when)


@dataclass(frozen=True)
class AdditiveAttention(AttentionOverValues):
    """Scores are sums over ``tanh(query + key)``, each number of it with a scale of its own."""

    scales: bool = True

    def _scales(self) -> tuple[Weight, ...]:
        return (_SCALE,) if self.scales else ()

    def _learned(self) -> Equation:
        return _SCALED_NUMBERS if self.scales else nothing_to_learn(_NO_SCALE)

    def _products(self) -> Equation:
        return _second_product(_SUMS)

    def _sentences(self) -> tuple[Message, ...]:
        scored = (
            _(
                "A score is the sum of {scaled} over the {numbers} numbers. The scale acts on each "
                "number by itself, as in a normalisation: MACs are counted where weights meet "
                "inputs in a matrix product, and here only the weighted values are one.",
                scaled=Code("scale * tanh(query + key)"),
                numbers=C_Q,
            )
            if self.scales
            else _(
                "A score is the sum of {function} over the {numbers} numbers: nothing is "
                "multiplied there, so that no MAC is counted for the scores.",
                function=Code("tanh(query + key)"),
                numbers=C_Q,
            )
        )
        return (scored, _SHARED_OUT)

    def _misfits(self, query: Shape, key: Shape, value: Shape) -> tuple[Message, ...]:
        return super()._misfits(key if query[-1] == 1 or key[-1] == 1 else query, key, value)

    def title(self) -> tuple[Piece, ...]:
        """That there is no scale."""
        return () if self.scales else (Setting("without a scale"),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for a sequence."""
        return (
            *_general(),
            _SCALED_NUMBERS,
            nothing_to_learn(_NO_SCALE),
            _second_product(_SUMS),
        )


_NO_SCALE = _("without a scale there is nothing to learn")


_SCALE = Weight("scale", (C_Q,))
_SCALED_NUMBERS = parameters(
    "additive-attention",
    (_SCALE,),
    _("a scale for each number of a query, the same for all positions"),
)
