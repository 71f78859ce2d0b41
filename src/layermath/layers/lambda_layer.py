"""Lambda: a function of the user's own, as a layer.

Source: Keras, *Lambda layer*. The function is never run: where a source holds it, the reader goes
through it as through the rest; else all that is known is the ``output_shape`` that was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layermath.algebra.floors import Size, as_size
from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import _
from layermath.rules.equations import Applied, Equation
from layermath.rules.stated import stated
from layermath.rules.weights import nothing_to_learn
from layermath.vocabulary.arguments import anything, argument, is_size
from layermath.vocabulary.layer import Layer


def _written_shape(value: object, name: str, rank: int = 0) -> tuple[Size, ...] | None:
    """A shape without its batch axis; a function, or nothing, leaves it unknown."""
    if isinstance(value, (tuple, list)) and all(map(is_size, value)):
        return tuple(as_size(item) for item in value)
    return None


@dataclass(frozen=True)
class Lambda(Layer):
    """A function as a layer: shape ``(…)`` to ``output_shape``. It has no weights."""

    function: object = argument(anything)
    output_shape: tuple[Size, ...] | None = argument(_written_shape, None)
    mask: object = argument(anything, None)
    arguments: object = argument(anything, None)

    takes_one = False

    def apply(self, inputs: Any) -> Applied:
        """Whatever it is called on, the shape that was written comes out, or an unknown one."""
        sentence = (
            _("what the function computes is not read: the shape is the one that is written")
            if self.output_shape is not None
            else _("what the function computes is not read, so its shape is unknown")
        )
        return Applied(
            (UNKNOWN_SHAPE if self.output_shape is None else self.output_shape,),
            stated(0, 0, None),
            view="unknown",
            sentences=(sentence,),
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """It has no weights; the rest is the function's."""
        return (nothing_to_learn(),)
