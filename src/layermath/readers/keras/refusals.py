"""The messages of this reader that more than one module gives."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Symbol

from layermath.messages import Code, Message, Name, _
from layermath.network.growing import GraphLayer
from layermath.problems import CallProblem, ModelProblem
from layermath.readers.keras import keras_names
from layermath.readers.python.source import Written


def no_tensor(value: object) -> Sequence[Message]:
    """Why a layer cannot be called on the value."""
    if isinstance(value, Symbol):
        return (_("{name} has no value: layers are called on tensors.", name=Code(value.name)),)
    if isinstance(value, GraphLayer):
        call = Code(f"{value.call_text or value.name}(x)")
        return (_("{name} is not called on a tensor: {call}", name=Name(value.name), call=call),)
    return ()


def no_such_layer(name: str, written: Written) -> ModelProblem:
    """A class that layermath has no rule for, or that was probably misspelt."""
    text = written.text
    head = text.partition("(")[0].strip()
    near = keras_names.near(name) if name not in keras_names.LAYERS else None
    if name in keras_names.LAYERS:
        return ModelProblem(
            _("layermath has no rule for {code} yet", code=Code(head or name)), line=written.line
        )
    if near is None:
        return ModelProblem(
            _("layermath does not know {code}", code=Code(head or name)), line=written.line
        )
    return ModelProblem(
        _("{code} is not a Keras layer. Did you mean this?", code=Code(head or name)),
        _("{code}", code=Code(text.replace(name, near, 1))),
        line=written.line,
    )


class ShapeNeeded(CallProblem):
    """An input whose shape has no value. ``number`` is the input layer's."""

    def __init__(self, text: str, line: int | None, number: int | None = None) -> None:
        super().__init__(
            _("the input shape {code} has no value here", code=Code(text))
            if text
            else _("this model has no input shape"),
            _("Give it with {option}.", option=Code("--input H,W,3")),
            line=line,
        )
        self.number = number
