"""Multi-head attention: several attentions side by side, each on projections of its own.

Sources: Keras, *MultiHeadAttention*; Vaswani et al., *Attention is all you need* (2017).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Symbol

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, times
from layermath.algebra.unknown import unknown
from layermath.layers.attention import BATCH, C_K, C_Q, C_V, L_Q, L_V, masked, score_sizes
from layermath.layers.attention_heads import (
    D_K,
    D_V,
    HEADS,
    SEEN,
    Heads,
    Part,
    additions_of,
    checked,
    counted,
    filled_in,
    given_letters,
    head_scores,
    head_scores_equation,
    in_heads,
    no_flash_with_dropout,
    output_equations,
    parts_of,
    products_equation,
    together,
    weights_equation,
)
from layermath.messages import Code, Message, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import C_OUT
from layermath.rules.equations import Applied, Equation, Filled, Requirement
from layermath.vocabulary.arguments import (
    anything,
    argument,
    axis_or_axes,
    count,
    flag,
    optional,
    share,
    sizes,
    wrong,
)
from layermath.vocabulary.layer import Shape, require


def output_shape(value: object, name: str, rank: int = 0) -> tuple[Size, ...] | None:
    """The sizes of an output position: a number, or several; None for those of a query."""
    if isinstance(value, str):
        raise wrong(name, value, _("it must be a whole number, or a tuple of them"))
    if isinstance(value, (int, Expr)) and not isinstance(value, bool) and value != 0:
        value = (value,)
    return sizes(value, name, rank) if value else None


@dataclass(frozen=True)
class MultiHeadAttention(Heads):
    """Attention in ``num_heads`` heads of ``key_dim`` numbers each: ``(…, C_q)`` keeps its shape.

    Queries, keys and values are projected for each head; what the heads give is projected back. It
    runs along ``attention_axes``, without them along all axes but the batch and the last.
    """

    num_heads: Size = argument(count)
    key_dim: Size = argument(count)
    value_dim: Size | None = argument(optional(count), None)
    dropout: object = argument(share, 0.0)
    use_bias: bool = argument(flag, True)
    output_shape: tuple[Size, ...] | None = argument(output_shape, None)
    attention_axes: tuple[int, ...] | None = argument(optional(axis_or_axes), None)
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
        checked(query, value, key)
        requirements = together(value, key)
        axes = self._attended(len(value))
        requirements += _apart(query, value, axes)
        given = self.output_shape or ()
        output = (*query[:-1], *(given or query[-1:]))
        where = self._where(query, value, key, axes)
        quantities = [
            Filled(equation, where) for equation in output_equations(len(output), len(given))
        ]
        outputs: tuple[Shape, ...] = (output,)
        if return_attention_scores:
            scores, place = self._scores(query, value, axes)
            outputs = (output, scores)
            quantities.append(head_scores(place, self.num_heads))
            if len(query) == 2:
                quantities += [Filled(equation, where) for equation in score_sizes()]
        everywhere = where[SEEN] == where[L_V]
        width = given_letters(len(given)) if given else (C_OUT,)
        weights, products = counted(
            self._parts(),
            D_V,
            width,
            L_V if everywhere else SEEN,
            bias=self.use_bias,
        )
        return Applied(
            outputs,
            (*quantities, *filled_in(weights, where), *filled_in(products, where)),
            view="everything",
            requirements=requirements,
            sentences=(
                *self._sentences(where, everywhere, len(query)),
                *masked(use_causal_mask),
            ),
            nest=(0, 1) if return_attention_scores else 0,
            additions=additions_of(self._parts(), width, where, self.use_bias),
        )

    def _parts(self) -> tuple[Part, ...]:
        return parts_of(HEADS, D_V, gate=self.use_gate, bias=self.use_bias)

    def _attended(self, rank: int) -> tuple[int, ...]:
        """The axes along which positions look at each other, the batch being axis 0. Keras counts
        them where the heads have an axis of their own, behind the positions."""
        if self.attention_axes is None:
            return tuple(range(1, rank))
        axes = tuple(axis if axis >= 0 else rank + 1 + axis for axis in self.attention_axes)
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
        given = self.output_shape or ()
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
            HEADS: self.num_heads,
            D_K: self.key_dim,
            D_V: self.key_dim if self.value_dim is None else self.value_dim,
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
        return (*apart, self.num_heads, *along), len(apart)

    def _sentences(
        self, where: dict[Symbol, Size], everywhere: bool, rank: int
    ) -> tuple[Message, ...]:
        heads, each = where[HEADS], where[D_K]
        said = [in_heads(heads, each, times((heads, each)))]
        if self.value_dim is None:
            said.append(
                _(
                    "{d_v} is {d_k}: no {argument} is given.",
                    d_v=D_V,
                    d_k=D_K,
                    argument=Code("value_dim"),
                )
            )
        if not everywhere:
            said.append(
                _(
                    "Attention runs along {axes}: a query sees {seen} values, those beside it on "
                    "the other axes.",
                    axes=Code(f"attention_axes={self.attention_axes}"),
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
                    "Keras names this shape, but with data it fails: a vector has no axis of "
                    "positions to attend along."
                )
            )
        if self.sliding_window is not None:
            said.append(
                _(
                    "The window hides positions further away than {window}: no shape and no count "
                    "changes.",
                    window=self.sliding_window - 1,
                )
            )
        return tuple(said)

    def title(self) -> tuple[Piece, ...]:
        """``8 heads, 64``"""
        return (_("{number} heads", number=self.num_heads), self.key_dim)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for sequences."""
        parts = parts_of(HEADS, D_V, gate=True, bias=True)
        weights, products = counted(parts[:3], D_V, (C_OUT,), L_V, bias=True)
        return (
            *output_equations(2, 0),
            *output_equations(2, 1)[1:],
            head_scores_equation(0),
            *score_sizes(),
            *weights,
            weights_equation(parts[3], True),
            *products,
            products_equation(parts[3]),
        )


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
