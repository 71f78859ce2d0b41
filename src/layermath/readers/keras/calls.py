"""Calls of Keras's names, of its values, and of classes that stand on one of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Symbol

from layermath.messages import Code, _
from layermath.network.growing import (
    GraphLayer,
    MadeInput,
    MadeLayer,
    Model,
    SequentialModel,
    tensors_in,
)
from layermath.operations import Fixed
from layermath.problems import ModelProblem
from layermath.readers.keras import architectures, copies, datasets, keras_names
from layermath.readers.keras.attributes import attribute
from layermath.readers.keras.builder import call_text
from layermath.readers.keras.constants import INITIALIZER
from layermath.readers.keras.fixed import is_tensor
from layermath.readers.keras.functional import functional
from layermath.readers.keras.given import Given
from layermath.readers.keras.graph import GivenShape, Group
from layermath.readers.keras.groups import is_followed
from layermath.readers.keras.parts import Parts
from layermath.readers.keras.refusals import no_such_layer
from layermath.readers.python import builtins
from layermath.readers.python.source import Written
from layermath.readers.python.unknown import CannotFollow, Foreign, Unknown, behind, lost
from layermath.readers.python.values import (
    Method,
    Path,
    Reference,
    Super,
    UserClass,
    entry_for,
)
from layermath.readers.python.world import NOT_HERE, Arguments, Keywords


def call(
    parts: Parts, callable_: object, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    """``callable_(*arguments, **keywords)``; `NOT_HERE` for what is not Keras's. Raises
    `CannotFollow` for what is not followed, `Problem` for an error in the model."""
    kind = entry_for(callable_, _KINDS)
    if kind is None:
        return NOT_HERE
    return kind(parts, callable_, Given(arguments, keywords, written))


def _layer(parts: Parts, layer: GraphLayer, given: Given) -> object:
    tried = parts.models.tried(layer, given.arguments, given.written)
    if tried is not None:
        return tried
    if isinstance(layer, Group):
        return parts.groups.call(layer, given.arguments, given.keywords, given.written)
    return parts.models.call(layer, given.arguments, given.keywords, given.written)


def _class(parts: Parts, class_: UserClass, given: Given) -> object:
    if not is_followed(class_):
        return NOT_HERE
    return parts.groups.make(class_, given.arguments, given.keywords, given.written)


def _name(parts: Parts, name: Symbol, given: Given) -> object:
    """Raises `ModelProblem` for a class that the source neither makes nor imports, and whose name
    is nearly one of Keras's."""
    text = str(name)
    is_class = text[:1].isupper() and text not in parts.machine.imported
    if is_class and keras_names.near(text) is not None:
        raise no_such_layer(text, given.written)
    return NOT_HERE


def _unknown(parts: Parts, value: Unknown, given: Given) -> object:
    """What a class that is not Keras's has made, called on tensors, is a layer: ``Block(64)(x)``"""
    if value.foreign is None or not list(tensors_in(given.values)):
        return NOT_HERE
    layer = parts.builder.foreign(value.foreign)
    return parts.builder.call(layer, given.arguments, given.keywords, given.written)


def _foreign(parts: Parts, value: Foreign, given: Given) -> object:
    """A function of tensors that is not Keras's keeps its place as a layer."""
    tensors = list(tensors_in(given.values))
    if not tensors:
        return NOT_HERE
    return parts.builder.call(parts.builder.foreign(value), tensors, {}, given.written)


# methods


def _method(parts: Parts, method: Method, given: Given) -> object:
    owner, name = method.owner, method.name
    if isinstance(owner, Super):
        return parts.groups.base_method(owner, name, given.arguments, given.keywords, given.written)
    if isinstance(owner, Group) and name == "add_weight":
        return parts.groups.weight(owner, given.arguments, given.keywords)
    if isinstance(owner, Model):
        return _model_method(parts, owner, name, given)
    if is_tensor(owner):
        return parts.operations.method(owner, name, given.arguments, given.keywords, given.written)
    return NOT_HERE


def _model_method(parts: Parts, model: Model, name: str, given: Given) -> object:
    if name == "add" and isinstance(model, SequentialModel):
        if len(given.values) != 1:
            raise ModelProblem(_("{code} takes one layer", code=Code("add")), line=given.line)
        parts.models.add(model, given.values[0], given.written)
        return None
    if name == "pop" and isinstance(model, SequentialModel):
        return parts.models.pop(model)
    if name == "build":
        _build(parts, model, given.first("input_shape"), given.written)
        return None
    if name == "get_layer":
        return _get_layer(model, given)
    path = given.first("filepath")
    if name == "fit":
        parts.copies.fit(model, given.keywords.get("callbacks"))
    elif name != "save":
        raise CannotFollow
    elif isinstance(path, str):
        parts.copies.save(model, path)
    return None


