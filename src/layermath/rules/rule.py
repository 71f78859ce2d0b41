"""What every rule is: a frozen dataclass of what it depends on, applied to shapes.

A rule knows no framework. It takes shapes with their channels last, and says what it asks of them
in words that each framework spells (`layermath.messages.Setting`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

from layermath.algebra.conditions import Condition
from layermath.algebra.floors import Size
from layermath.messages import Message, Piece
from layermath.problems import ModelProblem
from layermath.rules.equations import Applied, Equation, Requirement

Shape: TypeAlias = "tuple[Size, ...]"
"""A shape without its batch axis."""

Inputs: TypeAlias = "Shape | list[Inputs] | dict[str, Inputs]"
"""What a layer is applied to: a shape where it takes a tensor, else a list or dict of them."""


@dataclass(frozen=True)
class Rule:
    """One kind of layer. The fields of a subclass are what its equations depend on."""

    takes_one: ClassVar[bool] = True
    """Whether it is applied to one tensor, not to a list of them."""

    any_layout: ClassVar[bool] = False
    """Whether it takes channels wherever they stand: it asks for none, or is told where."""

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Apply to shapes. Returns the output shapes with the equations that lead to them. Raises
        `ModelProblem` where it cannot take these shapes."""
        raise NotImplementedError

    def title(self) -> tuple[Piece, ...]:
        """What stands in a heading behind the type: ``32, 3×3, relu``."""
        return ()

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """The general rules, for a text. ``fixed`` are the fields that a type of layer fixes: the
        ``rank``, say."""
        raise NotImplementedError


class Applicable(Protocol):
    """A layer inside another, whatever framework it is of."""

    @property
    def shown_type(self) -> str:
        """The name of its class."""

    @property
    def rule(self) -> Any:
        """What it does, in the terms of no framework."""

    def title(self) -> tuple[Piece, ...]:
        """What stands in a heading behind its type."""

    def __call__(self, *inputs: Any, **options: Any) -> Applied:
        """Apply it to shapes."""

    @property
    def channels_first(self) -> bool:
        """Whether its feature maps have their channels before the other axes."""


def require(condition: Condition, rule: Message) -> Requirement:
    """A check of a layer on its input: refused where it fails, kept where symbols leave it open."""
    if condition is False:
        raise ModelProblem(rule)
    return Requirement(condition, rule)
