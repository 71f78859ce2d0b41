"""Multi-head attention: several attentions side by side, each on projections of its own; and
grouped-query attention, where several heads of queries share one head of keys and values.

Sources: Keras, *MultiHeadAttention* and *GroupQueryAttention*; Vaswani et al., *Attention is all
you need* (2017); Ainslie et al., *GQA: Training generalized multi-query transformer models from
multi-head checkpoints* (2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sympy import Symbol

from layermath.algebra.conditions import divides, equal
from layermath.algebra.floors import Size, minus, times
from layermath.algebra.unknown import unknown
from layermath.messages import FRAMEWORK, Message, Piece, Setting, _
from layermath.problems import ModelProblem
from layermath.rules.attention import BATCH, C_K, C_Q, C_V, L_Q, L_V, masked, score_sizes
from layermath.rules.attention_heads import (
    D_K,
    D_V,
    HEADS,
    PAIRS,
    SEEN,
    Projections,
    checked,
    filled_in,
    given_letters,
    head_scores,
    head_scores_equation,
    output_equations,
    parts_of,
    together,
)
from layermath.rules.axes import C_OUT
from layermath.rules.equations import Applied, Equation, Filled, Requirement
from layermath.rules.rule import Rule, Shape, require


@dataclass(frozen=True)
class MultiHeadAttention(Rule):
    """Attention in ``heads`` of ``head_width`` numbers each: ``(…, C_q)`` keeps its shape.

    Queries, keys and values are projected for each head; what the heads give is projected back. It
    runs ``along`` these axes, without them along all axes but the batch and the last.
    """

    heads: Size
    head_width: Size
    value_width: Size | None = None
    bias: bool = True
    gate: bool = False
    window: Size | None = None
    output: tuple[Size, ...] | None = None
    along: tuple[int, ...] | None = None

    rank: ClassVar[int | None] = None
    """The number of axes that it takes, where there is only one."""
    keys: ClassVar[Symbol] = HEADS
    """How many heads of keys and values there are."""
    each_value: ClassVar[Symbol] = D_V
    """How many numbers of a value each head has."""

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
        checked(query, value, key, self.rank)
        axes = self._attended(len(value))
        requirements = self._asked(query, value, key, axes)
        given = self.output or ()
        output = (*query[:-1], *(given or query[-1:]))
        where = self._where(query, value, key, axes)
        quantities = [
            Filled(equation, where) for equation in output_equations(len(output), len(given))
        ]
        outputs: tuple[Shape, ...] = (output,)
        if return_attention_scores:
            scores, place = self._scores(query, value, axes)
            outputs = (output, scores)
            quantities.append(head_scores(place, self.heads))
            if len(query) == 2:
                quantities += [Filled(equation, where) for equation in score_sizes()]
        everywhere = where.get(SEEN, where[L_V]) == where[L_V]
        projections = self._projections(
            given_letters(len(given)) if given else (C_OUT,), L_V if everywhere else SEEN
        )
        return Applied(
            outputs,
            (
                *quantities,
                *filled_in(projections.parameters(), where),
                *filled_in(projections.products(), where),
            ),
            view="everything",
            requirements=requirements,
            sentences=(
                *self._sentences(where, everywhere, len(query)),
                *masked(use_causal_mask),
            ),
            nest=(0, 1) if return_attention_scores else 0,
            additions=projections.additions(where),
            weights=tuple(projections.weights(where)),
        )

    def _asked(
        self, query: Shape, value: Shape, key: Shape, axes: tuple[int, ...]
    ) -> tuple[Requirement, ...]:
        return (*together(value, key), *_apart(query, value, axes))

    def _projections(self, width: tuple[Symbol, ...], seen: Symbol) -> Projections:
        parts = parts_of(self.keys, self.each_value, gate=self.gate, bias=self.bias)
        return Projections(parts, self.each_value, width, seen, self.bias)

    def _attended(self, rank: int) -> tuple[int, ...]:
        """The axes along which positions look at each other, the batch being axis 0. Keras counts
        them where the heads have an axis of their own, behind the positions."""
        if self.along is None:
            return tuple(range(1, rank))
        axes = tuple(axis if axis >= 0 else rank + 1 + axis for axis in self.along)
        for axis in axes:
            if not -rank - 2 <= axis < rank + 2:
                raise ModelProblem(
                    _(
                        "there is no axis {axis} to attend along: the input has the batch, axis 0, "
                        "and {rank} more",
                        axis=axis,
                        rank=rank,
                    )
                )
        return axes

    def _where(
        self, query: Shape, value: Shape, key: Shape, axes: tuple[int, ...]
    ) -> dict[Symbol, Size]:
        given = self.output or ()
        seen = (
            value[axis - 1] if 0 < axis < len(value) else _elsewhere(axis)
            for axis in dict.fromkeys(axes)
        )
        return {
            L_Q: times(query[:-1]),
            L_V: times(value[:-1]),
            SEEN: times(seen),
            C_Q: query[-1],
            C_K: key[-1],
            C_V: value[-1],
            C_OUT: query[-1],
            HEADS: self.heads,
            D_K: self.head_width,
            D_V: self.head_width if self.value_width is None else self.value_width,
            **dict(zip(given_letters(len(given)), given, strict=True)),
        }

    def _scores(self, query: Shape, value: Shape, axes: tuple[int, ...]) -> tuple[Shape, int]:
        """The shape of the weights, and where in it the heads stand. Keras names another shape
        where the lengths differ; with data it is this one."""
        apart = [size for axis, size in enumerate(query[:-1], start=1) if axis not in axes]
        along = [
            shape[axis - 1] if 0 < axis < len(shape) else _elsewhere(axis)
            for shape in (query, value)
            for axis in axes
        ]
        return (*apart, self.heads, *along), len(apart)

    def _sentences(
        self, where: dict[Symbol, Size], everywhere: bool, rank: int
    ) -> tuple[Message, ...]:
        heads, each = where[HEADS], where[D_K]
        said = [
            _(
                "{argument} is per head: {heads} heads of {each} numbers are {all} in all, "
                "whatever a query has.",
                argument=Setting("width of a head"),
                heads=heads,
                each=each,
                all=times((heads, each)),
            )
        ]
        if self.value_width is None:
            said.append(
                _(
                    "{d_v} is {d_k}: no {argument} is given.",
                    d_v=D_V,
                    d_k=D_K,
                    argument=Setting("width of a value"),
                )
            )
        if not everywhere:
            said.append(
                _(
                    "Attention runs along {axes}: a query sees {seen} values, those beside it on "
                    "the other axes.",
                    axes=Setting("attended axes", value=self.along),
                    seen=where[SEEN],
                )
            )
        if rank > 2:
            said.append(
                _("{L_q} and {L_v} count the positions of all axes together.", L_q=L_Q, L_v=L_V)
            )
        if rank == 1:
            said.append(
                _(
                    "{framework} names this shape, but with data it fails: a vector has no axis "
                    "of positions to attend along.",
                    framework=FRAMEWORK,
                )
            )
        if self.window is not None:
            said.append(
                _(
                    "The window hides positions further away than {window}: no shape and no count "
                    "changes.",
                    window=minus(self.window, 1),
                )
            )
        return tuple(said)

    def title(self) -> tuple[Piece, ...]:
        """``8 heads, 64``"""
        return (_("{number} heads", number=self.heads), self.head_width)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for sequences."""
        *parts, gate = parts_of(cls.keys, cls.each_value, gate=True, bias=True)
        projections = Projections(tuple(parts), cls.each_value, (C_OUT,), L_V, True)
        return (
            *output_equations(2, 0),
            *cls._other_outputs(),
            head_scores_equation(0),
            *score_sizes(),
            *projections.parameters(),
            gate.weights(True),
            *projections.products(),
            gate.products(),
        )

    @classmethod
    def _other_outputs(cls) -> tuple[Equation, ...]:
        """The size of an output of another width."""
        return output_equations(2, 1)[1:]


