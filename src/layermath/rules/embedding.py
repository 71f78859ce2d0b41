"""Embedding: a table that has a row of numbers for each word.

Sources: Keras, ``Embedding``, ``ReversibleEmbedding``; PyTorch, ``Embedding``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from layermath.algebra.conditions import equal
from layermath.algebra.floors import Size, letter, times
from layermath.messages import Message, Piece, Setting, _
from layermath.problems import ModelProblem
from layermath.rules.axes import Axis, axes_of
from layermath.rules.equations import Applied, Equation, Filled, Weight
from layermath.rules.rule import Rule, Shape, require
from layermath.rules.weights import RANK, Contraction, parameters

V, E = letter("V"), letter("E")
L_POSITIONS = letter("L_positions")
"""How many positions there are, along all axes."""

TABLE = Contraction("embedding", (Weight("embeddings", (V, E)),), (E,), bias=False)
BACK = Contraction("embedding-reverse", (Weight("reverse_embeddings", (E, V)),), (V,), bias=False)
"""The table on its side, which compares a vector with the row of every word."""


@dataclass(frozen=True)
class Embedding(Rule):
    """Each number of a word becomes the row of that number: ``(…)`` to ``(…, numbers)``;
    ``low_rank`` is the rank of a low-rank adaptation."""

    words: Size
    numbers: Size
    low_rank: Size | None = None

    def apply(self, shape: Shape) -> Applied:
        """Apply to word numbers of any shape."""
        return Applied(
            ((*shape, self.numbers),),
            self._filled(row_equation(axes_of(len(shape) + 1)[-1]), *self._counts()),
            weights=self._weights(),
        )

    def _filled(self, *equations: Equation) -> tuple[Filled, ...]:
        ranked = {} if self.low_rank is None else {RANK: self.low_rank}
        where = {V: self.words, E: self.numbers, **ranked}
        return tuple(Filled(equation, where) for equation in equations)

    def _counts(self) -> tuple[Equation, ...]:
        return counts(ranked=self.low_rank is not None)

    def _weights(self) -> tuple[Weight, ...]:
        return TABLE.filled({V: self.words, E: self.numbers}, self.low_rank)

    def title(self) -> tuple[Piece, ...]:
        """``20000, 128``"""
        return (self.words, self.numbers)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for a text."""
        return (row_equation(axes_of(2)[-1]), *counts(ranked=False), *counts(ranked=True))


def row_equation(axis: Axis) -> Equation:
    """A word becomes as many numbers as a row has."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "embedding-size",
        axis.label,
        E,
        _("a word becomes the numbers of its row"),
    )


def counts(*, ranked: bool) -> tuple[Equation, ...]:
    """The parameters of the table; ``ranked`` under low-rank adaptation."""
    if ranked:
        return TABLE.low_rank(
            "embedding-lora",
            _("beside the table stand two thin matrices of rank {rank}", rank=RANK),
            _("the table is frozen; the two thin matrices are trained"),
        )
    reason = _("a table with a row of {E} numbers for each of the {V} words", E=E, V=V)
    return (parameters("embedding", TABLE.weights, reason),)


@dataclass(frozen=True)
class ReversibleEmbedding(Embedding):
    """An embedding that also goes back: with ``reverse`` from a vector to a score for each word,
    ``(…, numbers)`` to ``(…, words)``.

    Where it is ``tied`` both ways use the one table. Raises `ModelProblem` where a vector has not
    as many numbers as a row.
    """

    tied: bool = True

    def apply(self, shape: Shape, *, reverse: bool = False) -> Applied:
        """Apply to word numbers of any shape, or, with ``reverse``, to vectors."""
        if not reverse:
            return super().apply(shape)
        if not shape:
            raise ModelProblem(_("it takes vectors, and is given a scalar"))
        fits = require(
            equal(shape[-1], self.numbers),
            _(
                "a vector must have the {numbers} numbers of a row, and has {found}",
                numbers=self.numbers,
                found=shape[-1],
            ),
        )
        *sizes, products = self._filled(
            back_equation(axes_of(len(shape))[-1]), *self._counts(), back_products()
        )
        places = {**products.where, L_POSITIONS: times(shape[:-1])}
        return Applied(
            ((*shape[:-1], self.words),),
            (*sizes, replace(products, where=places)),
            view="everything" if len(shape) == 1 else "windows",
            requirements=(fits,),
            sentences=self._sentences(),
            weights=self._weights(),
        )

    def _counts(self) -> tuple[Equation, ...]:
        return super()._counts() if self.tied else (two_tables(),)

    def _weights(self) -> tuple[Weight, ...]:
        own = {V: self.words, E: self.numbers}
        return (*super()._weights(), *(() if self.tied else BACK.filled(own, None)))

    def _sentences(self) -> tuple[Message, ...]:
        if self.tied:
            return (_("Going back uses the same table, on its side: no parameter more."),)
        return (_("Going back uses a table of its own."),)

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for a text, there and back."""
        axis = axes_of(2)[-1]
        return (
            row_equation(axis),
            back_equation(axis),
            *counts(ranked=False),
            two_tables(),
            *counts(ranked=True),
            back_products(),
        )


_REVERSE = _("with {argument}", argument=Setting("reverse"))


def back_equation(axis: Axis) -> Equation:
    """A score for each word."""
    return Equation(
        axis.quantity,
        axis.size_out,
        "embedding-reverse-size",
        axis.label,
        V,
        _("a score for each word: how well its row fits the vector"),
        _REVERSE,
    )


def two_tables() -> Equation:
    """A table to read words from, and one to find them again."""
    return parameters(
        "embedding-untied",
        (*TABLE.weights, *BACK.weights),
        _("a table to read from and one to go back, {E} numbers for each of {V} words", E=E, V=V),
        _("with {argument}", argument=Setting("untied")),
    )


def back_products() -> Equation:
    """At each position the vector is compared with the row of every word."""
    reason = _("at each position one product for each number of each row")
    return replace(BACK.macs((L_POSITIONS,), reason), when=_REVERSE)
