"""The messages of this reader that more than one module gives."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sympy import Symbol

from layermath.messages import Code, Message, Name, Piece, _
from layermath.problems import CallProblem, ModelProblem
from layermath.readers.keras import keras_names
from layermath.readers.keras.graph import GraphLayer
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import Unknown


def listing(names: Sequence[str]) -> Piece:
    """Names in a row: ``F, K and S``."""
    if len(names) < 2:
        return tuple(Name(name) for name in names)
    return _(
        "{most} and {last}", most=tuple(Name(name) for name in names[:-1]), last=Name(names[-1])
    )


def needs_value(text: str, needs: Collection[str], line: int | None) -> ModelProblem:
    """A branch, a loop or an argument that depends on symbols that algebra does not decide."""
    names = sorted(needs)
    options = tuple(Code(f"--set {name}=…") for name in names)
    return ModelProblem(
        _(
            "{code} depends on {names}, which needs a value: {options}",
            code=Code(text),
            names=listing(names),
            options=options,
        )
        if len(names) == 1
        else _(
            "{code} depends on {names}, which need a value: {options}",
            code=Code(text),
            names=listing(names),
            options=options,
        ),
        line=line,
    )


def not_followed(value: Unknown) -> ModelProblem:
    """Something that reaches a model and that this reader has no rule for."""
    root = value.root
    open_one = root if root.needs else value
    if open_one.needs:
        return needs_value(open_one.written.text, open_one.needs, open_one.written.line)
    return ModelProblem(
        _(
            "the model depends on {code}, which layermath cannot follow yet",
            code=Code(root.written.text or value.name or "…"),
        ),
        *root.reasons,
        line=root.written.line,
    )


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


def same_name(name: str, line: int | None) -> ModelProblem:
    """Two layers of one model with one name."""
    return ModelProblem(
        _("two layers of one model have the name {name}: names must differ", name=Name(name)),
        line=line,
        layer=name,
    )


def own_class(name: str) -> Message:
    """A layer or model of the user's own."""
    return _(
        "{name} is a class of the source's own, with a base that is not: what it computes is not "
        "read.",
        name=Code(name),
    )


def given_twice(function: str, parameter: str) -> Message:
    """A call that gives a parameter by its place and by its name."""
    return _(
        "{function} is given {parameter} twice.", function=Code(function), parameter=Code(parameter)
    )


def takes(function: str, parameters: Sequence[str]) -> Message:
    """A call with too many arguments."""
    return _("{call} takes no more.", call=Code(f"{function}({', '.join(parameters)})"))


def no_parameter(function: str, parameter: str) -> Message:
    """A call with a keyword that the function has no parameter for."""
    return _(
        "{function} has no parameter {parameter}.",
        function=Code(function),
        parameter=Code(parameter),
    )


def missing(function: str, parameters: Sequence[str]) -> Message:
    """A call without arguments that the function needs."""
    return _(
        "{function} needs {parameters} too.",
        function=Code(function),
        parameters=listing(parameters),
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
