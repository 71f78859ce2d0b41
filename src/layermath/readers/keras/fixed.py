"""Constants of a source, with their values where these stand in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from layermath.network.graph import Weight
from layermath.network.growing import KTensor
from layermath.operations import Fixed


@dataclass(eq=False)
class Memory:
    """Whether the numbers of a constant are still those of its source: NumPy's slices and copies
    without a copy share them, and an assignment to one place changes them for all."""

    known: bool = True


@dataclass(frozen=True, eq=False)
class Literal(Fixed):
    """A constant whose values stand in the source: ``tf.constant([[0, 0], [1, 1]])``. ``numbers``
    are lists in lists, or one number; None among them is the size of the batch."""

    numbers: object = None
    memory: Memory = field(default_factory=Memory)

    @property
    def items(self) -> object:
        """Its values, None where they may have changed."""
        return self.numbers if self.memory.known else None


@dataclass(frozen=True, eq=False)
class Variable(Fixed):
    """``keras.Variable(…)``, ``tf.Variable(…)``: a weight of the layer that it becomes an attribute
    of."""

    weight: Weight = field(kw_only=True)
    of_tensorflow: bool = field(default=False, kw_only=True)


def plain(value: object) -> object:
    """A constant as the numbers that it holds, where they are known; anything else as it is."""
    if isinstance(value, Literal) and value.memory.known:
        return value.numbers
    return value


def is_tensor(value: object) -> bool:
    """Whether operators on the value are operations on tensors."""
    return isinstance(value, (KTensor, Fixed, Weight))


def forget(value: object) -> None:
    """What a statement may have changed in place is not known any more."""
    if isinstance(value, Literal):
        value.memory.known = False


def holds_tensor(value: object) -> bool:
    """Whether it is a tensor, or a list with one in it."""
    if isinstance(value, (list, tuple)):
        return any(holds_tensor(item) for item in value)
    return is_tensor(value)
