"""What real Keras answers for a source: it is run, as a student would run it, and its models asked.

Only the tests' own sources are run, never a user's. A statement that fails, for want of data or of
a module, is passed over as a notebook would pass it over. `python -m tests.readers.real_keras`
writes the answers anew beside the sources (needs the extra ``crosscheck``).
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import os
import shlex
import sys
import types
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

FOLDER = Path(__file__).parent.parent / "data" / "keras_styles"
ANSWERS = FOLDER / "answers.json"
_NO_WORK = ("compile", "evaluate", "fit", "load_weights", "predict", "save", "summary")


@dataclass
class Options:
    """What a source is read with, from its comments ``# layermath: --set N=5`` and, for Keras
    alone, ``# keras: x_train = …``: a statement that stands in for the data."""

    bindings: dict[str, int] = field(default_factory=dict)
    inputs: dict[str | None, tuple[int, ...]] = field(default_factory=dict)
    call: str | None = None
    before: str = ""

    @classmethod
    def of(cls, text: str) -> Options:
        """The options in the comments at the head of a source."""
        options = cls()
        for line in text.splitlines():
            if line.startswith("# keras: "):
                options.before += line.removeprefix("# keras: ") + "\n"
            elif line.startswith("# layermath: "):
                words = shlex.split(line.removeprefix("# layermath: "))
                for option, value in zip(words[::2], words[1::2], strict=True):
                    options._take(option, value)
            else:
                break
        return options

    def _take(self, option: str, value: str) -> None:
        if option == "--call":
            self.call = value
        elif option == "--set":
            name, number = value.split("=")
            self.bindings[name] = int(number)
        else:
            assert option == "--input"
            name, _, shape = value.rpartition("=")
            self.inputs[name or None] = tuple(int(size) for size in shape.split(","))


def answers(text: str) -> dict[str, Any]:
    """Every model of a source by its variable, and the last one that was built."""
    keras = importlib.import_module("keras")
    options = Options.of(text)
    keras.backend.clear_session()
    names: dict[str, Any] = {"__name__": "__main__", "keras": keras, "layers": keras.layers}
    names |= options.bindings
    failed: list[str] = []
    with _stage(keras) as built:
        exec(options.before, {"np": importlib.import_module("numpy")}, names)
        for statement in ast.parse(text).body:
            try:
                exec(compile(ast.Module([statement], []), "source", "exec"), names)
            except Exception as error:
                failed.append(f"{statement.lineno}: {type(error).__name__}: {error}"[:100])
            names.update({name: n for name, n in options.bindings.items() if name in names})
        if options.call is not None:
            names["called"] = eval(options.call, names)
    models = {
        name: described(model)
        for name, model in names.items()
        if isinstance(model, keras.Model) and getattr(model, "_functional", model) is not None
    }
    if not built:
        raise ValueError(f"no model was built: {failed}")
    return {"models": models, "last": described(built[-1]), "passed_over": failed}


def described(model: Any) -> dict[str, Any]:
    """A model as Keras has it: names, order, classes, inputs, shapes and counts."""
    graph = getattr(model, "_functional", model)
    nodes = {node for depth in graph._nodes_by_depth.values() for node in depth}
    return {
        "name": model.name,
        "class": "Sequential" if type(model).__name__ == "Sequential" else "Functional",
        "inputs": [list(one.shape[1:]) for one in model.inputs],
        "outputs": [list(one.shape[1:]) for one in model.outputs],
        "params": _count(model.weights),
        "trainable_params": _count(model.trainable_weights),
        "layers": [_layer(layer, nodes) for layer in model.layers],
    }


def _layer(layer: Any, nodes: set[Any]) -> dict[str, Any]:
    node = next(one for one in layer._inbound_nodes if one in nodes)
    found = {
        "name": layer.name,
        "class": type(layer).__name__,
        "inputs": [one._keras_history.operation.name for one in node.input_tensors],
        "shapes": [list(one.shape[1:]) for one in node.output_tensors],
        "params": _count(layer.weights),
        "trainable_params": _count(layer.trainable_weights),
    }
    inside = getattr(layer, "layers", [])
    if not type(layer).__module__.startswith("keras."):  # a class of the source's own
        inside = inside or list(layer._flatten_layers(include_self=False, recursive=False))
    if inside:
        found["layers"] = [[one.name, _count(one.weights)] for one in inside]
    return found


def _count(weights: Sequence[Any]) -> int:
    total = 0
    for weight in weights:
        size = 1
        for axis in weight.shape:
            size *= axis
        total += size
    return total


