"""The states of a recurrent layer, and a cell of the user's own that has some."""

from __future__ import annotations

from typing import TypeAlias

from layermath.algebra.floors import Size
from layermath.vocabulary.layer import Layer

StateSize: TypeAlias = "Size | tuple[StateSize, ...]"
"""How many values a cell keeps: one number for each of its states, in a tuple where Keras has a
list of them."""


class NetworkCell(Layer, abstract=True):
    """A cell of the user's own, whose rule is a network: it gives its output, then its states."""

    state_size: StateSize
