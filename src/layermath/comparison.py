"""Two models side by side, as data: what changed, and what that does to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from layermath.algebra.floors import Size
from layermath.derivation.records import Derivation, Field, LayerDerivation, Shape
from layermath.messages import Message

Change = Literal["same", "changed", "follows", "added", "removed"]
"""``changed``: the layer itself is another; ``follows``: only what reaches it is."""


@dataclass(frozen=True)
class ArgumentChange:
    """One constructor argument with its two values: numbers, expressions, words, tuples of them."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class LayerChange:
    """A layer of the first model and its counterpart in the second; one is None where the layer is
    in one model only. ``why`` says what differs, ``inside`` holds the layers of a nested model."""

    change: Change
    before: LayerDerivation | None
    after: LayerDerivation | None
    arguments: tuple[ArgumentChange, ...] = ()
    why: tuple[Message, ...] = ()
    inside: tuple[LayerChange, ...] = ()

    @property
    def name(self) -> str:
        """The layer's name: in the first model, where it has one there."""
        side = self.before or self.after
        return "" if side is None else side.name


@dataclass(frozen=True)
class CountChange:
    """A count of both models, and what is more in the second: exactly, and None where unknown.

    ``layer`` is the one in which all of the difference is, or (not ``all_in``) most of it.
    """

    before: Size | None
    after: Size | None
    difference: Size | None
    layer: str | None = None
    all_in: bool = False


@dataclass(frozen=True)
class FieldChange:
    """What one value of the output sees of the input, in both models."""

    before: tuple[Field, ...] | None
    after: tuple[Field, ...] | None
    why: Message | None = None


@dataclass(frozen=True)
class ShapeChange:
    """The shapes of all inputs, or of all outputs, of both models."""

    before: tuple[Shape, ...]
    after: tuple[Shape, ...]

    @property
    def same(self) -> bool:
        """Whether they are equal."""
        return self.before == self.after


@dataclass(frozen=True)
class Comparison:
    """Two models side by side.

    ``layers`` pairs their layers, in the order of the second model, with those that only the first
    has where they stood; input layers are not among them. ``counts`` has ``params``,
    ``trainable_params``, ``macs``, ``activations``, and ``flops`` where asked for. Counts are in
    the models' own symbols: a letter of the same name means the same in both.
    """

    before: Derivation
    after: Derivation
    layers: tuple[LayerChange, ...]
    inputs: ShapeChange
    outputs: ShapeChange
    counts: Mapping[str, CountChange]
    sees: FieldChange

    @property
    def same(self) -> bool:
        """Whether no layer differs."""
        return all(one.change == "same" for one in self.layers) and self.inputs.same
