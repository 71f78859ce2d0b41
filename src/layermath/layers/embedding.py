"""Embedding: a table that has a row of numbers for each word.

Source: Keras, *Embedding layer*.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter, times
from layermath.algebra.written import written
from layermath.layers import lora
from layermath.messages import Code, Message, Piece, _
from layermath.problems import ModelProblem
from layermath.rules.axes import Axis, axes_of
from layermath.rules.equations import MACS, PARAMS, TRAINABLE, Applied, Equation, Filled
from layermath.vocabulary.arguments import anything, argument, count, flag
from layermath.vocabulary.layer import Layer, Shape, require

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


@written
def two_tables(v: Expr, e: Expr) -> Expr:
    """A table to read words from, and one to find them again."""
    return 2 * v * e


@written
def found_again(positions: Expr, e: Expr, v: Expr) -> Expr:
    """At each position the vector is compared with the row of every word."""
    return positions * e * v


@dataclass(frozen=True)
class Embedding(Layer):
    """Each number of a word becomes the row of that number: ``(…)`` to ``(…, output_dim)``."""

    input_dim: Size = argument(count)
    output_dim: Size = argument(count)
    embeddings_initializer: object = argument(anything, None)
    embeddings_regularizer: object = argument(anything, None)
    embeddings_constraint: bool = argument(lora.constraint, None)
    mask_zero: object = argument(anything, None)
    weights: object = argument(anything, None)
    lora_rank: Size | None = argument(lora.lora_rank, None)
    lora_alpha: object = argument(anything, None)
    quantization_config: object = argument(anything, None)

    def __post_init__(self) -> None:
        lora.no_lora_with_constraint(self.lora_rank, self.embeddings_constraint)

    def apply(self, shape: Shape) -> Applied:
        """Apply to word numbers of any shape."""
        axis = axes_of(len(shape) + 1)[-1]
        where = {V: self.input_dim, E: self.output_dim}
        if self.lora_rank is not None:
            where[lora.RANK] = self.lora_rank
        return Applied(
            ((*shape, self.output_dim),),
            (
                Filled(_row_equation(axis), where),
                *(
                    Filled(equation, where)
                    for equation in _counts(ranked=self.lora_rank is not None)
                ),
            ),
        )

    def title(self) -> tuple[Piece, ...]:
        """``20000, 128``"""
        return (self.input_dim, self.output_dim)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for a text."""
        return (_row_equation(axes_of(2)[-1]), *_counts(ranked=False), *_counts(ranked=True))


def _row_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "embedding-size",
        axis.label,
        E,
        _("a word becomes the numbers of its row"),
    )


def _counts(*, ranked: bool) -> tuple[Equation, ...]:
    reason = _("a table with a row of {E} numbers for each of the {V} words", E=E, V=V)
    if not ranked:
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
            table_with_thin_ones(V, E, lora.RANK),
            _("beside the table stand two thin matrices of rank {rank}", rank=lora.RANK),
            when,
        ),
        Equation(
            "trainable_params",
            TRAINABLE,
            "embedding-lora-trainable-parameters",
            _("trainable"),
            thin_tables(V, E, lora.RANK),
            _("the table is frozen; the two thin matrices are trained"),
            when,
        ),
    )


L_POSITIONS = letter("L_positions")
"""How many positions there are, along all axes."""


