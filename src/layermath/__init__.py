"""layermath derives, step by step, what a neural-network layer does to a tensor.

>>> import layermath as lm
>>> network = lm.loads("Conv2D(32, 3, input_shape=(28, 28, 1))")
>>> lm.derive(network).layers["conv2d"].output_shape
(26, 26, 32)
"""

from __future__ import annotations

from layermath.api import (
    Derivation,
    Layer,
    LayermathError,
    derive,
    load,
    loads,
    rule,
    solve,
)

__version__ = "0.1.0"

__all__ = [
    "Derivation",
    "Layer",
    "LayermathError",
    "__version__",
    "derive",
    "load",
    "loads",
    "rule",
    "solve",
]