def _build(parts: Parts, model: Model, shape: object, written: Written) -> None:
    if isinstance(shape, Unknown):
        parts.models.build(model, GivenShape(None, shape.written.text), written)
    if not isinstance(shape, (tuple, list)) or any(isinstance(n, (tuple, list)) for n in shape):
        return
    own = parts.builder.given_shape(shape, written, batched=True)
    if isinstance(model, Group):
        parts.groups.build(model, own, written)
    else:
        parts.models.build(model, own, written)


def _get_layer(model: Model, given: Given) -> object:
    named, listed = given.named("name", "index"), model.listed
    name, index = named.get("name"), named.get("index")
    if isinstance(index, int) and -len(listed) <= index < len(listed):
        return listed[index]
    for layer in listed:
        if layer.name == name:
            return layer
    raise CannotFollow


# names that are known


def _reference(parts: Parts, reference: Reference, given: Given) -> object:
    path = reference.path
    answer = _FUNCTIONS.get(path)
    if answer is not None:
        return answer(parts, given)
    if datasets.is_loading(path):
        return datasets.loaded(path, given.arguments, given.keywords)
    for room in (parts.operations, parts.architectures):
        made = room.call(path, given.arguments, given.keywords, given.written)
        if made is not NOT_HERE:
            return made
    if path[0] != "keras":
        return NOT_HERE
    class_name = keras_names.layer_class(path)
    if class_name is not None and class_name != "Layer":
        return _made(parts, class_name, given)
    merge = keras_names.MERGES.get(path[2]) if path[:2] == ("keras", "layers") else None
    if merge is None:
        raise behind(*given.arguments) if class_name is None else CannotFollow
    more = {key: value for key, value in given.keywords.items() if key != "inputs"}
    layer = parts.builder.layer(merge, given.arguments[1:], more, given.written)
    return parts.builder.call(layer, (given.first("inputs"),), {}, given.written)


def _made(parts: Parts, class_name: str, given: Given) -> GraphLayer:
    """A layer. What a wrapper, or a cell, of the source's own computes is read later."""
    made = parts.builder.layer(class_name, given.arguments, given.keywords, given.written)
    if class_name in ("TimeDistributed", "RNN"):
        inner = given.first("cell" if class_name == "RNN" else "layer")
        made.waiting = inner if isinstance(inner, Group) and not inner.is_built else None
    if class_name == "Lambda":
        function = architectures.as_function(given.first("function"))
        return parts.groups.of_function(made, function, given.keywords.get("arguments"))
    return made


def _input_layer(parts: Parts, given: Given) -> MadeInput:
    builder = parts.builder
    named = given.named("shape", "batch_size")
    shape = named.get("shape", named.get("input_shape"))
    batched = named.get("batch_shape", named.get("batch_input_shape"))
    if shape is None and batched is None:
        raise ModelProblem(_("an input needs a shape"), line=given.line)
    builder.batch_is_known |= named.get("batch_size") is not None
    own = (
        builder.given_shape(batched, given.written, batched=True)
        if shape is None
        else builder.given_shape(shape, given.written)
    )
    text = call_text(given.written)
    return builder.input_layer(own, given.line, name=named.get("name"), call_text=text)


def _sequential(parts: Parts, given: Given) -> SequentialModel:
    layers, name = given.first("layers"), given.keywords.get("name")
    if len(given.arguments) > 1:
        name = given.arguments[1] if isinstance(given.arguments[1], str) else name
    trainable = given.keywords.get("trainable")
    if isinstance(layers, Unknown):
        layers, trainable = [layers], True
    if layers is not None and not isinstance(layers, (list, tuple)):
        raise ModelProblem(
            _("{code} takes its layers in a list", code=Code("Sequential")), line=given.line
        )
    return parts.models.sequential(layers or (), name, trainable, given.written)


def _model(parts: Parts, given: Given) -> Model:
    named = given.named("inputs", "outputs", "name")
    if "inputs" not in named or "outputs" not in named:
        raise ModelProblem(
            _("{code} needs its inputs and outputs", code=Code("Model")), line=given.line
        )
    unknown = sorted(named.keys() - {"inputs", "outputs", "name", "trainable"})
    if unknown:
        raise ModelProblem(
            _("{code} has no argument {name}", code=Code("Model"), name=Code(unknown[0])),
            line=given.line,
        )
    more = named.get("name"), named.get("trainable"), given.written
    return functional(parts.builder, named["inputs"], named["outputs"], *more)


