"""Which names mean what: modules, classes and functions by their dotted paths.

Keras has been importable under many paths; they are brought to one here: ``keras.layers.X``,
``keras.Input``, ``keras.Sequential``, ``keras.Model``, ``keras.backend.X``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from layermath.readers.python.machine import MODULES as PYTHON_ROOTS
from layermath.rules import activations
from layermath.vocabulary.keras import layers

Path = tuple[str, ...]

_KEPT = frozenset({"CustomScaleLayer", "Layer", "LayerScale"})
_OLD = frozenset({"RandomHeight", "RandomWidth", "ThresholdedReLU"})
LAYERS = frozenset(layers.names()) - _KEPT | _OLD
"""The class names of ``keras.layers``: those that layermath has, but for what Keras's applications
keep to themselves, and those that Keras 3 has no more."""

MERGES = {
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
}
"""The merging functions of ``keras.layers`` and the layer that each makes."""

TOP = frozenset({"Input", "Sequential", "Model"})

LAYER = ("keras", "layers", "Layer")
"""The class that every layer stands on."""

KERAS_MODULES = frozenset(
    [
        "activations",
        "applications",
        "backend",
        "callbacks",
        "constraints",
        "datasets",
        "initializers",
        "layers",
        "losses",
        "metrics",
        "mixed_precision",
        "models",
        "ops",
        "optimizers",
        "preprocessing",
        "random",
        "regularizers",
        "utils",
    ]
)

MODULES: dict[str, Path] = {
    **{name: ("keras", name) for name in KERAS_MODULES},
    "K": ("keras", "backend"),
    "jax": ("jax",),
    "keras": ("keras",),
    "math": ("math",),
    "np": ("numpy",),
    "numpy": ("numpy",),
    "tensorflow": ("tensorflow",),
    "tf": ("tensorflow",),
}
"""Modules that mean themselves with or without an import, once an attribute is asked of them: a
bare ``K`` is a symbol like any other."""

ROOTS = frozenset({"keras", "tensorflow", "jax"})
"""Modules whose attributes are looked at here."""


def may_be(name: str, imported: Mapping[str, str]) -> bool:
    """Whether a name without a value may mean Keras's: not where it comes from elsewhere."""
    module = imported.get(name)
    return module is None or is_known(f"{module}.{name}")


def is_known(name: str) -> bool:
    """Whether a dotted name leads to a module that is looked at."""
    return canonical(tuple(name.split(".")))[0] in (*ROOTS, *PYTHON_ROOTS)


def canonical(path: Path) -> Path:
    """The one path by which a thing is known here."""
    path = _under_keras(path)
    if len(path) < 2 or path[0] != "keras":
        return path
    last = path[-1]
    if last in TOP:
        return ("keras", last)
    if last == "Layer":  # keras.Layer, keras.engine.base_layer.Layer
        return LAYER
    if "layers" in path[1:-1] and (last in LAYERS or last in MERGES or last[:1].isupper()):
        return ("keras", "layers", last)
    return path


def _under_keras(path: Path) -> Path:
    if path[0] == "tf":
        path = ("tensorflow", *path[1:])
    if path[0] in ("keras_core", "tf_keras"):
        path = ("keras", *path[1:])
    if path[0] == "tensorflow" and "keras" in path[:5]:
        path = path[path.index("keras") :]
    while len(path) > 1 and path[0] == "keras" and path[1] in ("src", "api", "_v1", "_v2", "keras"):
        path = ("keras", *path[2:])
    return path


def without_import(name: str) -> Path | None:
    """What a name means that the source never gives a value: the classes of Keras mean
    themselves."""
    if name in TOP or name == "Layer":
        return canonical(("keras", name))
    if name in LAYERS or name in MERGES:
        return ("keras", "layers", name)
    return None


def star(module: Path) -> dict[str, Path]:
    """The names that ``from module import *`` brings."""
    if module == ("keras", "layers"):
        names = {*LAYERS, *MERGES, "Input", "Layer"}
    elif module == ("keras", "models"):
        names = {"Sequential", "Model"}
    elif module == ("keras",):
        names = {*TOP, "Layer", *KERAS_MODULES}
    else:
        return {}
    return {name: canonical((*module, name)) for name in names}


def layer_class(path: Path) -> str | None:
    """The class's name, if the path is one of a class of ``keras.layers``."""
    if len(path) == 3 and path[:2] == ("keras", "layers") and path[2][:1].isupper():
        return path[2]
    return None


def activation(path: Path) -> str | None:
    """The activation's name, if the path is one of a function like ``tf.nn.relu``."""
    known = path[0] in ("keras", "tensorflow", "jax") and path[1:2] != ("layers",)
    return path[-1] if known and len(path) > 1 and path[-1] in activations.NAMES else None


def near(name: str) -> str | None:
    """The class of ``keras.layers`` that was probably meant."""
    close = difflib.get_close_matches(name, LAYERS, 1, 0.75)
    by_case = {known.lower(): known for known in LAYERS}
    return by_case.get(name.lower()) or (close[0] if close else None)
