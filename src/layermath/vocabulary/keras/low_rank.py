"""Keras's arguments for low-rank adaptation.

Source: Keras, ``lora_rank``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Expr

from layermath.algebra.floors import Size
from layermath.messages import Code, _
from layermath.problems import ModelProblem
from layermath.vocabulary.arguments import count
from layermath.vocabulary.layer_type import Parameter


def lora_rank(value: object, name: str, rank: int = 0) -> Size | None:
    """The rank of the thin matrices; 0, None and whatever else is false is without them."""
    return count(value, name) if isinstance(value, Expr) or value else None


def constraint(value: object, name: str, rank: int = 0) -> bool:
    """Whether the weights are bound to a constraint: what it is changes no shape."""
    return value is not None and value is not False


def constrained(name: str) -> Parameter:
    """The argument that binds the weights to a constraint."""
    return Parameter(name, constraint, None, to=None)


def rank(*, keyword_only: bool = False) -> Parameter:
    """The argument ``lora_rank``."""
    return Parameter("lora_rank", lora_rank, None, to="low_rank", keyword_only=keyword_only)


def check(constrained: str) -> Callable[[Mapping[str, Any]], None]:
    """Refuse thin matrices beside weights that the argument ``constrained`` binds."""

    def checked(given: Mapping[str, Any]) -> None:
        if given["lora_rank"] is not None and given[constrained]:
            raise ModelProblem(
                _(
                    "{rank} does not go with a constraint on the weights: the thin matrices beside "
                    "them would break it",
                    rank=Code(f"lora_rank={given['lora_rank']}"),
                )
            )

    return checked
