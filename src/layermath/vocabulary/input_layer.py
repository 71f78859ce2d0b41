"""Where data enters a network."""

from __future__ import annotations

from dataclasses import dataclass

from layermath.algebra.floors import Size
from layermath.rules.equations import Applied, Equation
from layermath.vocabulary.arguments import argument, sizes
from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class InputLayer(Layer):
    """Where data enters: its shape, batch left out."""

    shape: tuple[Size, ...] = argument(sizes)

    def apply(self) -> Applied:
        """The input's own shape."""
        return Applied((self.shape,))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There are none."""
        return ()
