"""``keras.applications``: the architectures that Keras builds with code of its own.

Each family is a Keras source of this package, in ``architectures/``, that is read as any other is;
what surrounds the layers, the input and the model, is made here. Source of the rules: Keras,
``keras.applications``, and the papers that the sources name.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from layermath.messages import Code, _
from layermath.network.growing import KTensor, Model, tensors_in
from layermath.problems import ModelProblem, Problem
from layermath.readers.keras.architecture_arguments import (
    ARCHITECTURES,
    Architecture,
    check_size,
    check_tensor,
    given_to,
    rows_of,
    shape_of,
)
from layermath.readers.keras.builder import Builder
from layermath.readers.keras.functional import functional
from layermath.readers.python.budget import LimitReached
from layermath.readers.python.machine import Machine
from layermath.readers.python.source import Source, Written
from layermath.readers.python.unknown import CannotFollow, Unknown, lost
from layermath.readers.python.values import Function, Partial, Reference, Scope
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords

_OTHERS = ("RegNet", "ResNetRS")
"""Architectures of ``tf.keras`` that Keras 3 has not."""

_MODULES: Mapping[str, str] = {
    "imagenet_utils": "resnet",
    "resnet50": "resnet",
    "vgg16": "vgg",
    "vgg19": "vgg",
}
"""Modules of Keras whose source here has another name."""

_ABOUT_INPUTS = frozenset({"weights", "input_tensor", "input_shape"})


def text_of(name: str) -> str:
    """A source of this package."""
    folder = Path(__file__).parent / "architectures"
    return (folder / f"{name}.py").read_text(encoding="utf-8")


@cache
def _source(name: str) -> Source:
    """A source of this package, parsed."""
    return Source(text_of(name))


class _Read(Source):
    """A source of this package while it is read: what it makes has no place in the user's source,
    or that of the call which asks for it."""

    def __init__(self, source: Source, place: Written) -> None:
        self.text, self.tree = source.text, source.tree
        self._too_deep = frozenset()
        self._place = place

    def written(self, node: object) -> Written:
        """Where the layer is made, for the user."""
        return self._place


class Architectures:
    """Makes the architectures of one reading."""

    def __init__(self, machine: Machine, builder: Builder) -> None:
        self._machine = machine
        self._builder = builder
        self._scopes: dict[str, Scope] = {}

    def call(
        self, path: tuple[str, ...], arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """``keras.applications.ResNet50(…)``, ``resnet50.preprocess_input(x)``: the model, or the
        tensor; `NOT_HERE` for any other path.

        Raises `ModelProblem` for arguments that Keras refuses.
        """
        if path[:2] != ("keras", "applications"):
            return NOT_HERE
        if path[-1] == "preprocess_input" and len(path) == 4:
            return self._preprocessed(path[2], arguments, keywords, written)
        architecture = ARCHITECTURES.get(path[-1])
        if architecture is None:
            check_spelling(path[-1], written)
        if architecture is None or self._builder.data_format != "channels_last":
            return NOT_HERE
        given = given_to(path[-1], architecture, arguments, keywords, written)
        try:
            return self._model(path[-1], architecture, given, written)
        except Problem as problem:
            raise problem.at(line=written.line, layer=path[-1]) from None

    def _preprocessed(
        self, module: str, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """What ``preprocess_input`` makes of a tensor; what it makes of data has no value."""
        given = [*arguments, *keywords.values()]
        name = _MODULES.get(module, module)
        known = {one.source for one in ARCHITECTURES.values()}
        if name not in known or not given or not isinstance(given[0], KTensor):
            return NOT_HERE
        return self._run(name, "preprocess_input", (given[0],), {}, written)

    def _model(
        self, name: str, architecture: Architecture, given: dict[str, object], written: Written
    ) -> Model:
        shape = shape_of(architecture, given)
        builder = self._builder
        tensor = given["input_tensor"]
        inputs: object
        if isinstance(tensor, KTensor):
            check_tensor(tensor)
            inputs = _origins(tensor)
        elif tensor is None:
            made = builder.input_layer(builder.given_shape(shape, written), None)
            inputs = tensor = made.tensor
            check_size(architecture, tensor.shape)
            is_open = any(map(self._machine.letters.is_open, tensor.shape))
            if given["include_top"] and is_open and not architecture.is_open:
                raise ModelProblem(
                    _("with {code} the input shape must be known", code=Code("include_top=True"))
                )
        else:
            raise lost(tensor)
        nowhere = Written(written.source, None)
        output = self._run(architecture.source, name, (tensor,), given, nowhere)
        model_name = given["name"]
        if model_name is None and "{" in architecture.model:
            model_name = architecture.model.format(
                alpha=given["alpha"], rows=rows_of(architecture, given, shape)
            )
        return functional(builder, inputs, output, model_name, None, written)

    # reading

    def _scope(self, name: str, place: Written) -> Scope:
        """The names of a source of this package, those of ``parts`` around them."""
        if name not in self._scopes:
            known: dict[str, object] = {"is_open": Reference(("layermath", "is_open"))}
            around = Scope(names=known) if name == "parts" else self._scope("parts", place)
            scope = Scope(around)
            self._machine.source = _Read(_source(name), place)
            self._machine.run_module(_source(name).tree.body, scope)
            self._scopes[name] = scope
        return self._scopes[name]

    def _run(
        self, source: str, name: str, arguments: Arguments, given: Keywords, place: Written
    ) -> object:
        """Call a function of a source of this package, with those arguments that it takes."""
        machine = self._machine
        outer, line = machine.source, machine.budget.line
        try:
            with machine.budget.apart():
                function = self._scope(source, place).names[name]
                if not isinstance(function, Function):
                    raise CannotFollow
                machine.source = _Read(_source(source), place)
                chosen = _taken(function, given)
                value = machine.call(function, arguments, chosen, place)
        except LimitReached as limit:
            limit.line = line
            raise
        finally:
            machine.source, machine.budget.line = outer, line
        if isinstance(value, Unknown):
            raise lost(value)
        return value


def as_function(value: object) -> object:
    """What ``Lambda(preprocess_input)`` is given, as a function that can be followed."""
    if isinstance(value, Reference) and value.path[:2] == ("keras", "applications"):
        return Partial(value, (), {})
    return value


def check_spelling(name: str, written: Written) -> None:
    """Raises `ModelProblem` for a name that is nearly that of an architecture."""
    near = difflib.get_close_matches(name, ARCHITECTURES, 1, 0.8)
    if near and name[:1].isupper() and not name.startswith(_OTHERS):
        raise ModelProblem(
            _("Keras has no architecture {name}. Did you mean this?", name=Code(name)),
            _("{code}", code=Code(written.text.replace(name, near[0], 1))),
            line=written.line,
        )


def _taken(function: Function, given: Keywords) -> dict[str, object]:
    """Those arguments of an architecture that the function in its source takes: all that concern
    its layers, or those that it names."""
    if function.node.args.kwarg is not None:
        return {key: value for key, value in given.items() if key not in _ABOUT_INPUTS}
    named = {one.arg for one in function.node.args.args}
    return {key: value for key, value in given.items() if key in named}


def _origins(tensor: KTensor) -> list[KTensor]:
    """The inputs that a tensor comes from."""
    found: dict[KTensor, None] = {}
    waiting, met = [tensor], {tensor}
    while waiting:
        one = waiting.pop()
        if one.node.is_input:
            found[one] = None
        for before in tensors_in([one.node.inputs]):
            if before not in met:
                met.add(before)
                waiting.append(before)
    return list(found)
