"""Sizes and counts of a chain, layer by layer, in integers: the code of no layer is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sympy import Eq, Ge, Le, Ne
from sympy.core.relational import Relational

from layermath.algebra.floors import Size, symbol
from layermath.network.graph import Network, Tensor
from tests.exact import exact
from tests.network.build import Builder


@dataclass(frozen=True)
class Link:
    """One layer along one axis. ``kind``: conv, pool, pad, crop, up, transposed."""

    kind: str
    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    padding: str = "valid"
    before: int = 0
    after: int = 0
    filters: int = 1

    @property
    def extent(self) -> int:
        return self.dilation * (self.kernel - 1) + 1

    def size(self, size: int) -> int | None:
        """The output of ``size``; None where the layer cannot take it."""
        if self.kind in ("conv", "pool"):
            if self.padding == "same":
                return -(-size // self.stride)
            return None if size < self.extent else (size - self.extent) // self.stride + 1
        if self.kind == "pad":
            return size + self.before + self.after
        if self.kind == "crop":
            left = size - self.before - self.after
            return left if left >= 1 else None
        if self.kind == "up":
            return size * self.stride
        assert self.kind == "transposed"
        if self.padding == "same":
            return size * self.stride
        return size * self.stride + max(self.extent - self.stride, 0)


def sizes(chain: Sequence[Link], size: int) -> list[int] | None:
    """The size behind every layer; None where a layer cannot take its input."""
    found = []
    for link in chain:
        following = link.size(size)
        if following is None:
            return None
        found.append(following)
        size = following
    return found


def network(chain: Sequence[Link], rank: int, inputs: Sequence[Size], channels: Size) -> Network:
    """The chain as a network of ``rank`` spatial axes, the same along all of them."""
    builder = Builder()
    tensor = builder.input(*inputs, channels)
    for number, link in enumerate(chain):
        tensor = add(builder, link, rank, tensor, f"link_{number}")
    return builder.network(tensor)


def add(builder: Builder, link: Link, rank: int, tensor: Tensor, name: str) -> Tensor:
    """One more layer of a network."""
    end = f"{rank}D"
    if link.kind == "conv":
        return builder.call(
            f"Conv{end}",
            tensor,
            link.filters,
            link.kernel,
            strides=link.stride,
            dilation_rate=link.dilation,
            padding=link.padding,
            name=name,
        )
    if link.kind == "pool":
        return builder.call(
            f"MaxPooling{end}",
            tensor,
            link.kernel,
            strides=link.stride,
            padding=link.padding,
            name=name,
        )
    if link.kind in ("pad", "crop"):
        both = (link.before, link.after)
        sides = both if rank == 1 else (both,) * rank
        kind = "ZeroPadding" if link.kind == "pad" else "Cropping"
        return builder.call(f"{kind}{end}", tensor, sides, name=name)
    if link.kind == "up":
        return builder.call(f"UpSampling{end}", tensor, link.stride, name=name)
    return builder.call(
        f"Conv{end[:2]}Transpose",
        tensor,
        link.filters,
        link.kernel,
        strides=link.stride,
        padding=link.padding,
        name=name,
    )


def holds(relation: Relational, values: Mapping[str, int]) -> bool:
    """Whether a condition holds for these values."""
    known = {symbol(name): number for name, number in values.items()}
    left, right = exact(relation.lhs, known), exact(relation.rhs, known)
    if isinstance(relation, Eq):
        return left == right
    if isinstance(relation, Ne):
        return left != right
    if isinstance(relation, Ge):
        return left >= right
    assert isinstance(relation, Le)
    return left <= right
