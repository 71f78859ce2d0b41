"""Values of the source as a layer's constructor takes them."""

from __future__ import annotations

from sympy import Expr

from layermath.messages import Code, _
from layermath.network.growing import MadeLayer, Model, SequentialModel
from layermath.network.walk import Inside
from layermath.problems import ModelProblem
from layermath.readers.keras import keras_names
from layermath.readers.keras.graph import Group
from layermath.readers.keras.networks import network_of, stack_of
from layermath.readers.python.budget import Budget
from layermath.readers.python.counts import Counts
from layermath.readers.python.letters import Letters
from layermath.readers.python.limits import DATA_NESTING
from layermath.readers.python.refusals import needs_value
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import Unknown
from layermath.readers.python.values import Function, Reference
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.frozen import Frozen
from layermath.vocabulary.opaque import Opaque


class Arguments:
    """Turns what the interpreter holds into what `Layer.bind` checks."""

    def __init__(self, budget: Budget, letters: Letters) -> None:
        self._budget = budget
        self._letters = letters
        self.counts = Counts(budget, letters)

    def of(self, value: object, written: Written, depth: int = 0) -> object:
        """The value as an argument. What has none becomes `Unfollowed`, which is refused only where
        the layer needs it. Raises `ModelProblem` for a size that is no whole number, and for a
        value that a symbol leaves open."""
        self._budget.spend()
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, Expr):
            return self._size(value, written)
        if depth < DATA_NESTING:
            if isinstance(value, list):
                return [self.of(item, written, depth + 1) for item in value]
            if isinstance(value, (tuple, range)):
                self._budget.items(len(value))
                return tuple(self.of(item, written, depth + 1) for item in value)
            if isinstance(value, dict):
                return {key: self.of(item, written, depth + 1) for key, item in value.items()}
        if isinstance(value, Group) and value.stand_in is not None:
            return value.stand_in.layer
        if isinstance(value, MadeLayer):
            return value.layer if value.trainable else Frozen(value.layer)
        if isinstance(value, Model):
            return self._model(value, written)
        if isinstance(value, Reference):
            return keras_names.activation(value.path) or Unfollowed(".".join(value.path))
        if isinstance(value, Unknown) and value.foreign is not None:
            return Unfollowed(value.written.text, imported=True)
        if isinstance(value, Unknown):
            return self._unknown(value)
        if isinstance(value, Function):
            return Unfollowed(value.name)
        return Unfollowed(written.text)

    def _model(self, model: Model, written: Written) -> object:
        """A model as the layer of a wrapper. One without an input shape takes what comes."""
        if model.broken is not None:
            raise model.broken
        if model.is_built:
            return Inside(network_of(model))
        if isinstance(model, Group):
            return Opaque(model.kind)
        if isinstance(model, SequentialModel) and model.layers:
            return Inside(stack_of(model))
        return Unfollowed(model.call_text or written.text)

    def _size(self, value: Expr, written: Written) -> object:
        if value.is_integer is not False and value.is_rational is not False:
            denominator = value.as_numer_denom()[1]
            if denominator == 1:
                return value
        raise ModelProblem(
            _("{code} is not a whole number for Python: it is a float", code=Code(written.text)),
            _("Write {sign} where it divides exactly.", sign=Code("//")),
            line=written.line,
        )

    def _unknown(self, value: Unknown) -> object:
        if value.needs:
            raise needs_value(value.written.text, value.needs, value.written.line)
        if value.name is not None:
            # A variable that holds a number of the data's own (len(class_names)) is a name without
            # a value here, and so a symbol.
            return self._letters.stand_in(value)
        size = None if value.count is None else lambda: self.counts.size(value)
        return Unfollowed(value.written.text, size=size)
