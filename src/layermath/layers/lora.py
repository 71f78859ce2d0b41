"""Low-rank adaptation: the weights stay as they are, and two thin matrices are trained beside them.

Sources: Keras, ``lora_rank``; Hu et al., *LoRA: Low-rank adaptation of large language models*
(2021).
"""

from __future__ import annotations

from functools import cache

from sympy import Expr

from layermath.algebra.floors import Size, letter
from layermath.algebra.written import written
from layermath.messages import Code, Message, _
from layermath.problems import ModelProblem
from layermath.rules.equations import PARAMS, TRAINABLE, Equation
from layermath.vocabulary.arguments import count

RANK = letter("r")


@written
def with_thin_matrices(weights: Expr, rows: Expr, columns: Expr, rank: Expr) -> Expr:
    """The weights, and beside them the matrices (rows, r) and (r, columns)."""
    return weights + rank * (rows + columns)


@written
def thin_matrices(bias: Expr, rows: Expr, columns: Expr, rank: Expr) -> Expr:
    """The biases are trained, and the two thin matrices."""
    return rank * (rows + columns) + bias


@written
def only_thin_matrices(rows: Expr, columns: Expr, rank: Expr) -> Expr:
    """Without biases the two thin matrices alone are trained."""
    return rank * (rows + columns)


def lora_rank(value: object, name: str, rank: int = 0) -> Size | None:
    """The rank of the thin matrices; 0, None and whatever else is false is without them."""
    return count(value, name) if isinstance(value, Expr) or value else None


def constraint(value: object, name: str, rank: int = 0) -> bool:
    """Whether the weights are bound to a constraint: what it is changes no shape."""
    return value is not None and value is not False


def no_lora_with_constraint(rank: Size | None, constrained: bool) -> None:
    """Raise `ModelProblem` where thin matrices are asked for beside bound weights."""
    if rank is not None and constrained:
        raise ModelProblem(
            _(
                "{rank} does not go with a constraint on the weights: the thin matrices beside "
                "them would break it",
                rank=Code(f"lora_rank={rank}"),
            )
        )


@cache
def equations(weights: Expr, bias: Expr | None, rows: Expr, columns: Expr) -> tuple[Equation, ...]:
    """The parameters, and those that are trained, of a layer with the ``weights``, of which the
    ``bias`` stays trained. Its kernel, a matrix of ``rows`` and ``columns`` to the thin ones, has
    the ``columns`` on its last axis."""
    when = _("with {argument}", argument=Code("lora_rank"))
    trained = (
        only_thin_matrices(rows, columns, RANK)
        if bias is None
        else thin_matrices(bias, rows, columns, RANK)
    )
    return (
        Equation(
            "params",
            PARAMS,
            "lora-parameters",
            _("parameters"),
            with_thin_matrices(weights, rows, columns, RANK),
            _("beside the weights stand two thin matrices of rank {rank}", rank=RANK),
            when,
        ),
        Equation(
            "trainable_params",
            TRAINABLE,
            "lora-trainable-parameters",
            _("trainable"),
            trained,
            _trained(bias is not None),
            when,
        ),
    )


def _trained(bias: bool) -> Message:
    if bias:
        return _("the weights are frozen; the two thin matrices are trained, and the biases")
    return _("the weights are frozen; the two thin matrices are trained")
