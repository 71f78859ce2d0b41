"""Arguments as Keras serializes them, and the layers that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from layermath.messages import Code, Message, Name, _
from layermath.readers.keras_config.records import MODELS
from layermath.vocabulary.arguments import Unfollowed
from layermath.vocabulary.keras import layers
from layermath.vocabulary.keras.layers import AnyType
from layermath.vocabulary.layer import COMMON, Layer

MakeLayer = Callable[[Mapping[str, Any]], object]
"""Makes the layer that stands among the arguments of another one."""

_NOT_TAKEN = frozenset(
    {
        # of Keras 2
        *("adjustment", "causal", "experimental_autocast", "fused", "function_type", "groups"),
        *("implementation", "input_spec", "is_legacy_layer", "key_shape", "module"),
        *("output_shape_module", "output_shape_type", "query_shape", "ragged", "renorm_clipping"),
        *("renorm_momentum", "sparse", "synchronized", "time_major", "value_shape"),
        *("virtual_batch_size", "embeddings_constraint", "input_length"),
        *("kernel_constraint", "kernel_initializer", "kernel_regularizer"),
        # of Keras 3
        *("build_config", "build_input_shape", "compile_config", "optional", "quantization_config"),
    }
)
"""What ``get_config`` of some class or version writes although no constructor takes it, or takes it
no more. None of it changes a shape or a count."""

_LAYER_MODULES = (
    *("keras.layers", "keras.src.layers", "keras.engine", "keras.src.engine"),
    *("tensorflow.python.keras", "tensorflow.keras.layers"),
)


def bound(
    found: AnyType, config: Mapping[str, Any], make: MakeLayer
) -> tuple[Layer, list[Message]]:
    """The layer of that class with the arguments of a configuration, and what was passed over.

    Raises `ModelProblem` for arguments that Keras would refuse.
    """
    declared = found.keywords()
    keywords = {key: item for key, item in config.items() if key in declared}
    axis = keywords.get("axis")
    if found.type_name() == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        keywords["axis"] = axis[0]  # as Keras 2 writes it
    notes = []
    for key in config.keys() - declared - COMMON - _NOT_TAKEN:
        near = get_close_matches(key, declared - config.keys(), 1)
        if near:
            # Let the layer say what it does not take, and what was probably meant.
            found.bind((), {**_decoded(keywords, make), key: None})
        notes.append(
            _(
                "{argument} of {type} is unknown to layermath: it is passed over",
                argument=Name(key),
                type=Code(found.type_name()),
            )
        )
    return found.bind((), _decoded(keywords, make)), notes


def _decoded(keywords: Mapping[str, Any], make: MakeLayer) -> dict[str, object]:
    return {key: value_of(item, make) for key, item in keywords.items()}


def value_of(item: Any, make: MakeLayer) -> Any:
    """A value as a constructor takes it. What only Keras can make is `Unfollowed`."""
    if isinstance(item, list):
        return [value_of(part, make) for part in item]
    if not isinstance(item, dict):
        return item
    class_name = item.get("class_name")
    if not isinstance(class_name, str) or not ("config" in item or "items" in item):
        return {key: value_of(part, make) for key, part in item.items()}
    config = item.get("config")
    simple = _simple(class_name, item, config)
    if simple is not None:
        return simple[0]
    if _is_layer(class_name, item) and isinstance(config, dict):
        return make(item)
    if isinstance(config, str):  # a function, by its name
        return config
    return Unfollowed(class_name)


def _simple(class_name: str, item: Mapping[str, Any], config: Any) -> tuple[Any] | None:
    """The value of what Python's own types are written as, in a tuple; None for anything else."""
    items = item.get("items")
    if class_name in ("__tuple__", "TensorShape") and isinstance(items, list):
        return (tuple(items),)
    if class_name == "__ellipsis__":
        return (...,)
    if not isinstance(config, dict):
        return None
    if class_name == "__slice__":
        parts = [config.get(key) for key in ("start", "stop", "step")]
        whole = [one if one is None or isinstance(one, int) else Unfollowed("…") for one in parts]
        return (slice(*whole),)
    if class_name in ("__numpy__", "__tensor__", "__array__"):
        return (config.get("value"),)
    return None


def _is_layer(class_name: str, item: Mapping[str, Any]) -> bool:
    module = item.get("module")
    if isinstance(module, str):
        module = module.removeprefix("tf_")
        if module.startswith(_LAYER_MODULES) or class_name in MODELS:
            return True
        if module.startswith("keras"):
            return False
        return isinstance(item.get("registered_name"), str) and _could_be_layer(item)
    return layers.find(class_name) is not None or class_name in MODELS


def _could_be_layer(item: Mapping[str, Any]) -> bool:
    """Whether an object of a class of the user's own is a layer: only those have a dtype policy and
    a flag whether they are trained."""
    config = item.get("config")
    return isinstance(config, dict) and {"trainable", "dtype"} <= config.keys()
