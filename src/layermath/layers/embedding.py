"""Embedding: a table that has a row of numbers for each word.

Source: Keras, *Embedding layer*.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.layers.arguments import anything, argument, count, optional
from layermath.layers.axes import Axis, axes_of
from layermath.layers.core import RANK
from layermath.layers.layer import Layer, Shape
from layermath.layers.rules import PARAMS, TRAINABLE, Applied, Equation, Filled
from layermath.messages import Code, Piece, _

V, E = letter("V"), letter("E")


@written
def table(v: Expr, e: Expr) -> Expr:
    """A row for each word."""
    return v * e


@written
def thin_tables(v: Expr, e: Expr, rank: Expr) -> Expr:
    """Two thin matrices, (V, r) and (r, E), are trained in place of the table (LoRA)."""
    return rank * (v + e)


@written
def table_with_thin_ones(v: Expr, e: Expr, rank: Expr) -> Expr:
    """The table, which stays as it is, with the two thin matrices."""
    return v * e + rank * (v + e)


@dataclass(frozen=True)
class Embedding(Layer):
    """Each number of a word becomes the row of that number: ``(…)`` to ``(…, output_dim)``."""

    input_dim: Size = argument(count)
    output_dim: Size = argument(count)
    embeddings_initializer: object = argument(anything, None)
    embeddings_regularizer: object = argument(anything, None)
    embeddings_constraint: object = argument(anything, None)
    mask_zero: object = argument(anything, None)
    weights: object = argument(anything, None)
    lora_rank: Size | None = argument(optional(count), None)
    lora_alpha: object = argument(anything, None)
    quantization_config: object = argument(anything, None)

    def apply(self, shape: Shape) -> Applied:
        """Apply to word numbers of any shape."""
        axis = axes_of(len(shape) + 1)[-1]
        where = {V: self.input_dim, E: self.output_dim}
        if self.lora_rank is not None:
            where[RANK] = self.lora_rank
        return Applied(
            ((*shape, self.output_dim),),
            (
                Filled(_row_equation(axis), where),
                *(Filled(equation, where) for equation in _counts(lora=self.lora_rank is not None)),
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``20000, 128``"""
        return (self.input_dim, self.output_dim)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for a text."""
        return (_row_equation(axes_of(2)[-1]), *_counts(lora=False), *_counts(lora=True))


def _row_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "embedding-size",
        axis.label,
        E,
        _("a word becomes the numbers of its row"),
    )


def _counts(*, lora: bool) -> tuple[Equation, ...]:
    reason = _("a table with a row of {E} numbers for each of the {V} words", E=E, V=V)
    if not lora:
        return (
            Equation(
                "params", PARAMS, "embedding-parameters", _("parameters"), table(V, E), reason
            ),
        )
    when = _("with {argument}", argument=Code("lora_rank"))
    return (
        Equation(
            "params",
            PARAMS,
            "embedding-lora-parameters",
            _("parameters"),
            table_with_thin_ones(V, E, RANK),
            _("beside the table stand two thin matrices of rank {rank}", rank=RANK),
            when,
        ),
        Equation(
            "trainable_params",
            TRAINABLE,
            "embedding-lora-trainable-parameters",
            _("trainable"),
            thin_tables(V, E, RANK),
            _("the table is frozen; the two thin matrices are trained"),
            when,
        ),
    )