@contextlib.contextmanager
def _stage(keras: types.ModuleType) -> Iterator[list[Any]]:
    """Keras as ``tensorflow.keras``, whatever is not installed as a stub, no training, no output.
    The list is filled with the models as they are built or changed."""
    built: list[Any] = []
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        enter(mock.patch.dict(sys.modules))
        enter(mock.patch.object(sys, "meta_path", [*sys.meta_path, _Stubs(keras)]))
        # Keras asks TensorFlow's own classes where that is installed: a stub has none.
        theirs = importlib.import_module("keras.src.utils.module_utils").tensorflow
        enter(mock.patch.object(theirs, "_available", False))
        enter(mock.patch.object(sys, "argv", ["train.py"]))
        enter(mock.patch.dict(os.environ))
        enter(contextlib.redirect_stdout(io.StringIO()))
        enter(warnings.catch_warnings())
        enter(mock.patch.object(keras.initializers.GlorotUniform, "__call__", _zeros))
        enter(mock.patch.object(keras.initializers.HeNormal, "__call__", _zeros))
        warnings.simplefilter("ignore")
        for name in _NO_WORK:
            enter(mock.patch.object(keras.Model, name, mock.MagicMock()))
        for data in ("mnist", "fashion_mnist", "cifar10"):
            enter(mock.patch.object(getattr(keras.datasets, data), "load_data", _data))
        for name in ("get_file", "plot_model", "image_dataset_from_directory"):
            enter(mock.patch.object(keras.utils, name, mock.MagicMock()))
        _watch(keras, enter, built)
        yield built


def _zeros(_initializer: Any, shape: Any, dtype: Any = None, **_options: Any) -> Any:
    """Weights without the wait: their values are never asked for."""
    return importlib.import_module("numpy").zeros(shape, dtype)


def _data() -> Any:
    zeros = importlib.import_module("numpy").zeros
    return (zeros((4, 28, 28)), zeros(4)), (zeros((4, 28, 28)), zeros(4))


def _watch(keras: types.ModuleType, enter: Any, built: list[Any]) -> None:
    """Note each model whenever it is built or changed, but not those that Keras makes inside."""
    inside = [0]

    def watched(method: Any) -> Any:
        def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
            inside[0] += 1
            try:
                result = method(self, *arguments, **keywords)
            finally:
                inside[0] -= 1
            if not inside[0] and method.__name__ != "__call__":
                built.append(self)
            return result

        # Keras looks at the signature of build, and at the code of __init__.
        return functools.wraps(method)(call) if method.__name__ == "build" else call

    functional = importlib.import_module("keras.src.models.functional").Functional
    for owner, name in (
        (functional, "__init__"),
        (keras.Sequential, "__init__"),
        (keras.Sequential, "add"),
        (keras.Sequential, "pop"),
        (keras.Sequential, "build"),
        (keras.Sequential, "__call__"),
    ):
        enter(mock.patch.object(owner, name, watched(getattr(owner, name))))


class _Stubs(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what is not installed: ``tensorflow.keras`` is Keras, anything else a stub."""

    def __init__(self, keras: types.ModuleType) -> None:
        self._keras = keras

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.startswith("keras"):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        root, _, rest = spec.name.partition(".")
        if root == "tensorflow" and rest == "keras.backend":
            return self._legacy_backend(spec.name)
        if root == "tensorflow" and rest.startswith("keras."):
            return importlib.import_module(rest)
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__getattr__ = lambda name: mock.MagicMock()  # type: ignore[method-assign]  # PEP 562
        if spec.name == "tensorflow":
            module.nn = self._keras.activations  # type: ignore[attr-defined]  # a stub
        if spec.name == "tensorflow.keras":
            module.__getattr__ = lambda name: getattr(self._keras, name)  # type: ignore[method-assign]  # PEP 562
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        if module.__name__ == "tensorflow":
            importlib.import_module("tensorflow.keras.backend")

    def _legacy_backend(self, name: str) -> types.ModuleType:
        legacy = importlib.import_module("keras.src.legacy.backend")
        module = types.ModuleType(name)
        module.__dict__.update({**vars(legacy), **vars(self._keras.backend)})
        return module


def main() -> None:
    """Write the answers anew."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        found[path.stem] = answers(path.read_text(encoding="utf-8"))
        print(path.stem, {name: m["params"] for name, m in found[path.stem]["models"].items()})
    ANSWERS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
