"""The chains that the provers look at: each with what it does to one axis."""

from __future__ import annotations

from layermath.algebra.floors import symbol
from layermath.network.walk import Walk, walk
from tests.network.by_hand import Link, network

L = symbol("L")

CHAINS = {
    "the first case": [Link("conv", 3), Link("pool", 2, 2)] * 2,
    "a residual network": [
        Link("pad", before=3, after=3),
        Link("conv", 7, 2),
        Link("pad", before=1, after=1),
        Link("pool", 3, 2),
        *[Link("conv", 1, 2), Link("conv", 3, padding="same")] * 3,
    ],
    "dilated": [Link("conv", 3, dilation=2**n) for n in range(5)] + [Link("pool", 2, 2)],
    "uneven strides": [Link("conv", 4, 3), Link("pool", 3, 2), Link("conv", 2, 5)],
    "same": [Link("conv", 3, 2, padding="same"), Link("pool", 3, 3, padding="same")] * 2,
    "padding on one side": [Link("pad", after=1), Link("conv", 3, 2)] * 4,
    "cropped": [Link("crop", before=2, after=1), Link("pool", 2, 2), Link("crop", before=1)],
    "up and down": [Link("up", stride=2), Link("pool", 4, 4), Link("conv", 3, 2)],
    "down and up": [Link("pool", 2, 2), Link("transposed", 5, 4), Link("conv", 3, 2)],
    "no single floor": [Link("pool", 2, 2), Link("up", stride=3), Link("pool", 2, 2)],
    "transposed": [Link("conv", 3, 4), Link("transposed", 3, 2, padding="same")] * 2,
}


def walked(chain: list[Link]) -> Walk:
    """The chain with a free length L."""
    return walk(network(chain, 1, (L,), 1))
