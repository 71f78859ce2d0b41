"""layermath derives, step by step, what a neural-network layer does to a tensor.

>>> import layermath as lm
>>> network = lm.loads("Conv2D(32, 3, input_shape=(28, 28, 1))")
>>> lm.derive(network).layers["conv2d"].output_shape
(26, 26, 32)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layermath.api import compare, derive, from_keras, load, loads, rule, solve
    from layermath.api.comparison import Comparison
    from layermath.api.derivation import Derivation, Layer
    from layermath.errors import LayermathError

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Derivation",
    "Layer",
    "LayermathError",
    "__version__",
    "compare",
    "derive",
    "from_keras",
    "load",
    "loads",
    "rule",
    "solve",
]

_ELSEWHERE = {
    "Comparison": "api.comparison",
    "Derivation": "api.derivation",
    "Layer": "api.derivation",
    "LayermathError": "errors",
}
"""Where the names are that are not in `layermath.api`."""


def __getattr__(name: str) -> object:
    """What the package gives, imported when it is first asked for: SymPy, behind it, takes longer
    to import than ``--help`` and the completions of a shell take in all."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    for known in __all__:
        if known != "__version__":
            module = import_module(f"layermath.{_ELSEWHERE.get(known, 'api')}")
            globals()[known] = getattr(module, known)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