@dataclass(frozen=True)
class GroupedQueryAttention(MultiHeadAttention):
    """Attention of which several heads of queries share one of the ``key_heads``, those of keys and
    values. ``(L_q, C)`` keeps its shape.

    Raises `ModelProblem` where the heads of keys do not divide those of queries, or where queries
    and values have different widths.
    """

    key_heads: Size = 1

    rank = 2
    keys = PAIRS
    each_value = D_K

    def _asked(
        self, query: Shape, value: Shape, key: Shape, axes: tuple[int, ...]
    ) -> tuple[Requirement, ...]:
        return (
            require(
                divides(self.key_heads, self.heads),
                _(
                    "the heads of keys must divide those of queries: {queries} mod {keys} = 0",
                    queries=self.heads,
                    keys=self.key_heads,
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

    def _where(
        self, query: Shape, value: Shape, key: Shape, axes: tuple[int, ...]
    ) -> dict[Symbol, Size]:
        found = super()._where(query, value, key, axes)
        shared = {PAIRS: self.key_heads, D_K: self.head_width}
        return {one: found[one] for one in found if one not in (SEEN, D_K, D_V)} | shared

    def _sentences(
        self, where: dict[Symbol, Size], everywhere: bool, rank: int
    ) -> tuple[Message, ...]:
        queries, keys = self.heads, self.key_heads
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
            _("{number} heads", number=self.heads),
            _("{number} of keys", number=self.key_heads),
            self.head_width,
        )

    @classmethod
    def _other_outputs(cls) -> tuple[Equation, ...]:
        return ()


def _elsewhere(axis: int) -> Size:
    """The size of an axis that is none of the positions': the batch, or what no model says."""
    return BATCH if axis == 0 else unknown(f"axis{axis}")


def _apart(query: Shape, value: Shape, axes: tuple[int, ...]) -> tuple[Requirement, ...]:
    """Along the other axes queries and values stand side by side."""
    return tuple(
        require(
            equal(one, other),
            _(
                "along axis {axis} there is no attention: queries and values must have as many "
                "positions there, {query} and {value}",
                axis=axis,
                query=one,
                value=other,
            ),
        )
        for axis, (one, other) in enumerate(zip(query[:-1], value[:-1], strict=True), start=1)
        if axis not in axes
    )
