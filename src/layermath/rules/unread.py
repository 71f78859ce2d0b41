"""Layers whose inside is not read: a function, or what comes from elsewhere.

Sources: Keras, ``Lambda``, ``JaxLayer``, ``FlaxLayer``, ``TFSMLayer``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Message, _
from layermath.rules.equations import Applied, Equation
from layermath.rules.rule import Rule, Shape
from layermath.rules.stated import stated
from layermath.rules.weights import nothing_to_learn


@dataclass(frozen=True)
class Unread(Rule):
    """A layer of which neither the output nor the parameters can be known; ``says`` why."""

    takes_one = False
    says: Message

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Whatever it is applied to: what comes out is unknown."""
        return Applied(
            (UNKNOWN_SHAPE,), stated(None, None, None), view="unknown", sentences=(self.says,)
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """There are none."""
        return ()


@dataclass(frozen=True)
class Function(Rule):
    """A function as a layer: any shape to the ``output`` that is written. It has no weights."""

    takes_one = False
    output: Shape | None = None

    def apply(self, inputs: Any) -> Applied:
        """Whatever it is called on, the shape that was written comes out, or an unknown one."""
        sentence = (
            _("what the function computes is not read: the shape is the one that is written")
            if self.output is not None
            else _("what the function computes is not read, so its shape is unknown")
        )
        return Applied(
            (UNKNOWN_SHAPE if self.output is None else self.output,),
            stated(0, 0, None),
            view="unknown",
            sentences=(sentence,),
        )

    @classmethod
    def equations(cls, **fixed: Any) -> tuple[Equation, ...]:
        """It has no weights; the rest is the function's."""
        return (nothing_to_learn(),)
