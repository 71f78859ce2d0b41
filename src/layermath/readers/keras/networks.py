"""The network of a model that was read, within the limits of a reading."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Symbol

from layermath.messages import _
from layermath.network import freezing
from layermath.network.graph import Network
from layermath.network.growing import GraphLayer, MadeLayer, Model, SequentialModel
from layermath.readers.python.budget import LimitReached
from layermath.readers.python.limits import MODEL_CALLS, MODELS_NESTING
from layermath.readers.python.unknown import CannotFollow
from layermath.vocabulary.layer import Layer


def network_of(model: Model, open_sizes: Iterable[Symbol] = ()) -> Network:
    """The network of a built model. Raises `LimitReached` for one that is too large."""
    counted = 0

    def count(calls: int, depth: int) -> None:
        nonlocal counted
        counted += calls
        if counted > MODEL_CALLS:
            raise LimitReached(_("a model has at most {number} calls", number=MODEL_CALLS))
        if depth > MODELS_NESTING:
            raise LimitReached(
                _("models stand inside models at most {number} deep", number=MODELS_NESTING)
            )

    return freezing.network_of(model, count, open_sizes)


def stack_of(model: SequentialModel) -> Network:
    """The network of a Sequential that has no input shape yet: it takes the shape that comes.
    Raises `CannotFollow` where a layer in it needs one."""
    return freezing.stack_of(model, _inside)


def _inside(layer: GraphLayer) -> Layer | Network:
    if isinstance(layer, MadeLayer):
        return layer.layer
    if isinstance(layer, Model) and layer.is_built:
        return network_of(layer)
    if isinstance(layer, SequentialModel):
        return stack_of(layer)
    raise CannotFollow
