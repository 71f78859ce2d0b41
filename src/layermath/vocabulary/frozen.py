"""A frozen layer inside another: ``TimeDistributed(Dense(3, trainable=False))``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from layermath.messages import Piece, _
from layermath.rules.equations import Applied, Equation
from layermath.rules.stated import nothing_trained
from layermath.vocabulary.arguments import argument, wrong
from layermath.vocabulary.layer import Layer


def a_layer(value: object, name: str, rank: int = 0) -> Layer:
    """Any layer."""
    if not isinstance(value, Layer):
        raise wrong(name, value, _("it must be a layer, made before it is put in"))
    return value


@dataclass(frozen=True)
class Frozen(Layer, abstract=True):
    """A layer whose weights training does not change. In all else it is that layer."""

    layer: Layer = argument(a_layer)

    takes_one = False

    def apply(self, *inputs: Any, **options: Any) -> Applied:
        """Apply the layer; none of its parameters is trained."""
        done = self.layer(*inputs, **options)
        kept = (one for one in done.quantities if one.equation.quantity != "trainable_params")
        return replace(
            done,
            quantities=(*kept, nothing_trained()) if done.params != 0 else (*kept,),
            weights=tuple(replace(one, trainable=False) for one in done.weights),
        )

    @property
    def shown_type(self) -> str:
        """The class of the layer."""
        return self.layer.shown_type

    @property
    def rule(self) -> Any:
        """What the layer does."""
        return self.layer.rule

    @property
    def channels_first(self) -> bool:
        """Where the layer has its channels."""
        return self.layer.channels_first

    def built_inside(self) -> tuple[str, ...]:
        """What the layer makes at its first call."""
        return self.layer.built_inside()

    def title(self) -> tuple[Piece, ...]:
        """The layer's own, and that it is frozen."""
        return (*self.layer.title(), _("frozen"))

    @classmethod
    def equations(cls) -> tuple[Equation, ...]:
        """There are none of its own."""
        return ()


def thawed(layer: Layer) -> Layer:
    """The layer itself, frozen or not."""
    return layer.layer if isinstance(layer, Frozen) else layer
