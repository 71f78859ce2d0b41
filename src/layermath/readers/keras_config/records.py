"""The two formats of a configuration, brought to one: layers with their calls.

Keras 3 writes a call as ``{"args": [...], "kwargs": {...}}``, a tensor in it as a dict with its
``keras_history``; Keras 2 as ``[[name, node, tensor, kwargs], ...]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from layermath.messages import Code, Message, Name, _
from layermath.problems import CallProblem, ModelProblem

MODELS = frozenset({"Functional", "Model", "Sequential"})
_CONSTANT = "_CONSTANT_VALUE"
_OPERATIONS = ("keras.src.ops", "keras.ops", "keras.src.random", "keras.src.backend")
_OF_LAYERS = frozenset({"trainable", "dtype"})
_NOT_FOR_SHAPES = frozenset({"training", "mask"})


@dataclass(frozen=True)
class Reference:
    """Output ``tensor`` of call ``node`` of a layer, and the shape that Keras wrote down for it,
    with its batch axis."""

    layer: str
    node: int
    tensor: int
    shape: tuple[int | None, ...] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class NodeCall:
    """One call of a layer: references stand where it takes tensors."""

    arguments: tuple[object, ...]
    keywords: Mapping[str, object]


@dataclass(frozen=True)
class Record:
    """One layer of a configuration, its own arguments not looked at yet."""

    name: str
    class_name: str
    module: str | None
    registered_name: str | None
    config: Mapping[str, Any]
    build_config: Mapping[str, Any]
    nodes: tuple[NodeCall, ...] = ()
    is_old: bool = False
    """Whether its calls are written as Keras 2 writes them."""

    @property
    def is_sequential(self) -> bool:
        """Whether it is a stack of layers."""
        return self.is_model and "output_layers" not in self.config

    @property
    def is_model(self) -> bool:
        """Whether it is a model: one of Keras's, or a class of the user's own derived from it."""
        layers = self.config.get("layers")
        if self.class_name in MODELS:
            return isinstance(layers, list)
        return isinstance(layers, list) and "output_layers" in self.config

    @property
    def is_keras(self) -> bool:
        """Whether Keras itself defines the class: nobody else has said that it is theirs."""
        if self.registered_name is not None and ">" in self.registered_name:
            return False
        if self.module is None:
            return ">" not in self.class_name
        root = self.module.partition(".")[0]
        return root in ("keras", "tf_keras") or self.module.startswith("tensorflow.")

    @property
    def is_operation(self) -> bool:
        """Whether it is an operation on tensors, which Keras 3 does not list among the layers. In
        HDF5 it has no module; but every layer says whether it is trained."""
        if self.module is None:
            is_new = bool(self.nodes) and not self.is_old
            return is_new and not self.is_model and self.config.keys().isdisjoint(_OF_LAYERS)
        return self.module.startswith(_OPERATIONS)

    @property
    def trainable(self) -> bool:
        """Whether it is not frozen."""
        return self.config.get("trainable") is not False


def not_a_model(reason: Message, *details: Message) -> CallProblem:
    """What was read is no model that Keras has written."""
    return CallProblem(_("this is not a Keras model: {reason}", reason=reason), *details)


def record_of(item: object, place: str) -> Record:
    """One layer or model of a configuration. ``place`` names it where it has no name.

    Raises `ModelProblem` for what is none.
    """
    if not isinstance(item, dict):
        raise ModelProblem(_("it must be a layer: {example}", example=_EXAMPLE), layer=place)
    class_name, config = item.get("class_name"), item.get("config")
    if isinstance(config, list) and class_name == "Sequential":
        config = {"layers": config}  # as Keras 1 and 2.0 wrote it
    if not isinstance(class_name, str) or not isinstance(config, dict):
        raise ModelProblem(
            _("it has no class_name and config, as in {example}", example=_EXAMPLE), layer=place
        )
    name = item.get("name")
    if not isinstance(name, str):
        name = config.get("name")
    if not isinstance(name, str):
        name = place
    nodes, is_old = _nodes(item.get("inbound_nodes"), name)
    build = item.get("build_config", config.get("build_config"))
    return Record(
        name,
        class_name.rpartition(">")[2],
        _text(item.get("module")),
        _text(item.get("registered_name")) or (class_name if ">" in class_name else None),
        config,
        build if isinstance(build, dict) else {},
        nodes,
        is_old,
    )


_EXAMPLE = Code('{"class_name": "Dense", "config": {…}}')


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _nodes(written: object, layer: str) -> tuple[tuple[NodeCall, ...], bool]:
    if written is None:
        return (), False
    if not isinstance(written, list):
        written = [written]
    is_old = any(not (isinstance(one, dict) and "args" in one) for one in written)
    try:
        return tuple(_old_call(one) if is_old else _call(one) for one in written), is_old
    except (TypeError, ValueError):
        raise ModelProblem(
            _("{key} cannot be followed: it says what the layer is called on", key=_INBOUND),
            layer=layer,
        ) from None


_INBOUND = Code("inbound_nodes")


def _call(written: Any) -> NodeCall:
    arguments, keywords = written.get("args"), written.get("kwargs") or {}
    if not isinstance(arguments, list) or not isinstance(keywords, dict):
        raise TypeError
    kept = {key: item for key, item in keywords.items() if key not in _NOT_FOR_SHAPES}
    return NodeCall(
        tuple(_structure(item) for item in arguments),
        MappingProxyType({key: _structure(item) for key, item in kept.items()}),
    )


def _structure(item: object) -> object:
    if isinstance(item, list):
        return [_structure(part) for part in item]
    if isinstance(item, dict):
        if item.get("class_name") == "__keras_tensor__":
            return _tensor(item.get("config"))
        return {key: _structure(part) for key, part in item.items()}
    return item


def _tensor(config: object) -> Reference:
    if not isinstance(config, dict):
        raise TypeError
    return reference(config.get("keras_history"), config.get("shape"))


def reference(written: object, shape: object = None) -> Reference:
    """``[layer, node, tensor]``. Raises `TypeError` or `ValueError` for anything else."""
    if not is_reference(written):
        raise TypeError
    assert isinstance(written, list)
    return Reference(written[0], written[1], written[2], recorded_shape(shape))


def is_reference(written: object) -> bool:
    """Whether it is written as ``[layer, node, tensor]``, perhaps with keywords behind."""
    return (
        isinstance(written, list)
        and len(written) in (3, 4)
        and isinstance(written[0], str)
        and all(isinstance(one, int) and not isinstance(one, bool) for one in written[1:3])
        and min(written[1:3]) >= 0
        and isinstance(written[-1], (int, dict))
    )


def recorded_shape(shape: object) -> tuple[int | None, ...] | None:
    """A shape that Keras wrote down, with its batch axis; None where it is none."""
    if isinstance(shape, dict):  # {"class_name": "TensorShape", "items": [None, 28]}
        shape = shape.get("items")
    if not isinstance(shape, list) or not shape:
        return None
    for size in shape:
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
            return None
    return tuple(shape)


def _old_call(written: object) -> NodeCall:
    """A call of Keras 2: its first argument in a list, the rest among the keywords."""
    if is_reference(written) or _is_constant(written):
        written = [written]
    keywords: dict[str, object] = {}
    taken = _old_structure(written, keywords)
    if isinstance(taken, list) and len(taken) == 1:
        taken = taken[0]
    kept = {key: item for key, item in keywords.items() if key not in _NOT_FOR_SHAPES}
    return NodeCall(
        (taken,), MappingProxyType({key: _old_keyword(item) for key, item in kept.items()})
    )


def _is_constant(written: object) -> bool:
    return isinstance(written, list) and len(written) >= 3 and written[0] == _CONSTANT


def _old_structure(written: object, keywords: dict[str, object]) -> object:
    if _is_constant(written):
        assert isinstance(written, list)
        keywords.update(written[3] if len(written) > 3 and isinstance(written[3], dict) else {})
        return written[2]
    if is_reference(written):
        assert isinstance(written, list)
        if len(written) == 4:
            keywords.update(written[3])
        return reference(written)
    if isinstance(written, list):
        return [_old_structure(item, keywords) for item in written]
    if isinstance(written, dict):
        return {key: _old_structure(item, keywords) for key, item in written.items()}
    raise TypeError


def _old_keyword(item: object) -> object:
    if is_reference(item) and isinstance(item, list) and len(item) == 3:
        return reference(item)
    if _is_constant(item):
        assert isinstance(item, list)
        return item[2]
    if isinstance(item, list):
        return [_old_keyword(part) for part in item]
    if isinstance(item, dict):
        return {key: _old_keyword(part) for key, part in item.items()}
    return item


def references_in(structure: object) -> Iterator[Reference]:
    """The references of a structure, in Keras's order: dicts by sorted key."""
    if isinstance(structure, Reference):
        yield structure
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            yield from references_in(item)
    elif isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from references_in(structure[key])


def ends(written: object, model: Name) -> list[Reference]:
    """``input_layers`` and ``output_layers``: one tensor, or a list or dict of them."""
    found = list(_ends(written))
    if not found:
        raise ModelProblem(_("{model} has no inputs or no outputs", model=model))
    return found


def _ends(written: object) -> Iterator[Reference]:
    if is_reference(written):
        yield reference(written)
    elif isinstance(written, list):
        for item in written:
            yield from _ends(item)
    elif isinstance(written, dict):
        for key in sorted(written):
            yield from _ends(written[key])
    else:
        raise ModelProblem(
            _(
                "{keys} must be written as {example}",
                keys=(Code("input_layers"), Code("output_layers")),
                example=Code('["dense", 0, 0]'),
            )
        )
