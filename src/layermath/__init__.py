"""layermath derives, step by step, what a neural-network layer does to a tensor.

>>> import layermath as lm
>>> network = lm.loads("Conv2D(32, 3, input_shape=(28, 28, 1))")
>>> lm.derive(network).layers["conv2d"].output_shape
(26, 26, 32)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layermath.api import (
        Derivation,
        Layer,
        LayermathError,
        derive,
        from_keras,
        load,
        loads,
        rule,
        solve,
    )
    from layermath.comparing import Comparison, compare

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

_COMPARING = frozenset({"Comparison", "compare"})


def __getattr__(name: str) -> object:
    """What `layermath.api` has, imported when it is first asked for: SymPy, behind it, takes longer
    to import than ``--help`` and the completions of a shell take in all."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from layermath import api, comparing

    globals().update(
        {
            known: getattr(comparing if known in _COMPARING else api, known)
            for known in __all__
            if known != "__version__"
        }
    )
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
