"""Layers whose inside comes from JAX, from Flax, or from a file of TensorFlow's.

Source: Keras, *Backend-specific layers* (`JaxLayer`, `FlaxLayer`, `TFSMLayer`). Nothing in a source
says what comes out of them, so that no rule can be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from layermath.algebra.unknown import UNKNOWN_SHAPE
from layermath.messages import Message, _
from layermath.rules.equations import Applied, Equation
from layermath.rules.stated import stated
from layermath.vocabulary.arguments import anything, argument
from layermath.vocabulary.layer import Layer


@dataclass(frozen=True)
class FromElsewhere(Layer, abstract=True):
    """A layer of which neither the output nor the parameters can be known from the source."""

    takes_one = False
    says: ClassVar[Message]

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Whatever it is applied to: what comes out is unknown."""
        return Applied(
            (UNKNOWN_SHAPE,), stated(None, None, None), view="unknown", sentences=(self.says,)
        )

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There are none."""
        return ()


@dataclass(frozen=True)
class JaxLayer(FromElsewhere):
    """A function of JAX as a layer."""

    says = _("What a function of JAX makes of its input, and what it learns, is unknown here.")

    call_fn: object = argument(anything)
    init_fn: object = argument(anything, None)
    params: object = argument(anything, None)
    state: object = argument(anything, None)
    seed: object = argument(anything, None)
    native_serialization_platforms: object = argument(anything, None)


@dataclass(frozen=True)
class FlaxLayer(FromElsewhere):
    """A module of Flax as a layer."""

    says = _("What a module of Flax makes of its input, and what it learns, is unknown here.")

    module: object = argument(anything)
    method: object = argument(anything, None)
    variables: object = argument(anything, None)
    native_serialization_platforms: object = argument(anything, None, keyword_only=True)


@dataclass(frozen=True)
class TFSMLayer(FromElsewhere):
    """A model that TensorFlow saved to a file, as a layer."""

    says = _("What a saved model makes of its input, and what it has learned, is in its file.")

    filepath: object = argument(anything)
    call_endpoint: object = argument(anything, None)
    call_training_endpoint: object = argument(anything, None)
