"""Grouped-query attention: several heads of queries share one head of keys and values.

Sources: Keras, *GroupQueryAttention*; Ainslie et al., *GQA: Training generalized multi-query
transformer models from multi-head checkpoints* (2023).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Symbol

from layermath.algebra.conditions import divides, equal
from layermath.algebra.floors import Size
from layermath.layers.attention import C_K, C_Q, C_V, L_Q, L_V, masked, score_sizes
from layermath.layers.attention_heads import (
    D_K,
    HEADS,
    PAIRS,
    Heads,
    Part,
    additions_of,
    checked,
    counted,
    filled_in,
    head_scores,
    head_scores_equation,
    no_flash_with_dropout,
    output_equations,
    parts_of,
    products_equation,
    together,
    weights_equation,
)
from layermath.messages import Message, Piece, _
from layermath.rules.axes import C_OUT
from layermath.rules.equations import Applied, Equation, Filled
from layermath.vocabulary.arguments import anything, argument, count, flag, optional, share
from layermath.vocabulary.layer import Shape, require


@dataclass(frozen=True)
class GroupQueryAttention(Heads):
    """Attention in ``num_query_heads`` heads, of which several share one head of keys and values.

    ``(L_q, C)`` keeps its shape. Raises `ModelProblem` where the heads of keys do not divide those
    of queries, or where queries and values have different widths.
    """

    head_dim: Size = argument(count)
    num_query_heads: Size = argument(count)
    num_key_value_heads: Size = argument(count)
    dropout: object = argument(share, 0.0)
    use_bias: bool = argument(flag, True)
    sliding_window: Size | None = argument(optional(count), None)
    flash_attention: bool = argument(flag, False)
    kernel_initializer: object = argument(anything, None)
    bias_initializer: object = argument(anything, None)
    kernel_regularizer: object = argument(anything, None)
    bias_regularizer: object = argument(anything, None)
    activity_regularizer: object = argument(anything, None)
    kernel_constraint: object = argument(anything, None)
    bias_constraint: object = argument(anything, None)
    use_gate: bool = argument(flag, False)
    seed: object = argument(anything, None)

    def __post_init__(self) -> None:
        no_flash_with_dropout(self.flash_attention, self.dropout)

    @classmethod
    def named_after(cls) -> str:
        """Keras's own name of the class, which it exports without the d."""
        return "GroupedQueryAttention"

    def apply(
        self,
        query: Shape,
        value: Shape,
        key: Shape | None = None,
        query_mask: Shape | None = None,
        value_mask: Shape | None = None,
        key_mask: Shape | None = None,
        attention_mask: Shape | None = None,
        *,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Applied:
        """Apply to queries and values, with keys of their own where they are given."""
        key = value if key is None else key
        checked(query, value, key, rank=2)
        requirements = (
            require(
                divides(self.num_key_value_heads, self.num_query_heads),
                _(
                    "the heads of keys must divide those of queries: {queries} mod {keys} = 0",
                    queries=self.num_query_heads,
                    keys=self.num_key_value_heads,
                ),
            ),
            require(
                equal(query[-1], value[-1]),
                _(
                    "a query and a value must have as many numbers: {query} and {value}",
                    query=query[-1],
                    value=value[-1],
                ),
            ),
            *together(value, key),
        )
        where: dict[Symbol, Size] = {
            L_Q: query[0],
            L_V: value[0],
            C_Q: query[-1],
            C_K: key[-1],
            C_V: value[-1],
            C_OUT: query[-1],
            HEADS: self.num_query_heads,
            PAIRS: self.num_key_value_heads,
            D_K: self.head_dim,
        }
        quantities = [Filled(equation, where) for equation in output_equations(2, 0)]
        outputs: tuple[Shape, ...] = (query,)
        if return_attention_scores:
            outputs = (query, (self.num_query_heads, query[0], value[0]))
            quantities.append(head_scores(0, self.num_query_heads))
            quantities += [Filled(equation, where) for equation in score_sizes()]
        weights, products = self._counted(self.use_gate, self.use_bias)
        return Applied(
            outputs,
            (*quantities, *filled_in(weights, where), *filled_in(products, where)),
            view="everything",
            requirements=requirements,
            sentences=(*self._sentences(), *masked(use_causal_mask)),
            nest=(0, 1) if return_attention_scores else 0,
            additions=additions_of(
                self._parts(self.use_gate, self.use_bias), (C_OUT,), where, self.use_bias
            ),
        )

    @classmethod
    def _counted(cls, gate: bool, bias: bool) -> tuple[tuple[Equation, ...], tuple[Equation, ...]]:
        return counted(cls._parts(gate, bias), D_K, (C_OUT,), L_V, bias=bias)

    @staticmethod
    def _parts(gate: bool, bias: bool) -> tuple[Part, ...]:
        return parts_of(PAIRS, D_K, gate=gate, bias=bias)

    def _sentences(self) -> tuple[Message, ...]:
        queries, keys = self.num_query_heads, self.num_key_value_heads
        if queries == keys:
            return (_("As many heads of keys as of queries: this is multi-head attention."),)
        shared = (
            _("All {queries} heads of queries share one head of keys and values.", queries=queries)
            if keys == 1
            else _(
                "{queries} heads of queries share {keys} heads of keys and values.",
                queries=queries,
                keys=keys,
            )
        )
        return (
            shared,
            _(
                "The keys and values are repeated for them: their projections shrink, the products "
                "in the {queries} heads do not.",
                queries=queries,
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``8 heads, 2 of keys, 64``"""
        return (
            _("{number} heads", number=self.num_query_heads),
            _("{number} of keys", number=self.num_key_value_heads),
            self.head_dim,
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for sequences."""
        weights, products = cls._counted(False, True)
        gate = cls._parts(True, True)[-1]
        return (
            *output_equations(2, 0),
            head_scores_equation(0),
            *score_sizes(),
            *weights,
            weights_equation(gate, True),
            *products,
            products_equation(gate),
        )
