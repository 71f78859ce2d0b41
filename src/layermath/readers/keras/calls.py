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
    return kind(parts, callable_, arguments, keywords, written)


def _layer(
    parts: Parts, layer: GraphLayer, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    tried = parts.models.tried(layer, arguments, written)
    if tried is not None:
        return tried
    if isinstance(layer, Group):
        return parts.groups.call(layer, arguments, keywords, written)
    return parts.models.call(layer, arguments, keywords, written)


def _class(
    parts: Parts, class_: UserClass, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    if not is_followed(class_):
        return NOT_HERE
    return parts.groups.make(class_, arguments, keywords, written)


def _name(
    parts: Parts, name: Symbol, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    """Raises `ModelProblem` for a class that the source neither makes nor imports, and whose name
    is nearly one of Keras's."""
    text = str(name)
    is_class = text[:1].isupper() and text not in parts.machine.imported
    if is_class and keras_names.near(text) is not None:
        raise no_such_layer(text, written)
    return NOT_HERE


def _unknown(
    parts: Parts, value: Unknown, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    """What a class that is not Keras's has made, called on tensors, is a layer: ``Block(64)(x)``"""
    if value.foreign is None or not _tensors(arguments, keywords):
        return NOT_HERE
    layer = parts.builder.foreign(value.foreign)
    return parts.builder.call(layer, arguments, keywords, written)


def _foreign(
    parts: Parts, value: Foreign, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    """A function of tensors that is not Keras's keeps its place as a layer."""
    tensors = _tensors(arguments, keywords)
    if not tensors:
        return NOT_HERE
    return parts.builder.call(parts.builder.foreign(value), tensors, {}, written)


def _tensors(arguments: Arguments, keywords: Keywords) -> list[object]:
    return [*tensors_in([*arguments, *keywords.values()])]


# methods


def _method(
    parts: Parts, method: Method, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    owner, name = method.owner, method.name
    if isinstance(owner, Super):
        return parts.groups.base_method(owner, name, arguments, keywords, written)
    if isinstance(owner, Group) and name == "add_weight":
        return parts.groups.weight(owner, arguments, keywords)
    if isinstance(owner, Model):
        return _model_method(parts, owner, name, arguments, keywords, written)
    if is_tensor(owner):
        return parts.operations.method(owner, name, arguments, keywords, written)
    return NOT_HERE


def _model_method(
    parts: Parts,
    model: Model,
    name: str,
    arguments: Arguments,
    keywords: Keywords,
    written: Written,
) -> object:
    given = [*arguments, *keywords.values()]
    if name == "add" and isinstance(model, SequentialModel):
        if len(given) != 1:
            raise ModelProblem(_("{code} takes one layer", code=Code("add")), line=written.line)
        parts.models.add(model, given[0], written)
        return None
    if name == "pop" and isinstance(model, SequentialModel):
        return parts.models.pop(model)
    if name == "build":
        _build(parts, model, _first(arguments, keywords, "input_shape"), written)
        return None
    if name == "get_layer":
        return _get_layer(model, arguments, keywords)
    path = _first(arguments, keywords, "filepath")
    if name == "fit":
        parts.copies.fit(model, keywords.get("callbacks"))
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
    given = parts.builder.given_shape(shape, written, batched=True)
    if isinstance(model, Group):
        parts.groups.build(model, given, written)
    else:
        parts.models.build(model, given, written)


def _get_layer(model: Model, arguments: Arguments, keywords: Keywords) -> object:
    given = {**dict(zip(("name", "index"), arguments, strict=False)), **keywords}
    name, index, listed = given.get("name"), given.get("index"), model.listed
    if isinstance(index, int) and -len(listed) <= index < len(listed):
        return listed[index]
    for layer in listed:
        if layer.name == name:
            return layer
    raise CannotFollow


# names that are known


def _reference(
    parts: Parts,
    reference: Reference,
    arguments: Arguments,
    keywords: Keywords,
    written: Written,
) -> object:
    path = reference.path
    answer = _FUNCTIONS.get(path)
    if answer is not None:
        return answer(parts, arguments, keywords, written)
    if datasets.is_loading(path):
        return datasets.loaded(path, arguments, keywords)
    for room in (parts.operations, parts.architectures):
        made = room.call(path, arguments, keywords, written)
        if made is not NOT_HERE:
            return made
    if path[0] != "keras":
        return NOT_HERE
    class_name = keras_names.layer_class(path)
    if class_name is not None and class_name != "Layer":
        return _made(parts, class_name, arguments, keywords, written)
    merge = keras_names.MERGES.get(path[2]) if path[:2] == ("keras", "layers") else None
    if merge is None:
        raise behind(*arguments) if class_name is None else CannotFollow
    more = {key: value for key, value in keywords.items() if key != "inputs"}
    layer = parts.builder.layer(merge, arguments[1:], more, written)
    return parts.builder.call(layer, (_first(arguments, keywords, "inputs"),), {}, written)


def _made(
    parts: Parts, class_name: str, arguments: Arguments, keywords: Keywords, written: Written
) -> GraphLayer:
    """A layer. What a wrapper, or a cell, of the source's own computes is read later."""
    made = parts.builder.layer(class_name, arguments, keywords, written)
    if class_name in ("TimeDistributed", "RNN"):
        inner = _first(arguments, keywords, "cell" if class_name == "RNN" else "layer")
        made.waiting = inner if isinstance(inner, Group) and not inner.is_built else None
    if class_name == "Lambda":
        function = architectures.as_function(_first(arguments, keywords, "function"))
        return parts.groups.of_function(made, function, keywords.get("arguments"))
    return made


def _first(arguments: Arguments, keywords: Keywords, name: str) -> object:
    """The first argument, by its place or its name."""
    return arguments[0] if arguments else keywords.get(name)


def _input(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    return _input_layer(parts, arguments, keywords, written).tensor


def _input_layer(
    parts: Parts, arguments: Arguments, keywords: Keywords, written: Written
) -> MadeInput:
    builder = parts.builder
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


def _sequential(
    parts: Parts, arguments: Arguments, keywords: Keywords, written: Written
) -> SequentialModel:
    layers, name = _first(arguments, keywords, "layers"), keywords.get("name")
    if len(arguments) > 1:
        name = arguments[1] if isinstance(arguments[1], str) else name
    trainable = keywords.get("trainable")
    if isinstance(layers, Unknown):
        layers, trainable = [layers], True
    if layers is not None and not isinstance(layers, (list, tuple)):
        raise ModelProblem(
            _("{code} takes its layers in a list", code=Code("Sequential")), line=written.line
        )
    return parts.models.sequential(layers or (), name, trainable, written)


def _model(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> Model:
    given = dict(zip(("inputs", "outputs", "name"), arguments, strict=False)) | dict(keywords)
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
    ends = given["inputs"], given["outputs"]
    return functional(parts.builder, *ends, given.get("name"), given.get("trainable"), written)


def _shape_of(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    if len(arguments) == 1 and is_tensor(arguments[0]):
        return attribute(parts.builder, arguments[0], "shape")
    raise CannotFollow


def _is_open(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    """Whether a size is None for Keras: asked by the sources of this package."""
    return parts.machine.letters.is_open(arguments[0])


def _clear(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    parts.builder.names.clear()
    return None


def _activation(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    """``keras.activations.get("relu")``: the function of that name; a function is itself."""
    given = _first(arguments, keywords, "identifier")
    if given is not None and not isinstance(given, str):
        return given
    path = ("keras", "activations", "linear" if given is None else given)
    if keras_names.activation(path) is None:
        raise CannotFollow
    return Reference(path)


def _checkpoint(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    path = _first(arguments, keywords, "filepath")
    if not isinstance(path, str) or keywords.get("save_weights_only", False) is not False:
        raise lost(path)
    return copies.Checkpoint(path)


def _clone_model(
    parts: Parts, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    model = _first(arguments, keywords, "model")
    if not isinstance(model, Model) or len(arguments) + len(keywords) > 1:
        raise lost(model)
    return parts.copies.clone(model)


def _load_model(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    """A model that the source itself has saved under that name."""
    path = _first(arguments, keywords, "filepath")
    found = parts.copies.load(path) if isinstance(path, str) else None
    if found is None:
        raise lost(path)
    return found


def _data_format(
    parts: Parts, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    return parts.builder.data_format


def _set_data_format(
    parts: Parts, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    wanted = _first(arguments, keywords, "data_format")
    if wanted not in ("channels_first", "channels_last"):
        raise CannotFollow
    parts.builder.data_format = str(wanted)
    return None


def _initialized(
    parts: Parts, arguments: Arguments, keywords: Keywords, written: Written
) -> object:
    return parts.constants.initialized(arguments, keywords)


# Python's functions, on Keras's values


def _len(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    given = arguments[0] if len(arguments) == 1 else None
    shape = given.shape if isinstance(given, Fixed) else ()
    return shape[0] if shape and isinstance(shape[0], int) else NOT_HERE


def _callable(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    return True if len(arguments) == 1 and isinstance(arguments[0], GraphLayer) else NOT_HERE


def _isinstance(parts: Parts, arguments: Arguments, keywords: Keywords, written: Written) -> object:
    """``isinstance(layer, keras.layers.Dense)``, alone or among other types."""
    if len(arguments) != 2 or isinstance(arguments[0], Unknown):
        return NOT_HERE
    value, types = arguments
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


_KINDS: Mapping[type, Callable[[Parts, Any, Arguments, Keywords, Written], object]] = {
    Foreign: _foreign,
    GraphLayer: _layer,
    Method: _method,
    Reference: _reference,
    Symbol: _name,
    Unknown: _unknown,
    UserClass: _class,
}
_FUNCTIONS: Mapping[Path, Callable[[Parts, Arguments, Keywords, Written], object]] = {
    INITIALIZER.path: _initialized,
    ("builtins", "callable"): _callable,
    ("builtins", "isinstance"): _isinstance,
    ("builtins", "len"): _len,
    ("keras", "Input"): _input,
    ("keras", "Model"): _model,
    ("keras", "Sequential"): _sequential,
    ("keras", "activations", "get"): _activation,
    ("keras", "backend", "clear_session"): _clear,
    ("keras", "backend", "image_data_format"): _data_format,
    ("keras", "backend", "int_shape"): _shape_of,
    ("keras", "backend", "set_image_data_format"): _set_data_format,
    ("keras", "callbacks", "ModelCheckpoint"): _checkpoint,
    ("keras", "config", "image_data_format"): _data_format,
    ("keras", "config", "set_image_data_format"): _set_data_format,
    ("keras", "layers", "InputLayer"): _input_layer,
    ("keras", "models", "clone_model"): _clone_model,
    ("keras", "models", "load_model"): _load_model,
    ("keras", "ops", "shape"): _shape_of,
    ("keras", "saving", "load_model"): _load_model,
    ("keras", "utils", "clear_session"): _clear,
    ("layermath", "is_open"): _is_open,
}
