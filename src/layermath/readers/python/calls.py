"""Calls: what stands before the parentheses decides who answers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sympy import Symbol

from layermath.messages import Code, Message, _
from layermath.problems import ModelProblem
from layermath.readers.keras import architectures, datasets, keras_names, refusals
from layermath.readers.keras.builder import call_text
from layermath.readers.keras.constants import INITIALIZER
from layermath.readers.keras.copies import Checkpoint
from layermath.readers.keras.graph import (
    GivenShape,
    GraphLayer,
    Group,
    MadeInput,
    Model,
    SequentialModel,
    tensors_in,
)
from layermath.readers.keras.groups import is_followed
from layermath.readers.keras.refusals import no_such_layer
from layermath.readers.keras.tensor_operations import NOT_HERE, is_tensor
from layermath.readers.python.limits import CALLS
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Foreign, Unknown, behind, lost
from layermath.readers.python.values import (
    Function,
    Instance,
    Method,
    Partial,
    Reference,
    Scope,
    Super,
    UserClass,
)

if TYPE_CHECKING:
    from layermath.readers.keras.machine import Machine

Arguments = Sequence[object]
Keywords = Mapping[str, object]


class Calls:
    """Answers the calls of one reading."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._depth = 0
        self._frames: list[tuple[Function, object]] = []
        """The functions that are running, with the object whose method each is."""
        self.scopes: list[Scope] = []
        """Their variables."""
        self._keras: dict[tuple[str, ...], Callable[[Arguments, Keywords, Written], object]] = {
            ("keras", "Input"): self._input,
            ("keras", "layers", "InputLayer"): self._input_layer,
            ("keras", "Sequential"): self._sequential,
            ("keras", "Model"): self._model,
            ("keras", "backend", "int_shape"): self._shape_of,
            ("keras", "ops", "shape"): self._shape_of,
            ("keras", "backend", "clear_session"): self._clear,
            ("keras", "utils", "clear_session"): self._clear,
            ("keras", "backend", "image_data_format"): self._data_format,
            ("keras", "config", "image_data_format"): self._data_format,
            ("keras", "backend", "set_image_data_format"): self._set_data_format,
            ("keras", "config", "set_image_data_format"): self._set_data_format,
            ("keras", "activations", "get"): self._activation,
            ("keras", "callbacks", "ModelCheckpoint"): self._checkpoint,
            ("keras", "models", "clone_model"): self._clone_model,
            ("keras", "models", "load_model"): self._load_model,
            ("keras", "saving", "load_model"): self._load_model,
            ("layermath", "is_open"): self._is_open,
            ("builtins", "getattr"): self._getattr,
            ("builtins", "super"): self._super,
            ("functools", "partial"): self._partial,
        }

    def call(
        self, callable_: object, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """``callable_(*arguments, **keywords)``. Raises `CannotFollow` for what is not followed,
        `ModelProblem` for an error in the model."""
        if isinstance(callable_, Reference):
            return self._reference(callable_.path, arguments, keywords, written)
        if isinstance(callable_, Method):
            return self._method(callable_, arguments, keywords, written)
        if isinstance(callable_, GraphLayer):
            tried = self._machine.models.tried(callable_, arguments, written)
            if tried is not None:
                return tried
        if isinstance(callable_, Group):
            return self._machine.groups.call(callable_, arguments, keywords, written)
        if isinstance(callable_, GraphLayer):
            return self._machine.models.call(callable_, arguments, keywords, written)
        if isinstance(callable_, Function):
            return self.function(callable_, arguments, keywords, written)
        if isinstance(callable_, Partial):
            return self.call(
                callable_.callable,
                (*callable_.arguments, *arguments),
                {**callable_.keywords, **keywords},
                written,
            )
        if isinstance(callable_, UserClass):
            return self._instance(callable_, arguments, keywords, written)
        if isinstance(callable_, Instance):
            method = self._machine.attributes.of(callable_, "__call__")
            return self.call(method, arguments, keywords, written)
        if isinstance(callable_, Symbol):
            self._check_spelling(callable_.name, written)
        if isinstance(callable_, (Symbol, Unknown)):
            return self._foreign(callable_, arguments, keywords, written)
        raise lost(callable_)

    def _foreign(
        self,
        callable_: Symbol | Unknown,
        arguments: Arguments,
        keywords: Keywords,
        written: Written,
    ) -> object:
        """A class or function that is imported, and not Keras's. What it is called on tells whether
        it is a layer: ``Block(64)(x)``; a function of tensors keeps its place as one."""
        builder = self._machine.builder
        given = next(tensors_in([*arguments, *keywords.values()]), None) is not None
        if isinstance(callable_, Unknown) and callable_.foreign is not None and given:
            layer = builder.foreign(callable_.foreign)
            return builder.call(layer, arguments, keywords, written)
        text = callable_.name if isinstance(callable_, Symbol) else callable_.written.text
        module = self._machine.imported.get(text.split(".")[0])
        if module is None or not all(part.isidentifier() for part in text.split(".")):
            if isinstance(callable_, Symbol):
                raise CannotFollow(reasons=self._no_value(text))
            raise lost(callable_)
        foreign = Foreign(text.split(".")[-1], module, keywords, written)
        if given:
            tensors = [*tensors_in([*arguments, *keywords.values()])]
            return builder.call(builder.foreign(foreign), tensors, {}, written)
        reasons = self._no_value(text) if isinstance(callable_, Symbol) else ()
        raise CannotFollow(cause=lost(callable_).cause, reasons=reasons, foreign=foreign)

    def _no_value(self, name: str) -> Sequence[Message]:
        module = self._machine.imported.get(name)
        if module is None:
            return (_("{name} has no value here.", name=Code(name)),)
        return (_("{name} is from {module}.", name=Code(name), module=Code(module)),)

    def _check_spelling(self, name: str, written: Written) -> None:
        """Raises `ModelProblem` for a class that the source neither makes nor imports, and whose
        name is nearly one of Keras's."""
        if (
            name[:1].isupper()
            and name not in self._machine.imported
            and keras_names.near(name) is not None
        ):
            raise no_such_layer(name, written)

    # functions of the source

    def function(
        self, function: Function, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        """Call a function of the source: the value that it returns."""
        if self._depth >= CALLS:
            raise self._machine.budget.reached(
                _("functions call each other at most {number} deep", number=CALLS)
            )
        scope = Scope(function.scope)
        self._bind(function, arguments, keywords, scope)
        line = self._machine.budget.line
        self._depth += 1
        self._frames.append((function, arguments[0] if function.binds and arguments else None))
        self.scopes.append(scope)
        try:
            if isinstance(function.node, ast.Lambda):
                return self._machine.expressions.of(function.node.body, scope)
            if self._machine.statements.is_generator(function.node):
                raise CannotFollow
            return self._machine.statements.run_function(function.node, scope, written)
        finally:
            self._depth -= 1
            self._frames.pop()
            self.scopes.pop()
            self._machine.budget.line = line

    def _super(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """``super()`` in a method, ``super(Block, self)``."""
        if len(arguments) == 2 and isinstance(arguments[0], UserClass):
            return Super(arguments[1], arguments[0])
        if self._frames and not arguments:
            function, instance = self._frames[-1]
            if isinstance(instance, (Group, Instance)) and instance.type is not None:
                owner = instance.type.owner(function)
                if owner is not None:
                    return Super(instance, owner)
        raise CannotFollow

    def _bind(
        self, function: Function, arguments: Arguments, keywords: Keywords, scope: Scope
    ) -> None:
        """Give the parameters their values. Raises `CannotFollow` where Python would raise."""
        parameters = function.node.args
        names = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
        values: dict[str, object] = dict(zip(names, arguments, strict=False))
        rest = dict(keywords)
        for name in (*names, *(one.arg for one in parameters.kwonlyargs)):
            if name in rest:
                if name in values:
                    raise CannotFollow(reasons=(refusals.given_twice(function.name, name),))
                values[name] = rest.pop(name)
        defaults = zip(reversed(names), reversed(function.defaults), strict=False)
        for name, default in (*defaults, *function.keyword_defaults.items()):
            values.setdefault(name, default)
        if parameters.vararg is not None:
            values[parameters.vararg.arg] = tuple(arguments[len(names) :])
        elif len(arguments) > len(names):
            raise CannotFollow(reasons=(refusals.takes(function.name, names),))
        if parameters.kwarg is not None:
            values[parameters.kwarg.arg] = rest
        elif rest:
            raise CannotFollow(reasons=(refusals.no_parameter(function.name, next(iter(rest))),))
        required = (*names, *(one.arg for one in parameters.kwonlyargs))
        missing = [name for name in required if name not in values]
        if missing:
            raise CannotFollow(reasons=(refusals.missing(function.name, missing),))
        scope.names.update(values)

    def _instance(
        self, class_: UserClass, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        if is_followed(class_):
            return self._machine.groups.make(class_, arguments, keywords, written)
        if class_.opaque:
            raise CannotFollow(
                reasons=(refusals.own_class(class_.name),),
                foreign=Foreign(class_.name, None, keywords, written),
            )
        instance = Instance(class_)
        try:
            initializer = class_.find("__init__")
        except CannotFollow:
            instance.fields.update(keywords)  # a dataclass, or a plain namespace
            return instance
        if isinstance(initializer, Function):
            self.function(initializer, (instance, *arguments), keywords, written)
        return instance

    # methods

    def _method(
        self, method: Method, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        owner, name = method.owner, method.name
        if isinstance(owner, Super):
            return self._machine.groups.base_method(owner, name, arguments, keywords, written)
        if isinstance(owner, Group) and name == "add_weight":
            return self._machine.groups.weight(owner, arguments, keywords)
        if isinstance(owner, Model):
            return self._model_method(owner, name, arguments, keywords, written)
        if is_tensor(owner):
            return self._machine.tensor_operations.method(owner, name, arguments, keywords, written)
        return self._machine.methods.call(owner, name, arguments, keywords)

    def _model_method(
        self, model: Model, name: str, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        models = self._machine.models
        if name == "add" and isinstance(model, SequentialModel):
            given = [*arguments, *keywords.values()]
            if len(given) != 1:
                raise ModelProblem(_("{code} takes one layer", code=Code("add")), line=written.line)
            models.add(model, given[0], written)
            return None
        if name == "pop" and isinstance(model, SequentialModel):
            return models.pop(model)
        if name == "build":
            shape = arguments[0] if arguments else keywords.get("input_shape")
            if isinstance(shape, (tuple, list)) and not any(
                isinstance(item, (tuple, list)) for item in shape
            ):
                given_shape = self._machine.builder.given_shape(shape, written, batched=True)
                if isinstance(model, Group):
                    self._machine.groups.build(model, given_shape, written)
                else:
                    models.build(model, given_shape, written)
            elif isinstance(shape, Unknown):
                models.build(model, GivenShape(None, shape.written.text), written)
            return None
        if name == "get_layer":
            return self._get_layer(model, arguments, keywords)
        if name == "fit":
            self._machine.copies.fit(model, keywords.get("callbacks"))
        if name == "save":
            path = arguments[0] if arguments else keywords.get("filepath")
            if isinstance(path, str):
                self._machine.copies.save(model, path)
            return None
        raise CannotFollow

    def _get_layer(self, model: Model, arguments: Arguments, keywords: Keywords) -> object:
        name = arguments[0] if arguments else keywords.get("name")
        index = arguments[1] if len(arguments) > 1 else keywords.get("index")
        listed = model.listed
        if isinstance(index, int) and -len(listed) <= index < len(listed):
            return listed[index]
        for layer in listed:
            if layer.name == name:
                return layer
        raise CannotFollow

    # names that are known

    def _reference(
        self, path: tuple[str, ...], arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        if path == INITIALIZER.path:
            return self._machine.tensor_operations.constants.initialized(arguments, keywords)
        answer = self._keras.get(path)
        if answer is not None:
            return answer(arguments, keywords, written)
        if datasets.is_loading(path):
            return datasets.loaded(path, arguments, keywords)
        made = self._machine.tensor_operations.call(path, arguments, keywords, written)
        if made is not NOT_HERE:
            return made
        made = self._machine.architectures.call(path, arguments, keywords, written)
        if made is not architectures.NOT_HERE:
            return made
        if path[0] != "keras":
            return self._machine.builtins.call(path, arguments, keywords)
        class_name = keras_names.layer_class(path)
        if class_name == "Layer":
            raise CannotFollow
        if class_name is not None:
            made = self._machine.builder.layer(class_name, arguments, keywords, written)
            if class_name in ("TimeDistributed", "RNN"):
                word = "cell" if class_name == "RNN" else "layer"
                inner = arguments[0] if arguments else keywords.get(word)
                made.waiting = inner if isinstance(inner, Group) and not inner.is_built else None
            if class_name == "Lambda":
                given = arguments[0] if arguments else keywords.get("function")
                function = architectures.as_function(given)
                return self._machine.groups.of_function(made, function, keywords.get("arguments"))
            return made
        if len(path) == 3 and path[1] == "layers" and path[2] in keras_names.MERGES:
            layer = self._machine.builder.layer(
                keras_names.MERGES[path[2]], arguments[1:], _without(keywords, "inputs"), written
            )
            inputs = arguments[0] if arguments else keywords.get("inputs")
            return self._machine.builder.call(layer, (inputs,), {}, written)
        raise behind(*arguments)

    def _input(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        return self._made_input(arguments, keywords, written).tensor

    def _input_layer(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        return self._made_input(arguments, keywords, written)

    def _made_input(self, arguments: Arguments, keywords: Keywords, written: Written) -> MadeInput:
        builder = self._machine.builder
        shape = arguments[0] if arguments else keywords.get("shape", keywords.get("input_shape"))
        batched = keywords.get("batch_shape", keywords.get("batch_input_shape"))
        if shape is None and batched is None:
            raise ModelProblem(_("an input needs a shape"), line=written.line)
        batch = arguments[1] if len(arguments) > 1 else keywords.get("batch_size")
        builder.batch_is_known |= batch is not None
        given = (
            builder.given_shape(batched, written, batched=True)
            if shape is None
            else builder.given_shape(shape, written)
        )
        return builder.input_layer(
            given, written.line, name=keywords.get("name"), call_text=call_text(written)
        )

    def _sequential(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        layers = arguments[0] if arguments else keywords.get("layers")
        name = keywords.get("name")
        if len(arguments) > 1:
            name = arguments[1] if isinstance(arguments[1], str) else name
        if layers is None:
            layers = ()
        if isinstance(layers, Unknown):
            return self._machine.models.sequential([layers], name, True, written)
        if not isinstance(layers, (list, tuple)):
            raise ModelProblem(
                _("{code} takes its layers in a list", code=Code("Sequential")),
                line=written.line,
            )
        return self._machine.models.sequential(layers, name, keywords.get("trainable"), written)

    def _model(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        given = dict(zip(("inputs", "outputs", "name"), arguments, strict=False))
        given.update(keywords)
        if "inputs" not in given or "outputs" not in given:
            raise ModelProblem(
                _("{code} needs its inputs and outputs", code=Code("Model")), line=written.line
            )
        unknown = sorted(given.keys() - {"inputs", "outputs", "name", "trainable"})
        if unknown:
            raise ModelProblem(
                _("{code} has no argument {name}", code=Code("Model"), name=Code(unknown[0])),
                line=written.line,
            )
        return self._machine.models.functional(
            given["inputs"], given["outputs"], given.get("name"), given.get("trainable"), written
        )

    def _shape_of(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        if len(arguments) == 1 and is_tensor(arguments[0]):
            return self._machine.attributes.of(arguments[0], "shape")
        raise CannotFollow

    def _is_open(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """Whether a size is None for Keras: asked by the sources of this package."""
        return self._machine.letters.is_open(arguments[0])

    def _clear(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        self._machine.builder.names.clear()
        return None

    def _activation(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """``keras.activations.get("relu")``: the function of that name; a function is itself."""
        given = arguments[0] if arguments else keywords.get("identifier")
        if given is not None and not isinstance(given, str):
            return given
        path = ("keras", "activations", "linear" if given is None else given)
        if keras_names.activation(path) is None:
            raise CannotFollow
        return Reference(path)

    def _checkpoint(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        path = arguments[0] if arguments else keywords.get("filepath")
        if not isinstance(path, str) or keywords.get("save_weights_only", False) is not False:
            raise lost(path)
        return Checkpoint(path)

    def _clone_model(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        model = arguments[0] if arguments else keywords.get("model")
        if not isinstance(model, Model) or len(arguments) + len(keywords) > 1:
            raise lost(model)
        return self._machine.copies.clone(model)

    def _load_model(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """A model that the source itself has saved under that name."""
        path = arguments[0] if arguments else keywords.get("filepath")
        found = self._machine.copies.load(path) if isinstance(path, str) else None
        if found is None:
            raise lost(path)
        return found

    def _data_format(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        return self._machine.builder.data_format

    def _set_data_format(
        self, arguments: Arguments, keywords: Keywords, written: Written
    ) -> object:
        wanted = arguments[0] if arguments else keywords.get("data_format")
        if wanted not in ("channels_first", "channels_last"):
            raise CannotFollow
        self._machine.builder.data_format = str(wanted)
        return None

    def _getattr(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        """``getattr(layers, "Conv2D")``: the same table as ``layers.Conv2D``."""
        if len(arguments) in (2, 3) and isinstance(arguments[1], str):
            try:
                return self._machine.attributes.of(arguments[0], arguments[1])
            except CannotFollow:
                if len(arguments) == 3 and not isinstance(arguments[0], (Unknown, Symbol)):
                    return arguments[2]
        raise CannotFollow

    def _partial(self, arguments: Arguments, keywords: Keywords, written: Written) -> object:
        if not arguments:
            raise CannotFollow
        return Partial(arguments[0], tuple(arguments[1:]), dict(keywords))


def _without(keywords: Keywords, name: str) -> dict[str, object]:
    return {key: value for key, value in keywords.items() if key != name}