def _shape_of(parts: Parts, given: Given) -> object:
    if is_tensor(given.only):
        return attribute(parts.builder, given.only, "shape")
    raise CannotFollow


def _clear(parts: Parts, given: Given) -> object:
    parts.builder.names.clear()
    return None


def _activation(parts: Parts, given: Given) -> object:
    """``keras.activations.get("relu")``: the function of that name; a function is itself."""
    name = given.first("identifier")
    if name is not None and not isinstance(name, str):
        return name
    path = ("keras", "activations", "linear" if name is None else name)
    if keras_names.activation(path) is None:
        raise CannotFollow
    return Reference(path)


def _checkpoint(parts: Parts, given: Given) -> object:
    path = given.first("filepath")
    if not isinstance(path, str) or given.keywords.get("save_weights_only", False) is not False:
        raise lost(path)
    return copies.Checkpoint(path)


def _clone_model(parts: Parts, given: Given) -> object:
    model = given.first("model")
    if not isinstance(model, Model) or len(given.values) > 1:
        raise lost(model)
    return parts.copies.clone(model)


def _load_model(parts: Parts, given: Given) -> object:
    """A model that the source itself has saved under that name."""
    path = given.first("filepath")
    found = parts.copies.load(path) if isinstance(path, str) else None
    if found is None:
        raise lost(path)
    return found


def _set_data_format(parts: Parts, given: Given) -> object:
    wanted = given.first("data_format")
    if wanted not in ("channels_first", "channels_last"):
        raise CannotFollow
    parts.builder.data_format = str(wanted)
    return None


# Python's functions, on Keras's values


def _len(parts: Parts, given: Given) -> object:
    shape = given.only.shape if isinstance(given.only, Fixed) else ()
    return shape[0] if shape and isinstance(shape[0], int) else NOT_HERE


def _callable(parts: Parts, given: Given) -> object:
    return True if isinstance(given.only, GraphLayer) else NOT_HERE


def _isinstance(parts: Parts, given: Given) -> object:
    """``isinstance(layer, keras.layers.Dense)``, alone or among other types."""
    if len(given.arguments) != 2 or isinstance(given.arguments[0], Unknown):
        return NOT_HERE
    value, types = given.arguments
    return any(_is_a(value, one) for one in (types if isinstance(types, tuple) else (types,)))


def _is_a(value: object, type_: object) -> bool:
    path = type_.path if isinstance(type_, Reference) else ()
    if path == ("keras", "Model"):
        return isinstance(value, Model)
    if path == keras_names.LAYER:
        return isinstance(value, GraphLayer)
    if path[:2] == ("keras", "layers"):
        return isinstance(value, MadeLayer) and value.layer.type_name() == path[2]
    return builtins.is_a(value, type_)


_KINDS: Mapping[type, Callable[[Parts, Any, Given], object]] = {
    Foreign: _foreign,
    GraphLayer: _layer,
    Method: _method,
    Reference: _reference,
    Symbol: _name,
    Unknown: _unknown,
    UserClass: _class,
}
_FUNCTIONS: Mapping[Path, Callable[[Parts, Given], object]] = {
    INITIALIZER.path: lambda parts, given: parts.constants.initialized(given.first("shape")),
    ("builtins", "callable"): _callable,
    ("builtins", "isinstance"): _isinstance,
    ("builtins", "len"): _len,
    ("keras", "Input"): lambda parts, given: _input_layer(parts, given).tensor,
    ("keras", "Model"): _model,
    ("keras", "Sequential"): _sequential,
    ("keras", "activations", "get"): _activation,
    ("keras", "backend", "clear_session"): _clear,
    ("keras", "backend", "image_data_format"): lambda parts, given: parts.builder.data_format,
    ("keras", "backend", "int_shape"): _shape_of,
    ("keras", "backend", "set_image_data_format"): _set_data_format,
    ("keras", "callbacks", "ModelCheckpoint"): _checkpoint,
    ("keras", "config", "image_data_format"): lambda parts, given: parts.builder.data_format,
    ("keras", "config", "set_image_data_format"): _set_data_format,
    ("keras", "layers", "InputLayer"): _input_layer,
    ("keras", "models", "clone_model"): _clone_model,
    ("keras", "models", "load_model"): _load_model,
    ("keras", "ops", "shape"): _shape_of,
    ("keras", "saving", "load_model"): _load_model,
    ("keras", "utils", "clear_session"): _clear,
    # whether a size is None for Keras: asked by the sources of this package
    ("layermath", "is_open"): lambda parts, given: parts.machine.letters.is_open(given.only),
}
