"""What works together on one reading of a Keras source."""

from __future__ import annotations

from dataclasses import dataclass

from layermath.readers.keras.architectures import Architectures
from layermath.readers.keras.builder import Builder
from layermath.readers.keras.constants import Constants
from layermath.readers.keras.copies import Copies
from layermath.readers.keras.groups import Groups
from layermath.readers.keras.models import Models
from layermath.readers.keras.tensor_operations import TensorOperations
from layermath.readers.python.machine import Machine


@dataclass(frozen=True)
class Parts:
    """The parts of one reading, each made of those that stand before it."""

    machine: Machine
    builder: Builder
    constants: Constants
    operations: TensorOperations
    groups: Groups
    models: Models
    copies: Copies
    architectures: Architectures


def parts_of(machine: Machine, builder: Builder) -> Parts:
    """The parts of a reading that begins."""
    constants = Constants(machine)
    groups = Groups(machine, builder)
    return Parts(
        machine,
        builder,
        constants,
        TensorOperations(machine, builder, constants),
        groups,
        Models(builder, groups),
        Copies(builder),
        Architectures(machine, builder),
    )
