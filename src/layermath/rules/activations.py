"""What an activation does: the sentence, for layers that end in one and for those that are one."""

from __future__ import annotations

from layermath.algebra.floors import Size
from layermath.messages import Message, Name, Piece, _

SHARES = frozenset({"softmax", "sparsemax"})
"""Activations that look at all values of the last axis together and make them shares."""

TOGETHER = SHARES | {"log_softmax"}
"""Activations that look at all values of the last axis together."""

ONE_BY_ONE = frozenset(
    {
        "celu",
        "elu",
        "exponential",
        "gelu",
        "hard_shrink",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "leaky_relu",
        "log_sigmoid",
        "mish",
        "relu",
        "relu6",
        "selu",
        "sigmoid",
        "silu",
        "soft_shrink",
        "softplus",
        "softsign",
        "sparse_plus",
        "sparse_sigmoid",
        "squareplus",
        "swish",
        "tanh",
        "tanh_shrink",
        "threshold",
    }
)
"""Activations that act on each value by itself."""

NAMES = TOGETHER | ONE_BY_ONE | {"glu", "linear"}
"""Every name that ``keras.activations.get`` knows."""


def sentence(name: str | None, values: Size) -> Message | None:
    """What the activation ``name`` does to the ``values`` along the last axis."""
    if name is None:
        return None
    if name in SHARES:
        return _(
            "{activation} looks at all {number} values together and makes them shares with sum 1: "
            "no parameters, the same shape.",
            activation=Name(name),
            number=values,
        )
    if name in TOGETHER:
        return _(
            "{activation} looks at all {number} values together: no parameters, the same shape.",
            activation=Name(name),
            number=values,
        )
    if name in ONE_BY_ONE:
        return _(
            "{activation} acts on each value by itself: no parameters, the same shape.",
            activation=Name(name),
        )
    return _("{activation} has no parameters and keeps the shape.", activation=Name(name))


def title(name: str | None) -> tuple[Piece, ...]:
    """The activation in a heading, if there is one."""
    return () if name is None else (Name(name),)
