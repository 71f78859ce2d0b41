"""Keras's poolings.

Source: Keras, *Pooling layers*.
"""

from __future__ import annotations

from layermath.rules.pooling import LARGEST, LARGEST_VALUE, MEAN
from layermath.vocabulary.arguments import choice, flag, optional, per_axis
from layermath.vocabulary.keras.convolutions import LAYOUT, padding
from layermath.vocabulary.keras.words import KERAS
from layermath.vocabulary.layer_type import LayerType, Parameter, parameters


def _windows(pool_size: Parameter) -> tuple[Parameter, ...]:
    strides = Parameter("strides", optional(per_axis()), None, to="stride")
    return parameters(pool_size, strides, padding("valid", "same"), LAYOUT)


_KINDS = (
    ("Max", "Max", LARGEST, Parameter("pool_size", per_axis(), 2, to="window")),
    ("Average", "Avg", MEAN, Parameter("pool_size", per_axis(), to="window")),
)
_ADAPTIVE = parameters(
    Parameter("output_size", per_axis(least=0)),
    Parameter("data_format", optional(choice("channels_last", "channels_first")), None, to=None),
)
_GLOBAL = parameters(LAYOUT, Parameter("keepdims", flag, False, to="keeps_axes"))

TYPES = tuple(
    found
    for name, short, takes, pool_size in _KINDS
    for rank in (1, 2, 3)
    for found in (
        LayerType(
            f"{name}Pooling{rank}D",
            "pooling.Pooling",
            _windows(pool_size),
            spelling=KERAS,
            fixed={"rank": rank, "takes": takes},
            aliases=(f"{short}Pool{rank}D",),
        ),
        LayerType(
            f"Global{name}Pooling{rank}D",
            "pooling.GlobalPooling",
            _GLOBAL,
            spelling=KERAS,
            fixed={"rank": rank, "takes": LARGEST_VALUE if name == "Max" else MEAN},
            aliases=(f"Global{short}Pool{rank}D",),
        ),
        LayerType(
            f"Adaptive{name}Pooling{rank}D",
            "adaptive_pooling.AdaptivePooling",
            _ADAPTIVE,
            spelling=KERAS,
            fixed={"rank": rank, "takes": takes},
        ),
    )
)