@dataclass(frozen=True)
class ReversibleEmbedding(Layer):
    """An embedding that also goes back: with ``reverse=True`` from a vector to a score for each
    word, ``(…, output_dim)`` to ``(…, input_dim)``.

    With ``tie_weights`` both ways use the one table. Raises `ModelProblem` where a vector has not
    ``output_dim`` numbers.
    """

    input_dim: Size = argument(count)
    output_dim: Size = argument(count)
    tie_weights: bool = argument(flag, True)
    embeddings_initializer: object = argument(anything, None)
    embeddings_regularizer: object = argument(anything, None)
    embeddings_constraint: bool = argument(lora.constraint, None)
    mask_zero: object = argument(anything, None)
    reverse_dtype: object = argument(anything, None)
    logit_soft_cap: object = argument(anything, None)
    weights: object = argument(anything, None, keyword_only=True)
    lora_rank: Size | None = argument(lora.lora_rank, None, keyword_only=True)
    lora_alpha: object = argument(anything, None, keyword_only=True)
    quantization_config: object = argument(anything, None, keyword_only=True)

    def __post_init__(self) -> None:
        lora.no_lora_with_constraint(self.lora_rank, self.embeddings_constraint)
        if self.lora_rank is not None and not self.tie_weights:
            raise ModelProblem(
                _(
                    "{rank} and {untied} do not go together: Keras cannot add the second table",
                    rank=Code("lora_rank"),
                    untied=Code("tie_weights=False"),
                )
            )

    def apply(self, shape: Shape, *, reverse: bool = False) -> Applied:
        """Apply to word numbers of any shape, or, with ``reverse``, to vectors."""
        where = {V: self.input_dim, E: self.output_dim}
        if self.lora_rank is not None:
            where[lora.RANK] = self.lora_rank
        counts = tuple(Filled(equation, where) for equation in self._counted())
        if not reverse:
            axis = axes_of(len(shape) + 1)[-1]
            return Applied(
                ((*shape, self.output_dim),), (Filled(_row_equation(axis), where), *counts)
            )
        if not shape:
            raise ModelProblem(_("it takes vectors, and is given a scalar"))
        fits = require(
            equal(shape[-1], self.output_dim),
            _(
                "a vector must have the {numbers} numbers of a row, and has {found}",
                numbers=self.output_dim,
                found=shape[-1],
            ),
        )
        axis = axes_of(len(shape))[-1]
        products = Filled(_back_products(), where | {L_POSITIONS: times(shape[:-1])})
        return Applied(
            ((*shape[:-1], self.input_dim),),
            (Filled(_back_equation(axis), where), *counts, products),
            view="everything" if len(shape) == 1 else "windows",
            requirements=(fits,),
            sentences=self._sentences(),
        )

    def _counted(self) -> tuple[Equation, ...]:
        return _counts(ranked=self.lora_rank is not None) if self.tie_weights else (_two_tables(),)

    def _sentences(self) -> tuple[Message, ...]:
        if self.tie_weights:
            return (_("Going back uses the same table, on its side: no parameter more."),)
        return (_("Going back uses a table of its own."),)

    def title(self) -> tuple[Piece, ...]:
        """``20000, 128``"""
        return (self.input_dim, self.output_dim)

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """The general rules, for a text, there and back."""
        axis = axes_of(2)[-1]
        return (
            _row_equation(axis),
            _back_equation(axis),
            *_counts(ranked=False),
            _two_tables(),
            *_counts(ranked=True),
            _back_products(),
        )


_REVERSE = _("with {argument}", argument=Code("reverse=True"))


def _back_equation(axis: Axis) -> Equation:
    return Equation(
        axis.quantity,
        axis.size_out,
        "embedding-reverse-size",
        axis.label,
        V,
        _("a score for each word: how well its row fits the vector"),
        _REVERSE,
    )


def _two_tables() -> Equation:
    return Equation(
        "params",
        PARAMS,
        "embedding-untied-parameters",
        _("parameters"),
        two_tables(V, E),
        _("a table to read from and one to go back, {E} numbers for each of {V} words", E=E, V=V),
        _("with {argument}", argument=Code("tie_weights=False")),
    )


def _back_products() -> Equation:
    return Equation(
        "macs",
        MACS,
        "embedding-reverse-macs",
        _("MACs"),
        found_again(L_POSITIONS, E, V),
        _("at each position one product for each number of each row"),
        _REVERSE,
    )
